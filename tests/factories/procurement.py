"""Requests to buy, asked for and checked as people do."""

from __future__ import annotations

from typing import Any

from registry.organisation.models import Person
from registry.procurement.actions.drafting import LineDraft, submit
from registry.procurement.actions.drafting import make_request as write
from registry.procurement.models.requests import PurchaseRequest
from registry.store.db import session
from tests.factories.organisation import actor_of

ONE = {"text": "电子琴", "quantity": 1, "price_fen": 100}


def make_request(
    requester: Person, *lines: dict[str, Any], urgent: bool = False
) -> PurchaseRequest:
    """A submitted request; with nothing idle that serves, it waits for approval."""
    actor = actor_of(requester)
    drafts = [LineDraft(**each) for each in lines or (ONE,)]
    made = write(actor, drafts, urgent=urgent)
    submit(actor, made.id)
    session().expire_all()
    return session().get_one(PurchaseRequest, made.id)
