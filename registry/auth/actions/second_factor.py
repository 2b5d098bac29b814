"""A second factor: setting one up, spare codes, doing without, and taking it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.auth import queries, rules
from registry.auth.actions.credentials import prove_password
from registry.auth.actions.sessions import drop_halves, end_sessions, sever_sessions
from registry.auth.errors import FactorIsAsked, OwnFactor
from registry.auth.events import SecondFactorChanged
from registry.auth.models import Credential, SecondFactor, SpareCode
from registry.auth.rules import second_factor as codes
from registry.auth.states import FACTOR_MOVES, FactorState, FactorVerb
from registry.auth.throttling import Limit, forgive, hit
from registry.config import Settings
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Invalid, Missing, WrongState
from registry.organisation import queries as organisation
from registry.store.transaction import emit, release, transaction

SETTING_UP = timedelta(hours=1)
"""How long a secret waits for its first code."""

BY_CODE = Limit("second factor", most=10, seconds=900)
BY_CODE_A_DAY = Limit("second factor, a day", most=50, seconds=86_400)
"""Three of a million codes fit: a few tries are hopeless, many days of them not."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a phone needs to make codes: as text to type, and as a symbol to scan."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A code that fits: of the phone by its half minute, or a spare one by its row."""

    factor_id: int
    step: int = 0
    spare_id: int | None = None


def begin_second_factor(
    actor: Actor, settings: Settings, *, password: str = "", code: str = ""
) -> Setup:
    """Have a secret made that one's phone is to learn; nothing is asked for yet.

    Whoever signed in a while ago gives the password, whoever has one already a code of
    it too: an open session alone changes nothing. Raises Invalid, Throttled.
    """
    actor.require(Permission.OWN_ACCOUNT)
    person_id, found = _own(actor)
    proof = None
    if _is_on(found):
        proof = _prove_oneself(actor, settings, password, code)
    elif not queries.has_just_signed_in(actor):
        prove_password(actor, settings, password, "password")
    secret = codes.new_secret()
    with transaction() as session:
        credential = queries.credential_of(actor, person_id)
        kept = _locked(session, actor.institution_id, person_id) or _added(
            session, actor.institution_id, person_id
        )
        if proof is not None:
            spend(session, proof)
            forgive_code_tries(actor.institution_id, person_id)
        _allow(kept, FactorVerb.BEGIN)
        if _is_on(kept):
            kept.state = str(FactorState.RENEWING)
        else:
            kept.state = str(FactorState.BEGUN)
        owner = (actor.institution_id, person_id)
        kept.pending = codes.seal(settings.secret_key, owner, secret)
        kept.pending_since = now()
        session.flush()
        return _setup(actor, credential, secret)


def setup_of(actor: Actor, settings: Settings) -> Setup:
    """The secret that waits for its first code; Missing if there is none any more."""
    actor.require(Permission.OWN_ACCOUNT)
    person_id, found = _own(actor)
    secret = _pending(settings, found)
    return _setup(actor, queries.credential_of(actor, person_id), secret)


def confirm_second_factor(actor: Actor, settings: Settings, code: str) -> list[str]:
    """Prove that the phone has the secret; ten spare codes, told this once.

    All one's other sessions end. Raises Invalid where the code is another one, and
    says so where only the phone's clock is wrong.
    """
    actor.require(Permission.OWN_ACCOUNT)
    person_id, found = _own(actor)
    count_code_try(actor.institution_id, person_id)
    secret = _pending(settings, found)
    step = _first_step(secret, code)
    pending = found.pending if found else ""
    release()
    spare, hashed = _made_spare(settings)
    with transaction() as session:
        credential = queries.credential_of(actor, person_id)
        kept = _locked(session, actor.institution_id, person_id)
        if kept is None or kept.pending != pending:
            raise Missing(what="second_factors")
        was_on = _is_on(kept)
        _allow(kept, FactorVerb.CONFIRM)
        kept.state = str(FactorState.ON)
        kept.secret, kept.pending, kept.pending_since = pending, "", None
        kept.last_step, kept.confirmed_at = step, now()
        _keep_spare(session, kept, hashed)
        session.flush()
        end_sessions(actor)
        drop_halves(session, actor.institution_id, person_id)
        forgive_code_tries(actor.institution_id, person_id)
        verb = "renew_second_factor" if was_on else "set_second_factor"
        _tell(actor, credential, verb)
        return spare


def renew_spare_codes(
    actor: Actor, settings: Settings, *, password: str, code: str
) -> list[str]:
    """Ten new spare codes, told this once; those of before are void."""
    actor.require(Permission.OWN_ACCOUNT)
    person_id, found = _own(actor)
    _allow(found, FactorVerb.RENEW_CODES)
    proof = _prove_oneself(actor, settings, password, code)
    spare, hashed = _made_spare(settings)
    with transaction() as session:
        credential = queries.credential_of(actor, person_id)
        kept = _locked(session, actor.institution_id, person_id)
        _allow(kept, FactorVerb.RENEW_CODES)
        if kept is None:
            raise Missing(what="second_factors")
        spend(session, proof)
        forgive_code_tries(actor.institution_id, person_id)
        _keep_spare(session, kept, hashed)
        session.flush()
        record(actor, "credential", credential.id, "renew_spare_codes")
        return spare


def remove_second_factor(
    actor: Actor, settings: Settings, *, password: str, code: str
) -> None:
    """Sign in by the password alone from now on; all one's other sessions end.

    FactorIsAsked of whom the institution asks for one.
    """
    actor.require(Permission.OWN_ACCOUNT)
    person_id, found = _own(actor)
    _allow(found, FactorVerb.REMOVE)
    if _is_on(found) and queries.factor_is_asked(actor):
        raise FactorIsAsked
    proof = _prove_oneself(actor, settings, password, code) if _is_on(found) else None
    with transaction() as session:
        credential = queries.credential_of(actor, person_id)
        kept = _locked(session, actor.institution_id, person_id)
        _allow(kept, FactorVerb.REMOVE)
        if kept is None or (proof is None and _is_on(kept)):
            raise Conflict
        if proof is not None:
            spend(session, proof)
            forgive_code_tries(actor.institution_id, person_id)
        _emptied(session, kept)
        if proof is not None:
            end_sessions(actor)
            drop_halves(session, actor.institution_id, person_id)
            _tell(actor, credential, "remove_second_factor")


def reset_second_factor(actor: Actor, person_id: int) -> None:
    """Take a lost second factor from somebody else; all their sessions end.

    Their password lets them in once more, to set up a new one where one is asked for.
    OwnFactor for one's own: that would be a way round it.
    """
    with transaction() as session:
        credential = queries.credential_of(actor, person_id)
        actor.require(Permission.CREDENTIAL_MANAGE, credential)
        if person_id == actor.person_id:
            raise OwnFactor
        kept = _locked(session, actor.institution_id, person_id)
        if kept is None or FactorState(kept.state) is FactorState.NONE:
            return
        _allow(kept, FactorVerb.RESET)
        _emptied(session, kept)
        sever_sessions(session, actor.institution_id, person_id)
        _tell(actor, credential, "reset_second_factor")


def prove_code(settings: Settings, factor: SecondFactor, given: str) -> Proof:
    """Which code of somebody's was given; Invalid if none, or one used before.

    It is used up by ``spend``, inside the transaction of what it allows.
    """
    code = codes.digits_of(given)
    if len(code) == codes.SPARE_DIGITS:
        return _prove_spare(settings, factor, code)
    owner = (factor.institution_id, factor.person_id)
    secret = codes.unseal(settings.secret_key, owner, factor.secret)
    if secret is None:
        raise Invalid.field("code", "factor_unreadable")
    steps = codes.fitting_steps(secret, code, now())
    if not steps:
        raise Invalid.field("code", "wrong_code")
    unused = [step for step in steps if step > factor.last_step]
    if not unused:
        raise Invalid.field("code", "code_used")
    return Proof(factor.id, step=unused[0])


def _prove_spare(settings: Settings, factor: SecondFactor, code: str) -> Proof:
    found = queries.spare_code(factor, code[: codes.MARK])
    known = found.code_hash if found else ""
    spare_id, used = (found.id, found.used_at) if found else (None, None)
    factor_id = factor.id
    release()
    if not known or not rules.password_fits(settings, known, code):
        raise Invalid.field("code", "wrong_code")
    if used is not None:
        raise Invalid.field("code", "code_used")
    return Proof(factor_id, spare_id=spare_id)


def spend(session: Session, proof: Proof) -> None:
    """Use a code up; Invalid if somebody was quicker with the same one."""
    if proof.spare_id is None:
        fresh = SecondFactor.last_step < proof.step
        spent = session.execute(
            sa.update(SecondFactor)
            .where(SecondFactor.id == proof.factor_id, fresh)
            .values(last_step=proof.step)
        )
    else:
        spent = session.execute(
            sa.update(SpareCode)
            .where(SpareCode.id == proof.spare_id, SpareCode.used_at.is_(None))
            .values(used_at=now())
        )
    if getattr(spent, "rowcount", 0) != 1:
        raise Invalid.field("code", "code_used")


def count_code_try(institution_id: int, person_id: int) -> None:
    """Count that somebody's code is tried; Throttled if too often."""
    hit(BY_CODE, institution_id, person_id)
    hit(BY_CODE_A_DAY, institution_id, person_id)


def forgive_code_tries(institution_id: int, person_id: int) -> None:
    """It was an honest one."""
    forgive(BY_CODE, institution_id, person_id, all_of_them=True)
    forgive(BY_CODE_A_DAY, institution_id, person_id)


def _own(actor: Actor) -> tuple[int, SecondFactor | None]:
    if actor.person_id is None:
        raise Missing(what="credentials")
    return actor.person_id, queries.factor_of(actor.institution_id, actor.person_id)


def _is_on(factor: SecondFactor | None) -> bool:
    return factor is not None and factor.is_on


def _prove_oneself(actor: Actor, settings: Settings, password: str, code: str) -> Proof:
    """The password and a code; both are looked at, and a wrong one is said."""
    person_id, found = _own(actor)
    if found is None:
        raise Missing(what="second_factors")
    count_code_try(actor.institution_id, person_id)
    prove_password(actor, settings, password, "password")
    _, found = _own(actor)
    if found is None:
        raise Missing(what="second_factors")
    proof = prove_code(settings, found, code)
    release()
    return proof


def _allow(factor: SecondFactor | None, verb: FactorVerb) -> None:
    """Refuse what the table of moves does not know."""
    state = FactorState(factor.state) if factor else FactorState.NONE
    if (state, verb) not in FACTOR_MOVES:
        raise WrongState("second_factor_missing")


def _locked(
    session: Session, institution_id: int, person_id: int
) -> SecondFactor | None:
    return session.scalar(
        sa.select(SecondFactor)
        .where(
            SecondFactor.institution_id == institution_id,
            SecondFactor.person_id == person_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _added(session: Session, institution_id: int, person_id: int) -> SecondFactor:
    made = SecondFactor(
        institution_id=institution_id,
        person_id=person_id,
        state=str(FactorState.NONE),
    )
    session.add(made)
    return made


def _pending(settings: Settings, factor: SecondFactor | None) -> bytes:
    if factor is None or not factor.pending or factor.pending_since is None:
        raise Missing(what="second_factors")
    owner = (factor.institution_id, factor.person_id)
    secret = codes.unseal(settings.secret_key, owner, factor.pending)
    if secret is None or now() - factor.pending_since > SETTING_UP:
        raise Missing(what="second_factors")
    return secret


def _setup(actor: Actor, credential: Credential, secret: bytes) -> Setup:
    house = organisation.institution(actor.institution_id).short_name
    address = codes.address(secret, house, credential.sign_in_name)
    return Setup(codes.typed(secret), address)


def _first_step(secret: bytes, given: str) -> int:
    """The half minute of the first code; Invalid, by how much a clock is wrong."""
    code, moment = codes.digits_of(given), now()
    steps = codes.fitting_steps(secret, code, moment)
    if steps:
        return steps[-1]
    far = codes.fitting_steps(secret, code, moment, codes.FAR)
    if not far:
        raise Invalid.field("code", "wrong_code")
    off = far[0] - codes.step_at(moment)
    minutes = max(1, round(abs(off) * codes.STEP_SECONDS / 60))
    late = "phone_is_slow" if off < 0 else "phone_is_fast"
    raise Invalid.field("code", late, minutes=minutes)


def _made_spare(settings: Settings) -> tuple[list[str], list[tuple[str, str]]]:
    """Ten codes, and of each its mark and hash; slow on purpose."""
    made = codes.new_spare_codes()
    return made, [
        (each[: codes.MARK], rules.hash_password(settings, each)) for each in made
    ]


def _keep_spare(
    session: Session, factor: SecondFactor, hashed: list[tuple[str, str]]
) -> None:
    _drop_spare(session, factor)
    session.add_all(
        SpareCode(
            institution_id=factor.institution_id,
            factor_id=factor.id,
            mark=mark,
            code_hash=each,
        )
        for mark, each in hashed
    )


def _drop_spare(session: Session, factor: SecondFactor) -> None:
    session.execute(sa.delete(SpareCode).where(SpareCode.factor_id == factor.id))


def _emptied(session: Session, factor: SecondFactor) -> None:
    """Nothing of it is kept but that there was one, and which codes are used up."""
    factor.state = str(FactorState.NONE)
    factor.secret = factor.pending = ""
    factor.pending_since = factor.confirmed_at = None
    _drop_spare(session, factor)
    session.flush()


def _tell(actor: Actor, credential: Credential, verb: str) -> None:
    record(actor, "credential", credential.id, verb)
    emit(SecondFactorChanged(credential.institution_id, credential.person_id, verb))
