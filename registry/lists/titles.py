"""What the things are called that a list is narrowed to."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.catalogue import queries as catalogue
from registry.kernel.errors import Missing
from registry.organisation import queries as organisation


def title_of(actor: Actor, kind: str, key: int) -> str:
    """What a place, department, person or item type is called; empty if it is not."""
    try:
        if kind == "place":
            return organisation.place(actor, key).full_name
        if kind == "department":
            return organisation.department(actor, key).name
        if kind == "type":
            return catalogue.item_type(actor, key).title
        return organisation.person(actor, key).name
    except Missing:
        return ""


def meant_by(actor: Actor, kind: str, text: str, most: int = 12) -> list[int]:
    """The ids that a written name may mean: those called just so, else all alike."""
    rows: list[tuple[int, str]]
    if kind == "place":
        places = organisation.search_places(actor, text, most)
        rows = [(each.id, each.full_name) for each in places]
    elif kind == "department":
        departments = organisation.search_departments(actor, text, most)
        rows = [(each.id, each.name) for each in departments]
    elif kind == "type":
        types = catalogue.search_types(actor, text, limit=most)
        rows = [(each.id, each.title) for each in types]
    else:
        people = organisation.search_people(actor, text, most)
        rows = [(each.id, each.name) for each in people]
    exact = [key for key, title in rows if title == text]
    return exact or [key for key, _title in rows]


def class_title(actor: Actor, code: str) -> str:
    """A class with its code, or the code of one that is not in the table."""
    found = catalogue.class_by_code(actor, code)
    return code if found is None else f"{found.code} {found.name}"
