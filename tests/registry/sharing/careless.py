"""The registry with one fault of our own making, to see that the races catch it.

``CARELESS`` names the fault. The product has none of them; they live here.
"""

from __future__ import annotations

import os

from flask import Flask

from registry.app import create_app
from registry.cli.commands import main
from registry.config import Settings
from registry.ledger.actions import claims
from registry.sharing.actions import lending, lining, standing, transferring
from registry.sharing.states import TRANSFER_LINE, TransferLineState


def blind(asset_id: int) -> None:
    """Whoever looks for a claim on an asset sees none."""


def never_over(claim: object) -> bool:
    """A hold lasts for ever."""
    return False


def make_careless() -> None:
    """Put the fault in."""
    fault = os.environ["CARELESS"]
    if fault == "blind":
        for module in (claims, lining, standing, transferring, lending):
            vars(module)["live_claim"] = blind
    elif fault == "forgetful":
        _, target = TRANSFER_LINE.moves["cancel"]
        TRANSFER_LINE.moves["cancel"] = (frozenset(TransferLineState), target)
        TRANSFER_LINE.moves["receive"] = (
            frozenset(TransferLineState),
            TransferLineState.RECEIVED,
        )
        vars(transferring)["_claim_of"] = lambda line: None
        vars(transferring)["receive_asset"] = lambda *_, **__: None
    else:
        vars(claims)["is_expired"] = never_over


def create_careless_app(settings: Settings | None = None) -> Flask:
    """The application with the fault in it, in whichever process."""
    make_careless()
    return create_app(settings)


if __name__ == "__main__":
    from tests.registry.sharing import careless

    main(careless.create_careless_app)
