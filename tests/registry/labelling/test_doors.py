"""Doors of places that belong to no department belong to the whole institution."""

from __future__ import annotations

import pytest

from registry.access.roles import Role
from registry.kernel.errors import Forbidden
from registry.labelling import actions
from registry.labelling.rules import Choice
from registry.organisation.models import Institution
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_place,
)

BASE = "https://zc.school.edu.cn"


def test_the_asset_office_prints_the_label_of_a_yard(institution: Institution) -> None:
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    yard = make_place(institution, "操场")
    printed = actions.print_places(office, [yard.id], Choice(), BASE)
    assert printed.run.count == 1


def test_a_departments_officer_does_not(institution: Institution) -> None:
    home = make_department(institution)
    officer = actor_of(
        make_colleague(institution, Role.DEPARTMENT_ASSET_OFFICER, department=home)
    )
    with pytest.raises(Forbidden):
        actions.print_places(officer, [make_place(institution).id], Choice(), BASE)
