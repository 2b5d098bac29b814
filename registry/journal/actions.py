"""Writing entries: the one function that does, and what completes a transaction's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.journal.models import CommittedName, Entry, Position, Seal
from registry.journal.queries import hashes_between, head_of, last_position, last_seal
from registry.journal.rules import (
    NO_HASH,
    Body,
    Head,
    commitment,
    entry_hash,
    new_salt,
    seal_hash,
)
from registry.kernel.canonical import canonical_json
from registry.kernel.clock import now
from registry.store.base import table_of
from registry.store.transaction import finalise_with, transaction

BATCH = 1_000
_BODY = tuple(field.name for field in fields(Body))


@dataclass(frozen=True, slots=True)
class Written:
    """An entry of the running transaction; its position comes at commit."""

    body: Body
    hash: str

    @property
    def number(self) -> int:
        """Which entry of its subject it is."""
        return self.body.number


def record(
    actor: Actor,
    kind: str,
    subject_id: int,
    verb: str,
    facts: Mapping[str, Any] | None = None,
    *,
    effective_on: date | None = None,
    document: str | None = None,
    corrects: int | None = None,
    is_new: bool = False,
) -> Written:
    """Append one entry to a subject's chain, inside the running transaction.

    ``facts`` are plain JSON values; a person's name in them must be a commitment (see
    ``name_of``). ``is_new`` says that the subject has no entry yet: no need to ask.
    """
    with transaction() as session:
        heads = _heads(session)
        head = Head() if is_new else heads.get((kind, subject_id))
        head = head or head_of(kind, subject_id)
        moment = max(now(), head.at) if head.at else now()
        body = Body(
            institution_id=actor.institution_id,
            subject_kind=kind,
            subject_id=subject_id,
            number=head.number + 1,
            verb=verb,
            at=moment,
            effective_on=effective_on,
            actor_id=actor.person_id,
            actor_name=_actor_name(actor),
            door=str(actor.door),
            document=document,
            corrects=corrects,
            facts=canonical_json(dict(facts or {})),
            previous_hash=head.hash,
        )
        written = Written(body, entry_hash(body))
        _pending(session).append(written)
        heads[kind, subject_id] = Head(body.number, body.at, written.hash)
        return written


def recall_names(institution_id: int, names: Mapping[int, str]) -> None:
    """Have the commitments to names of people at hand, for ``name_of``: all at once."""
    with transaction() as session:
        cache = session.info.setdefault("commitments", {})
        rows = session.execute(
            sa.select(
                CommittedName.person_id, CommittedName.name, CommittedName.commitment
            ).where(
                CommittedName.institution_id == institution_id,
                CommittedName.person_id.in_(names),
            )
        )
        for person_id, name, made in rows:
            if person_id is not None and names[person_id] == name:
                cache.setdefault((institution_id, person_id, name), made)


def name_of(institution_id: int, person_id: int | None, name: str) -> str:
    """The commitment that stands for a name in facts, made once for each person."""
    with transaction() as session:
        cache = session.info.setdefault("commitments", {})
        key = (institution_id, person_id, name)
        if key not in cache:
            cache[key] = _known_commitment(session, *key) or _commit(session, *key)
        return str(cache[key])


def empty_names(actor: Actor, person_id: int) -> int:
    """Forget the names behind a person's commitments; the chains stay whole."""
    with transaction() as session:
        found = session.execute(
            sa.update(CommittedName)
            .where(
                CommittedName.institution_id == actor.institution_id,
                CommittedName.person_id == person_id,
            )
            .values(name=None, salt=None)
        )
        record(actor, "person", person_id, "forget_names")
        return int(getattr(found, "rowcount", 0))


def open_positions(institution_id: int) -> None:
    """Begin counting positions for a new institution."""
    with transaction() as session:
        session.add(Position(institution_id=institution_id, last=0))
        session.flush()


def seal(actor: Actor) -> Seal | None:
    """Seal all entries since the last seal; None if there are none."""
    with transaction() as session:
        _lock_positions(session, actor.institution_id, 0)
        before = last_seal(actor.institution_id)
        first = (before.last_position if before else 0) + 1
        last = last_position(actor.institution_id)
        if last < first:
            return None
        previous = before.hash if before else NO_HASH
        made = Seal(
            institution_id=actor.institution_id,
            number=(before.number if before else 0) + 1,
            first_position=first,
            last_position=last,
            at=now(),
            previous_hash=previous,
            hash=seal_hash(previous, hashes_between(actor.institution_id, first, last)),
        )
        session.add(made)
        session.flush()
        return made


def _heads(session: Session) -> dict[tuple[str, int], Head]:
    heads: dict[tuple[str, int], Head] = session.info.setdefault("heads", {})
    return heads


def _pending(session: Session) -> list[Written]:
    entries: list[Written] = session.info.setdefault("entries", [])
    return entries


def _actor_name(actor: Actor) -> str | None:
    if actor.person_id is None:
        return None
    return name_of(actor.institution_id, actor.person_id, actor.name)


def _known_commitment(
    session: Session, institution_id: int, person_id: int | None, name: str
) -> str | None:
    if person_id is None:
        return None
    return session.scalar(
        sa.select(CommittedName.commitment).where(
            CommittedName.institution_id == institution_id,
            CommittedName.person_id == person_id,
            CommittedName.name == name,
        )
    )


def _commit(
    session: Session, institution_id: int, person_id: int | None, name: str
) -> str:
    salt = new_salt()
    made = commitment(salt, name)
    session.execute(
        sa.insert(CommittedName).values(
            commitment=made,
            institution_id=institution_id,
            person_id=person_id,
            salt=salt,
            name=name,
        )
    )
    return made


@finalise_with
def _give_positions(session: Session) -> None:
    """Write the transaction's entries, in order, at the end of the institution's line.

    The counter row is locked last and held to commit: positions are in commit order.
    """
    entries: list[Written] = session.info.pop("entries", [])
    session.info.pop("heads", None)
    session.info.pop("commitments", None)
    for institution_id in sorted({e.body.institution_id for e in entries}):
        own = [e for e in entries if e.body.institution_id == institution_id]
        last = _lock_positions(session, institution_id, len(own))
        rows = [
            {**_columns(e.body), "hash": e.hash, "position": last - len(own) + index}
            for index, e in enumerate(own, start=1)
        ]
        for start in range(0, len(rows), BATCH):
            session.execute(sa.insert(table_of(Entry)), rows[start : start + BATCH])


def _columns(body: Body) -> dict[str, Any]:
    return {name: getattr(body, name) for name in _BODY}


def _lock_positions(session: Session, institution_id: int, count: int) -> int:
    """Advance an institution's counter, holding its row; the new last position."""
    last = session.scalar(
        sa.update(Position)
        .where(Position.institution_id == institution_id)
        .values(last=Position.last + count)
        .returning(Position.last)
        .execution_options(synchronize_session=False)
    )
    if last is None:
        raise LookupError(f"institution {institution_id} counts no positions")
    return int(last)
