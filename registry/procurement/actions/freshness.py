"""Nothing is decided on a check that no longer tells the truth."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.procurement.errors import CheckStale
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.freshness import why_stale


def require_fresh(actor: Actor, request: PurchaseRequest) -> None:
    """Refuse to go on where the check is to be made again. Raises CheckStale."""
    why = why_stale(request)
    if why:
        raise CheckStale(f"check_stale_{why}", number=request.number)
