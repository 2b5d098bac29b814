"""The names of what a search has found: types, departments, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from registry.catalogue.models import ItemType
from registry.organisation.models import Department, Place
from registry.procurement.queries.stock import Group
from registry.store.db import session


@dataclass(frozen=True)
class Names:
    """What groups are called, read at once."""

    titles: dict[int, str]
    departments: dict[int, str]
    places: dict[int, str]

    def title(self, group: Group) -> str:
        """What kind of thing it is."""
        return self.titles.get(group.type_id, "")

    def department(self, group: Group) -> str:
        """Whose it is."""
        return self.departments.get(group.department_id, "")

    def place(self, group: Group) -> str:
        """Where it stands; empty where that is not known."""
        return self.places.get(group.place_id or 0, "")


def names_of(groups: Sequence[Group]) -> Names:
    """The names of some groups."""
    types = session().scalars(
        sa.select(ItemType).where(ItemType.id.in_({each.type_id for each in groups}))
    )
    departments = session().execute(
        sa.select(Department.id, Department.name).where(
            Department.id.in_({each.department_id for each in groups})
        )
    )
    places = session().execute(
        sa.select(Place.id, Place.full_name).where(
            Place.id.in_({each.place_id for each in groups if each.place_id})
        )
    )
    return Names(
        {each.id: each.title for each in types},
        {key: name for key, name in departments},  # noqa: C416 - typed rows
        {key: name for key, name in places},  # noqa: C416 - typed rows
    )
