"""The list of one place, or of what one keeps, to be ticked on any page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.models import Audit, AuditDraw, AuditItem, AuditPlace, AuditRound
from registry.audits.queries.audits import audit as audit_seen
from registry.audits.queries.audits import begun_rounds, current_round
from registry.audits.states import RoundKind
from registry.kernel.errors import Missing
from registry.organisation.models import Place
from registry.store.db import session

MOST = 200
"""So many things stand on one page; what is ticked makes room for the next."""


@dataclass(frozen=True)
class Heap:
    """Things without labels, counted together."""

    item_type_id: int
    name: str
    place: Place
    expected: int
    counted: int


@dataclass(frozen=True)
class TickList:
    """What is still to be found, and what was found, in the round of now."""

    audit: Audit
    round: AuditRound
    place: Place | None
    """None for what one keeps oneself, wherever it is."""
    left: list[AuditItem]
    left_count: int
    seen: list[AuditItem]
    seen_count: int
    excused: int
    heaps: list[Heap]
    closed_at: datetime | None


def tick_list(
    actor: Actor, audit_id: int, place_id: int | None, *, own: bool = False
) -> TickList:
    """The list of a place, or of what one keeps; narrowed as what a phone loads.

    Raises Missing, Forbidden, Conflict ``audit_not_running``.
    """
    found = audit_seen(actor, audit_id)
    actor.require(Permission.AUDIT_COUNT, found)
    chosen = current_round(begun_rounds(found))
    where: list[sa.ColumnElement[bool]] = [AuditItem.audit_id == found.id]
    if chosen.kind == RoundKind.SAMPLE:
        drawn = sa.select(AuditDraw.asset_id).where(AuditDraw.round_id == chosen.id)
        where.append(AuditItem.asset_id.in_(drawn))
    if own or counts_only_own(actor, found):
        where.append(AuditItem.custodian_id == actor.person_id)
    place, closed_at = None, None
    if not own:
        if place_id is None:
            raise Missing(what="places")
        where.append(AuditItem.place_id == place_id)
        place, closed_at = _place(actor, found, place_id)
    seen = sa.and_(
        AuditItem.found_at.is_not(None), AuditItem.found_round >= chosen.number
    )
    labelled = [*where, AuditItem.is_labelled.is_(True)]
    left = [*labelled, sa.not_(sa.func.coalesce(seen, sa.false()))]
    to_find = [*left, AuditItem.outcome != "excused"]
    return TickList(
        audit=found,
        round=chosen,
        place=place,
        left=_items(to_find),
        left_count=_count(to_find),
        seen=_items([*labelled, seen]),
        seen_count=_count([*labelled, seen]),
        excused=_count([*left, AuditItem.outcome == "excused"]),
        heaps=_heaps(found, where),
        closed_at=closed_at,
    )


def counts_only_own(actor: Actor, found: Audit) -> bool:
    """Whether somebody was asked to look at what they keep, and nothing more."""
    return actor.person_id not in found.counter_ids and not actor.may(
        Permission.AUDIT_LEAD, found
    )


def _place(actor: Actor, found: Audit, place_id: int) -> tuple[Place, datetime | None]:
    place = session().scalar(
        sa.select(Place).where(
            Place.id == place_id, Place.institution_id == actor.institution_id
        )
    )
    if place is None:
        raise Missing(what="places")
    closed_at = session().scalar(
        sa.select(AuditPlace.closed_at).where(
            AuditPlace.audit_id == found.id, AuditPlace.place_id == place_id
        )
    )
    return place, closed_at


def _count(where: Sequence[sa.ColumnElement[bool]]) -> int:
    query = sa.select(sa.func.count()).select_from(AuditItem).where(*where)
    return session().scalar(query) or 0


def _items(where: Sequence[sa.ColumnElement[bool]]) -> list[AuditItem]:
    return list(
        session().scalars(
            sa.select(AuditItem)
            .where(*where)
            .options(
                joinedload(AuditItem.item_type),
                joinedload(AuditItem.place),
                joinedload(AuditItem.found_place),
                joinedload(AuditItem.found_by),
            )
            .order_by(AuditItem.place_id, AuditItem.name, AuditItem.asset_id)
            .limit(MOST)
        )
    )


def _heaps(found: Audit, where: Sequence[sa.ColumnElement[bool]]) -> list[Heap]:
    """Heaps of which all is on this list: others count for somebody else too."""
    rows = (
        session()
        .execute(
            sa.select(
                AuditItem.item_type_id,
                AuditItem.place_id,
                AuditItem.name,
                sa.func.count(),
                sa.func.sum(sa.case((AuditItem.outcome == "here", 1), else_=0)),
            )
            .where(
                *where,
                AuditItem.is_labelled.is_(False),
                AuditItem.place_id.is_not(None),
            )
            .group_by(AuditItem.item_type_id, AuditItem.place_id, AuditItem.name)
            .order_by(AuditItem.place_id, AuditItem.name)
            .limit(MOST)
        )
        .all()
    )
    whole = {
        (kind, place_id): count
        for kind, place_id, count in session().execute(
            sa.select(AuditItem.item_type_id, AuditItem.place_id, sa.func.count())
            .where(
                AuditItem.audit_id == found.id,
                AuditItem.is_labelled.is_(False),
                AuditItem.place_id.in_(sorted({row[1] for row in rows})),
            )
            .group_by(AuditItem.item_type_id, AuditItem.place_id)
        )
    }
    places = {
        each.id: each
        for each in session().scalars(
            sa.select(Place).where(Place.id.in_(sorted({row[1] for row in rows})))
        )
    }
    return [
        Heap(kind, name, places[place_id], count, int(counted or 0))
        for kind, place_id, name, count, counted in rows
        if whole[kind, place_id] == count
    ]
