"""The school of the story: who asks, who keeps, who rules, and twelve projectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.ledger.models import Asset
from registry.organisation.models import Institution, Person
from registry.procurement.actions.drafting import LineDraft, make_request, submit
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.checks import taken_assets
from registry.sharing.actions import agree, hand_over, receive
from registry.sharing.queries.transfers import transfers_by_cause
from registry.store.db import session
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_person,
    make_place,
)


@dataclass
class House:
    """The school of the story: a warehouse with projectors, and who is there."""

    institution: Institution
    teacher: Person
    keeper: Person
    officer: Person
    projectors: list[Asset]

    @property
    def asks(self) -> Actor:
        """The teacher who asks."""
        return actor_of(self.teacher)

    @property
    def rules(self) -> Actor:
        """The officer who settles and rules."""
        return actor_of(self.officer)


def make_house(institution: Institution) -> House:
    """The people of the story, and twelve idle projectors in the warehouse."""
    teaching = make_department(institution, "教务处")
    general = make_department(institution, "总务处")
    store = make_place(institution, "器材库", is_store=True)
    kind = make_type(institution, "投影仪", brand="爱普生", model="CB-X50")
    found = make_assets(
        institution,
        12,
        item_type_id=kind.id,
        department_id=general.id,
        place_id=store.id,
        state="idle",
        condition="good",
    )
    return House(
        institution,
        make_person(institution, "陈静", department=teaching),
        make_colleague(
            institution, Role.WAREHOUSE_KEEPER, department=general, name="老周"
        ),
        make_colleague(institution, Role.ASSET_OFFICE, name="吴敏"),
        found,
    )


def asked(
    school: House,
    text: str = "投影仪",
    quantity: int = 8,
    price_fen: int = 400_000,
    **more: Any,
) -> PurchaseRequest:
    """A submitted request of the teacher for one thing."""
    line = LineDraft(text, quantity, price_fen=price_fen, **more)
    made = make_request(school.asks, [line], purpose="新校区开学")
    return submit(school.asks, made.id)


def line_of(found: PurchaseRequest) -> PurchaseLine:
    """Its one line, as it is now."""
    [line] = session().scalars(
        sa.select(PurchaseLine)
        .where(PurchaseLine.request_id == found.id)
        .execution_options(populate_existing=True)
    )
    return line


def bring(school: House, found: PurchaseRequest) -> None:
    """Let what was taken come: agreed, handed over, received."""
    keeper, teacher = actor_of(school.keeper), school.asks
    room = make_place(school.institution)
    for transfer in transfers_by_cause(found.institution_id, found.number):
        ids = sorted(taken_assets(found))
        agree(school.rules, transfer.id)
        hand_over(keeper, transfer.id, ids)
        receive(teacher, transfer.id, ids, place_id=room.id)
