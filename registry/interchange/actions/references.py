"""What a ledger's words name: departments, places, people, types; made where new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.actions import TypeDraft, ensure_types
from registry.catalogue.classification import gb_code, nearest, normalise
from registry.catalogue.models import AssetClass
from registry.interchange.rules.ledger import LedgerRow
from registry.interchange.rules.registers import kind_by_name
from registry.organisation import actions as organisation
from registry.organisation.actions import PersonDraft
from registry.organisation.models import Department, Institution, Person, Place
from registry.organisation.queries import root_department
from registry.store.db import session

SEPARATORS = (" / ", "/", "／", ">", "＞")


class References:
    """The names of an institution, read once, and made on demand while applying."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.root = root_department(actor.institution_id).id
        self.types: dict[tuple[str, str, str, str, str], int] = {}
        self._read()

    def _read(self) -> None:
        here = self.actor.institution_id
        self.departments: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.people: dict[str, list[tuple[int, int]]] = {}
        self.numbers: dict[str, int] = {}
        self.classes: dict[str, int] = {}
        self._newest = self._look()
        self._read_departments(here)
        self._read_places(here)
        self._read_people(here)
        self._read_classes(here)

    def _look(self) -> list[int | None]:
        """The newest of each kind there is."""
        return [
            session().scalar(
                sa.select(sa.func.max(each.id)).where(
                    each.institution_id == self.actor.institution_id
                )
            )
            for each in (Department, Place, Person, AssetClass)
        ]

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Inside a transaction: bring in rows while no other import brings in any.

        Two that name the same new person, place or thing would each make one, or one of
        them would fail; what another has made meanwhile is known by then.
        """
        session().execute(
            sa.select(Institution.id)
            .where(Institution.id == self.actor.institution_id)
            .with_for_update(key_share=True)
        )
        if self._look() != self._newest:
            self._read()
        yield
        session().flush()
        self._newest = self._look()

    def _read_classes(self, here: int) -> None:
        rows = session().execute(
            sa.select(AssetClass.code, AssetClass.id).where(
                AssetClass.institution_id == here
            )
        )
        for code, class_id in rows:
            self.classes[code] = class_id

    def _read_departments(self, here: int) -> None:
        rows = session().execute(
            sa.select(Department.id, Department.name, Department.code)
            .where(Department.institution_id == here, Department.closed_on.is_(None))
            .order_by(Department.id.desc())
        )
        for row_id, name, code in rows:
            self.departments[name] = row_id
            if code:
                self.departments[code] = row_id

    def _read_places(self, here: int) -> None:
        rows = session().execute(
            sa.select(Place.id, Place.name, Place.full_name)
            .where(Place.institution_id == here, Place.closed_on.is_(None))
            .order_by(Place.id.desc())
        )
        for row_id, name, full_name in rows:
            self.places.setdefault(name, row_id)
            self.places[full_name] = row_id

    def _read_people(self, here: int) -> None:
        rows = session().execute(
            sa.select(Person.id, Person.name, Person.staff_number, Person.department_id)
            .where(Person.institution_id == here, Person.left_on.is_(None))
            .order_by(Person.id)
        )
        for row_id, name, number, department_id in rows:
            self.people.setdefault(name, []).append((row_id, department_id))
            if number:
                self.numbers[number] = row_id

    def find_department(self, row: LedgerRow) -> int | None:
        """The department a row names; the root where it names none."""
        if not row.department and not row.department_code:
            return self.root
        known = self.departments.get(row.department)
        return known or self.departments.get(row.department_code)

    def department(self, row: LedgerRow) -> int:
        """The department a row names, made below the root where it is new."""
        found = self.find_department(row)
        if found is not None:
            return found
        name = row.department or row.department_code
        made = organisation.add_department(
            self.actor, name, code=row.department_code[:40]
        )
        self.departments[name] = made.id
        return made.id

    def find_place(self, text: str) -> int | None:
        """The place a text names, by its full or its own name."""
        return self.places.get(text)

    def place(self, text: str) -> int | None:
        """The place a text names, made with all that is above it where it is new."""
        if not text:
            return None
        found = self.find_place(text)
        if found is not None:
            return found
        parent: int | None = None
        way = ""
        for step in steps_of(text):
            way = f"{way} / {step}" if way else step
            known = self.places.get(way)
            if known is None:
                made = organisation.add_place(
                    self.actor, step, kind=kind_by_name(step), parent_id=parent
                )
                known = self.places[way] = made.id
            parent = known
        if parent is not None:
            self.places[text] = parent
        return parent

    def find_person(
        self, name: str, number: str, department_id: int | None
    ) -> int | None:
        """The person meant: by staff number, else by name, nearest department first."""
        if number and number in self.numbers:
            return self.numbers[number]
        alike = self.people.get(name, [])
        near = [each for each, home in alike if home == department_id]
        everyone = [each for each, _ in alike]
        return next(iter(near or everyone), None)

    def person(self, name: str, number: str, department_id: int) -> int | None:
        """The person meant, made in the department where they are new."""
        if not name:
            return None
        found = self.find_person(name, number, department_id)
        if found is not None:
            return found
        draft = PersonDraft(name, department_id, staff_number=number)
        made = organisation.add_person(self.actor, draft)
        self.people.setdefault(name, []).append((made.id, department_id))
        if number:
            self.numbers[number] = made.id
        return made.id

    def learn_types(self, rows: Iterable[LedgerRow]) -> None:
        """Find or make the item types of these rows, all in one go."""
        fresh = {row.item_type: row for row in rows if row.item_type not in self.types}
        drafts = [
            TypeDraft(*kind, class_id=self.class_of(row)) for kind, row in fresh.items()
        ]
        ids = ensure_types(self.actor, drafts)
        self.types.update(zip(fresh, ids, strict=True))

    def class_of(self, row: LedgerRow) -> int | None:
        """The class a row's code means, or the nearest one above that the table has."""
        code = normalise(row.class_code) if row.class_code else None
        if code is None:
            return None
        known = nearest(code, self.classes) or nearest(gb_code(code), self.classes)
        return self.classes[known] if known else None


def steps_of(text: str) -> list[str]:
    """The way to a place, outermost first, where a text writes one."""
    for separator in SEPARATORS:
        if separator in text:
            steps = [step.strip()[:200] for step in text.split(separator)]
            return [step for step in steps if step]
    return [text[:200]]
