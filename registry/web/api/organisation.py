"""Departments, places, people and roles in the API."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.kernel.pages import read_cursor
from registry.organisation import actions, queries
from registry.organisation.actions import PersonDraft
from registry.web.api.schemas import organisation as shapes
from registry.web.base.api import ApiBlueprint
from registry.web.base.paging import envelope, page_of
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.versions import asked_version, etag

blueprint = ApiBlueprint(
    "api_organisation", __name__, url_prefix="", description="Who there is and where"
)


@blueprint.get("/departments")
@signed_in
@blueprint.response(200, shapes.DepartmentList)
def departments() -> dict[str, Any]:
    """Every open department, parents before children."""
    return {"items": queries.departments(current_actor())}


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
def change_department(given: dict[str, Any], department_id: int) -> Any:
    """Rename or move a department; needs ``If-Match``."""
    actor = current_actor()
    found = actions.change_department(actor, department_id, asked_version(), **given)
    return found, 200, etag(found.version)


@blueprint.delete("/departments/<int:department_id>")
@guarded(Permission.DEPARTMENT_MANAGE)
@blueprint.response(204)
def close_department(department_id: int) -> None:
    """Close a department to which nothing belongs any more; needs ``If-Match``."""
    actions.close_department(current_actor(), department_id, asked_version())


@blueprint.get("/places")
@signed_in
@blueprint.response(200, shapes.PlaceList)
def places() -> dict[str, Any]:
    """Every open place, parents before children."""
    return {"items": queries.places(current_actor())}


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
def change_place(given: dict[str, Any], place_id: int) -> Any:
    """Rename, mark or move a place; needs ``If-Match``."""
    found = actions.change_place(current_actor(), place_id, asked_version(), **given)
    return found, 200, etag(found.version)


@blueprint.delete("/places/<int:place_id>")
@guarded(Permission.PLACE_MANAGE)
@blueprint.response(204)
def close_place(place_id: int) -> None:
    """Close a place; needs ``If-Match``."""
    actions.close_place(current_actor(), place_id, asked_version())


@blueprint.get("/people")
@guarded(Permission.PERSON_LIST)
@blueprint.arguments(shapes.PersonQuery, location="query")
@blueprint.response(200, shapes.PersonPage)
def people(asked: dict[str, Any]) -> dict[str, Any]:
    """A page of people by name."""
    after = read_cursor(asked["cursor"], length=2) if asked["cursor"] else None
    rows = queries.people(
        current_actor(),
        text=asked["q"],
        department_id=asked["department_id"],
        left=asked["left"],
        after=(str(after[0]), int(after[1])) if after else None,
        limit=asked["limit"] + 1,
    )
    return envelope(page_of(rows, asked["limit"], lambda row: (row.name, row.id)))


@blueprint.post("/people")
@guarded(Permission.PERSON_MANAGE)
@blueprint.arguments(shapes.PersonIn)
@blueprint.response(201, shapes.PersonOut)
def add_person(given: dict[str, Any]) -> Any:
    """Add somebody to a department."""
    made = actions.add_person(current_actor(), PersonDraft(**given))
    return made, 201, etag(made.version)


@blueprint.get("/people/<int:person_id>")
@guarded(Permission.PERSON_LIST)
@blueprint.response(200, shapes.PersonOut)
def person(person_id: int) -> Any:
    """Somebody."""
    found = queries.person(current_actor(), person_id)
    return found, 200, etag(found.version)


@blueprint.patch("/people/<int:person_id>")
@guarded(Permission.PERSON_MANAGE)
@blueprint.arguments(shapes.PersonChange)
@blueprint.response(200, shapes.PersonOut)
def change_person(given: dict[str, Any], person_id: int) -> Any:
    """Change somebody's name, department or contact; needs ``If-Match``."""
    found = actions.change_person(current_actor(), person_id, asked_version(), **given)
    return found, 200, etag(found.version)


@blueprint.post("/people/<int:person_id>/leave")
@guarded(Permission.PERSON_MANAGE)
@blueprint.response(200, shapes.PersonOut)
def leave(person_id: int) -> Any:
    """Note that somebody has left; needs ``If-Match``."""
    found = actions.leave(current_actor(), person_id, asked_version())
    return found, 200, etag(found.version)


@blueprint.get("/people/<int:person_id>/roles")
@guarded(Permission.PERSON_LIST)
@blueprint.response(200, shapes.RoleList)
def roles(person_id: int) -> dict[str, Any]:
    """The roles somebody holds."""
    actor = current_actor()
    return {"items": queries.live_grants(actor, queries.person(actor, person_id).id)}


@blueprint.post("/people/<int:person_id>/roles")
@guarded(Permission.ROLE_GRANT)
@blueprint.arguments(shapes.RoleIn)
@blueprint.response(201, shapes.RoleOut)
def grant(given: dict[str, Any], person_id: int) -> Any:
    """Give somebody a role for a department and below."""
    role, department_id = given.pop("role"), given.pop("department_id")
    return actions.grant_role(current_actor(), person_id, role, department_id, **given)


@blueprint.delete("/roles/<int:grant_id>")
@guarded(Permission.ROLE_GRANT)
@blueprint.response(204)
def revoke(grant_id: int) -> None:
    """Take a role away; it binds from the next request on."""
    actions.revoke_role(current_actor(), grant_id)
