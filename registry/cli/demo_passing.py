"""What is on its way to others in the demo school: held, transferred, lent, late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.kernel.clock import today
from registry.ledger.models import Asset, Claim
from registry.organisation import queries as organisation
from registry.sharing import actions
from registry.store.db import session

TAKER, KEEPER, HEAD, OFFICER, TEACHER = (
    "xu_zhiyuan",
    "zhang_ku",
    "wu_heng",
    "jiang_wen",
    "zhao_xiaoman",
)


class DemoPassing:
    """Tells the part of the demo's story in which idle things find somebody."""

    def __init__(
        self,
        system: Actor,
        places: Mapping[str, int],
        people: Mapping[str, int],
        as_person: Callable[[str], Actor],
    ) -> None:
        self.system = system
        self.places = places
        self.people = people
        self.as_person = as_person

    def tell(self) -> None:
        """A transfer under way, one arrived, loans, a reservation, a line, searches."""
        self._transfers()
        self._loans()
        self._line()
        self._searches()

    def _idle(self, name: str, count: int) -> Sequence[int]:
        """Some idle things of a name that nobody has a hand on."""
        taken = sa.select(Claim.asset_id).where(Claim.ended_at.is_(None))
        return (
            session()
            .scalars(
                sa.select(Asset.id)
                .join(ItemType, ItemType.id == Asset.item_type_id)
                .where(
                    Asset.institution_id == self.system.institution_id,
                    Asset.state == "idle",
                    ItemType.name == name,
                    Asset.id.not_in(taken),
                )
                .order_by(Asset.id)
                .limit(count)
            )
            .all()
        )

    def _to(self, person: str) -> int:
        found = organisation.person(self.system, self.people[person])
        return found.department_id

    def _transfers(self) -> None:
        keeper, head, officer = (
            self.as_person(KEEPER),
            self.as_person(TAKER),
            self.as_person(OFFICER),
        )
        place = self.places["mingde.301"]
        cabinets = self._idle("文件柜", 6)
        arrived = actions.request_transfer(
            head,
            cabinets[:2],
            to_department_id=self._to(TAKER),
            place_id=place,
            purpose="新年级组办公室",
        )
        actions.agree(keeper, arrived.id)
        actions.hand_over(keeper, arrived.id, cabinets[:2])
        actions.receive(head, arrived.id, cabinets[:2])

        chairs = self._idle("折叠椅", 12)
        coming = actions.request_transfer(
            officer,
            chairs,
            to_department_id=self._to(OFFICER),
            custodian_id=self.people[OFFICER],
            place_id=place,
            purpose="家长会加座",
        )
        actions.refuse(keeper, coming.id, chairs[-2:], reason="椅面破了，等修")
        actions.agree(keeper, coming.id)
        actions.hand_over(keeper, coming.id, chairs[:6])

        actions.request_transfer(
            self.as_person(HEAD),
            self._idle("办公桌", 2),
            to_department_id=self._to(HEAD),
            place_id=place,
            purpose="新来的会计",
        )

    def _loans(self) -> None:
        day = today(organisation.institution(self.system.institution_id).time_zone)
        keeper = self.as_person(KEEPER)
        piano, other = self._idle("电钢琴", 2)
        teacher = self.people[TEACHER]
        actions.lend_out(
            keeper,
            piano,
            borrower_id=teacher,
            until_on=day + timedelta(days=1),
            purpose="合唱排练",
        )
        actions.lend_out(
            keeper,
            other,
            borrower_id=teacher,
            from_on=day + timedelta(days=7),
            until_on=day + timedelta(days=9),
            purpose="艺术节",
        )
        [screen] = self._idle("电视机", 1)
        actions.ask_for_loan(
            self.as_person(TEACHER),
            screen,
            from_on=day + timedelta(days=2),
            until_on=day + timedelta(days=3),
            purpose="公开课",
        )
        actions.look_after_loans()

    def _line(self) -> None:
        [copier] = self._idle("激光打印机", 1)
        actions.hold(self.as_person(HEAD), [copier], purpose="窗口用")
        actions.stand_in_line(self.as_person(TEACHER), copier, purpose="印练习")
        actions.stand_in_line(self.as_person(TAKER), copier)
        actions.hold(self.as_person(TEACHER), self._idle("视频展示台", 1))

    def _searches(self) -> None:
        day = today(organisation.institution(self.system.institution_id).time_zone)
        actions.post_wanted(
            self.as_person(TEACHER),
            "65寸电视",
            until_on=day + timedelta(days=30),
            note="挂在语文组墙上",
        )
        actions.post_wanted(
            self.as_person(HEAD),
            "碎纸机",
            quantity=2,
            until_on=day + timedelta(days=60),
        )
