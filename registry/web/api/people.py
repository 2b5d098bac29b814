"""People, their roles and how they sign in, in the API."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.auth import actions as auth
from registry.auth import queries as credentials
from registry.ledger.actions.handing_over import hand_over_all
from registry.lists.of.people import PEOPLE
from registry.organisation import actions, queries
from registry.organisation.actions import PersonDraft
from registry.web.api.listing import listing_page
from registry.web.api.schemas import organisation as shapes
from registry.web.api.schemas.histories import SubjectHistory, history_of
from registry.web.api.versioned import versioned
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import guarded, tells_secret
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings
from registry.web.base.versions import etag

blueprint = ApiBlueprint(
    "api_people", __name__, url_prefix="", description="People, roles, signing in"
)


@blueprint.get("/people")
@guarded(Permission.PERSON_LIST)
@blueprint.arguments(shapes.PersonQuery, location="query")
@blueprint.response(200, shapes.PersonPage)
def people(asked: dict[str, Any]) -> dict[str, Any]:
    """People, narrowed and in an order, a page at a time."""
    return listing_page(PEOPLE, asked)


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
@versioned
def change_person(given: dict[str, Any], person_id: int, version: int) -> Any:
    """Change somebody's name, department or contact."""
    found = actions.change_person(current_actor(), person_id, version, **given)
    return found, 200, etag(found.version)


@blueprint.post("/people/<int:person_id>/leave")
@guarded(Permission.PERSON_MANAGE)
@blueprint.arguments(shapes.LeaveIn)
@blueprint.response(200, shapes.PersonOut)
@versioned
def leave(given: dict[str, Any], person_id: int, version: int) -> Any:
    """Note that somebody has left; not while they keep things, unless it is said."""
    found = actions.leave(current_actor(), person_id, version, **given)
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


@blueprint.post("/people/<int:person_id>/come-back")
@guarded(Permission.PERSON_MANAGE)
@blueprint.response(200, shapes.PersonOut)
@versioned
def come_back(person_id: int, version: int) -> Any:
    """Note that somebody is here again; roles are granted anew."""
    found = actions.come_back(current_actor(), person_id, version)
    return found, 200, etag(found.version)


@blueprint.post("/people/<int:person_id>/hand-over")
@guarded(Permission.ASSET_ASSIGN)
@blueprint.arguments(shapes.HandOverIn)
@blueprint.response(200, shapes.DocumentList)
def hand_over(given: dict[str, Any], person_id: int) -> dict[str, Any]:
    """Put all that somebody keeps into the hands of another, all of it or nothing."""
    actor = current_actor()
    return {"items": hand_over_all(actor, person_id, given["custodian_id"])}


@blueprint.get("/people/<int:person_id>/history")
@guarded(Permission.PERSON_MANAGE)
@blueprint.response(200, SubjectHistory)
def person_history(person_id: int) -> dict[str, Any]:
    """What became of somebody here, newest first; names stand apart from it."""
    found = queries.person(current_actor(), person_id)
    current_actor().require(Permission.PERSON_MANAGE, found)
    return history_of("person", found.id)


@blueprint.get("/people/<int:person_id>/credential")
@guarded(Permission.CREDENTIAL_MANAGE)
@blueprint.response(200, shapes.CredentialOut)
def credential(person_id: int) -> Any:
    """How somebody signs in."""
    return credentials.credential_of(current_actor(), person_id)


@blueprint.post("/people/<int:person_id>/credential")
@guarded(Permission.CREDENTIAL_MANAGE)
@tells_secret
@blueprint.arguments(shapes.CredentialIn)
@blueprint.response(201, shapes.InitialPassword)
def let_in(given: dict[str, Any], person_id: int) -> dict[str, Any]:
    """Let somebody sign in; the password they begin with is told this once."""
    actor, name = current_actor(), given["sign_in_name"]
    made, word = auth.create_credential(actor, current_settings(), person_id, name)
    return {"sign_in_name": made.sign_in_name, "password": word}


@blueprint.patch("/people/<int:person_id>/credential")
@guarded(Permission.CREDENTIAL_MANAGE)
@blueprint.arguments(shapes.CredentialIn)
@blueprint.response(200, shapes.CredentialOut)
def rename(given: dict[str, Any], person_id: int) -> Any:
    """Give somebody another sign-in name."""
    return auth.rename(current_actor(), person_id, given["sign_in_name"])


@blueprint.post("/people/<int:person_id>/credential/reset")
@guarded(Permission.CREDENTIAL_MANAGE)
@tells_secret
@blueprint.response(200, shapes.InitialPassword)
def reset(person_id: int) -> dict[str, Any]:
    """Make a new initial password, told this once; sessions and tokens end."""
    word = auth.reset_password(current_actor(), current_settings(), person_id)
    found = credentials.credential_of(current_actor(), person_id)
    return {"sign_in_name": found.sign_in_name, "password": word}


@blueprint.post("/people/<int:person_id>/second-factor/reset")
@guarded(Permission.CREDENTIAL_MANAGE)
@blueprint.response(204)
def reset_factor(person_id: int) -> None:
    """Take a lost second factor from somebody else; all their sessions end."""
    auth.reset_second_factor(current_actor(), person_id)


@blueprint.post("/people/<int:person_id>/credential/disable")
@guarded(Permission.CREDENTIAL_MANAGE)
@blueprint.response(200, shapes.CredentialOut)
def disable(person_id: int) -> Any:
    """Bar somebody from signing in; they are out at once."""
    return auth.disable(current_actor(), person_id)


@blueprint.post("/people/<int:person_id>/credential/enable")
@guarded(Permission.CREDENTIAL_MANAGE)
@blueprint.response(200, shapes.CredentialOut)
def enable(person_id: int) -> Any:
    """Let somebody sign in again, with the password they had."""
    return auth.enable(current_actor(), person_id)


@blueprint.delete("/people/<int:person_id>/sessions")
@guarded(Permission.CREDENTIAL_MANAGE)
@blueprint.response(204)
def end_sessions(person_id: int) -> None:
    """End all sessions of somebody."""
    auth.end_sessions(current_actor(), person_id)
