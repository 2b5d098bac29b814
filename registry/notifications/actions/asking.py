"""Telling of requests to buy."""

from __future__ import annotations

from registry.notifications.actions.noticing import notify
from registry.procurement.events import RequestDecided, RequestThrownBack


def tell_of_throwing_back(event: RequestThrownBack) -> None:
    """Who asked hears that something is to be answered again, and why."""
    notify(
        event.institution_id,
        [event.requester_id],
        f"request_{event.why}",
        subject=("purchase_request", event.request_id),
        facts={"step": "purchase_request", "number": event.number},
    )


def tell_of_deciding(event: RequestDecided) -> None:
    """Who asked hears what became of it: agreed to, turned down, ordered, closed."""
    notify(
        event.institution_id,
        [event.requester_id],
        f"request_{event.outcome}",
        subject=("purchase_request", event.request_id),
        facts={"step": "purchase_request", "number": event.number},
    )
