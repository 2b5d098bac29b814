"""Picking a place, person, department or item type by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.kernel.errors import Missing
from registry.organisation import queries as organisation
from registry.web.base.forms import Form
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor

blueprint = Blueprint("picking", __name__, url_prefix="/pick")

MOST = 12
LONGEST = 100


def _asked() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


@blueprint.get("/places")
@signed_in
def places() -> ResponseReturnValue:
    """Places that answer to what was typed."""
    rows = organisation.search_places(current_actor(), _asked(), MOST)
    return jsonify([{"value": row.id, "label": row.full_name} for row in rows])


@blueprint.get("/people")
@guarded(Permission.PERSON_LIST)
def people() -> ResponseReturnValue:
    """People who answer to what was typed, with their departments."""
    rows = organisation.search_people(current_actor(), _asked(), MOST)
    return jsonify(
        [
            {"value": row.id, "label": row.name, "note": row.department.name}
            for row in rows
        ]
    )


@blueprint.get("/departments")
@signed_in
def departments() -> ResponseReturnValue:
    """Departments that answer to what was typed."""
    rows = organisation.search_departments(current_actor(), _asked(), MOST)
    return jsonify([{"value": row.id, "label": row.name} for row in rows])


@blueprint.get("/types")
@signed_in
def types() -> ResponseReturnValue:
    """Item types that answer to what was typed."""
    rows = catalogue.search_types(current_actor(), _asked(), limit=MOST)
    return jsonify(
        [{"value": row.id, "label": row.title, "note": row.unit} for row in rows]
    )


@blueprint.get("/classes")
@signed_in
def classes() -> ResponseReturnValue:
    """Asset classes that answer to what was typed."""
    rows = catalogue.classes(current_actor(), text=_asked(), limit=MOST)
    return jsonify(
        [{"value": row.id, "label": row.name, "note": row.code} for row in rows]
    )


Search = Callable[[Actor, str, int], list[Any]]
Title = Callable[[Any], str]


def settle_pick(
    form: Form, name: str, search: Search, title: Title, *, required: bool = False
) -> int | None:
    """The id a combobox means: what was picked, or the only thing that is called so.

    Puts a problem beside the field where the text names nothing, or several things.
    """
    text = str(form.given.get(f"{name}_text") or "").strip()
    picked = form.values.pop(name, None)
    form.values.pop(f"{name}_text", None)
    if not text:
        if required:
            form.refuse(name, "required")
        return None
    if isinstance(picked, int):
        return picked
    found = search(current_actor(), text, MOST)
    exact = [row for row in found if title(row) == text] or found
    if len(exact) != 1:
        form.refuse(name, "pick_one" if exact else "no_such_choice", found=text[:40])
        return None
    return int(exact[0].id)


def settle_place(form: Form, name: str, *, required: bool = False) -> int | None:
    """The place a combobox means."""
    return settle_pick(
        form,
        name,
        organisation.search_places,
        lambda row: str(row.full_name),
        required=required,
    )


def settle_person(form: Form, name: str, *, required: bool = False) -> int | None:
    """The person a combobox means."""
    return settle_pick(
        form,
        name,
        organisation.search_people,
        lambda row: str(row.name),
        required=required,
    )


def settle_department(form: Form, name: str, *, required: bool = False) -> int | None:
    """The department a combobox means."""
    return settle_pick(
        form,
        name,
        organisation.search_departments,
        lambda row: str(row.name),
        required=required,
    )


def settle_type(form: Form, name: str, *, required: bool = False) -> int | None:
    """The item type a combobox means."""
    return settle_pick(
        form,
        name,
        lambda actor, text, most: catalogue.search_types(actor, text, limit=most),
        lambda row: str(row.title),
        required=required,
    )


def settle_class(form: Form, name: str, *, required: bool = False) -> int | None:
    """The asset class a combobox means."""
    return settle_pick(
        form,
        name,
        lambda actor, text, most: catalogue.classes(actor, text=text, limit=most),
        lambda row: str(row.name),
        required=required,
    )


def title_of(kind: str, row_id: int | None) -> str:
    """What a combobox shows for an id; nothing for one that is not there."""
    if row_id is None:
        return ""
    actor = current_actor()
    try:
        if kind == "place":
            return organisation.place(actor, row_id).full_name
        if kind == "department":
            return organisation.department(actor, row_id).name
        if kind == "type":
            return catalogue.item_type(actor, row_id).title
        return organisation.person(actor, row_id).name
    except Missing:
        return ""


def department_options() -> list[tuple[int, str]]:
    """Every open department for a select, indented by how deep it lies."""
    rows = organisation.departments(current_actor())
    return [(row.id, "　" * (row.path.count("/") - 2) + row.name) for row in rows]
