"""Proving the journal whole: chains, positions, seals, committed names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from registry.journal.models import CommittedName, Entry
from registry.journal.queries import (
    hashes_between,
    last_position,
    seals_of,
    stream_by_subject,
)
from registry.journal.rules import (
    NO_HASH,
    Body,
    Head,
    commitment,
    entry_hash,
    seal_hash,
)
from registry.store.db import session


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it must be: what, where, in stable words."""

    code: str
    subject: str
    detail: str = ""


def body_of(entry: Entry) -> Body:
    """What the hash of a stored entry must cover."""
    return Body(
        institution_id=entry.institution_id,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        number=entry.number,
        verb=entry.verb,
        at=entry.at,
        effective_on=entry.effective_on,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        door=entry.door,
        document=entry.document,
        corrects=entry.corrects,
        facts=entry.facts,
        previous_hash=entry.previous_hash,
    )


def findings_of_chains(institution_id: int) -> Iterator[Finding]:
    """Gaps, broken links and changed entries, chain by chain."""
    subject, head = ("", 0), Head()
    for entry in stream_by_subject(institution_id):
        if (entry.subject_kind, entry.subject_id) != subject:
            subject, head = (entry.subject_kind, entry.subject_id), Head()
        where = f"{entry.subject_kind} {entry.subject_id} #{entry.number}"
        if entry.number != head.number + 1:
            yield Finding("chain_gap", where, f"expected #{head.number + 1}")
        elif entry.previous_hash != head.hash:
            yield Finding("chain_broken", where)
        if entry_hash(body_of(entry)) != entry.hash:
            yield Finding("entry_changed", where)
        if head.at is not None and entry.at < head.at:
            yield Finding("time_went_back", where)
        head = Head(entry.number, entry.at, entry.hash)


def findings_of_positions(institution_id: int) -> Iterator[Finding]:
    """Positions must run 1, 2, 3… up to the counter, without a gap."""
    expected = 1
    last = last_position(institution_id)
    for position, _ in hashes_between(institution_id, 1, 2**62):
        if position != expected:
            yield Finding("position_gap", f"position {expected}")
        expected = position + 1
    if expected - 1 != last:
        yield Finding("entries_cut_off", f"position {expected}", f"counter at {last}")


def findings_of_seals(institution_id: int) -> Iterator[Finding]:
    """Each seal must follow the one before and cover its entries as they are."""
    previous, first, number = NO_HASH, 1, 1
    for seal in seals_of(institution_id):
        where = f"seal {seal.number}"
        if (seal.number, seal.first_position, seal.previous_hash) != (
            number,
            first,
            previous,
        ):
            yield Finding("seal_out_of_line", where)
        covered = hashes_between(
            institution_id, seal.first_position, seal.last_position
        )
        if seal_hash(seal.previous_hash, covered) != seal.hash:
            yield Finding("seal_broken", where)
        previous, first, number = seal.hash, seal.last_position + 1, seal.number + 1


def findings_of_names(institution_id: int) -> Iterator[Finding]:
    """A name that is held must be the one that was committed to."""
    rows = session().execute(
        sa.select(
            CommittedName.commitment, CommittedName.salt, CommittedName.name
        ).where(
            CommittedName.institution_id == institution_id,
            CommittedName.name.is_not(None),
        )
    )
    for made, salt, name in rows:
        if commitment(salt or "", name or "") != made:
            yield Finding("name_changed", f"name {made[:12]}")
