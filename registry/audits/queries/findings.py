"""Findings of audits as lists, with what shows them: records, photos, who and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.policy import is_root
from registry.access.roles import Role
from registry.audits.models import Audit, AuditFinding, AuditRecord
from registry.audits.queries.audits import READS_ALL, READS_PART
from registry.audits.queries.differences import held
from registry.audits.rules.differing import Group, group_of
from registry.audits.states import FindingKind, FindingState, RecordKind
from registry.kernel.pages import PAGE_SIZE, Page
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation.queries import departments_below
from registry.store.db import session
from registry.store.paging import Order, Rows, page_of

WITH_ALL = (
    joinedload(AuditFinding.asset).joinedload(Asset.item_type),
    joinedload(AuditFinding.made_asset).joinedload(Asset.item_type),
    joinedload(AuditFinding.item_type),
    joinedload(AuditFinding.department),
    joinedload(AuditFinding.place),
    joinedload(AuditFinding.found_place),
    joinedload(AuditFinding.ruled_by),
    joinedload(AuditFinding.approved_by),
)
ORDERS = {"oldest": Order()}
SEEN = (str(FindingKind.ELSEWHERE), str(FindingKind.UNLISTED))
MOST_EVIDENCE = 50


def group_is(group: Group) -> sa.ColumnElement[bool]:
    """The condition on findings of one group."""
    gone = (str(AssetState.MISSING), str(AssetState.DISPOSED))
    if group == Group.BACK:
        return sa.and_(
            AuditFinding.kind.in_(SEEN), AuditFinding.was == str(AssetState.MISSING)
        )
    if group == Group.DISPOSED:
        return sa.and_(
            AuditFinding.kind.in_(SEEN), AuditFinding.was == str(AssetState.DISPOSED)
        )
    if group in SEEN:
        return sa.and_(
            AuditFinding.kind == str(group),
            sa.or_(AuditFinding.was.is_(None), AuditFinding.was.not_in(gone)),
        )
    return AuditFinding.kind == str(group)


def findings_seen(actor: Actor, audit: Audit | None) -> list[sa.ColumnElement[bool]]:
    """The conditions on findings of an audit, or of none, that the actor may see."""
    here = AuditFinding.institution_id == actor.institution_id
    if audit is not None:
        of_it = AuditFinding.audit_id == audit.id
        if actor.may(Permission.AUDIT_SEE, audit):
            return [here, of_it]
        return [here, of_it, _of_departments(actor, READS_PART)]
    untied = AuditFinding.audit_id.is_(None)
    offices = actor.paths_of(Role.ASSET_OFFICE)
    if actor.is_system or (
        actor.reads("audits")
        and (actor.holds(*READS_ALL) or any(map(is_root, offices)))
    ):
        return [here, untied]
    return [here, untied, _of_departments(actor, (*READS_PART, Role.ASSET_OFFICE))]


def _of_departments(actor: Actor, roles: Sequence[Role]) -> sa.ColumnElement[bool]:
    paths = actor.paths_of(*roles)
    if not paths or not actor.reads("audits"):
        return sa.false()
    return AuditFinding.department_id.in_(
        departments_below(actor.institution_id, paths)
    )


def findings_page(
    actor: Actor,
    audit: Audit | None,
    *,
    group: Group | None = None,
    states: Sequence[str] = (),
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[AuditFinding]:
    """Findings of an audit, or those of none, the oldest first."""
    where = findings_seen(actor, audit)
    if group is not None:
        where.append(group_is(group))
    if states:
        where.append(AuditFinding.state.in_([str(each) for each in states]))
    rows = Rows(sa.select(AuditFinding), AuditFinding.id, tuple(where))
    return page_of(rows, ORDERS, "oldest", cursor=cursor, size=size, options=WITH_ALL)


def counts_of(actor: Actor, audit: Audit | None) -> dict[Group, dict[str, int]]:
    """By group how many findings stand in each state."""
    rows = session().execute(
        sa.select(
            AuditFinding.kind, AuditFinding.was, AuditFinding.state, sa.func.count()
        )
        .where(*findings_seen(actor, audit))
        .group_by(AuditFinding.kind, AuditFinding.was, AuditFinding.state)
    )
    counts: dict[Group, dict[str, int]] = {}
    for kind, was, state, count in rows:
        group = counts.setdefault(group_of(kind, was), {})
        group[state] = group.get(state, 0) + count
    return {group: counts[group] for group in Group if group in counts}


def open_of(counts: dict[Group, dict[str, int]], state: FindingState) -> int:
    """How many in all stand in a state."""
    return sum(each.get(str(state), 0) for each in counts.values())


@dataclass(frozen=True)
class Evidence:
    """A record that shows a difference: who, when by which clock, where, what."""

    kind: str
    at: datetime
    received_at: datetime
    by: str
    place: str
    code: str
    note: str
    reason: str | None
    condition: str | None
    count: int | None
    photo_key: str | None


def evidence(found: AuditFinding) -> list[Evidence]:
    """What was recorded about a finding, in the order it came."""
    if found.audit_id is None:
        return []
    rows = session().scalars(
        sa.select(AuditRecord)
        .where(AuditRecord.audit_id == found.audit_id, _about(found), *held())
        .options(joinedload(AuditRecord.person), joinedload(AuditRecord.place))
        .order_by(AuditRecord.id)
        .limit(MOST_EVIDENCE)
    )
    return [
        Evidence(
            kind=each.kind,
            at=each.at,
            received_at=each.received_at,
            by=each.person.name if each.person else "",
            place=each.place.full_name if each.place else "",
            code=each.code,
            note=each.note,
            reason=each.reason,
            condition=each.condition,
            count=each.count,
            photo_key=each.photo_key,
        )
        for each in rows
    ]


def _about(found: AuditFinding) -> sa.ColumnElement[bool]:
    if found.asset_id is not None:
        return AuditRecord.asset_id == found.asset_id
    if found.item_type_id is not None:
        return sa.and_(
            AuditRecord.kind == str(RecordKind.COUNT),
            AuditRecord.item_type_id == found.item_type_id,
            AuditRecord.place_id == found.place_id,
        )
    if found.code:
        return AuditRecord.code == found.code
    return AuditRecord.key == found.record_key
