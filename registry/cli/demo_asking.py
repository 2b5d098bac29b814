"""What the demo school asks to have bought: the story, and requests at other points."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from registry.access.actor import Actor, Door
from registry.demo import School
from registry.organisation import queries as organisation
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.approving import approve
from registry.procurement.actions.buying import Arrived, Wanted, place_order, receive
from registry.procurement.actions.drafting import LineDraft, make_request, submit
from registry.procurement.actions.urgent import allow_urgent
from registry.procurement.models.orders import PurchaseOrder
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import (
    deciders_of,
    last_round_of,
    steps_of,
)
from registry.procurement.queries.checks import must_answer
from registry.procurement.states import ApprovalState, RequestState, Step
from registry.store.db import session

TEACHER, HEAD, OTHER = "zhao_xiaoman", "xu_zhiyuan", "wu_heng"
READER, MUSICIAN, OFFICER = "wen_jing", "yan_ge", "mi_xiaoxiao"


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
        self._past_approval()

    def _past_approval(self) -> None:
        """One approved, one ordered, one come in part, one done, one urgent."""
        self._agreed(
            self._asked(TEACHER, LineDraft("折叠舞台", 1, price_fen=480_000), "艺术节")
        )
        ordered = self._agreed(
            self._asked(READER, LineDraft("消毒柜", 2, price_fen=168_000), "图书消毒")
        )
        self._ordered(ordered, 2)
        half = self._agreed(
            self._asked(MUSICIAN, LineDraft("古筝", 4, price_fen=95_000), "民乐社团")
        )
        self._received(self._ordered(half, 4), 3, "arts")
        done = self._agreed(
            self._asked(READER, LineDraft("还书箱", 2, price_fen=126_000), "夜间还书")
        )
        self._received(self._ordered(done, 2), 2, "library")
        urgent = self._asked(
            OTHER, LineDraft("碎纸机", 1, price_fen=89_000), "审计前清理", urgent=True
        )
        allow_urgent(
            self.as_person(OFFICER), urgent.id, "审计组明早进场，原来那台今天烧坏了"
        )

    def _agreed(self, found: PurchaseRequest) -> PurchaseRequest:
        """Let everybody agree who must."""
        while found.state == RequestState.APPROVING:
            waiting = [
                each
                for each in last_round_of(steps_of(found.id))
                if each.state == ApprovalState.OPEN
            ]
            for each in waiting:
                [first, *_others] = deciders_of(found, Step(each.step))[0]
                approve(self._by_id(first.person_id), found.id, step=each.step)
        return found

    def _by_id(self, person_id: int) -> Actor:
        here = self.as_person(TEACHER).institution_id
        return organisation.actor_of_person(here, person_id, Door.COMMAND)

    def _ordered(self, found: PurchaseRequest, count: int) -> PurchaseOrder:
        [line] = _lines(found)
        return place_order(
            self.as_person(OFFICER),
            found.id,
            supplier="光明教育装备有限公司",
            reference=f"HT-{found.number[-4:]}",
            lines=[Wanted(line.id, count, line.price_fen or 0)],
        )

    def _received(self, order: PurchaseOrder, count: int, home: str) -> None:
        [line] = order.lines
        text = session().get_one(PurchaseLine, line.line_id).text
        rooms = [each.key for each in self.school.places if each.department == home]
        place = self.places[rooms[-1]] if rooms else None
        arrived = Arrived(line.id, count, new_type=text, place_id=place)
        receive(self.as_person(OFFICER), order.id, [arrived])

    def _asked(
        self, who: str, line: LineDraft, purpose: str, *, urgent: bool = False
    ) -> PurchaseRequest:
        actor = self.as_person(who)
        made = make_request(actor, [line], purpose=purpose, urgent=urgent)
        return submit(actor, made.id)


def _lines(found: PurchaseRequest) -> list[PurchaseLine]:
    return list(
        session().scalars(
            sa.select(PurchaseLine).where(PurchaseLine.request_id == found.id)
        )
    )
