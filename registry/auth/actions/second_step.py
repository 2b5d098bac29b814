"""The second step of signing in: a code, after the password and before a session."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor, Door
from registry.auth import queries, rules
from registry.auth.actions.second_factor import (
    Proof,
    count_code_try,
    forgive_code_tries,
    prove_code,
    spend,
)
from registry.auth.actions.sessions import (
    Browser,
    StandsIn,
    able_to_sign_in,
    add_session,
    nobody_stands_in,
)
from registry.auth.errors import HalfOver
from registry.auth.models import Credential, HalfSignIn, SignInSession
from registry.config import Settings
from registry.journal.actions import record
from registry.store.transaction import transaction


def complete_sign_in(
    settings: Settings,
    half: str,
    code: str,
    *,
    address: str = "",
    agent: str = "",
    stands_in: StandsIn = nobody_stands_in,
) -> tuple[str, SignInSession, int | None]:
    """Begin the session of whoever has given the password, once their code fits.

    Its secret token, its row, and if the code was a spare one how many are left. Each
    try counts before the code is looked at. HalfOver where one must begin anew.
    """
    begun = queries.half_by_token(half)
    if begun is None:
        raise HalfOver
    half_id, institution_id, person_id = begun.id, begun.institution_id, begun.person_id
    count_code_try(institution_id, person_id)
    factor = queries.factor_of(institution_id, person_id)
    if factor is None:
        raise HalfOver
    proof = prove_code(settings, factor, code)
    token = rules.new_session_token()
    with transaction() as session:
        gone = session.execute(sa.delete(HalfSignIn).where(HalfSignIn.id == half_id))
        credential = able_to_sign_in(session, Credential.person_id == person_id)
        if not getattr(gone, "rowcount", 0) or credential is None:
            raise HalfOver
        spend(session, proof)
        made = add_session(
            session, settings, credential, token, Browser(address, agent), stands_in
        )
        forgive_code_tries(institution_id, person_id)
        session.flush()
        return token, made, _noted(credential, proof)


def _noted(credential: Credential, proof: Proof) -> int | None:
    """That a spare code was used, and how many are left; nothing of a phone's code."""
    if proof.spare_id is None:
        return None
    holder = Actor(credential.institution_id, credential.person_id, door=Door.PAGE)
    left = queries.spare_codes_left(proof.factor_id)
    record(holder, "credential", credential.id, "use_spare_code", {"left": left})
    return left
