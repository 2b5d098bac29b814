"""Finding audits, their rounds and findings, as far as the actor may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.policy import is_root
from registry.access.roles import Role
from registry.audits.models import (
    Audit,
    AuditFinding,
    AuditItem,
    AuditPerson,
    AuditRound,
)
from registry.audits.states import RoundState
from registry.kernel.errors import Conflict, Missing
from registry.organisation.models import Person
from registry.organisation.queries import department, departments_below
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

READS_PART = (
    Role.DEPARTMENT_HEAD,
    Role.DEPARTMENT_ASSET_OFFICER,
    Role.WAREHOUSE_KEEPER,
)
READS_ALL = (Role.AUDITOR, Role.FINANCE, Role.PRINCIPAL)

WHOLE = (
    joinedload(Audit.department),
    joinedload(Audit.lead),
    selectinload(Audit.people),
)


def audit(actor: Actor, audit_id: int) -> Audit:
    """An audit of which the actor may see at least a part; Missing otherwise."""
    found = any_audit(actor, audit_id)
    if actor.may(Permission.AUDIT_SEE, found):
        return found
    part = part_seen(actor)
    seen = actor.reads("audits") and session().scalar(
        sa.select(
            sa.or_(
                sa.exists().where(AuditItem.audit_id == found.id, part),
                sa.exists().where(
                    AuditPerson.audit_id == found.id,
                    AuditPerson.person_id == actor.person_id,
                ),
            )
        )
    )
    if not seen:
        raise Missing(what="audits")
    return found


def any_audit(actor: Actor, audit_id: int) -> Audit:
    """An audit of the actor's institution, whatever they may see of it."""
    found = session().scalar(
        sa.select(Audit)
        .where(Audit.id == audit_id, Audit.institution_id == actor.institution_id)
        .options(*WHOLE)
    )
    if found is None or actor.is_stranger:
        raise Missing(what="audits")
    return found


def audit_of_part(actor: Actor, part_id: int) -> Audit:
    """The audit that somebody's part in it belongs to; Missing for a part of none."""
    found = session().get(AuditPerson, part_id)
    if found is None or found.institution_id != actor.institution_id:
        raise Missing(what="audits")
    return audit(actor, found.audit_id)


def part_seen(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on items of those one sees without seeing the whole audit.

    What one keeps oneself, and what belongs to departments one answers for.
    """
    own = AuditItem.custodian_id == actor.person_id
    paths = actor.paths_of(*READS_PART)
    if not paths:
        return own
    below = departments_below(actor.institution_id, paths)
    return sa.or_(own, AuditItem.department_id.in_(below))


def items_seen(actor: Actor, found: Audit) -> list[sa.ColumnElement[bool]]:
    """The conditions that narrow the items of an audit to what the actor may see."""
    of_it = AuditItem.audit_id == found.id
    if actor.may(Permission.AUDIT_SEE, found):
        return [of_it]
    return [of_it, part_seen(actor)]


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees every audit of their institution as a whole."""
    offices = actor.paths_of(Role.ASSET_OFFICE)
    return actor.is_system or actor.holds(*READS_ALL) or any(map(is_root, offices))


def audits_seen(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """The conditions that narrow audits to those the actor sees at least a part of."""
    here = Audit.institution_id == actor.institution_id
    if actor.is_stranger or not actor.reads("audits"):
        return [sa.false()]
    if sees_all(actor):
        return [here]
    offices = actor.paths_of(Role.ASSET_OFFICE)
    named = sa.exists().where(
        AuditPerson.audit_id == Audit.id, AuditPerson.person_id == actor.person_id
    )
    part = sa.exists().where(AuditItem.audit_id == Audit.id, part_seen(actor))
    each = [Audit.lead_id == actor.person_id, named, part]
    if offices:
        each.append(
            Audit.department_id.in_(departments_below(actor.institution_id, offices))
        )
    return [here, sa.or_(*each)]


@dataclass(frozen=True)
class AuditFilter:
    """What the list of audits is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """A part of the name, the number, or of the name of whoever leads."""
    states: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()
    """Audits of these departments and what is below them."""
    mine: bool = False
    """Only those one leads or counts in oneself."""
    day_from: date | None = None
    day_to: date | None = None
    """The first and the last baseline date."""


AUDIT_ORDERS: Orders = {
    "newest": Order(falling=True),
    "baseline": Order((Audit.baseline_on,), falling=True),
}
"""In which orders audits are listed."""


def audit_rows(actor: Actor, wanted: AuditFilter, sort: str) -> Rows[Audit]:
    """The audits the actor may see something of, narrowed."""
    where = audits_seen(actor)
    if wanted.text:
        where.append(_matching(actor, wanted.text))
    if wanted.states:
        where.append(Audit.state.in_(wanted.states))
    if wanted.department_ids:
        paths = [department(actor, each).path for each in wanted.department_ids]
        below = departments_below(actor.institution_id, paths)
        where.append(Audit.department_id.in_(below))
    if wanted.mine:
        where.append(sa.or_(Audit.lead_id == actor.person_id, _named(actor)))
    if wanted.day_from is not None:
        where.append(Audit.baseline_on >= wanted.day_from)
    if wanted.day_to is not None:
        where.append(Audit.baseline_on <= wanted.day_to)
    return Rows(sa.select(Audit), Audit.id, tuple(where))


def _matching(actor: Actor, text: str) -> sa.ColumnElement[bool]:
    leads = sa.select(Person.id).where(
        Person.institution_id == actor.institution_id,
        Person.name.contains(text, autoescape=True),
    )
    return sa.or_(
        Audit.number.startswith(text.upper(), autoescape=True),
        Audit.title.icontains(text, autoescape=True),
        Audit.lead_id.in_(leads),
    )


def _named(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        AuditPerson.audit_id == Audit.id,
        AuditPerson.person_id == actor.person_id,
        AuditPerson.removed_at.is_(None),
    )


def rounds_of(found: Audit) -> list[AuditRound]:
    """The rounds of an audit, the first one first."""
    return list(
        session().scalars(
            sa.select(AuditRound)
            .where(
                AuditRound.institution_id == found.institution_id,
                AuditRound.audit_id == found.id,
            )
            .order_by(AuditRound.number)
        )
    )


def begun_rounds(found: Audit) -> list[AuditRound]:
    """The same; Conflict ``audit_not_running`` if it was given up before it began."""
    rounds = rounds_of(found)
    if not rounds:
        raise Conflict("audit_not_running", state=found.state)
    return rounds


def current_round(rounds: Sequence[AuditRound]) -> AuditRound:
    """The round that is being counted, or else the last one."""
    opened = [each for each in rounds if each.state == RoundState.OPEN]
    return opened[-1] if opened else rounds[-1]


def open_round(found: Audit) -> AuditRound | None:
    """The round that is being counted, if one is."""
    rounds = rounds_of(found)
    return next((each for each in rounds if each.state == RoundState.OPEN), None)


def custodians_of(found: Audit) -> sa.Select[AuditPerson]:
    """Everybody who was asked to look at what they keep themselves."""
    return (
        sa.select(AuditPerson)
        .where(
            AuditPerson.audit_id == found.id,
            AuditPerson.part == "custodian",
            AuditPerson.removed_at.is_(None),
        )
        .order_by(AuditPerson.id)
    )


def finding(actor: Actor, finding_id: int) -> AuditFinding:
    """A finding the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(AuditFinding).where(
            AuditFinding.id == finding_id,
            AuditFinding.institution_id == actor.institution_id,
        )
    )
    if found is None or not sees_finding(actor, found):
        raise Missing(what="audit_findings")
    return found


def sees_finding(actor: Actor, found: AuditFinding) -> bool:
    """Whether the actor may see a finding: the audit's whole, or their department's."""
    if actor.may(Permission.AUDIT_SEE, found.audit or found):
        return True
    paths = actor.paths_of(*READS_PART)
    where = found.department_path
    return (
        actor.reads("audits")
        and where is not None
        and any(where.startswith(path) for path in paths)
    )
