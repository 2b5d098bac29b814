"""A school in which something seems to lie idle, and the people one asks about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.organisation.models import Department, Institution, Person, Place
from registry.sharing import actions
from registry.sharing.models import IdleQuestion
from registry.sharing.queries.questions import open_question_of
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    make_colleague,
    make_department,
    make_person,
    make_place,
)


@dataclass
class School:
    """A department with its people, its room and its store."""

    institution: Institution
    home: Department
    room: Place
    store: Place
    keeper: Person
    officer: Person
    head: Person
    office: Person

    @property
    def system(self) -> Actor:
        """The installation itself."""
        return Actor.system(self.institution.id)

    def asset(self, **overrides: Any) -> Asset:
        """A thing in use, kept by the keeper; in the room unless said otherwise."""
        usual = {
            "department_id": self.home.id,
            "place_id": self.room.id,
            "custodian_id": self.keeper.id,
        }
        if "item_type_id" not in overrides:
            usual["item_type_id"] = make_type(self.institution).id
        return make_asset(self.institution, **(usual | overrides))

    def stored(self, on: date = date(2026, 1, 5), **overrides: Any) -> Asset:
        """A thing in use that has stood in the store since a day."""
        made = self.asset(**overrides)
        ledger.move(self.system, made.id, self.store.id, effective_on=on)
        return made

    def find(self) -> int:
        """Have the duty look for suspects."""
        return actions.find_suspects(self.institution.id)

    def ask(self) -> int:
        """Have the duty look for suspects and ask about them."""
        self.find()
        return actions.ask_institution(self.institution.id)

    def question(self, asset: Asset) -> IdleQuestion:
        """The open question about a thing."""
        found = open_question_of(asset)
        assert found is not None
        return found


def make_school(institution: Institution) -> School:
    """A department with a keeper, its officer and head, and the asset office."""
    home = make_department(institution)
    return School(
        institution=institution,
        home=home,
        room=make_place(institution, "301"),
        store=make_place(institution, "中心仓库", is_store=True),
        keeper=make_person(institution, department=home),
        officer=make_colleague(
            institution, Role.DEPARTMENT_ASSET_OFFICER, department=home
        ),
        head=make_colleague(institution, Role.DEPARTMENT_HEAD, department=home),
        office=make_colleague(institution, Role.ASSET_OFFICE),
    )
