"""A small school to ask the API about, and people of every sort to ask with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.catalogue import actions as catalogue
from registry.config import Settings
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.organisation.models import Department, Institution, Person, Place
from registry.store.db import session
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    grant,
    make_department,
    make_person,
    make_place,
)


@dataclass(frozen=True)
class School:
    """What there is in the small school."""

    institution: Institution
    science: Department
    arts: Department
    lab: Place
    store: Place
    keeper: Person
    projector: Asset
    idle: Asset


@pytest.fixture
def school(institution: Institution, settings: Settings) -> School:
    """Two departments, two rooms, somebody who keeps things, and things."""
    system = Actor.system(institution.id)
    science = make_department(institution, "物理教研组")
    arts = make_department(institution, "美术教研组")
    lab = make_place(institution, "301", department_id=science.id)
    store = make_place(institution, "库房")
    keeper = make_person(institution, "王静", department=science)
    for _ in range(3):
        make_person(institution, department=arts)
    kind = make_type(institution)
    catalogue.add_alias(system, kind.id, "投屏机")
    here: dict[str, Any] = {"department_id": science.id, "item_type_id": kind.id}
    projector = make_asset(
        institution,
        **here,
        place_id=lab.id,
        custodian_id=keeper.id,
        serial="SN-1",
        cost_fen=450_000,
        note="贴在左侧",
    )
    idle = make_asset(institution, **here, state="idle", cost_fen=1_000)
    make_assets(institution, 5, **here)
    ledger.report_from_label(system, projector, "problem", "灯泡不亮了")
    session().commit()
    return School(institution, science, arts, lab, store, keeper, projector, idle)


@pytest.fixture
def chief(school: School) -> Person:
    """Administrator and asset office in one person."""
    person = make_person(school.institution, "李敏")
    for role in (Role.ADMINISTRATOR, Role.ASSET_OFFICE):
        grant(school.institution, person, role)
    return person


@pytest.fixture
def api(chief: Person, api_as: Any) -> Any:
    """A programme of the chief's, with every scope."""
    return api_as(person=chief)
