"""Where a request goes when its check is resolved."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.procurement.models.requests import PurchaseRequest
from registry.store.transaction import transaction

KIND = "purchase_request"


def begin_approval(actor: Actor, request: PurchaseRequest) -> None:
    """Ask those who must agree; the caller has seen every line resolved."""
    with transaction():
        record(actor, KIND, request.id, "begin_approval", {})


def void_steps(actor: Actor, request: PurchaseRequest) -> None:
    """Let every step that is not decided go; nobody is asked for it any more."""
