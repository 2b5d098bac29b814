"""A request under its lock: whoever changes it comes after whoever did before."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.kernel.errors import Missing, StaleVersion
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.store.db import session


def locked_request(
    actor: Actor, request_id: int, version: int | None = None
) -> PurchaseRequest:
    """A request of the actor's institution under lock. Raises Missing, StaleVersion."""
    found = session().scalar(
        sa.select(PurchaseRequest)
        .where(
            PurchaseRequest.id == request_id,
            PurchaseRequest.institution_id == actor.institution_id,
        )
        .with_for_update(of=PurchaseRequest)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing(what="purchase_requests")
    if version is not None and found.version != version:
        raise StaleVersion(expected=version, found=found.version)
    locked_lines(found)
    return found


def locked_lines(found: PurchaseRequest) -> list[PurchaseLine]:
    """The lines of a request whose lock is held, as they are now."""
    session().expire(found, ["lines"])
    return list(
        session().scalars(
            sa.select(PurchaseLine)
            .where(PurchaseLine.request_id == found.id)
            .order_by(PurchaseLine.id)
            .execution_options(populate_existing=True)
        )
    )
