"""What an audit came to, for its report: list, gains and losses, the audit before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.models import (
    Audit,
    AuditFinding,
    AuditItem,
    AuditPlace,
    AuditRecord,
)
from registry.audits.queries.audits import audit as audit_seen
from registry.audits.queries.counting import Sums, sums_of
from registry.audits.queries.findings import WITH_ALL
from registry.audits.queries.sampling import OwnCount, Sampled, own_counts, sampled
from registry.audits.states import (
    AuditState,
    FindingState,
    Outcome,
    Ruling,
    Standing,
)
from registry.catalogue.models import ItemType
from registry.kernel.errors import Conflict
from registry.organisation.models import Department, Person, Place
from registry.store.db import session

STREAM = 1_000
REPORTED = (AuditState.RUNNING, AuditState.REVIEWING, AuditState.CLOSED)


@dataclass(frozen=True)
class Totals:
    """So many things, and what they cost in fen."""

    count: int = 0
    fen: int = 0


@dataclass(frozen=True)
class Comparison:
    """What the audit before said of the things that are on both lists."""

    before: Audit
    sums: Sums
    """Of the whole audit before."""
    both: int
    missing_then_found: int
    missing_twice: int
    newly_missing: int


@dataclass(frozen=True)
class Reported:
    """Everything an audit's report says but its lists."""

    audit: Audit
    sums: Sums
    values: dict[str, int]
    """By outcome, what the things cost in fen."""
    gains: Totals
    losses: Totals
    findings: dict[str, int]
    """By state, how many differences."""
    places: int
    untouched: int
    """Places of the list where nobody has recorded anything."""
    late: int
    unconfirmed: int
    first_at: datetime | None
    last_at: datetime | None
    comparison: Comparison | None = None
    counters: list[str] = field(default_factory=list)
    samples: list[Sampled] = field(default_factory=list)
    own: list[OwnCount] = field(default_factory=list)
    """Custodians who were asked to look at what they keep."""

    @property
    def value(self) -> int:
        """What all that was expected cost, in fen."""
        return sum(self.values.values())

    @property
    def accuracy(self) -> int | None:
        """How many of a hundred were where the ledger says; None before any is."""
        return self.sums.accuracy


def reported(actor: Actor, audit_id: int) -> Reported:
    """The figures of a report. Raises Missing, Forbidden, Conflict before it begins."""
    found = audit_seen(actor, audit_id)
    actor.require(Permission.AUDIT_REPORT, found)
    if found.state not in REPORTED:
        raise Conflict("audit_not_running", state=found.state)
    first_at, last_at = _times(found)
    return Reported(
        audit=found,
        sums=sums_of(Actor.system(found.institution_id), found),
        values=_values(found),
        gains=_gains(found),
        losses=_losses(found),
        findings=_findings(found),
        places=_count(AuditPlace.audit_id == found.id),
        untouched=_untouched(found),
        late=_standing(found, Standing.LATE),
        unconfirmed=_standing(found, Standing.UNCONFIRMED),
        first_at=first_at,
        last_at=last_at,
        comparison=compared(found),
        counters=_counters(found),
        samples=sampled(found),
        own=own_counts(found),
    )


def _values(found: Audit) -> dict[str, int]:
    rows = session().execute(
        sa.select(
            AuditItem.outcome, sa.func.coalesce(sa.func.sum(AuditItem.cost_fen), 0)
        )
        .where(AuditItem.audit_id == found.id)
        .group_by(AuditItem.outcome)
    )
    return {outcome: int(fen or 0) for outcome, fen in rows}


def _count(where: sa.ColumnElement[bool]) -> int:
    return (
        session().scalar(
            sa.select(sa.func.count()).select_from(AuditPlace).where(where)
        )
        or 0
    )


def _untouched(found: Audit) -> int:
    touched = sa.exists().where(
        AuditRecord.audit_id == found.id,
        AuditRecord.place_id == AuditPlace.place_id,
        AuditRecord.standing == str(Standing.COUNTED),
    )
    return _count(sa.and_(AuditPlace.audit_id == found.id, ~touched))


def _standing(found: Audit, standing: Standing) -> int:
    confirmed = aliased(AuditRecord)
    return (
        session().scalar(
            sa.select(sa.func.count())
            .select_from(AuditRecord)
            .where(
                AuditRecord.audit_id == found.id,
                AuditRecord.standing == str(standing),
                ~sa.exists().where(
                    confirmed.audit_id == found.id,
                    confirmed.confirms == AuditRecord.key,
                ),
            )
        )
        or 0
    )


def _times(found: Audit) -> tuple[datetime | None, datetime | None]:
    row = (
        session()
        .execute(
            sa.select(
                sa.func.min(AuditRecord.received_at),
                sa.func.max(AuditRecord.received_at),
            ).where(
                AuditRecord.audit_id == found.id,
                AuditRecord.standing == str(Standing.COUNTED),
            )
        )
        .one()
    )
    return row[0], row[1]


def _counters(found: Audit) -> list[str]:
    return list(
        session().scalars(
            sa.select(Person.name)
            .where(
                Person.id.in_(
                    sa.select(AuditRecord.person_id).where(
                        AuditRecord.audit_id == found.id,
                        AuditRecord.standing == str(Standing.COUNTED),
                    )
                )
            )
            .order_by(Person.name)
            .limit(30)
        )
    )


def _findings(found: Audit) -> dict[str, int]:
    rows = session().execute(
        sa.select(AuditFinding.state, sa.func.count())
        .where(AuditFinding.audit_id == found.id)
        .group_by(AuditFinding.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 - typed


def _gains(found: Audit) -> Totals:
    """What was entered as a surplus."""
    count, fen = 0, 0
    for row in _settled(found, Ruling.REGISTER):
        count += row.count
        fen += int(row.proposal.get("cost_fen") or 0)
    return Totals(count, fen)


def _settled(found: Audit, ruling: Ruling) -> list[AuditFinding]:
    return list(
        session().scalars(
            sa.select(AuditFinding).where(
                AuditFinding.audit_id == found.id,
                AuditFinding.ruling == str(ruling),
                AuditFinding.state == str(FindingState.APPLIED),
            )
        )
    )


def _losses(found: Audit) -> Totals:
    """What was marked missing."""
    row = (
        session()
        .execute(
            sa.select(
                sa.func.count(), sa.func.coalesce(sa.func.sum(AuditItem.cost_fen), 0)
            )
            .select_from(AuditFinding)
            .join(
                AuditItem,
                sa.and_(
                    AuditItem.audit_id == AuditFinding.audit_id,
                    AuditItem.asset_id == AuditFinding.asset_id,
                ),
            )
            .where(
                AuditFinding.audit_id == found.id,
                AuditFinding.ruling == str(Ruling.MARK_MISSING),
                AuditFinding.state == str(FindingState.APPLIED),
            )
        )
        .one()
    )
    count, fen = int(row[0]), int(row[1] or 0)
    for each in _settled(found, Ruling.MARK_MISSING):
        heap = [asset_id for asset_id, _ in each.proposal.get("assets", ())]
        if heap:
            count += len(heap)
            fen += int(
                session().scalar(
                    sa.select(
                        sa.func.coalesce(sa.func.sum(AuditItem.cost_fen), 0)
                    ).where(
                        AuditItem.audit_id == found.id, AuditItem.asset_id.in_(heap)
                    )
                )
                or 0
            )
    return Totals(count, fen)


def compared(found: Audit) -> Comparison | None:
    """The last closed audit that had some of the same things, and what has changed."""
    if found.frozen_at is None:
        return None
    now_, then = aliased(AuditItem), aliased(AuditItem)
    shared = sa.exists().where(
        now_.audit_id == found.id,
        then.audit_id == Audit.id,
        then.asset_id == now_.asset_id,
    )
    before = session().scalar(
        sa.select(Audit)
        .where(
            Audit.institution_id == found.institution_id,
            Audit.state == str(AuditState.CLOSED),
            Audit.ended_at <= found.frozen_at,
            Audit.id != found.id,
            shared,
        )
        .order_by(Audit.ended_at.desc(), Audit.id.desc())
        .limit(1)
    )
    if before is None:
        return None
    rows = session().execute(
        sa.select(then.outcome, now_.outcome, sa.func.count())
        .select_from(now_)
        .join(
            then,
            sa.and_(then.audit_id == before.id, then.asset_id == now_.asset_id),
        )
        .where(now_.audit_id == found.id)
        .group_by(then.outcome, now_.outcome)
    )
    pairs = {(was, is_): count for was, is_, count in rows}
    seen = (str(Outcome.HERE), str(Outcome.ELSEWHERE))
    gone = str(Outcome.MISSING)
    return Comparison(
        before=before,
        sums=sums_of(Actor.system(found.institution_id), before),
        both=sum(pairs.values()),
        missing_then_found=sum(pairs.get((gone, each), 0) for each in seen),
        missing_twice=pairs.get((gone, gone), 0),
        newly_missing=sum(
            count for (was, is_), count in pairs.items() if was != gone and is_ == gone
        ),
    )


def listed(found: Audit) -> Iterator[Any]:
    """Every line of the list with its names, place by place, some at a time."""
    seen_at, custodian, by = aliased(Place), aliased(Person), aliased(Person)
    query = (
        sa.select(
            AuditItem.asset_number,
            AuditItem.sub_number,
            AuditItem.name,
            ItemType.brand,
            ItemType.model,
            ItemType.specification,
            ItemType.unit,
            AuditItem.cost_fen,
            AuditItem.outcome,
            AuditItem.excuse,
            AuditItem.condition,
            AuditItem.found_condition,
            AuditItem.is_disputed,
            AuditItem.found_at,
            Place.full_name.label("place"),
            seen_at.full_name.label("found_place"),
            Department.name.label("department"),
            custodian.name.label("custodian"),
            by.name.label("counted_by"),
        )
        .select_from(AuditItem)
        .join(ItemType, ItemType.id == AuditItem.item_type_id)
        .join(Department, Department.id == AuditItem.department_id)
        .outerjoin(Place, Place.id == AuditItem.place_id)
        .outerjoin(seen_at, seen_at.id == AuditItem.found_place_id)
        .outerjoin(custodian, custodian.id == AuditItem.custodian_id)
        .outerjoin(by, by.id == AuditItem.found_by_id)
        .where(AuditItem.audit_id == found.id)
        .order_by(Place.full_name, AuditItem.name, AuditItem.asset_id)
        .execution_options(yield_per=STREAM)
    )
    yield from session().execute(query)


def differing(found: Audit) -> Iterator[AuditFinding]:
    """Every difference that was not overtaken, kind by kind."""
    query = (
        sa.select(AuditFinding)
        .where(
            AuditFinding.audit_id == found.id,
            AuditFinding.state != str(FindingState.OVERTAKEN),
        )
        .options(*WITH_ALL)
        .order_by(AuditFinding.kind, AuditFinding.id)
        .execution_options(yield_per=STREAM)
    )
    yield from session().scalars(query)
