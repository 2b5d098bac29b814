"""What was thought to be missing and is found ceases to be a difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.audits.actions.asking import follow_untied
from registry.audits.actions.keeping import FINDING_KIND
from registry.audits.models import Audit, AuditFinding
from registry.audits.states import FINDING, UNSETTLED, FindingKind, FindingState
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.store.db import session as current_session
from registry.store.transaction import transaction

BATCH = 500


def overtake_found(actor: Actor, found: Audit, asset_ids: Sequence[int]) -> None:
    """End the open differences of things that have just been counted.

    Those of this audit, and those that were told from elsewhere. What a sample looked
    for in vain is no such: an earlier sight that arrives late does not answer it.
    """
    with transaction() as session:
        for start in range(0, len(asset_ids), BATCH):
            rows = session.scalars(
                sa.select(AuditFinding)
                .where(
                    AuditFinding.institution_id == found.institution_id,
                    AuditFinding.asset_id.in_(asset_ids[start : start + BATCH]),
                    AuditFinding.state.in_([str(each) for each in UNSETTLED]),
                    sa.or_(
                        sa.and_(
                            AuditFinding.audit_id == found.id,
                            AuditFinding.kind == str(FindingKind.MISSING),
                        ),
                        sa.and_(
                            AuditFinding.audit_id.is_(None),
                            AuditFinding.kind == str(FindingKind.NOT_FOUND),
                        ),
                    ),
                )
                .order_by(AuditFinding.id)
                .with_for_update(of=AuditFinding)
            ).all()
            for each in rows:
                overtake(actor, each, {"found_in": found.number})


def overtake(actor: Actor, row: AuditFinding, facts: dict[str, Any]) -> None:
    """End a difference that is none any more, by an entry."""
    FINDING.after(FindingState(row.state), "overtake")
    row.state = str(FindingState.OVERTAKEN)
    row.settled_at = now()
    current_session().flush()
    record(actor, FINDING_KIND, row.id, "overtake", facts)
    if row.audit_id is None:
        follow_untied(actor, row)
