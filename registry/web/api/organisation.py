"""The institution, its departments and its places in the API."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.ledger.actions.handing_over import merge_departments
from registry.organisation import actions, queries
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

MOST_FOUND = 100
"""So many departments or places a search gives at most."""


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
@blueprint.arguments(shapes.TreeQuery, location="query")
@blueprint.response(200, shapes.DepartmentList)
def departments(asked: dict[str, Any]) -> dict[str, Any]:
    """Every department, parents before children; or the open ones a search finds."""
    actor = current_actor()
    if asked["q"]:
        return {"items": queries.search_departments(actor, asked["q"], MOST_FOUND)}
    return {"items": queries.departments(actor, closed=asked["closed"])}


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
@blueprint.arguments(shapes.TreeQuery, location="query")
@blueprint.response(200, shapes.PlaceList)
def places(asked: dict[str, Any]) -> dict[str, Any]:
    """Every place, parents before children; or the open ones a search finds."""
    actor = current_actor()
    if asked["q"]:
        return {"items": queries.search_places(actor, asked["q"], MOST_FOUND)}
    return {"items": queries.places(actor, closed=asked["closed"])}


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
