"""Proving the journal whole: chains, positions, seals, committed names."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from registry.journal.models import CommittedName
from registry.journal.queries import (
    hashes_between,
    last_position,
    seals_of,
    stream_by_subject,
)
from registry.journal.rules import (
    NO_HASH,
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


@dataclass(frozen=True, slots=True)
class Chain:
    """All entries of one subject, first to last, and what is wrong with their line."""

    kind: str
    subject_id: int
    entries: list[sa.Row[*tuple[Any, ...]]]
    findings: list[Finding]


def chains(institution_id: int) -> Generator[Chain, None, None]:
    """Every subject's chain with its gaps, broken links and changed entries.

    Whoever may stop before the end closes it, so that nothing stays open.
    """
    with closing(stream_by_subject(institution_id)) as rows:
        for (kind, subject_id), entries in groupby(rows, key=_subject_of):
            line = list(entries)
            yield Chain(kind, subject_id, line, list(_findings_of(line)))


_subject_of = attrgetter("subject_kind", "subject_id")


def _findings_of(entries: list[sa.Row[*tuple[Any, ...]]]) -> Iterator[Finding]:
    head = Head()
    for entry in entries:
        faults = []
        if entry.number != head.number + 1:
            faults.append(("chain_gap", f"expected #{head.number + 1}"))
        elif entry.previous_hash != head.hash:
            faults.append(("chain_broken", ""))
        if entry_hash(entry) != entry.hash:
            faults.append(("entry_changed", ""))
        if head.at is not None and entry.at < head.at:
            faults.append(("time_went_back", ""))
        for code, detail in faults:
            where = f"{entry.subject_kind} {entry.subject_id} #{entry.number}"
            yield Finding(code, where, detail)
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
