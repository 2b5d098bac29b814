"""Adding up what has become of what was expected, as a whole and by its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.models import Audit, AuditItem, AuditPlace, AuditRecord
from registry.audits.queries.audits import items_seen, part_seen
from registry.audits.states import Outcome, RecordKind, Standing
from registry.organisation.models import Department, Person, Place
from registry.store.db import session


@dataclass(frozen=True)
class Sums:
    """Expected = pending + here + elsewhere + missing + excused, always."""

    expected: int = 0
    pending: int = 0
    here: int = 0
    elsewhere: int = 0
    missing: int = 0
    excused: int = 0

    @property
    def done(self) -> int:
        """How many of them are settled one way or another."""
        return self.expected - self.pending

    @property
    def found(self) -> int:
        """How many have been seen."""
        return self.here + self.elsewhere

    @property
    def accuracy(self) -> int | None:
        """How many of a hundred were where the ledger says; None before any is."""
        settled = self.found + self.missing
        return 100 * self.here // settled if settled else None

    @property
    def share(self) -> int:
        """How much of it is done, in whole percent, never 100 before all of it is."""
        if not self.expected:
            return 100
        return 100 * self.done // self.expected


def _sums(counts: Iterable[tuple[str, int]]) -> Sums:
    by = {str(outcome): int(count) for outcome, count in counts}
    known = {str(each): by.get(str(each), 0) for each in Outcome}
    return Sums(expected=sum(by.values()), **known)


def sums_of(actor: Actor, found: Audit, *where: sa.ColumnElement[bool]) -> Sums:
    """What has become of the part of an audit that the actor may see."""
    rows = session().execute(
        sa.select(AuditItem.outcome, sa.func.count())
        .where(*items_seen(actor, found), *where)
        .group_by(AuditItem.outcome)
    )
    return _sums((outcome, count) for outcome, count in rows)


def sums_of_each(actor: Actor, found: Sequence[Audit]) -> dict[int, Sums]:
    """The same of several audits, by their ids."""
    may = Permission.AUDIT_SEE
    whole = [each.id for each in found if actor.may(may, each)]
    parts = [each.id for each in found if each.id not in whole]
    seen = sa.or_(
        AuditItem.audit_id.in_(whole),
        sa.and_(AuditItem.audit_id.in_(parts), part_seen(actor)),
    )
    sums = sums_by(AuditItem.audit_id, seen)
    return {each.id: sums.get(each.id, Sums()) for each in found}


def _grouped(actor: Actor, found: Audit, column: Any) -> dict[int | None, Sums]:
    return sums_by(column, *items_seen(actor, found))


def sums_by(column: Any, *where: sa.ColumnElement[bool]) -> dict[Any, Sums]:
    """What has become of some items, for each value of a column that there is."""
    rows = session().execute(
        sa.select(column, AuditItem.outcome, sa.func.count())
        .where(*where)
        .group_by(column, AuditItem.outcome)
    )
    heaps: dict[int | None, list[tuple[str, int]]] = {}
    for key, outcome, count in rows:
        heaps.setdefault(key, []).append((outcome, count))
    return {key: _sums(counts) for key, counts in heaps.items()}


@dataclass(frozen=True)
class PlaceProgress:
    """How far counting has come in one place."""

    place: Place | None
    sums: Sums
    closed_at: datetime | None
    closed_by: str
    first_at: datetime | None
    last_at: datetime | None
    """When the first and the last thing was counted there, by the phones' clocks."""
    extra: int
    """Things seen there that the list has elsewhere or does not have."""

    @property
    def minutes(self) -> int | None:
        """How long it took, while it took less than a day; None if nobody can say."""
        if self.first_at is None or self.last_at is None:
            return None
        seconds = (self.last_at - self.first_at).total_seconds()
        return int(seconds // 60) + 1 if 0 <= seconds < 86_400 else None


def by_place(actor: Actor, found: Audit) -> list[PlaceProgress]:
    """How far each place of an audit is, in the order of their names."""
    sums = _grouped(actor, found, AuditItem.place_id)
    keys = [key for key in sums if key is not None]
    places = _rows(Place, keys)
    closings = {
        each.place_id: each
        for each in session().scalars(
            sa.select(AuditPlace).where(
                AuditPlace.institution_id == found.institution_id,
                AuditPlace.audit_id == found.id,
            )
        )
    }
    names = _names(each.closed_by_id for each in closings.values())
    seen = _seen_at(found)
    rows = []
    for key, each in sums.items():
        closing = closings.get(key or 0)
        at = seen.get(key)
        rows.append(
            PlaceProgress(
                place=places.get(key or 0),
                sums=each,
                closed_at=closing.closed_at if closing else None,
                closed_by=names.get(closing.closed_by_id or 0, "") if closing else "",
                first_at=at[0] if at else None,
                last_at=at[1] if at else None,
                extra=max(0, at[2] - each.here) if at else 0,
            )
        )
    return sorted(rows, key=lambda e: e.place.full_name if e.place else "\uffff")


def _seen_at(found: Audit) -> dict[int | None, tuple[datetime, datetime, int]]:
    """By place the first and last count, and how many different things were seen."""
    rows = session().execute(
        sa.select(
            AuditRecord.place_id,
            sa.func.min(AuditRecord.at),
            sa.func.max(AuditRecord.at),
            sa.func.count(sa.distinct(AuditRecord.asset_id)),
        )
        .where(
            AuditRecord.institution_id == found.institution_id,
            AuditRecord.audit_id == found.id,
            AuditRecord.standing == str(Standing.COUNTED),
            AuditRecord.kind.in_((str(RecordKind.SCAN), str(RecordKind.TICK))),
        )
        .group_by(AuditRecord.place_id)
    )
    return {key: (first, last, count) for key, first, last, count in rows}


def by_department(actor: Actor, found: Audit) -> list[tuple[Department, Sums]]:
    """How far the things of each department are."""
    sums = _grouped(actor, found, AuditItem.department_id)
    known = _rows(Department, [key for key in sums if key is not None])
    rows = [(known[key], each) for key, each in sums.items() if key is not None]
    return sorted(rows, key=lambda row: (-row[1].expected, row[0].name))


@dataclass(frozen=True)
class PersonProgress:
    """What one person has counted."""

    person: Person
    count: int
    """So many things of the list they were the first to see, heaps included."""
    last_at: datetime


def by_person(found: Audit) -> list[PersonProgress]:
    """Who has counted how many things; for whoever may see the whole audit."""
    rows = (
        session()
        .execute(
            sa.select(
                AuditRecord.person_id,
                sa.func.max(AuditRecord.received_at),
            )
            .where(
                AuditRecord.institution_id == found.institution_id,
                AuditRecord.audit_id == found.id,
                AuditRecord.standing == str(Standing.COUNTED),
                AuditRecord.person_id.is_not(None),
            )
            .group_by(AuditRecord.person_id)
        )
        .all()
    )
    known = _rows(Person, [key for key, _ in rows if key is not None])
    seen = session().execute(
        sa.select(AuditItem.found_by_id, sa.func.count())
        .where(AuditItem.audit_id == found.id, AuditItem.found_by_id.is_not(None))
        .group_by(AuditItem.found_by_id)
    )
    counts = {key: count for key, count in seen}  # noqa: C416 - typed
    return sorted(
        (
            PersonProgress(known[key], counts.get(key, 0), last)
            for key, last in rows
            if key is not None
        ),
        key=lambda each: (-each.count, each.person.name),
    )


def _rows(model: type[Any], keys: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(keys), 500):
        rows = session().scalars(
            sa.select(model).where(model.id.in_(keys[start : start + 500]))
        )
        found.update((row.id, row) for row in rows)
    return found


def _names(keys: Iterable[int | None]) -> dict[int, str]:
    wanted = sorted({key for key in keys if key is not None})
    return {key: row.name for key, row in _rows(Person, wanted).items()}
