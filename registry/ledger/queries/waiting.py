"""What in the ledger waits for somebody."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.ledger.models import Asset, Claim
from registry.ledger.queries.listing import LISTED
from registry.ledger.queries.sight import may_see
from registry.ledger.states import ClaimKind
from registry.store.db import session


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
