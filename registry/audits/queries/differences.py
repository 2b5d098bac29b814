"""What differs now between the ledger and what was counted, thing by thing.

Nothing is kept here: while people count it is looked at, when they have done it is
gathered (``actions.gathering``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from registry.audits.models import (
    Audit,
    AuditDraw,
    AuditItem,
    AuditRecord,
    AuditRound,
)
from registry.audits.rules.differing import Differing, Group, group_of
from registry.audits.states import (
    FindingKind,
    Outcome,
    RecordKind,
    RoundKind,
    RoundState,
    Standing,
    Verdict,
)
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.store.db import session

SEES = (str(RecordKind.SCAN), str(RecordKind.TICK))
PART = 500
MOST_WORDS = 2_000

Heap = tuple[int, int | None]


def differences(
    found: Audit, asset_ids: Collection[int] | None = None
) -> Iterator[Differing]:
    """Every difference of an audit now; with ids those of these things alone.

    Heaps and what no thing of the ledger answers to are always looked at as a whole.
    """
    yield from _of_list(found, asset_ids)
    yield from _beyond_list(found, asset_ids)
    yield from _of_heaps(found)
    yield from _unknown(found)
    yield from _without_label(found)


def counted_differences(found: Audit) -> dict[Group, int]:
    """How many there are in each group now, heaps by the number of their things."""
    counts: Counter[Group] = Counter()
    for each in differences(found):
        counts[group_of(each.kind, each.was)] += each.count
    return dict(counts)


def held() -> list[sa.ColumnElement[bool]]:
    """The conditions on records that count and were not taken back."""
    undo = aliased(AuditRecord)
    taken_back = sa.exists().where(
        undo.audit_id == AuditRecord.audit_id,
        undo.undoes == AuditRecord.key,
        undo.standing == str(Standing.COUNTED),
    )
    return [AuditRecord.standing == str(Standing.COUNTED), ~taken_back]


def _parts(
    column: Any, asset_ids: Collection[int] | None
) -> Iterator[list[sa.ColumnElement[bool]]]:
    """No condition, or one for each part of the ids."""
    if asset_ids is None:
        yield []
        return
    ids = sorted(asset_ids)
    for start in range(0, len(ids), PART):
        yield [column.in_(ids[start : start + PART])]


def _in_vain() -> sa.ColumnElement[bool]:
    """Whether a sample drew the thing after it was last seen, and did not see it."""
    return (
        sa.exists()
        .where(
            AuditDraw.audit_id == AuditItem.audit_id,
            AuditDraw.asset_id == AuditItem.asset_id,
            AuditDraw.outcome == str(Outcome.PENDING),
            AuditRound.id == AuditDraw.round_id,
            AuditRound.kind == str(RoundKind.SAMPLE),
            AuditRound.state == str(RoundState.DONE),
            AuditRound.number > AuditItem.found_round,
        )
        .correlate(AuditItem)
    )


def _of_list(found: Audit, asset_ids: Collection[int] | None) -> Iterator[Differing]:
    in_vain = _in_vain()
    seen = AuditItem.outcome.in_((str(Outcome.HERE), str(Outcome.ELSEWHERE)))
    for where in _parts(AuditItem.asset_id, asset_ids):
        rows = session().execute(
            sa.select(
                AuditItem.asset_id,
                AuditItem.outcome,
                AuditItem.is_labelled,
                AuditItem.department_id,
                AuditItem.place_id,
                AuditItem.found_place_id,
                AuditItem.record_key,
                AuditItem.condition,
                AuditItem.found_condition,
                Asset.place_id.label("now_at"),
                Asset.condition.label("now_is"),
                Asset.state,
                in_vain.label("in_vain"),
            )
            .join(Asset, Asset.id == AuditItem.asset_id)
            .where(
                AuditItem.audit_id == found.id,
                *where,
                sa.or_(
                    sa.and_(seen, in_vain),
                    AuditItem.outcome.in_(
                        (str(Outcome.MISSING), str(Outcome.ELSEWHERE))
                    ),
                    AuditItem.found_condition.is_not(None),
                    sa.and_(
                        seen,
                        Asset.state.in_(
                            (str(AssetState.MISSING), str(AssetState.DISPOSED))
                        ),
                    ),
                ),
            )
            .order_by(AuditItem.asset_id)
        )
        for row in rows:
            yield from _of_line(row)


def _of_line(row: Any) -> Iterator[Differing]:
    """What is different about one thing of the list."""
    told: dict[str, Any] = {
        "asset_id": row.asset_id,
        "department_id": row.department_id,
        "place_id": row.place_id,
        "was": row.state,
    }
    if row.outcome == Outcome.MISSING and row.is_labelled:
        if row.state != AssetState.DISPOSED:
            yield Differing(FindingKind.MISSING, **told)
        return
    if row.in_vain:
        # What was seen first is in doubt, so nothing is moved by it; what the ledger
        # has moved or ended since need not be where it was.
        gone = row.state in (AssetState.MISSING, AssetState.DISPOSED)
        if not gone and row.now_at in (row.place_id, row.found_place_id):
            yield Differing(FindingKind.NOT_FOUND, record_key=row.record_key, **told)
    elif row.outcome in (Outcome.HERE, Outcome.ELSEWHERE):
        gone = row.state in (AssetState.MISSING, AssetState.DISPOSED)
        if gone or row.now_at != row.found_place_id:
            # Where the ledger has followed by itself, nothing is left to rule.
            moved = row.outcome == Outcome.ELSEWHERE
            if moved or gone:
                kind = FindingKind.ELSEWHERE if moved else FindingKind.UNLISTED
                yield Differing(
                    kind,
                    found_place_id=row.found_place_id,
                    record_key=row.record_key,
                    **told,
                )
    found = row.found_condition
    if found is not None and found not in (row.condition, row.now_is):
        yield Differing(
            FindingKind.CONDITION,
            found_place_id=row.found_place_id,
            record_key=row.record_key,
            condition=found,
            **told,
        )


def _beyond_list(
    found: Audit, asset_ids: Collection[int] | None
) -> Iterator[Differing]:
    """Things of the ledger that were seen and that the list does not have."""
    listed = sa.exists().where(
        AuditItem.audit_id == found.id, AuditItem.asset_id == AuditRecord.asset_id
    )
    for where in _parts(AuditRecord.asset_id, asset_ids):
        rows = session().execute(
            sa.select(
                AuditRecord.asset_id,
                AuditRecord.key,
                AuditRecord.place_id,
                Asset.department_id,
                Asset.place_id.label("now_at"),
                Asset.state,
            )
            .join(Asset, Asset.id == AuditRecord.asset_id)
            .where(
                AuditRecord.audit_id == found.id,
                AuditRecord.kind.in_(SEES),
                AuditRecord.place_id.is_not(None),
                ~listed,
                *where,
                *held(),
            )
            .order_by(AuditRecord.asset_id, AuditRecord.id)
        )
        last = {row.asset_id: row for row in rows}
        for row in last.values():
            gone = row.state in (AssetState.MISSING, AssetState.DISPOSED)
            if not gone and row.now_at == row.place_id:
                continue
            yield Differing(
                FindingKind.UNLISTED,
                asset_id=row.asset_id,
                department_id=row.department_id,
                place_id=row.now_at,
                found_place_id=row.place_id,
                record_key=row.key,
                was=row.state,
            )


def _of_heaps(found: Audit) -> Iterator[Differing]:
    """Things without labels: so many fewer, or more, than the list has."""
    missing = session().execute(
        sa.select(
            AuditItem.item_type_id,
            AuditItem.place_id,
            sa.func.min(AuditItem.department_id).label("department_id"),
            sa.func.count().label("things"),
        )
        .join(Asset, Asset.id == AuditItem.asset_id)
        .where(
            AuditItem.audit_id == found.id,
            AuditItem.is_labelled.is_(False),
            AuditItem.outcome == str(Outcome.MISSING),
            Asset.state.not_in((str(AssetState.MISSING), str(AssetState.DISPOSED))),
        )
        .group_by(AuditItem.item_type_id, AuditItem.place_id)
        .order_by(AuditItem.item_type_id, AuditItem.place_id)
    )
    counts = _last_counts(found)
    for row in missing:
        told = counts.get((row.item_type_id, row.place_id))
        yield Differing(
            FindingKind.MISSING,
            item_type_id=row.item_type_id,
            department_id=row.department_id,
            place_id=row.place_id,
            record_key=told.key if told is not None else None,
            count=row.things,
        )
    yield from _more(found, counts)


def _more(found: Audit, counts: dict[Heap, Any]) -> Iterator[Differing]:
    expected: dict[Heap, tuple[int, int]] = {
        (row.item_type_id, row.place_id): (row.things, row.department_id)
        for row in session().execute(
            sa.select(
                AuditItem.item_type_id,
                AuditItem.place_id,
                sa.func.count().label("things"),
                sa.func.min(AuditItem.department_id).label("department_id"),
            )
            .where(AuditItem.audit_id == found.id, AuditItem.is_labelled.is_(False))
            .group_by(AuditItem.item_type_id, AuditItem.place_id)
        )
    }
    for heap, row in sorted(counts.items()):
        listed, department_id = expected.get(heap, (0, None))
        if row.things > listed:
            yield Differing(
                FindingKind.SURPLUS,
                item_type_id=heap[0],
                department_id=department_id,
                place_id=heap[1],
                found_place_id=heap[1],
                record_key=row.key,
                count=row.things - listed,
            )


def _last_counts(found: Audit) -> dict[Heap, Any]:
    """By heap the last count of it that holds."""
    rows = session().execute(
        sa.select(
            AuditRecord.item_type_id,
            AuditRecord.place_id,
            AuditRecord.key,
            AuditRecord.count.label("things"),
        )
        .where(
            AuditRecord.audit_id == found.id,
            AuditRecord.kind == str(RecordKind.COUNT),
            AuditRecord.item_type_id.is_not(None),
            *held(),
        )
        .order_by(AuditRecord.round, AuditRecord.id)
    )
    return {(row.item_type_id, row.place_id): row for row in rows}


def _unknown(found: Audit) -> Iterator[Differing]:
    """Codes that nothing here answers to, each once however often it was scanned."""
    rows = session().execute(
        sa.select(AuditRecord.code, AuditRecord.key, AuditRecord.place_id)
        .where(
            AuditRecord.audit_id == found.id,
            AuditRecord.verdict == str(Verdict.UNKNOWN),
            *held(),
        )
        .order_by(AuditRecord.id)
    )
    first: dict[str, Any] = {}
    for row in rows:
        first.setdefault(row.code, row)
    words = _words_beside(found, first)
    for code, row in first.items():
        yield Differing(
            FindingKind.UNKNOWN,
            found_place_id=row.place_id,
            record_key=row.key,
            code=code,
            words=words.get(code, ""),
        )


def _words_beside(found: Audit, codes: Iterable[str]) -> dict[str, str]:
    """What was noted beside some codes."""
    wanted = set(codes)
    if not wanted:
        return {}
    rows = session().execute(
        sa.select(AuditRecord.code, AuditRecord.note)
        .where(
            AuditRecord.audit_id == found.id,
            AuditRecord.kind == str(RecordKind.NOTE),
            AuditRecord.asset_id.is_(None),
            AuditRecord.note != "",
            *held(),
        )
        .order_by(AuditRecord.id)
    )
    told: dict[str, list[str]] = defaultdict(list)
    for code, note in rows:
        if code in wanted:
            told[code].append(note)
    return {
        code: "\n".join(dict.fromkeys(notes))[:MOST_WORDS]
        for code, notes in told.items()
    }


def _without_label(found: Audit) -> Iterator[Differing]:
    """Things without a label that somebody noted in a place: on no list at all."""
    rows = session().execute(
        sa.select(
            AuditRecord.key,
            AuditRecord.place_id,
            AuditRecord.note,
            AuditRecord.condition,
        )
        .where(
            AuditRecord.audit_id == found.id,
            AuditRecord.kind == str(RecordKind.NOTE),
            AuditRecord.asset_id.is_(None),
            AuditRecord.place_id.is_not(None),
            AuditRecord.code == "",
            *held(),
        )
        .order_by(AuditRecord.id)
    )
    for row in rows:
        yield Differing(
            FindingKind.SURPLUS,
            found_place_id=row.place_id,
            record_key=row.key,
            condition=row.condition,
            words=row.note,
        )
