"""The institution, its departments and its places in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.ledger.actions.handing_over import merge_departments
from registry.ledger.queries.counting import Tallies, Tally
from registry.ledger.queries.trees import below_departments, below_places
from registry.lists.of.departments import DEPARTMENTS
from registry.lists.of.places import PLACES
from registry.organisation import actions, queries
from registry.organisation.models import Place
from registry.web.api.listing import listing_page
from registry.web.api.schemas import organisation as shapes
from registry.web.api.schemas.assets import DocumentOut
from registry.web.api.schemas.histories import SubjectHistory, history_of
from registry.web.api.versioned import versioned
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.versions import etag

blueprint = ApiBlueprint(
    "api_organisation", __name__, url_prefix="", description="Departments and places"
)


@blueprint.get("/institution")
@guarded(Permission.INSTITUTION_MANAGE)
@blueprint.response(200, shapes.InstitutionOut)
def institution() -> Any:
    """The institution's own settings."""
    found = queries.institution(current_actor().institution_id)
    return found, 200, etag(found.version)


@blueprint.patch("/institution")
@guarded(Permission.INSTITUTION_MANAGE)
@blueprint.arguments(shapes.InstitutionChange)
@blueprint.response(200, shapes.InstitutionOut)
@versioned
def change_institution(given: dict[str, Any], version: int) -> Any:
    """Change names, colour, contact, address of labels, language or time zone."""
    found = actions.change_institution(current_actor(), version, **given)
    return found, 200, etag(found.version)


@blueprint.get("/departments")
@signed_in
@blueprint.arguments(shapes.DepartmentQuery, location="query")
@blueprint.response(200, shapes.DepartmentPage)
def departments(asked: dict[str, Any]) -> dict[str, Any]:
    """Departments, narrowed and in an order, a page at a time."""
    return listing_page(DEPARTMENTS, asked)


@blueprint.get("/departments/tree")
@signed_in
@blueprint.response(200, shapes.TreeOut)
def department_tree() -> dict[str, Any]:
    """Every open department, parents before children, with what it holds."""
    actor = current_actor()
    return _tree(queries.departments(actor), below_departments(actor))


def _tree(rows: Sequence[Any], held: Tallies) -> dict[str, Any]:
    """A tree with how many assets each has, what is below included."""
    return {
        "items": [
            {
                "id": row.id,
                "name": row.name,
                "parent_id": row.parent_id,
                "count": held.get(row.id, Tally()).count,
                "idle": held.get(row.id, Tally()).idle,
            }
            for row in rows
        ]
    }


@blueprint.post("/departments")
@guarded(Permission.DEPARTMENT_MANAGE)
@blueprint.arguments(shapes.DepartmentIn)
@blueprint.response(201, shapes.DepartmentOut)
def add_department(given: dict[str, Any]) -> Any:
    """Add a department below another one, or below the root."""
    made = actions.add_department(current_actor(), **given)
    return made, 201, etag(made.version)


@blueprint.get("/departments/<int:department_id>")
@signed_in
@blueprint.response(200, shapes.DepartmentOut)
def department(department_id: int) -> Any:
    """One department."""
    found = queries.department(current_actor(), department_id)
    return found, 200, etag(found.version)


@blueprint.patch("/departments/<int:department_id>")
@guarded(Permission.DEPARTMENT_MANAGE)
@blueprint.arguments(shapes.DepartmentChange)
@blueprint.response(200, shapes.DepartmentOut)
@versioned
def change_department(given: dict[str, Any], department_id: int, version: int) -> Any:
    """Rename or move a department."""
    actor = current_actor()
    found = actions.change_department(actor, department_id, version, **given)
    return found, 200, etag(found.version)


@blueprint.delete("/departments/<int:department_id>")
@guarded(Permission.DEPARTMENT_MANAGE)
@blueprint.response(204)
@versioned
def close_department(department_id: int, version: int) -> None:
    """Close a department to which nothing belongs any more."""
    actions.close_department(current_actor(), department_id, version)


@blueprint.post("/departments/<int:department_id>/merge")
@guarded(Permission.DEPARTMENT_MANAGE)
@blueprint.arguments(shapes.MergeDepartment)
@blueprint.response(200, DocumentOut)
@versioned
def merge_department(given: dict[str, Any], department_id: int, version: int) -> Any:
    """Let a department with all that is its go up in another one."""
    into_id = given["into_id"]
    made = merge_departments(current_actor(), department_id, into_id, version)
    return made or {"number": "", "count": 0}


@blueprint.get("/departments/<int:department_id>/history")
@guarded(Permission.DEPARTMENT_MANAGE)
@blueprint.response(200, SubjectHistory)
def department_history(department_id: int) -> dict[str, Any]:
    """What became of a department, newest first."""
    found = queries.department(current_actor(), department_id)
    current_actor().require(Permission.DEPARTMENT_MANAGE, found)
    return history_of("department", found.id)


@blueprint.get("/places")
@signed_in
@blueprint.arguments(shapes.PlaceQuery, location="query")
@blueprint.response(200, shapes.PlacePage)
def places(asked: dict[str, Any]) -> dict[str, Any]:
    """Places, narrowed and in an order, a page at a time."""
    return listing_page(PLACES, asked, options=(joinedload(Place.department),))


@blueprint.get("/places/tree")
@signed_in
@blueprint.response(200, shapes.TreeOut)
def place_tree() -> dict[str, Any]:
    """Every open place, parents before children, with what stands there."""
    actor = current_actor()
    return _tree(queries.places(actor), below_places(actor))


@blueprint.post("/places")
@guarded(Permission.PLACE_MANAGE)
@blueprint.arguments(shapes.PlaceIn)
@blueprint.response(201, shapes.PlaceOut)
def add_place(given: dict[str, Any]) -> Any:
    """Add a campus, building, floor, room or other place."""
    made = actions.add_place(current_actor(), **given)
    return made, 201, etag(made.version)


@blueprint.get("/places/<int:place_id>")
@signed_in
@blueprint.response(200, shapes.PlaceOut)
def place(place_id: int) -> Any:
    """One place."""
    found = queries.place(current_actor(), place_id)
    return found, 200, etag(found.version)


@blueprint.patch("/places/<int:place_id>")
@guarded(Permission.PLACE_MANAGE)
@blueprint.arguments(shapes.PlaceChange)
@blueprint.response(200, shapes.PlaceOut)
@versioned
def change_place(given: dict[str, Any], place_id: int, version: int) -> Any:
    """Rename, mark or move a place."""
    found = actions.change_place(current_actor(), place_id, version, **given)
    return found, 200, etag(found.version)


@blueprint.delete("/places/<int:place_id>")
@guarded(Permission.PLACE_MANAGE)
@blueprint.response(204)
@versioned
def close_place(place_id: int, version: int) -> None:
    """Close a place."""
    actions.close_place(current_actor(), place_id, version)


@blueprint.get("/places/<int:place_id>/history")
@guarded(Permission.PLACE_MANAGE)
@blueprint.response(200, SubjectHistory)
def place_history(place_id: int) -> dict[str, Any]:
    """What became of a place, newest first."""
    found = queries.place(current_actor(), place_id)
    current_actor().require(Permission.PLACE_MANAGE, found)
    return history_of("place", found.id)
