"""Beginning and ending sessions; a session that has ended is dead at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.auth import queries, rules
from registry.auth.errors import BadCredentials
from registry.auth.models import ApiToken, Credential, HalfSignIn, SignInSession
from registry.auth.throttling import Limit, forgive, hit
from registry.config import Settings
from registry.journal.actions import record
from registry.kernel.addresses import connection_of
from registry.kernel.clock import now
from registry.kernel.errors import Busy, Missing
from registry.organisation.events import PersonLeft
from registry.organisation.models import Person
from registry.store.transaction import release, transaction

SEEN_EVERY = timedelta(minutes=1)
KEPT_AFTER_END = timedelta(days=90)
HALF_FOR = timedelta(minutes=10)
"""How long after the password one may look for one's phone."""

BY_BROWSER = Limit("sign-in name and address", most=10, seconds=900)
BY_NAME = Limit("sign-in name", most=30, seconds=900)
BY_ADDRESS = Limit("sign-in address", most=100, seconds=900)

StandsIn = Callable[[int, int], bool]
"""Whether a person of an institution decides for others without a role of their own."""


def nobody_stands_in(institution_id: int, person_id: int) -> bool:
    """Where nobody asks, nobody does."""
    return False


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in from."""

    address: str = ""
    agent: str = ""


def sign_in(
    settings: Settings,
    institution_id: int,
    name: str,
    password: str,
    *,
    address: str = "",
    agent: str = "",
    stands_in: StandsIn = nobody_stands_in,
) -> tuple[str, SignInSession | HalfSignIn]:
    """Begin a session: its secret token, shown to the browser only, and its row.

    Of whom a code is asked too there is no session yet, but a HalfSignIn for some
    minutes; ``complete_sign_in`` makes one of it. Whatever is wrong, the answer is
    BadCredentials and takes as long. Each try counts before the password is looked at;
    Throttled once there were too many.
    """
    folded = rules.fold_name(name)
    connection = connection_of(address)
    hit(BY_BROWSER, institution_id, folded, connection)
    hit(BY_NAME, institution_id, folded)
    hit(BY_ADDRESS, connection)
    credential_id = _proven(settings, institution_id, name, password)
    token = rules.new_session_token()
    with transaction() as session:
        credential = _proven_still(session, credential_id)
        browser = Browser(address, agent)
        if queries.code_is_asked(credential):
            made: SignInSession | HalfSignIn = _begin_half(session, credential, token)
        else:
            made = add_session(session, settings, credential, token, browser, stands_in)
        forgive(BY_BROWSER, institution_id, folded, connection, all_of_them=True)
        forgive(BY_NAME, institution_id, folded)
        forgive(BY_ADDRESS, connection)
        session.flush()
        return token, made


def _proven(
    settings: Settings, institution_id: int, name: str, password: str
) -> tuple[int, str]:
    """The credential's id and the hash that fitted; no lock is held meanwhile."""
    found = queries.credential_by_name(institution_id, name)
    known = found.password_hash if found else rules.stand_in_hash(settings)
    credential_id = found.id if found else None
    release()
    fits = rules.password_fits(settings, known, password)
    if not fits or credential_id is None:
        raise BadCredentials
    if rules.hash_is_dated(settings, known):
        known = _rehash(settings, credential_id, known, password)
    return credential_id, known


def _rehash(settings: Settings, credential_id: int, known: str, password: str) -> str:
    """Store the same password under the present parameters; the hash that stands.

    Of two sign-ins at once the second finds what the first has stored.
    """
    fresh = rules.hash_password(settings, password)
    this = Credential.id == credential_id
    with transaction() as session:
        stored = session.execute(
            sa.update(Credential)
            .where(this, Credential.password_hash == known)
            .values(password_hash=fresh)
        )
        if getattr(stored, "rowcount", 0):
            return fresh
        standing = session.scalar(sa.select(Credential.password_hash).where(this)) or ""
    if not rules.password_fits(settings, standing, password):
        raise BadCredentials
    return standing


def _proven_still(session: Session, proven: tuple[int, str]) -> Credential:
    """The credential, if it still is what was proven, and may sign in."""
    credential_id, known_hash = proven
    credential = able_to_sign_in(session, Credential.id == credential_id)
    if credential is None or credential.password_hash != known_hash:
        raise BadCredentials
    return credential


def able_to_sign_in(
    session: Session, which: sa.ColumnElement[bool]
) -> Credential | None:
    """A credential under lock; None if its holder may not sign in."""
    found = session.execute(
        sa.select(Credential, Person.left_on)
        .join(Person, Person.id == Credential.person_id)
        .where(which)
        .with_for_update(of=Credential)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        return None
    credential, left_on = found
    if (
        credential.disabled_at is not None
        or left_on is not None
        or (credential.initial_until and credential.initial_until < now())
    ):
        return None
    return credential


def _begin_half(session: Session, credential: Credential, token: str) -> HalfSignIn:
    made = HalfSignIn(
        institution_id=credential.institution_id,
        person_id=credential.person_id,
        token_hash=rules.secret_hash(token),
        expires_at=now() + HALF_FOR,
    )
    session.add(made)
    return made


def add_session(
    session: Session,
    settings: Settings,
    credential: Credential,
    token: str,
    browser: Browser,
    stands_in: StandsIn,
) -> SignInSession:
    """Add a session of somebody who has proven everything that was asked."""
    moment = now()
    made = SignInSession(
        institution_id=credential.institution_id,
        person_id=credential.person_id,
        token_hash=rules.secret_hash(token),
        created_at=moment,
        seen_at=moment,
        expires_at=moment + timedelta(days=settings.session_days),
        address=browser.address[:45],
        agent=browser.agent[:200],
        stands_in=stands_in(credential.institution_id, credential.person_id),
    )
    session.add(made)
    return made


def note_seen(visit: queries.Visit) -> None:
    """Note that a session is in use, at most once a minute, and never in the way."""
    moment = now()
    if visit.seen_at is not None and moment - visit.seen_at < SEEN_EVERY:
        return
    try:
        with transaction() as session:
            session.execute(
                sa.update(SignInSession)
                .where(
                    SignInSession.id == visit.record_id,
                    SignInSession.ended_at.is_(None),
                )
                .values(seen_at=moment)
            )
    except Busy:
        return


def sign_out(actor: Actor) -> None:
    """End the session one is in; doing so twice is no matter."""
    actor.require(Permission.OWN_ACCOUNT)
    if actor.session_id is not None:
        with transaction() as session:
            _end(session, actor, SignInSession.id == actor.session_id)


def end_own_session(actor: Actor, session_id: int) -> None:
    """End one of one's own sessions; Missing if it is not one's own."""
    with transaction() as session:
        actor.require(Permission.OWN_ACCOUNT)
        mine = session.get(SignInSession, session_id)
        if mine is None or mine.person_id != actor.person_id:
            raise Missing(what="sessions")
        _end(session, actor, SignInSession.id == session_id)


def end_sessions(actor: Actor, person_id: int | None = None) -> int:
    """End all sessions of a person, or all one's own but the present one."""
    with transaction() as session:
        if person_id is None or person_id == actor.person_id:
            actor.require(Permission.OWN_ACCOUNT)
            mine = SignInSession.person_id == actor.person_id
            others = SignInSession.id != (actor.session_id or 0)
            return _end(session, actor, sa.and_(mine, others))
        credential = queries.credential_of(actor, person_id)
        actor.require(Permission.CREDENTIAL_MANAGE, credential)
        drop_halves(session, actor.institution_id, person_id)
        ended = _end(session, actor, SignInSession.person_id == person_id)
        record(actor, "credential", credential.id, "end_sessions", {"ended": ended})
        return ended


def _end(session: Session, actor: Actor, which: sa.ColumnElement[bool]) -> int:
    ended = session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.institution_id == actor.institution_id,
            SignInSession.ended_at.is_(None),
            which,
        )
        .values(ended_at=now())
    )
    return int(getattr(ended, "rowcount", 0))


def sever(session: Session, institution_id: int, person_id: int) -> None:
    """End every session and revoke every token of a person."""
    sever_sessions(session, institution_id, person_id)
    session.execute(
        sa.update(ApiToken)
        .where(
            ApiToken.institution_id == institution_id,
            ApiToken.person_id == person_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=now())
    )


def sever_sessions(session: Session, institution_id: int, person_id: int) -> None:
    """End every session of a person, those included that are only half begun."""
    drop_halves(session, institution_id, person_id)
    session.execute(
        sa.update(SignInSession)
        .where(
            SignInSession.institution_id == institution_id,
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=now())
    )


def drop_halves(session: Session, institution_id: int, person_id: int) -> None:
    """Whoever is between password and code begins anew."""
    session.execute(
        sa.delete(HalfSignIn).where(
            HalfSignIn.institution_id == institution_id,
            HalfSignIn.person_id == person_id,
        )
    )


def sever_leaver(event: PersonLeft) -> None:
    """Whoever has left is out at once, and stays out until enabled anew."""
    with transaction() as session:
        sever(session, event.institution_id, event.person_id)
        session.execute(
            sa.update(Credential)
            .where(
                Credential.institution_id == event.institution_id,
                Credential.person_id == event.person_id,
                Credential.disabled_at.is_(None),
            )
            .values(disabled_at=now())
        )


def forget_ended_sessions() -> int:
    """Drop sessions that ended or ran out 90 days ago, and half ones that ran out."""
    long_ago = now() - KEPT_AFTER_END
    with transaction() as session:
        session.execute(sa.delete(HalfSignIn).where(HalfSignIn.expires_at < now()))
        gone = session.execute(
            sa.delete(SignInSession).where(SignInSession.expires_at < long_ago)
        )
        return int(getattr(gone, "rowcount", 0))
