"""Differences are gathered as findings once counting is over, and kept up to date.

Looking again changes nothing while nothing changed: what still differs stays, what has
ceased to differ is overtaken, what differs otherwise than it did is ruled anew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.audits.actions.keeping import FINDING_KIND, KIND
from registry.audits.actions.overtaking import overtake
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries.differences import differences
from registry.audits.rules.differing import LOOKED_FOR, Differing
from registry.audits.states import FINDING, UNSETTLED, FindingKind, FindingState
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.store.upserting import insert

BATCH = 500
OPEN_STATES = tuple(str(each) for each in UNSETTLED)


def gather(actor: Actor, found: Audit, asset_ids: Collection[int] | None = None) -> int:
    """Bring the findings of an audit up to what differs now; how many are new.

    With ids only what concerns these things, heaps, and codes nothing answers to.
    """
    with transaction() as session:
        differing = {each.key: each for each in differences(found, asset_ids)}
        settled: dict[tuple[Any, ...], set[tuple[Any, ...]]] = {}
        for row in _known(found, asset_ids):
            if row.state not in OPEN_STATES:
                if row.state == FindingState.APPLIED:
                    settled.setdefault(key_of(row), set()).add(facts_of(row))
                continue
            still = differing.pop(key_of(row), None)
            if still is None:
                overtake(actor, row, {"found_in": found.number})
            elif still.facts != facts_of(row):
                _look_again(actor, row, still)
        fresh = [
            each
            for key, each in differing.items()
            if each.facts not in settled.get(key, ())
        ]
        session.flush()
        made = _enter(found, fresh)
        _take_in(actor, found, fresh)
        if made:
            record(actor, KIND, found.id, "gather", {"count": made})
        return made


def key_of(row: AuditFinding) -> tuple[Any, ...]:
    """The key of what a finding is about, as ``Differing.key``."""
    return _as_differing(row).key


def facts_of(row: AuditFinding) -> tuple[Any, ...]:
    """What a finding was ruled on, as ``Differing.facts``."""
    return _as_differing(row).facts


def _as_differing(row: AuditFinding) -> Differing:
    return Differing(
        FindingKind(row.kind),
        asset_id=row.asset_id,
        item_type_id=row.item_type_id,
        place_id=row.place_id,
        found_place_id=row.found_place_id,
        record_key=row.record_key,
        count=row.count,
        condition=row.condition,
    )


def _known(found: Audit, asset_ids: Collection[int] | None) -> Sequence[AuditFinding]:
    query = sa.select(AuditFinding).where(AuditFinding.audit_id == found.id)
    if asset_ids is not None:
        query = query.where(
            sa.or_(
                AuditFinding.asset_id.is_(None),
                AuditFinding.asset_id.in_(sorted(asset_ids)),
            )
        )
    return (
        current_session()
        .scalars(
            query.order_by(AuditFinding.id)
            .with_for_update(of=AuditFinding)
            .execution_options(populate_existing=True)
        )
        .all()
    )


def _look_again(actor: Actor, row: AuditFinding, still: Differing) -> None:
    """It differs otherwise than it did: what was ruled does not fit any more."""
    row.found_place_id = still.found_place_id
    row.record_key = still.record_key
    row.count = still.count
    row.condition = still.condition
    if row.state != FindingState.OPEN:
        come_back(actor, row)


def come_back(actor: Actor, row: AuditFinding) -> None:
    """What was ruled is ruled again, since the record is not what it was."""
    FINDING.after(FindingState(row.state), "come_back")
    row.state = str(FindingState.OPEN)
    row.came_back = True
    row.approved_by_id = row.approved_at = None
    current_session().flush()
    record(actor, FINDING_KIND, row.id, "come_back")


def _enter(found: Audit, fresh: Sequence[Differing]) -> int:
    """Write new findings; somebody who brought the same at once has written one."""
    session = current_session()
    moment = now()
    rows = [
        asdict(each)
        | {
            "institution_id": found.institution_id,
            "audit_id": found.id,
            "kind": str(each.kind),
            "state": str(FindingState.OPEN),
            "made_at": moment,
            "source": "",
            "ruling_words": "",
            "proposal": {},
            "came_back": False,
            "version": 1,
        }
        for each in sorted(fresh, key=lambda each: tuple(map(str, each.key)))
    ]
    made = 0
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        done = session.execute(
            insert(AuditFinding)
            .values(part)
            .on_conflict_do_nothing()
            .returning(AuditFinding.id)
        )
        made += len(done.all())
    return made


def _take_in(actor: Actor, found: Audit, fresh: Sequence[Differing]) -> None:
    """What somebody said not to be found is settled with what the audit says of it."""
    missing = [
        each.asset_id
        for each in fresh
        if each.kind in LOOKED_FOR and each.asset_id is not None
    ]
    session = current_session()
    for start in range(0, len(missing), BATCH):
        rows = session.scalars(
            sa.select(AuditFinding)
            .where(
                AuditFinding.institution_id == found.institution_id,
                AuditFinding.audit_id.is_(None),
                AuditFinding.asset_id.in_(missing[start : start + BATCH]),
                AuditFinding.state.in_(OPEN_STATES),
            )
            .order_by(AuditFinding.id)
            .with_for_update(of=AuditFinding)
        ).all()
        for row in rows:
            session.execute(
                sa.update(AuditFinding)
                .where(
                    AuditFinding.audit_id == found.id,
                    AuditFinding.asset_id == row.asset_id,
                    AuditFinding.kind.in_([str(each) for each in LOOKED_FOR]),
                    AuditFinding.state == str(FindingState.OPEN),
                )
                .values(words=row.words, source=row.source)
                .execution_options(synchronize_session=False)
            )
            overtake(actor, row, {"taken_into": found.number})
