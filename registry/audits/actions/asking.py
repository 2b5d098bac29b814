"""Whose turn it is with differences: first who rules, then who approves."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.audits.actions.keeping import (
    FINDING_KIND,
    KIND,
    STEP_APPROVE,
    STEP_LOOK,
    STEP_LOOK_APPROVE,
    STEP_REVIEW,
)
from registry.audits.actions.planning import office_of
from registry.audits.models import Audit, AuditFinding
from registry.audits.rules.differing import needs_two
from registry.audits.states import AuditState, FindingState
from registry.organisation import queries as organisation
from registry.store.db import session as current_session
from registry.waiting.actions import begin, drop, finish
from registry.waiting.queries import open_wait

REVIEW_HOURS = 80
APPROVE_HOURS = 40


def follow_steps(actor: Actor, found: Audit) -> None:
    """Let differences wait for whoever has them now, and for nobody without any."""
    session = current_session()
    states = session.execute(
        sa.select(AuditFinding.state, sa.func.count())
        .where(AuditFinding.audit_id == found.id)
        .group_by(AuditFinding.state)
    )
    counts = {state: count for state, count in states}  # noqa: C416 - typed
    reviewing = found.state == AuditState.REVIEWING
    facts = {"audit": found.title}
    if reviewing and counts.get(FindingState.OPEN):
        begin(
            actor,
            subject_kind=KIND,
            subject_id=found.id,
            step=STEP_REVIEW,
            rungs=office_of(found),
            hours=REVIEW_HOURS,
            department_id=found.department_id,
            facts=facts,
        )
    else:
        _end(actor, KIND, found.id, STEP_REVIEW, is_done=reviewing)
    if reviewing and counts.get(FindingState.RULED):
        begin(
            actor,
            subject_kind=KIND,
            subject_id=found.id,
            step=STEP_APPROVE,
            rungs=approvers_of(
                found.institution_id, found.department_path, _rulers(found)
            ),
            hours=APPROVE_HOURS,
            department_id=found.department_id,
            facts=facts,
        )
    else:
        _end(actor, KIND, found.id, STEP_APPROVE, is_done=reviewing)


def follow_untied(actor: Actor, row: AuditFinding) -> None:
    """The same for something that was not found where no audit looked for it."""
    assert row.asset is not None
    path = row.department_path or ""
    facts = {"name": row.asset.item_type.name, "number": row.asset.number}
    steps = (
        (
            STEP_LOOK,
            FindingState.OPEN,
            [organisation.holders_today(row.institution_id, path, Role.ASSET_OFFICE)],
        ),
        (
            STEP_LOOK_APPROVE,
            FindingState.RULED,
            approvers_of(row.institution_id, path, {row.ruled_by_id or 0}),
        ),
    )
    for step, state, asked in steps:
        if row.state != state:
            _end(actor, FINDING_KIND, row.id, step, is_done=True)
            continue
        begin(
            actor,
            subject_kind=FINDING_KIND,
            subject_id=row.id,
            step=step,
            rungs=asked,
            hours=APPROVE_HOURS,
            department_id=row.department_id,
            facts=facts,
        )


def approvers_of(
    institution_id: int, path: str, besides: Collection[int]
) -> Sequence[Sequence[int]]:
    """Who is asked to approve: the office without who ruled, then the principals."""
    rungs = [
        organisation.holders_today(institution_id, path, role)
        for role in (Role.ASSET_OFFICE, Role.PRINCIPAL)
    ]
    return [[each for each in rung if each not in besides] for rung in rungs]


def _rulers(found: Audit) -> set[int]:
    """Who has ruled what somebody else has to approve."""
    rows = current_session().execute(
        sa.select(
            AuditFinding.kind, AuditFinding.ruling, AuditFinding.ruled_by_id
        ).where(
            AuditFinding.audit_id == found.id,
            AuditFinding.state == str(FindingState.RULED),
        )
    )
    return {
        person_id
        for kind, ruling, person_id in rows
        if person_id is not None and needs_two(kind, ruling)
    }


def _end(actor: Actor, kind: str, subject_id: int, step: str, *, is_done: bool) -> None:
    wait = open_wait(actor.institution_id, kind, subject_id, step)
    if wait is None:
        return
    if is_done:
        finish(actor, wait, "done")
    else:
        drop(actor, wait, "gone_on")
