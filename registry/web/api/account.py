"""One's own account in the API: who one is, password, sessions, tokens."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.auth import actions, queries
from registry.auth.rules import SCOPES
from registry.lists.of.tokens import TOKENS
from registry.organisation.actions.people import set_preferences
from registry.web.api.listing import listing_page
from registry.web.api.schemas.listing import ListPage
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import (
    Choice,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Secret,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import list_schema
from registry.web.base.routes import guarded, settling, signed_in, tells_secret
from registry.web.base.sessions import (
    caller,
    current_actor,
    language_wanted,
    text_size_wanted,
)
from registry.web.base.settings import current_settings
from registry.words import LANGUAGES

blueprint = ApiBlueprint(
    "api_account", __name__, url_prefix="/me", description="One's own account"
)

SIZES = ("normal", "large")


class Me(StrictSchema):
    """Who asks, and what they could do somewhere."""

    person_id = Key(required=True, allow_none=True)
    name = Line(required=True)
    department_id = Key(required=True, allow_none=True)
    institution = Line(required=True)
    language = Choice(LANGUAGES, required=True)
    text_size = Choice(SIZES, required=True)
    by_token = Flag(required=True)
    permissions = Many(Choice(Permission), required=True)


class PreferencesIn(StrictSchema):
    """How one reads."""

    language = Choice(LANGUAGES)
    text_size = Choice(SIZES)


class PasswordIn(StrictSchema):
    """The password one has, and the one wanted."""

    current = Secret(required=True)
    new = Secret(required=True)


class SessionOut(StrictSchema):
    """A browser in which one has signed in."""

    id = Key(required=True)
    created_at = Moment(required=True)
    seen_at = Moment(required=True)
    expires_at = Moment(required=True)
    address = ma.fields.String(required=True, metadata={"example": "10.0.3.7"})
    agent = ma.fields.String(required=True)


class SessionList(StrictSchema):
    """One's own live sessions, the latest seen first."""

    items = Many(ma.fields.Nested(SessionOut), required=True, most=10_000)


class TokenIn(StrictSchema):
    """What a new token is called, may be used for, and for how many days."""

    name = Line(required=True, most=80, metadata={"example": "nightly report"})
    scopes = Many(Choice(SCOPES), required=True, most=len(SCOPES))
    days = Whole(least=1, most=365, load_default=90)


class TokenOut(StrictSchema):
    """A token without its secret; ``hint`` is how it ends or begins."""

    id = Key(required=True)
    name = Line(required=True, most=80)
    hint = ma.fields.String(required=True)
    scopes = Many(Choice(SCOPES), required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)
    revoked_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(required=True, allow_none=True)


class TokenPage(ListPage):
    """A page of one's own tokens."""

    items = Many(ma.fields.Nested(TokenOut), required=True)


TokenQuery = list_schema("Token", TOKENS)
"""What the list of one's own tokens is narrowed to, and from where on."""


class NewToken(TokenOut):
    """A new token with its secret, told this once."""

    secret = ma.fields.String(required=True)


@blueprint.get("")
@signed_in
@settling
@blueprint.response(200, Me)
def show() -> dict[str, Any]:
    """Who asks: name, institution, and what they could do somewhere."""
    actor, house = current_actor(), caller().house
    plain = {n: getattr(actor, n) for n in ("person_id", "name", "department_id")}
    return plain | {
        "institution": house.name if house else "",
        "language": language_wanted(),
        "text_size": text_size_wanted(),
        "by_token": caller().by_token,
        "permissions": [each for each in Permission if actor.may(each)],
    }


@blueprint.patch("")
@signed_in
@settling
@blueprint.arguments(PreferencesIn)
@blueprint.response(204)
def prefer(given: dict[str, Any]) -> None:
    """Remember language and size of text."""
    set_preferences(current_actor(), **given)


@blueprint.put("/password")
@guarded(Permission.OWN_ACCOUNT)
@settling
@blueprint.arguments(PasswordIn)
@blueprint.response(204)
def change_password(given: dict[str, Any]) -> None:
    """Choose another password; sessions elsewhere end."""
    words = given["current"], given["new"]
    actions.change_password(current_actor(), current_settings(), *words)


@blueprint.get("/sessions")
@guarded(Permission.OWN_ACCOUNT)
@blueprint.response(200, SessionList)
def sessions() -> dict[str, Any]:
    """One's own live sessions, the latest seen first."""
    return {"items": queries.own_sessions(current_actor(), current_settings())}


@blueprint.delete("/sessions")
@guarded(Permission.OWN_ACCOUNT)
@blueprint.response(204)
def end_other_sessions() -> None:
    """End all one's sessions but this one."""
    actions.end_sessions(current_actor())


@blueprint.delete("/sessions/<int:session_id>")
@guarded(Permission.OWN_ACCOUNT)
@blueprint.response(204)
def end_session(session_id: int) -> None:
    """End one of one's sessions."""
    actions.end_own_session(current_actor(), session_id)


@blueprint.get("/tokens")
@guarded(Permission.OWN_TOKENS)
@blueprint.arguments(TokenQuery, location="query")
@blueprint.response(200, TokenPage)
def tokens(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own tokens without their secrets, narrowed, a page at a time."""
    return listing_page(TOKENS, asked)


@blueprint.post("/tokens")
@guarded(Permission.OWN_TOKENS)
@tells_secret
@blueprint.arguments(TokenIn)
@blueprint.response(201, NewToken)
def create_token(given: dict[str, Any]) -> dict[str, Any]:
    """Make a token; its secret is told this once."""
    secret, made = actions.create_token(current_actor(), **given)
    plain = {name: getattr(made, name) for name in TokenOut().fields}
    return plain | {"secret": secret}


@blueprint.delete("/tokens/<int:token_id>")
@guarded(Permission.OWN_TOKENS)
@blueprint.response(204)
def revoke_token(token_id: int) -> None:
    """Revoke one of one's tokens, at once."""
    actions.revoke_token(current_actor(), token_id)
