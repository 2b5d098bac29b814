"""Bringing in sheets of departments, places, people, classes and item types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue import actions as catalogue
from registry.catalogue.actions import TypeDraft
from registry.catalogue.classification import edition, normalise, parent_in
from registry.catalogue.models import AssetClass
from registry.interchange.actions.references import References
from registry.interchange.rules.registers import (
    ClassRow,
    DepartmentRow,
    ItemTypeRow,
    PersonRow,
    PlaceRow,
)
from registry.interchange.sheets.registers import (
    RegisterReading,
    read_classes,
    read_departments,
    read_item_types,
    read_people,
    read_places,
)
from registry.kernel.errors import Refused
from registry.organisation import actions as organisation
from registry.organisation.actions import PersonDraft
from registry.organisation.models import Person, RoleGrant
from registry.store.db import session
from registry.store.transaction import transaction

READERS: dict[str, Callable[..., RegisterReading[Any]]] = {
    "people": read_people,
    "places": read_places,
    "departments": read_departments,
    "classes": read_classes,
    "item_types": read_item_types,
}
MOST_SHOWN = 500
BATCH = 200


def read_register(
    kind: str, content: bytes, plan: Mapping[str, Any]
) -> RegisterReading[Any]:
    """A register read as a plan says, or as it can be found out."""
    mapping = plan.get("mapping")
    return READERS[kind](
        content,
        mapping={int(i): name for i, name in mapping.items()} if mapping else None,
        sheet=plan.get("sheet"),
        encoding=plan.get("encoding"),
    )


def check_register(
    actor: Actor, kind: str, content: bytes, choices: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a register is read, and what would come of it, as plain values."""
    reading = read_register(kind, content, choices)
    layout = reading.layout
    plan = {
        "mapping": {str(i): name for i, name in layout.mapping().items()},
        "sheet": layout.sheet_name,
        "encoding": reading.encoding,
    }
    summary = {
        "sheet": layout.sheet_name,
        "other_sheets": list(layout.other_sheets),
        "header_rows": list(layout.header_rows),
        "encoding": reading.encoding,
        "columns": [
            {
                "index": column.index,
                "header": column.header,
                "field": column.field,
                "sure": column.sure,
                "samples": list(column.samples),
            }
            for column in layout.columns
        ],
        "data_rows": reading.data_rows,
        "valid_rows": len(reading.rows),
        "rejected_count": len(reading.rejected),
        "rejected": [
            {"row": r.row, "number": "", "words": r.words}
            for r in reading.rejected[:MOST_SHOWN]
        ],
        "skipped": len(reading.skipped),
        "sample": [_shown(row) for row in reading.rows[:8]],
    }
    return plan, summary


def _shown(row: Any) -> dict[str, str]:
    parts = (getattr(row, name, "") for name in ("code", "department", "parent"))
    return {"number": "", "name": row.name, "note": " · ".join(filter(None, parts))}


def apply_register(
    worker: Actor, kind: str, content: bytes, plan: Mapping[str, Any]
) -> dict[str, int]:
    """Bring a register in; what is there stays, so doing it twice is harmless."""
    reading = read_register(kind, content, plan)
    if kind == "classes":
        return _apply_classes(worker, reading.rows)
    appliers: dict[str, Callable[[Actor, References, Any], str]] = {
        "people": _person,
        "places": _place,
        "departments": _department,
        "item_types": _item_type,
    }
    counts: Counter[str] = Counter()
    names = References(worker)
    rows = list(reading.rows)
    for start in range(0, len(rows), BATCH):
        with transaction(), names.in_turn():
            for row in rows[start : start + BATCH]:
                counts[appliers[kind](worker, names, row)] += 1
    return dict(counts)


def _department(worker: Actor, names: References, row: DepartmentRow) -> str:
    if row.name in names.departments:
        return "unchanged"
    parent = names.departments.get(row.parent, names.root)
    made = organisation.add_department(
        worker, row.name, parent_id=parent, code=row.code, contact=row.contact
    )
    names.departments[row.name] = made.id
    if row.code:
        names.departments[row.code] = made.id
    return "registered"


def _place(worker: Actor, names: References, row: PlaceRow) -> str:
    parent = names.places.get(row.parent) if row.parent else None
    way = row.parent
    outcome = "unchanged"
    for step in row.steps:
        way = f"{way} / {step.name}" if way else step.name
        known = names.places.get(way)
        if known is None:
            last = step is row.steps[-1]
            department = names.departments.get(row.department) if last else None
            made = organisation.add_place(
                worker,
                step.name,
                kind=step.kind,
                parent_id=parent,
                department_id=department,
                is_store=row.is_store and last,
            )
            names.places[way] = names.places[made.full_name] = known = made.id
            outcome = "registered"
        parent = known
    return outcome


def _person(worker: Actor, names: References, row: PersonRow) -> str:
    department = _home(worker, names, row)
    known = names.find_person(row.name, row.staff_number, department)
    if known is None:
        draft = PersonDraft(
            row.name,
            department,
            staff_number=row.staff_number,
            phone=row.phone,
            email=row.email,
        )
        known = organisation.add_person(worker, draft).id
        names.people.setdefault(row.name, []).append((known, department))
        if row.staff_number:
            names.numbers[row.staff_number] = known
        outcome = "registered"
    else:
        outcome = _renew(worker, known, row)
    granted = _grant(worker, known, department, row)
    return "changed" if granted and outcome == "unchanged" else outcome


def _home(worker: Actor, names: References, row: PersonRow) -> int:
    found = names.departments.get(row.department) or names.departments.get(
        row.department_code
    )
    if found is not None:
        return found
    if not row.department:
        return names.root
    made = organisation.add_department(worker, row.department)
    names.departments[row.department] = made.id
    return made.id


def _renew(worker: Actor, person_id: int, row: PersonRow) -> str:
    """Bring a known person's contact up to date where the sheet says something."""
    person = session().get_one(Person, person_id)
    given = {"phone": row.phone, "email": row.email, "staff_number": row.staff_number}
    changes = {k: v for k, v in given.items() if v and getattr(person, k) != v}
    if not changes:
        return "unchanged"
    organisation.change_person(worker, person_id, person.version, **changes)
    return "changed"


def _grant(worker: Actor, person_id: int, department: int, row: PersonRow) -> bool:
    """Grant the roles of a row that are not held yet; whether any was."""
    held = set(
        session().scalars(
            sa.select(RoleGrant.role).where(
                RoleGrant.person_id == person_id,
                RoleGrant.department_id == department,
                RoleGrant.revoked_at.is_(None),
            )
        )
    )
    fresh = [role for role in row.roles if role not in held and role != "staff"]
    for role in fresh:
        organisation.grant_role(worker, person_id, role, department)
    return bool(fresh)


def _item_type(worker: Actor, names: References, row: ItemTypeRow) -> str:
    code = normalise(row.class_code) if row.class_code else None
    draft = TypeDraft(
        row.name,
        row.brand,
        row.model,
        row.specification,
        row.unit,
        class_id=names.classes.get(code) if code else None,
        service_life_months=row.service_life_months,
        replacement_price_fen=row.replacement_price,
    )
    try:
        made = catalogue.add_type(worker, draft)
    except Refused as refusal:
        if refusal.code == "type_exists":
            return "unchanged"
        raise
    for alias in row.aliases:
        catalogue.add_alias(worker, made.id, alias)
    return "registered"


def _apply_classes(worker: Actor, rows: tuple[ClassRow, ...]) -> dict[str, int]:
    """Load a table of classes; parents are read from the codes where none is named."""
    known = set(
        session().scalars(
            sa.select(AssetClass.code).where(
                AssetClass.institution_id == worker.institution_id
            )
        )
    )
    codes = {row.row: normalise(row.code) or row.code for row in rows}
    known |= set(codes.values())
    loaded = [
        catalogue.ClassRow(
            edition=_edition(codes[row.row]),
            code=codes[row.row],
            name=row.name,
            name_en=row.name_en,
            parent_code=_parent(row, codes[row.row], known),
            service_life_months=row.service_life_months,
        )
        for row in rows
    ]
    added, changed = catalogue.load_classes(worker, loaded)
    same = len(loaded) - added - changed
    return {"registered": added, "changed": changed, "unchanged": same}


def _edition(code: str) -> str:
    found = edition(code) if normalise(code) else None
    return str(found) if found else "own"


def _parent(row: ClassRow, code: str, known: set[str]) -> str:
    if row.parent:
        return normalise(row.parent) or row.parent
    return (parent_in(code, known) if normalise(code) else None) or ""
