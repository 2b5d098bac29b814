"""The institution's item types as the matcher knows them, kept current in each process.

Built once and brought up to date from the journal: what has happened to item types
since the position that was last looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from registry.catalogue.models import ItemType
from registry.catalogue.queries import record_of, to_match
from registry.journal.models import Entry
from registry.journal.queries import hashes_between, last_position
from registry.matching.index import Index
from registry.store.db import session

AT_ONCE = 2_000
MOST_KEPT = 8
"""So many institutions are kept in mind by one process."""


@dataclass
class Catalogue:
    """An index of item types as of a position, and which type stands for which."""

    index: Index = field(default_factory=Index)
    standing: dict[int, int] = field(default_factory=dict)
    """For each item type that was merged the one that stands for it."""
    position: int = -1
    mark: str = ""
    """The hash of the entry at this position."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stands_for(self, type_id: int) -> int:
        """The item type that is meant by one, merged or not."""
        return self.standing.get(type_id, type_id)

    def all_of(self, type_ids: Collection[int]) -> set[int]:
        """Some item types, and those that were merged into them."""
        meant = set(type_ids)
        return meant | {each for each, into in self.standing.items() if into in meant}


_KNOWN: dict[tuple[str, int], Catalogue] = {}
_LOCK = threading.Lock()


def catalogue(institution_id: int) -> Catalogue:
    """The item types of an institution, as they are now."""
    key = (session().get_bind().engine.url.render_as_string(), institution_id)
    with _LOCK:
        if key not in _KNOWN:
            if len(_KNOWN) >= MOST_KEPT:
                _KNOWN.pop(next(iter(_KNOWN)))
            _KNOWN[key] = Catalogue()
        known = _KNOWN[key]
    with known.lock:
        last = last_position(institution_id)
        if not _still_holds(known, institution_id):
            known.index, known.standing = Index(), {}
            _take_in(known, institution_id, None)
        elif last > known.position:
            changed = _changed(institution_id, known.position)
            if changed:
                _take_in(known, institution_id, changed)
        if last != known.position or not known.mark:
            known.position, known.mark = last, _mark(institution_id, last)
    return known


def _still_holds(known: Catalogue, institution_id: int) -> bool:
    """Whether what is known comes from this ledger, and not from one since restored."""
    return bool(known.mark) and _mark(institution_id, known.position) == known.mark


def _mark(institution_id: int, position: int) -> str:
    """The hash of the entry at a position; empty where there is none."""
    rows = hashes_between(institution_id, position, position)
    return next((hash_ for _, hash_ in rows), "")


def _changed(institution_id: int, position: int) -> set[int]:
    return set(
        session().scalars(
            sa.select(Entry.subject_id).where(
                Entry.institution_id == institution_id,
                Entry.position > position,
                Entry.subject_kind == "item_type",
            )
        )
    )


def _take_in(known: Catalogue, institution_id: int, ids: set[int] | None) -> None:
    """Put item types in, all or those named, in place of what was known of them."""
    query = (
        sa.select(ItemType)
        .where(ItemType.institution_id == institution_id)
        .options(*to_match())
        .order_by(ItemType.id)
        .execution_options(populate_existing=True)
    )
    if ids is None:
        _put(known, session().scalars(query.execution_options(yield_per=AT_ONCE)))
        return
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        _put(known, session().scalars(query.where(ItemType.id.in_(part))))


def _put(known: Catalogue, types: Iterable[ItemType]) -> None:
    for each in types:
        if each.merged_into_id is not None:
            known.index.remove(str(each.id))
            known.standing[each.id] = each.merged_into_id
            continue
        known.standing.pop(each.id, None)
        known.index.add(record_of(each))
