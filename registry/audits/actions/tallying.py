"""The part of a frozen list that one delivery is about: read locked, changed in memory.

Everything a delivery may touch is locked at once, in the order of ids, and written back
once: so two phones in one room wait for one another and never lock each other out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.audits.actions.keeping import table_of
from registry.audits.models import (
    Audit,
    AuditDraw,
    AuditItem,
    AuditPlace,
    AuditRecord,
    AuditRound,
)
from registry.audits.queries.differences import SEES, held
from registry.audits.rules.counting import (
    Line,
    Seen,
    after_all,
    after_closing,
    after_count,
    after_reopening,
    after_seeing,
)
from registry.audits.states import (
    AuditState,
    Outcome,
    RecordKind,
    RoundKind,
)
from registry.store.db import session as current_session

BATCH = 500

Heap = tuple[int, int]
"""Things without labels that are counted together: (item type, place)."""


class Sheet:
    """Lines of a list under lock, with what was counted of them."""

    def __init__(
        self,
        found: Audit,
        *,
        assets: Collection[int],
        places: Collection[int] = (),
        heaps: Collection[Heap] = (),
    ) -> None:
        self.audit = found
        self.lines: dict[int, Line] = {}
        self.heaps: dict[Heap, list[int]] = defaultdict(list)
        self.places: dict[int, list[int]] = defaultdict(list)
        self.names: dict[int, str] = {}
        self.conditions: dict[int, str | None] = {}
        self.unused: set[int] = set()
        self._dirty: set[int] = set()
        self._closings: dict[int, tuple[datetime | None, int | None]] = {}
        self._lock(sorted(assets), sorted(places), sorted(heaps))
        self.closed = _closed_places(found)

    def _lock(self, assets: list[int], places: list[int], heaps: list[Heap]) -> None:
        wanted: list[sa.ColumnElement[bool]] = []
        if assets:
            wanted.append(AuditItem.asset_id.in_(assets))
        if places:
            wanted.append(AuditItem.place_id.in_(places))
        wanted += [
            sa.and_(
                AuditItem.item_type_id == type_id,
                AuditItem.place_id == place_id,
                AuditItem.is_labelled.is_(False),
            )
            for type_id, place_id in heaps
        ]
        if not wanted:
            return
        rows = current_session().execute(
            sa.select(
                AuditItem.asset_id,
                AuditItem.place_id,
                AuditItem.excuse,
                AuditItem.outcome,
                AuditItem.found_place_id,
                AuditItem.found_by_id,
                AuditItem.found_at,
                AuditItem.found_round,
                AuditItem.record_key,
                AuditItem.times,
                AuditItem.is_disputed,
                AuditItem.is_labelled,
                AuditItem.item_type_id,
                AuditItem.name,
            )
            .where(AuditItem.audit_id == self.audit.id, sa.or_(*wanted))
            .order_by(AuditItem.asset_id)
            .with_for_update(of=AuditItem)
        )
        for *line, is_labelled, type_id, name in rows:
            made = Line(*line)
            self.lines[made.asset_id] = made
            self.names[made.asset_id] = name
            if made.place_id is not None:
                self.places[made.place_id].append(made.asset_id)
                if not is_labelled:
                    self.heaps[type_id, made.place_id].append(made.asset_id)

    def is_over(self, place_id: int | None) -> bool:
        """Whether what is not found at a place is missing: closed, or walked over."""
        if self.audit.state != AuditState.RUNNING:
            return True
        return place_id in self.closed

    def see(self, asset_id: int, seen: Seen) -> None:
        """One thing was counted."""
        self._set(after_seeing(self.lines[asset_id], seen))

    def see_again(self, asset_id: int, seen: Iterable[Seen]) -> None:
        """A thing as these counts of it make it, after one was taken back."""
        line = self.lines[asset_id]
        self._set(after_all(line, seen, is_over=self.is_over(line.place_id)))

    def count(self, heap: Heap, count: int, seen: Seen) -> None:
        """So many of a heap were counted."""
        lines = [self.lines[each] for each in self.heaps[heap]]
        over = self.is_over(heap[1])
        for line in after_count(lines, count, seen, is_over=over):
            self._set(line)

    def close(self, place_id: int, at: datetime, person_id: int | None) -> int:
        """Nothing more is at a place; how many things are missing there."""
        self.closed.add(place_id)
        self._closings[place_id] = (at, person_id)
        for each in self.places[place_id]:
            self._set(after_closing(self.lines[each]))
        return sum(
            self.lines[each].outcome == Outcome.MISSING
            for each in self.places[place_id]
        )

    def reopen(self, place_id: int) -> None:
        """A place is looked through once more."""
        self.closed.discard(place_id)
        self._closings[place_id] = (None, None)
        if self.audit.state != AuditState.RUNNING:
            return
        for each in self.places[place_id]:
            self._set(after_reopening(self.lines[each]))

    def _set(self, line: Line) -> None:
        if self.lines[line.asset_id] != line:
            self.lines[line.asset_id] = line
            self._dirty.add(line.asset_id)

    @property
    def found(self) -> list[int]:
        """What this delivery changed to found."""
        return sorted(each for each in self._dirty if self.lines[each].is_found)

    def write(self, in_round: AuditRound | None) -> None:
        """Write everything that changed."""
        connection = current_session().connection()
        item = table_of(AuditItem)
        rows = [
            {
                "b_asset": line.asset_id,
                "b_outcome": line.outcome,
                "b_place": line.found_place_id,
                "b_by": line.found_by_id,
                "b_at": line.found_at,
                "b_round": line.found_round,
                "b_key": line.record_key,
                "b_times": line.times,
                "b_disputed": line.is_disputed,
            }
            for line in (self.lines[each] for each in sorted(self._dirty))
        ]
        here = sa.and_(
            item.c.audit_id == self.audit.id,
            item.c.asset_id == sa.bindparam("b_asset"),
        )
        statement = (
            sa.update(item)
            .where(here)
            .values(
                outcome=sa.bindparam("b_outcome"),
                found_place_id=sa.bindparam("b_place"),
                found_by_id=sa.bindparam("b_by"),
                found_at=sa.bindparam("b_at"),
                found_round=sa.bindparam("b_round"),
                record_key=sa.bindparam("b_key"),
                times=sa.bindparam("b_times"),
                is_disputed=sa.bindparam("b_disputed"),
            )
        )
        for start in range(0, len(rows), BATCH):
            connection.execute(statement, rows[start : start + BATCH])
        looks = [
            {"b_asset": each, "b_condition": condition}
            for each, condition in sorted(self.conditions.items())
        ]
        if looks:
            connection.execute(
                sa.update(item)
                .where(here)
                .values(found_condition=sa.bindparam("b_condition")),
                looks,
            )
        if self.unused:
            connection.execute(
                sa.update(item).where(here).values(seen_unused=sa.true()),
                [{"b_asset": each} for each in sorted(self.unused)],
            )
        self._write_places(connection)
        if in_round is not None and in_round.kind == RoundKind.SAMPLE:
            self._write_draws(connection, in_round)

    def _write_places(self, connection: sa.Connection) -> None:
        place = table_of(AuditPlace)
        rows = [
            {"b_place": place_id, "b_at": at, "b_by": by}
            for place_id, (at, by) in sorted(self._closings.items())
        ]
        if rows:
            connection.execute(
                sa.update(place)
                .where(
                    place.c.audit_id == self.audit.id,
                    place.c.place_id == sa.bindparam("b_place"),
                )
                .values(
                    closed_at=sa.bindparam("b_at"), closed_by_id=sa.bindparam("b_by")
                ),
                rows,
            )

    def _write_draws(self, connection: sa.Connection, in_round: AuditRound) -> None:
        draw = table_of(AuditDraw)
        rows = []
        for asset_id in sorted(self._dirty):
            line = self.lines[asset_id]
            here = line.is_found and line.found_round == in_round.number
            outcome = line.outcome if here else str(Outcome.PENDING)
            rows.append({"b_asset": asset_id, "b_outcome": outcome})
        if rows:
            connection.execute(
                sa.update(draw)
                .where(
                    draw.c.round_id == in_round.id,
                    draw.c.asset_id == sa.bindparam("b_asset"),
                )
                .values(outcome=sa.bindparam("b_outcome")),
                rows,
            )


def _closed_places(found: Audit) -> set[int]:
    return set(
        current_session().scalars(
            sa.select(AuditPlace.place_id).where(
                AuditPlace.audit_id == found.id, AuditPlace.closed_at.is_not(None)
            )
        )
    )


def seen_before(found: Audit, asset_ids: Collection[int]) -> dict[int, list[Seen]]:
    """By thing its counts that hold, in the order they came."""
    seen: dict[int, list[Seen]] = {each: [] for each in asset_ids}
    if not seen:
        return seen
    rows = current_session().execute(
        sa.select(
            AuditRecord.asset_id,
            AuditRecord.key,
            AuditRecord.place_id,
            AuditRecord.person_id,
            AuditRecord.received_at,
            AuditRecord.round,
        )
        .where(
            AuditRecord.audit_id == found.id,
            AuditRecord.asset_id.in_(sorted(seen)),
            AuditRecord.kind.in_(SEES),
            *held(),
        )
        .order_by(AuditRecord.id)
    )
    for asset_id, key, place_id, person_id, at, number in rows:
        if asset_id is not None:
            seen[asset_id].append(Seen(key, place_id, person_id, at, number))
    return seen


def counts_before(
    found: Audit, heaps: Collection[Heap]
) -> dict[Heap, list[tuple[int, Seen]]]:
    """By heap the counts of it that hold, in the order they came."""
    counts: dict[Heap, list[tuple[int, Seen]]] = {each: [] for each in heaps}
    for type_id, place_id in sorted(counts):
        rows = current_session().execute(
            sa.select(
                AuditRecord.count,
                AuditRecord.key,
                AuditRecord.place_id,
                AuditRecord.person_id,
                AuditRecord.received_at,
                AuditRecord.round,
            )
            .where(
                AuditRecord.audit_id == found.id,
                AuditRecord.kind == str(RecordKind.COUNT),
                AuditRecord.item_type_id == type_id,
                AuditRecord.place_id == place_id,
                *held(),
            )
            .order_by(AuditRecord.id)
        )
        for count, key, at_place, person_id, at, number in rows:
            seen = Seen(key, at_place, person_id, at, number)
            counts[type_id, place_id].append((int(count or 0), seen))
    return counts


def records_held(found: Audit, *where: sa.ColumnElement[bool]) -> list[Any]:
    """The records of an audit that count and were not taken back, in order."""
    return list(
        current_session().scalars(
            sa.select(AuditRecord)
            .where(AuditRecord.audit_id == found.id, *where, *held())
            .order_by(AuditRecord.id)
        )
    )
