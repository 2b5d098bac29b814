"""Sign-in names, sessions and tokens of people."""

from __future__ import annotations

from collections.abc import Sequence

from registry.access.actor import Actor
from registry.auth import actions, queries
from registry.auth.models import Credential
from registry.auth.rules import SCOPES
from registry.config import Settings
from registry.kernel.errors import Missing
from registry.organisation.models import Person
from tests.factories.organisation import actor_of

PASSWORD = "paper-lantern-42"


def make_credential(settings: Settings, person: Person, name: str = "") -> Credential:
    """Let a person sign in with PASSWORD, which they need not change first."""
    made, _ = actions.create_credential(
        Actor.system(person.institution_id),
        settings,
        person.id,
        name or f"user{person.id}",
        PASSWORD,
        must_change=False,
    )
    return made


def ensure_credential(settings: Settings, person: Person) -> Credential:
    """The credential a person has, or a new one with PASSWORD."""
    try:
        return queries.credential_of(Actor.system(person.institution_id), person.id)
    except Missing:
        return make_credential(settings, person)


def begin_session(settings: Settings, person: Person) -> str:
    """The secret of a session that a person has begun with PASSWORD."""
    name = ensure_credential(settings, person).sign_in_name
    token, _ = actions.sign_in(settings, person.institution_id, name, PASSWORD)
    return token


def make_token(settings: Settings, person: Person, scopes: Sequence[str] = ()) -> str:
    """The secret of an API token of a person's own; without scopes, all there are."""
    ensure_credential(settings, person)
    secret, _ = actions.create_token(actor_of(person), "tests", list(scopes or SCOPES))
    return secret
