"""The registry with faults of our own making around the gate, to see races catch them.

The product has none of them; they live here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm.attributes import set_committed_value

from registry import app
from registry.app import create_app
from registry.cli.commands import main
from registry.codes import actions as codes
from registry.config import Settings
from registry.ledger.actions import acts, changing, claims, registering
from registry.organisation.models import RoleGrant
from registry.procurement.actions import approving, drafting
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.deciders import Decider
from registry.sharing.actions import choosing, lending, lining, standing, transferring
from registry.store.db import session
from registry.web.base import idempotency, sessions


def blind(*_: Any, **__: Any) -> None:
    """Whoever looks for a claim sees none, whoever looks for a key finds none."""


def ever(request: PurchaseRequest, step: str) -> list[list[Decider]]:
    """Whoever has ever held a role decides."""
    rows = session().scalars(
        sa.select(RoleGrant.person_id).where(
            RoleGrant.institution_id == request.institution_id,
            RoleGrant.role == str(step),
        )
    )
    return [[Decider(each) for each in rows]]


def whatever_version(known: Callable[..., Any]) -> Callable[..., Any]:
    """A row under lock, whichever version was asked for."""

    def locked(actor: Any, subject_id: int, version: Any = None) -> Any:
        return known(actor, subject_id)

    return locked


def as_remembered(known: Callable[[int], Any]) -> Callable[[int], Any]:
    """Steps and their request as somebody has read them before the others decided."""

    def steps(request_id: int) -> Any:
        rows = known(request_id)
        request = session().get_one(PurchaseRequest, request_id)
        for each in (*rows, request):
            open_ = "approving" if each is request else "open"
            set_committed_value(each, "state", open_)
        return rows

    return steps


def make_careless() -> None:
    """Put the faults in."""
    modules = (changing, claims, lining, standing, transferring, lending, choosing)
    for module in modules:
        if "live_claim" in vars(module):
            vars(module)["live_claim"] = blind
    vars(registering)["next_number"] = cache(registering.next_number)
    vars(codes)["_retire_current"] = blind
    vars(acts)["stands_in_the_way"] = blind
    vars(approving)["deciders_of"] = ever
    vars(approving)["hold_grants"] = blind
    vars(approving)["locked_steps"] = as_remembered(approving.locked_steps)
    vars(app)["follow_closing_department"] = blind
    vars(idempotency)["_asked"] = blind
    vars(transferring)["receive_asset"] = blind
    vars(drafting)["locked_request"] = whatever_version(drafting.locked_request)
    vars(sessions)["visit_of_token"] = cache(sessions.visit_of_token)


def create_careless_app(settings: Settings | None = None) -> Flask:
    """The application with the faults in it, in whichever process."""
    make_careless()
    return create_app(settings)


if __name__ == "__main__":
    from tests.registry.procurement import careless_gate

    main(careless_gate.create_careless_app)
