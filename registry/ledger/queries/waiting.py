"""What in the ledger waits for somebody."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.errors import Missing
from registry.ledger.models import Asset, Claim, LabelReport
from registry.ledger.queries.listing import LISTED
from registry.ledger.queries.sight import may_see
from registry.ledger.states import ClaimKind
from registry.store.db import session


def open_reports(actor: Actor, limit: int = 100) -> list[LabelReport]:
    """Reports from labels that the actor may settle, oldest first."""
    rows = session().scalars(
        sa.select(LabelReport)
        .where(
            LabelReport.institution_id == actor.institution_id,
            LabelReport.handled_at.is_(None),
        )
        .options(
            joinedload(LabelReport.asset).joinedload(Asset.department),
            joinedload(LabelReport.asset).joinedload(Asset.item_type),
        )
        .order_by(LabelReport.id)
    )
    mine = [row for row in rows if actor.may(Permission.REPORT_HANDLE, row)]
    return mine[:limit]


def settled_reports(actor: Actor, limit: int = 20) -> list[LabelReport]:
    """The last reports that were settled, among those the actor may settle."""
    rows = session().scalars(
        sa.select(LabelReport)
        .where(
            LabelReport.institution_id == actor.institution_id,
            LabelReport.handled_at.is_not(None),
        )
        .options(
            joinedload(LabelReport.asset).joinedload(Asset.department),
            joinedload(LabelReport.asset).joinedload(Asset.item_type),
        )
        .order_by(LabelReport.id.desc())
        .limit(limit * 5)
    )
    return [row for row in rows if actor.may(Permission.REPORT_HANDLE, row)][:limit]


def report(actor: Actor, report_id: int) -> LabelReport:
    """A report the actor may settle; Missing otherwise."""
    found = session().scalar(
        sa.select(LabelReport).where(
            LabelReport.id == report_id,
            LabelReport.institution_id == actor.institution_id,
        )
    )
    if found is None or not actor.may(Permission.REPORT_HANDLE, found):
        raise Missing(what="label_reports")
    return found


def unknown_borrowers(actor: Actor, limit: int = 100) -> list[Asset]:
    """Assets out on loan to nobody knows whom, among those the actor may see."""
    query = (
        sa.select(Asset)
        .join(Claim, Claim.asset_id == Asset.id)
        .where(
            Asset.institution_id == actor.institution_id,
            Claim.kind == ClaimKind.LOAN,
            Claim.ended_at.is_(None),
            Claim.person_id.is_(None),
            Claim.holder == "",
        )
        .options(*LISTED)
        .order_by(Asset.id)
        .limit(limit)
    )
    condition = may_see(actor)
    if condition is not None:
        query = query.where(condition)
    return list(session().scalars(query))
