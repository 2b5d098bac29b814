"""What the demo school asks to have bought: the story, and requests at other points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.demo import School
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.drafting import LineDraft, make_request, submit
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.checks import must_answer
from registry.store.db import session

TEACHER, HEAD, OTHER = "zhao_xiaoman", "xu_zhiyuan", "wu_heng"


class DemoAsking:
    """Tells the part of the demo's story in which somebody wants to buy."""

    def __init__(
        self,
        school: School,
        places: Mapping[str, int],
        as_person: Callable[[str], Actor],
    ) -> None:
        self.school = school
        self.places = places
        self.as_person = as_person

    def tell(self) -> None:
        """Eight projectors asked for; one to be ruled on, one vague, one clear."""
        wish = self.school.wish
        draft = LineDraft(
            wish.item,
            wish.quantity,
            price_fen=wish.estimated_fen // wish.quantity,
            needed_by=wish.needed_by,
            place_id=self.places[wish.place],
        )
        self._asked(wish.by, draft, wish.why)
        declined = self._asked(
            OTHER, LineDraft("文件柜", 2, price_fen=68_000), "财务档案"
        )
        for line in _lines(declined):
            for group in must_answer(line):
                decline(
                    self.as_person(OTHER),
                    group.id,
                    "specification",
                    "要能上锁的保密柜，这些锁都坏了",
                )
        taken = self._asked(
            TEACHER, LineDraft("折叠椅", 4, price_fen=9_000), "社团活动"
        )
        for line in _lines(taken):
            for group in must_answer(line):
                left = session().get_one(PurchaseLine, line.id).to_buy
                if left and group.kind == "idle":
                    take(self.as_person(TEACHER), group.id, min(left, group.count))
        self._asked(TEACHER, LineDraft("教学用品一批", 1), "")
        self._asked(HEAD, LineDraft("无人机", 1, price_fen=560_000), "科技节")

    def _asked(self, who: str, line: LineDraft, purpose: str) -> PurchaseRequest:
        actor = self.as_person(who)
        made = make_request(actor, [line], purpose=purpose)
        return submit(actor, made.id)


def _lines(found: PurchaseRequest) -> list[PurchaseLine]:
    return list(
        session().scalars(
            sa.select(PurchaseLine).where(PurchaseLine.request_id == found.id)
        )
    )
