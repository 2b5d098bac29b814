"""One use case, one transaction: all of it happens, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from registry.kernel.errors import Busy, Conflict, Refused
from registry.store.db import session as current_session

Finaliser = Callable[[Session], None]
EventHandler = Callable[[Any], None]

_finalisers: list[Finaliser] = []
_subscribers: dict[type, list[EventHandler]] = {}


def finalise_with(finaliser: Finaliser) -> Finaliser:
    """Have a function run in every outermost transaction just before it commits."""
    _finalisers.append(finaliser)
    return finaliser


def subscribe(event: type, handler: EventHandler) -> None:
    """Have ``handler`` called with each event of a kind, inside its transaction."""
    handlers = _subscribers.setdefault(event, [])
    if handler not in handlers:
        handlers.append(handler)


def emit(event: Any) -> None:
    """Say that something has happened; subscribers join the same transaction."""
    current_session().info.setdefault("events", []).append(event)


@contextmanager
def transaction() -> Iterator[Session]:
    """The session inside a writing transaction.

    Re-entrant: an inner one joins the outer, which alone commits. Anything raised rolls
    all of it back. A broken unique constraint becomes Conflict, a locked database Busy.
    """
    session = current_session()
    if session.info.get("writing"):
        yield session
        return
    if "joined" in session.info:
        _begin_joined(session)
        yield session
        return
    _begin_writing(session)
    try:
        yield session
        _complete(session)
    except BaseException as error:
        session.rollback()
        raise _refusal_of(error) from error
    finally:
        _forget(session)


@contextmanager
def joined(begun: Callable[[Session], None]) -> Iterator[Callable[[], bool]]:
    """Make one of all transactions in the block: begun by the first, ended with it.

    ``begun`` runs first inside it, if it comes to that. Gives a function that tells
    whether it has. Nothing is locked until something is written.
    """
    session = current_session()
    session.info["joined"] = begun
    try:
        yield lambda: bool(session.info.get("writing"))
        if session.info.get("writing"):
            _complete(session)
    except BaseException as error:
        session.rollback()
        raise _refusal_of(error) from error
    finally:
        _forget(session)


@contextmanager
def apart() -> Iterator[Session]:
    """A transaction that stays whatever becomes of the joined one around it.

    What is counted of a try must be kept although the try is refused. Once the joined
    one has begun to write it is too late for that: RuntimeError.
    """
    session = current_session()
    if session.info.get("writing"):
        raise RuntimeError("what shall stay was begun inside a transaction")
    around = session.info.pop("joined", None)
    try:
        with transaction() as own:
            yield own
    finally:
        if around is not None:
            session.info["joined"] = around


def release() -> None:
    """Let go of what was read, so that nothing is held during long work."""
    session = current_session()
    if not session.info.get("writing"):
        session.rollback()


def _begin_joined(session: Session) -> None:
    _begin_writing(session)
    session.info["joined"](session)


def _complete(session: Session) -> None:
    _deliver(session)
    session.flush()
    for finaliser in _finalisers:
        finaliser(session)
    session.commit()


@contextmanager
def attempt() -> Iterator[None]:
    """A part of a transaction that may fail by itself: what it did is taken back."""
    with current_session().begin_nested():
        yield


def _begin_writing(session: Session) -> None:
    """Take the write lock first, and look at the rows as they are under it."""
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside a transaction")
    session.rollback()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    session.info["writing"] = True


def _forget(session: Session) -> None:
    session.info.clear()


def _deliver(session: Session) -> None:
    """Hand out events until none is left; a handler may emit further ones."""
    while events := session.info.pop("events", []):
        for event in events:
            for handler in _subscribers.get(type(event), []):
                handler(event)


def _refusal_of(error: BaseException) -> BaseException:
    if isinstance(error, Refused):
        return error
    if isinstance(error, IntegrityError) and is_unique_violation(error):
        return Conflict("already_exists", what=constraint_of(error))
    if isinstance(error, OperationalError) and "locked" in str(error.orig):
        return Busy()
    return error


def is_unique_violation(error: IntegrityError) -> bool:
    """Whether a unique constraint was broken, and not a trigger or another check."""
    state = getattr(error.orig, "sqlstate", None)
    return state == "23505" or "UNIQUE constraint failed" in str(error.orig)


def constraint_of(error: IntegrityError) -> str:
    """The broken constraint, as the database names it."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None and diagnosis.constraint_name:
        return str(diagnosis.constraint_name)
    return str(error.orig).rpartition(": ")[2]
