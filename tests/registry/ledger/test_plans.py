"""Plans: few found among very many are found without passing all the others."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.catalogue.actions import add_alias
from registry.catalogue.queries import search_types
from registry.ledger.queries import Filter, list_assets
from registry.ledger.queries.listing import SORTS
from registry.organisation.models import Institution
from registry.store.db import session
from registry.web.api.catalogue import type_out
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset
from tests.harness.plans import steps_of, walks_of

NARROWED = {
    "department": lambda a: {"department_ids": (a.department_id,)},
    "place": lambda a: {"place_ids": (a.place_id or 1,)},
    "custodian": lambda a: {"custodian_ids": (a.custodian_id or 1,)},
    "type": lambda a: {"item_type_ids": (a.item_type_id,)},
    "word": lambda _: {"text": "稀有物"},
    "words": lambda _: {"text": "稀有物 甲室"},
    "number": lambda _: {"text": "GZ00000012"},
    "acquired": lambda _: {"acquired_from": date(2020, 1, 1)},
}


@pytest.fixture(autouse=True)
def _sqlite(context: Session) -> None:
    # Its plans depend on what it has counted, and reads small tables whole rightly;
    # tests/everyone/test_every_plan.py looks at the plans both databases choose.
    if context.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL decides by its own counts")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("name", NARROWED)
def test_a_few_are_found_without_passing_the_rest(
    institution: Institution, system: Actor, name: str, sort: str
) -> None:
    wanted: dict[str, Any] = NARROWED[name](make_asset(institution))
    steps = steps_of(
        session().connection(),
        lambda: list_assets(system, Filter(**wanted), sort=sort, counts=True),
    )
    assert steps
    assert walks_of(steps, "assets") == []


def test_item_types_come_with_their_aliases_at_once(
    context: Session, institution: Institution, system: Actor
) -> None:
    for number in range(5):
        made = make_type(institution, f"课桌{number}")
        add_alias(system, made.id, f"桌子{number}")
    context.expire_all()
    steps = steps_of(
        context.connection(),
        lambda: [type_out(found) for found in search_types(system)],
    )
    assert sum("item_aliases" in step for step in steps) <= 2
