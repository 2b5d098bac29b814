"""API tokens: made by a person for some scopes and a time, shown once, revocable."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.auth import queries, rules
from registry.auth.actions.sessions import SEEN_EVERY
from registry.auth.models import ApiToken
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Busy, Invalid, Missing
from registry.kernel.text import required_line
from registry.store.transaction import transaction

MOST_TOKENS = 20


def create_token(
    actor: Actor, name: str, scopes: list[str], *, days: int = 90
) -> tuple[str, ApiToken]:
    """A token for one's own programme: its secret, shown this once, and its row.

    It may do what one may oneself, within its scopes, and never more.
    """
    with transaction() as session:
        actor.require(Permission.OWN_TOKENS)
        if actor.person_id is None:
            raise Missing(what="people")
        clean = required_line(name, field="name", most=80)
        chosen = _checked_scopes(scopes)
        if not 1 <= days <= rules.TOKEN_DAYS:
            raise Invalid.field("days", "too_large_number", most=rules.TOKEN_DAYS)
        _refuse_too_many(actor)
        secret = rules.new_api_token()
        moment = now()
        made = ApiToken(
            institution_id=actor.institution_id,
            person_id=actor.person_id,
            name=clean,
            hint=secret[:8],
            token_hash=rules.secret_hash(secret),
            scopes=chosen,
            created_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        session.add(made)
        session.flush()
        facts = {"scopes": chosen, "until": made.expires_at.date().isoformat()}
        record(actor, "api_token", made.id, "create", facts, is_new=True)
        return secret, made


def _checked_scopes(scopes: list[str]) -> list[str]:
    wrong = sorted(set(scopes) - set(rules.SCOPES))
    if wrong:
        raise Invalid.field("scopes", "not_a_choice", found=wrong[0][:40])
    if not scopes:
        raise Invalid.field("scopes", "required")
    return sorted(set(scopes))


def _refuse_too_many(actor: Actor) -> None:
    moment = now()
    live = [
        each
        for each in queries.own_tokens(actor)
        if each.revoked_at is None and each.expires_at > moment
    ]
    if len(live) >= MOST_TOKENS:
        raise Invalid.field("name", "too_many", most=MOST_TOKENS)


def revoke_token(actor: Actor, token_id: int) -> ApiToken:
    """Revoke one's own token; it is dead at once. Twice is no matter."""
    with transaction() as session:
        actor.require(Permission.OWN_TOKENS)
        found = session.get(ApiToken, token_id)
        if found is None or (found.institution_id, found.person_id) != (
            actor.institution_id,
            actor.person_id,
        ):
            raise Missing(what="api_tokens")
        if found.revoked_at is None:
            found.revoked_at = now()
            session.flush()
            record(actor, "api_token", found.id, "revoke")
        return found


def note_token_used(visit: queries.Visit) -> None:
    """Note that a token is in use, at most once a minute, and never in the way."""
    moment = now()
    if visit.seen_at is not None and moment - visit.seen_at < SEEN_EVERY:
        return
    try:
        with transaction() as session:
            session.execute(
                sa.update(ApiToken)
                .where(ApiToken.id == visit.record_id)
                .values(last_used_at=moment)
            )
    except Busy:
        return
