"""Planning an audit: what it covers, who leads, who counts where, until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.actions.keeping import (
    KIND,
    PART,
    STEP_APPROVE,
    STEP_REVIEW,
    locked_audit,
)
from registry.audits.actions.keeping import STEP_WALK as STEP
from registry.audits.models import Audit, AuditPerson, AuditPlace
from registry.audits.queries.scoping import MOST_NAMED, Scope
from registry.audits.states import AUDIT, AuditState, RoundKind
from registry.catalogue import queries as catalogue
from registry.journal.actions import record
from registry.journal.queries import last_position
from registry.kernel.clock import now, today
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.money import MOST_FEN
from registry.kernel.text import clean_line, clean_notes
from registry.ledger.actions.registering import next_number
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting.actions import begin, drop, finish
from registry.waiting.queries import ladder, open_wait

SERIES = "PD"
MOST_PEOPLE = 500
WALK_HOURS = 80


@dataclass(frozen=True)
class Named:
    """Somebody who shall count: a place with what is in it, or everything."""

    person_id: int
    place_id: int | None = None


@dataclass(frozen=True)
class Plan:
    """An audit as asked for."""

    title: str
    baseline_on: date
    scope: Scope = field(default_factory=Scope)
    due_on: date | None = None
    lead_id: int | None = None
    begins_with: str = RoundKind.WALK
    note: str = ""
    counters: tuple[Named, ...] = ()


def plan(actor: Actor, asked: Plan) -> Audit:
    """Plan an audit; its list is not frozen yet. Raises Invalid."""
    with transaction() as session:
        actor.require(Permission.AUDIT_PLAN)
        above = _above_all(actor, asked.scope)
        actor.require(Permission.AUDIT_PLAN, above)
        zone = organisation.institution(actor.institution_id).time_zone
        day = today(zone)
        made = Audit(
            institution_id=actor.institution_id,
            number=next_number(actor.institution_id, f"{SERIES}{day.year}"),
            state=str(AuditState.PLANNED),
            department_id=above.id,
            made_by_id=actor.person_id,
            made_at=now(),
            **_cleaned(actor, asked, day),
        )
        session.add(made)
        session.flush()
        record(actor, KIND, made.id, "plan", _facts(made), is_new=True)
        _name(actor, made, _counters(actor, asked.counters))
        session.expire(made)
        return made


def change_plan(actor: Actor, audit_id: int, version: int, asked: Plan) -> Audit:
    """Plan an audit anew, before its list is frozen; who counts is changed besides.

    Raises Invalid, StaleVersion, WrongState.
    """
    with transaction() as session:
        found = locked_audit(actor, audit_id, version)
        actor.require(Permission.AUDIT_PLAN, found)
        if found.state != AuditState.PLANNED:
            AUDIT.after(AuditState(found.state), "freeze")
        above = _above_all(actor, asked.scope)
        actor.require(Permission.AUDIT_PLAN, above)
        zone = organisation.institution(actor.institution_id).time_zone
        found.department_id = above.id
        for name, value in _cleaned(actor, asked, today(zone)).items():
            setattr(found, name, value)
        session.flush()
        record(actor, KIND, found.id, "change", _facts(found))
        _rename(actor, found, _counters(actor, asked.counters))
        session.expire(found)
        return found


def name_counters(actor: Actor, audit_id: int, counters: Sequence[Named]) -> Audit:
    """Let exactly these people count from now on, each where they are named.

    Whoever is taken off keeps what they have counted; what their phone has loaded
    before still counts when it is sent.
    """
    with transaction() as session:
        found = locked_audit(actor, audit_id)
        actor.require(Permission.AUDIT_LEAD, found)
        _rename(actor, found, _counters(actor, counters))
        session.expire(found)
        return found


def cancel(actor: Actor, audit_id: int, *, reason: str) -> Audit:
    """Give an audit up; what was recorded stays, and nothing follows from it."""
    with transaction() as session:
        found = locked_audit(actor, audit_id)
        actor.require(Permission.AUDIT_PLAN, found)
        words = clean_notes(reason, field="reason", most=1_000)
        if not words:
            raise Invalid.field("reason", "required")
        AUDIT.after(AuditState(found.state), "cancel")
        end_steps(actor, found, "cancelled")
        free_places(found)
        found.ended_at, found.ended_by_id = now(), actor.person_id
        found.state = str(AuditState.CANCELLED)
        session.flush()
        record(actor, KIND, found.id, "cancel", {"reason": words})
        return found


def free_places(found: Audit) -> None:
    """Let another audit count the places of this one from now on."""
    current_session().execute(
        sa.update(AuditPlace)
        .where(
            AuditPlace.institution_id == found.institution_id,
            AuditPlace.audit_id == found.id,
        )
        .values(is_open=False)
        .execution_options(synchronize_session=False)
    )


def begin_walks(actor: Actor, found: Audit) -> None:
    """Tell everybody who counts that it has begun: one step for each of them."""
    first: dict[int, AuditPerson] = {}
    for each in found.people:
        if each.part == "counter":
            first.setdefault(each.person_id, each)
    for each in first.values():
        begin(
            actor,
            subject_kind=PART,
            subject_id=each.id,
            step=STEP,
            rungs=[[each.person_id], [found.lead_id] if found.lead_id else []],
            hours=WALK_HOURS,
            department_id=found.department_id,
            facts={"audit": found.title},
        )


def end_steps(actor: Actor, found: Audit, outcome: str) -> None:
    """End every step that waits for somebody who counts in an audit."""
    for each in _everybody(found):
        _end_steps_of(actor, each, outcome)
    if outcome != "cancelled":
        return
    for step in (STEP_REVIEW, STEP_APPROVE):
        wait = open_wait(actor.institution_id, KIND, found.id, step)
        if wait is not None:
            drop(actor, wait, outcome)


def _end_steps_of(actor: Actor, each: AuditPerson, outcome: str) -> None:
    for step in (STEP, "audit_self"):
        wait = open_wait(actor.institution_id, PART, each.id, step)
        if wait is not None and outcome == "done":
            finish(actor, wait, outcome)
        elif wait is not None:
            drop(actor, wait, outcome)


def _everybody(found: Audit) -> list[AuditPerson]:
    return list(
        current_session().scalars(
            sa.select(AuditPerson)
            .where(
                AuditPerson.institution_id == found.institution_id,
                AuditPerson.audit_id == found.id,
                AuditPerson.removed_at.is_(None),
            )
            .order_by(AuditPerson.id)
        )
    )


def _cleaned(actor: Actor, asked: Plan, day: date) -> dict[str, Any]:
    title = clean_line(asked.title, field="title", most=100)
    if not title:
        raise Invalid.field("title", "required")
    if asked.due_on is not None and asked.due_on < asked.baseline_on:
        raise Invalid.field("due_on", "before_baseline")
    if asked.begins_with not in (RoundKind.WALK, RoundKind.SELF):
        raise Invalid.field("begins_with", "not_a_choice", found=asked.begins_with[:40])
    lead = asked.lead_id if asked.lead_id is not None else actor.person_id
    if lead is not None:
        _still_here(actor, "lead_id", lead)
    return {
        "title": title,
        "baseline_on": asked.baseline_on,
        "due_on": asked.due_on,
        "scope": _checked_scope(actor, asked.scope).written(),
        "lead_id": lead,
        "begins_with": str(asked.begins_with),
        "note": clean_notes(asked.note, field="note", most=2_000),
    }


def _checked_scope(actor: Actor, scope: Scope) -> Scope:
    for name, given in (
        ("departments", scope.department_ids),
        ("places", scope.place_ids),
        ("classes", scope.class_codes),
    ):
        if len(given) > MOST_NAMED:
            raise Invalid.field(name, "too_many", most=MOST_NAMED)
    for place_id in scope.place_ids:
        organisation.place(actor, place_id)
    codes = []
    for code in scope.class_codes:
        known = catalogue.class_by_code(actor, code)
        if known is None:
            raise Invalid.field("classes", "no_such_choice", found=code[:40])
        codes.append(known.code)
    if scope.cost_from_fen is not None and not 0 <= scope.cost_from_fen <= MOST_FEN:
        raise Invalid.field("cost_from", "out_of_range", least=0, most=MOST_FEN)
    return Scope(
        tuple(dict.fromkeys(scope.department_ids)),
        tuple(dict.fromkeys(scope.place_ids)),
        tuple(dict.fromkeys(codes)),
        scope.cost_from_fen,
    )


def _above_all(actor: Actor, scope: Scope) -> Department:
    """The nearest department above all that a scope names; the root without any."""
    root = organisation.root_department(actor.institution_id)
    if not scope.department_ids or len(scope.department_ids) > MOST_NAMED:
        return root
    named = [organisation.department(actor, each) for each in scope.department_ids]
    chains = [each.path.strip("/").split("/") for each in named]
    common = 0
    for steps in zip(*chains, strict=False):
        if len(set(steps)) > 1:
            break
        common += 1
    if not common:
        return root
    return organisation.department(actor, int(chains[0][common - 1]))


def _still_here(actor: Actor, field: str, person_id: int) -> Person:
    found = organisation.person(actor, person_id)
    if found.left_on is not None:
        raise Invalid.field(field, "has_left")
    return found


def _counters(actor: Actor, counters: Iterable[Named]) -> list[Named]:
    wanted = list(dict.fromkeys(counters))
    if len(wanted) > MOST_PEOPLE:
        raise Invalid.field("counters", "too_many", most=MOST_PEOPLE)
    for each in wanted:
        _still_here(actor, "counters", each.person_id)
        if each.place_id is not None:
            organisation.place(actor, each.place_id)
    return wanted


def _name(actor: Actor, found: Audit, wanted: Iterable[Named]) -> None:
    session = current_session()
    moment = now()
    rows = [
        AuditPerson(
            institution_id=found.institution_id,
            audit_id=found.id,
            person_id=each.person_id,
            part="counter",
            place_id=each.place_id,
            named_at=moment,
        )
        for each in wanted
    ]
    if not rows:
        return
    session.add_all(rows)
    session.flush()
    session.expire(found, ["people"])
    told = [[each.person_id, each.place_id] for each in rows]
    record(actor, KIND, found.id, "name", {"counters": told})


def _rename(actor: Actor, found: Audit, wanted: Sequence[Named]) -> None:
    session = current_session()
    known = {
        Named(each.person_id, each.place_id): each
        for each in _everybody(found)
        if each.part == "counter"
    }
    gone = [each for named, each in known.items() if named not in set(wanted)]
    for each in gone:
        _end_steps_of(actor, each, "taken_off")
        each.removed_at = now()
        each.removed_position = last_position(found.institution_id)
    if gone:
        session.flush()
        told = [[each.person_id, each.place_id] for each in gone]
        record(actor, KIND, found.id, "take_off", {"counters": told})
    _name(actor, found, [each for each in wanted if each not in known])
    session.expire(found, ["people"])
    if found.state == AuditState.RUNNING:
        begin_walks(actor, found)


def _facts(found: Audit) -> dict[str, Any]:
    return {
        "number": found.number,
        "title": found.title,
        "baseline_on": found.baseline_on.isoformat(),
        "due_on": found.due_on.isoformat() if found.due_on else None,
        "scope": found.scope,
        "lead": found.lead_id,
        "begins_with": found.begins_with,
    }


def office_of(found: Audit) -> list[list[int]]:
    """Who is asked about an audit as a whole, and who when they keep silent."""
    rungs = ladder(found.institution_id, found.department_path)
    return [[found.lead_id] if found.lead_id else [], rungs[-1]]


def refuse_unless(found: Audit, *states: AuditState) -> None:
    """WrongState-like refusal for an audit that has not come so far, or further."""
    if found.state not in states:
        raise Conflict("audit_not_running", state=found.state)
