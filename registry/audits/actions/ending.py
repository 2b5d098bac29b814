"""Ending an audit: the walk is over, is taken up again, and the result is closed."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.actions.asking import follow_steps
from registry.audits.actions.gathering import gather
from registry.audits.actions.keeping import KIND, locked_audit
from registry.audits.actions.planning import begin_walks, end_steps, free_places
from registry.audits.errors import RulingsOpen
from registry.audits.models import (
    Audit,
    AuditFinding,
    AuditItem,
    AuditPlace,
    AuditRecord,
    AuditSync,
)
from registry.audits.queries.audits import rounds_of
from registry.audits.queries.counting import Sums, sums_of
from registry.audits.states import (
    AT_ONCE,
    AUDIT,
    ROUND,
    UNSETTLED,
    AuditState,
    Outcome,
    RoundState,
    Standing,
)
from registry.journal.actions import record
from registry.kernel.canonical import canonical_json
from registry.kernel.clock import now
from registry.store.db import session as current_session
from registry.store.transaction import transaction

STREAM = 2_000


def end_walk(actor: Actor, audit_id: int) -> Audit:
    """Declare the walk over: what nobody has found is missing, or excused.

    What differs is gathered as findings to be ruled on. What phones still bring counts
    until the audit is closed. Raises WrongState.
    """
    with transaction() as session:
        found = locked_audit(actor, audit_id)
        actor.require(Permission.AUDIT_LEAD, found)
        AUDIT.after(AuditState(found.state), "end_walk")
        _set_outcomes(found, AuditItem.outcome == str(Outcome.PENDING), over=True)
        for each in rounds_of(found):
            if each.state == RoundState.OPEN:
                ROUND.after(RoundState(each.state), "finish")
                each.state = str(RoundState.DONE)
                each.done_at = now()
        found.walked_at = now()
        found.state = str(AuditState.REVIEWING)
        session.flush()
        end_steps(actor, found, "done")
        record(actor, KIND, found.id, "end_walk", asdict(_sums(found)))
        gather(actor, found)
        follow_steps(actor, found)
        return found


def resume(actor: Actor, audit_id: int) -> Audit:
    """Count on: what was not found in places still open is to be counted again."""
    with transaction() as session:
        found = locked_audit(actor, audit_id)
        actor.require(Permission.AUDIT_LEAD, found)
        AUDIT.after(AuditState(found.state), "resume")
        closed = sa.select(AuditPlace.place_id).where(
            AuditPlace.audit_id == found.id, AuditPlace.closed_at.is_not(None)
        )
        away = sa.or_(
            AuditItem.outcome == str(Outcome.MISSING),
            sa.and_(
                AuditItem.outcome == str(Outcome.EXCUSED),
                AuditItem.excuse.not_in([str(each) for each in AT_ONCE]),
            ),
        )
        still_open = sa.or_(
            AuditItem.place_id.is_(None), AuditItem.place_id.not_in(closed)
        )
        _set_outcomes(found, sa.and_(away, still_open), over=False)
        last = rounds_of(found)[-1]
        ROUND.after(RoundState(last.state), "reopen")
        last.state = str(RoundState.OPEN)
        last.done_at = None
        found.walked_at = None
        found.state = str(AuditState.RUNNING)
        session.flush()
        record(actor, KIND, found.id, "resume")
        follow_steps(actor, found)
        begin_walks(actor, found)
        return found


def close(actor: Actor, audit_id: int) -> Audit:
    """Close an audit: its sums and a hash over list, rulings and deliveries, for good.

    Every difference has been settled by then; what comes later lies beside. Raises
    WrongState, RulingsOpen.
    """
    with transaction() as session:
        found = locked_audit(actor, audit_id)
        actor.require(Permission.AUDIT_APPROVE, found)
        AUDIT.after(AuditState(found.state), "close")
        gather(actor, found)
        left = _unsettled(found)
        if left:
            raise RulingsOpen(count=left)
        follow_steps(actor, found)
        sums = asdict(_sums(found))
        free_places(found)
        found.result, found.hash = sums, content_hash(found)
        found.ended_at, found.ended_by_id = now(), actor.person_id
        found.state = str(AuditState.CLOSED)
        session.flush()
        record(actor, KIND, found.id, "close", {"hash": found.hash, **sums})
        return found


def content_hash(found: Audit) -> str:
    """The hash of an audit: each line with its outcome, each ruling, each delivery."""
    session = current_session()
    digest = hashlib.sha256()
    lines = sa.select(
        AuditItem.asset_id,
        AuditItem.code,
        AuditItem.asset_number,
        AuditItem.sub_number,
        AuditItem.place_id,
        AuditItem.outcome,
        AuditItem.excuse_entry,
        AuditItem.found_place_id,
        AuditItem.record_key,
    )
    rulings = sa.select(
        AuditFinding.id,
        AuditFinding.kind,
        AuditFinding.state,
        AuditFinding.asset_id,
        AuditFinding.count,
        AuditFinding.cause,
        AuditFinding.ruling,
        AuditFinding.ruled_by_id,
        AuditFinding.approved_by_id,
        AuditFinding.document,
        AuditFinding.made_asset_id,
    )
    # What came late lies beside; it is told by its standing, not by any clock.
    late = sa.select(AuditRecord.sync_id).where(
        AuditRecord.audit_id == found.id, AuditRecord.standing == str(Standing.LATE)
    )
    deliveries = sa.select(AuditSync.id, AuditSync.hash)
    for query in (
        lines.where(AuditItem.audit_id == found.id).order_by(AuditItem.asset_id),
        rulings.where(AuditFinding.audit_id == found.id).order_by(AuditFinding.id),
        deliveries.where(
            AuditSync.audit_id == found.id, AuditSync.id.not_in(late)
        ).order_by(AuditSync.id),
    ):
        for row in session.execute(query.execution_options(yield_per=STREAM)):
            digest.update(canonical_json(list(row)).encode())
    return digest.hexdigest()


def _unsettled(found: Audit) -> int:
    return (
        current_session().scalar(
            sa.select(sa.func.count())
            .select_from(AuditFinding)
            .where(
                AuditFinding.audit_id == found.id,
                AuditFinding.state.in_([str(each) for each in UNSETTLED]),
            )
        )
        or 0
    )


def _sums(found: Audit) -> Sums:
    return sums_of(Actor.system(found.institution_id), found)


def _set_outcomes(found: Audit, where: sa.ColumnElement[bool], *, over: bool) -> None:
    missing = sa.case(
        (AuditItem.excuse.is_not(None), str(Outcome.EXCUSED)),
        else_=str(Outcome.MISSING),
    )
    current_session().execute(
        sa.update(AuditItem)
        .where(AuditItem.audit_id == found.id, where)
        .values(outcome=missing if over else str(Outcome.PENDING))
        .execution_options(synchronize_session=False)
    )
