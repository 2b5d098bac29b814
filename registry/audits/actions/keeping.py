"""What every act on an audit begins with: its row locked, and that it is not over.

Locks are taken in one order everywhere: the audit, the walk, assets, items, findings.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.audits.errors import AuditClosed
from registry.audits.models import Audit
from registry.audits.queries.audits import WHOLE
from registry.audits.states import ENDED
from registry.kernel.errors import Missing, StaleVersion
from registry.store.db import session as current_session

KIND = "audit"
FINDING_KIND = "audit_finding"
SYNC_KIND = "audit_sync"

STEP_WALK = "audit_walk"
STEP_SELF = "audit_self"
STEP_REVIEW = "audit_review"
STEP_APPROVE = "audit_approve"
STEP_LOOK = "audit_look"
STEP_LOOK_APPROVE = "audit_look_approve"
PART = "audit_part"
"""The kind of thing a wait of one counter or custodian is about."""


def locked_audit(
    actor: Actor,
    audit_id: int,
    version: int | None = None,
    *,
    shared: bool = False,
    ended: bool = False,
) -> Audit:
    """An audit of the actor's institution under a lock; Missing, StaleVersion.

    ``shared`` lets others who count go on beside; whoever ends it waits for them all.
    Raises AuditClosed unless ``ended`` ones will do.
    """
    found = current_session().scalar(
        sa.select(Audit)
        .where(Audit.id == audit_id, Audit.institution_id == actor.institution_id)
        .with_for_update(of=Audit, read=shared)
        .options(*WHOLE)
        .execution_options(populate_existing=True)
    )
    if found is None or actor.is_stranger:
        raise Missing(what="audits")
    if version is not None and found.version != version:
        raise StaleVersion(expected=version, found=found.version)
    if found.state in ENDED and not ended:
        raise AuditClosed(number=found.number)
    return found


def table_of(model: type[Any]) -> sa.Table:
    """The table of a model, for statements that are carried out for many rows."""
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    return table
