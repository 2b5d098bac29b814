"""Rounds of an audit: custodians look at their own, everybody walks, a sample again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.actions.freezing import ask_custodians
from registry.audits.actions.keeping import KIND, PART, STEP_SELF, locked_audit
from registry.audits.actions.planning import begin_walks, refuse_unless
from registry.audits.errors import NothingInScope, RoundOpen
from registry.audits.models import (
    Audit,
    AuditDraw,
    AuditItem,
    AuditPerson,
    AuditRound,
)
from registry.audits.queries.audits import custodians_of, rounds_of
from registry.audits.queries.sampling import lots
from registry.audits.rules.drawing import Method, drawn
from registry.audits.states import ROUND, AuditState, Outcome, RoundKind, RoundState
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting.actions import drop, finish
from registry.waiting.queries import open_wait

MOST_ROUNDS = 20
SEED_BYTES = 8
BATCH = 500


@dataclass(frozen=True)
class Sample:
    """A sample as asked for: how much of the list, and how it is drawn."""

    percent: int
    method: str = Method.SPREAD
    due_on: date | None = None


def ask_again(actor: Actor, audit_id: int, kind: str) -> AuditRound:
    """End the round that is counted and begin another: a walk, or everybody their own.

    What was counted stands; a later count of the same thing counts for more. Raises
    Invalid, Conflict ``audit_not_running``, RoundOpen while one of the kind is open.
    """
    with transaction():
        found = locked_audit(actor, audit_id)
        actor.require(Permission.AUDIT_LEAD, found)
        if kind not in (RoundKind.WALK, RoundKind.SELF):
            raise Invalid.field("kind", "not_a_choice", found=str(kind)[:40])
        made = _next(actor, found, kind)
        record(actor, KIND, found.id, "open_round", {"number": made.number} | _of(made))
        if kind == RoundKind.SELF:
            ask_custodians(actor, found)
        begin_walks(actor, found)
        return made


def draw_sample(actor: Actor, audit_id: int, asked: Sample) -> AuditRound:
    """End the round that is counted and draw things that are counted once more.

    The seed is made here and now, so that nobody knows before what will be drawn; with
    it everybody can draw the same again afterwards. Raises Invalid, NothingInScope for
    a list without labels, Conflict ``audit_not_running``.
    """
    with transaction() as session:
        found = locked_audit(actor, audit_id)
        actor.require(Permission.AUDIT_LEAD, found)
        if asked.method not in set(Method):
            raise Invalid.field("method", "not_a_choice", found=asked.method[:40])
        if not 1 <= asked.percent <= 100:
            raise Invalid.field("percent", "out_of_range", least=1, most=100)
        seed = secrets.token_hex(SEED_BYTES)
        ids = drawn(lots(found), seed=seed, percent=asked.percent, method=asked.method)
        if not ids:
            raise NothingInScope
        made = _next(actor, found, RoundKind.SAMPLE)
        made.method, made.seed = str(asked.method), seed
        made.percent, made.drawn, made.due_on = asked.percent, len(ids), asked.due_on
        session.flush()
        _keep_drawn(found, made, ids)
        record(actor, KIND, found.id, "draw", {"number": made.number} | _of(made))
        begin_walks(actor, found)
        return made


def say_done(actor: Actor, audit_id: int) -> AuditPerson:
    """A custodian has looked at everything they keep; what they found is recorded.

    Said once more it changes nothing. Raises Missing for whoever was not asked.
    """
    with transaction() as session:
        found = locked_audit(actor, audit_id, shared=True)
        actor.require(Permission.AUDIT_COUNT, found)
        refuse_unless(found, AuditState.RUNNING)
        part = session.scalar(
            custodians_of(found)
            .where(AuditPerson.person_id == actor.person_id)
            .with_for_update(of=AuditPerson)
        )
        if part is None:
            raise Missing(what="audits")
        if part.done_at is None:
            part.done_at = now()
            session.flush()
            record(actor, KIND, found.id, "say_done", {"person": part.person_id})
        wait = open_wait(actor.institution_id, PART, part.id, STEP_SELF)
        if wait is not None:
            finish(actor, wait, "done")
        return part


def _next(actor: Actor, found: Audit, kind: str) -> AuditRound:
    """The next round, begun; what was open before ends."""
    session = current_session()
    refuse_unless(found, AuditState.RUNNING)
    known = rounds_of(found)
    opened = [each for each in known if each.state == RoundState.OPEN]
    if any(each.kind == kind for each in opened):
        raise RoundOpen(number=opened[-1].number)
    if len(known) >= MOST_ROUNDS:
        raise Invalid.field("kind", "too_many", most=MOST_ROUNDS)
    for each in opened:
        ROUND.after(RoundState(each.state), "finish")
        each.state = str(RoundState.DONE)
        each.done_at = now()
        if each.kind == RoundKind.SELF:
            _let_go(actor, found)
    made = AuditRound(
        institution_id=found.institution_id,
        audit_id=found.id,
        number=known[-1].number + 1,
        kind=str(kind),
        state=str(RoundState.OPEN),
        due_on=found.due_on,
        opened_at=now(),
    )
    session.add(made)
    session.flush()
    return made


def _let_go(actor: Actor, found: Audit) -> None:
    """Nobody waits any longer for custodians who have not said that they are done."""
    for each in current_session().scalars(
        sa.select(AuditPerson).where(
            AuditPerson.audit_id == found.id, AuditPerson.part == "custodian"
        )
    ):
        wait = open_wait(actor.institution_id, PART, each.id, STEP_SELF)
        if wait is not None:
            drop(actor, wait, "gone_on")


def _keep_drawn(found: Audit, made: AuditRound, ids: Sequence[int]) -> None:
    session = current_session()
    for start in range(0, len(ids), BATCH):
        rows = session.execute(
            sa.select(
                AuditItem.asset_id, AuditItem.outcome, AuditItem.found_place_id
            ).where(
                AuditItem.audit_id == found.id,
                AuditItem.asset_id.in_(ids[start : start + BATCH]),
            )
        )
        session.execute(
            sa.insert(AuditDraw),
            [
                {
                    "institution_id": found.institution_id,
                    "audit_id": found.id,
                    "round_id": made.id,
                    "asset_id": asset_id,
                    "before": outcome,
                    "before_place_id": place_id,
                    "outcome": str(Outcome.PENDING),
                }
                for asset_id, outcome, place_id in rows
            ],
        )


def _of(made: AuditRound) -> dict[str, object]:
    return {
        "kind": made.kind,
        "method": made.method,
        "seed": made.seed,
        "percent": made.percent,
        "drawn": made.drawn,
    }
