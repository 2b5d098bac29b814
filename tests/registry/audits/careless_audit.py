"""The registry with a fault of our own making in its audits, to see the races catch it.

``CARELESS`` names the fault. The product has none of them; they live here.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask

from registry.app import create_app
from registry.audits.actions import syncing
from registry.audits.states import Standing
from registry.cli.commands import main
from registry.config import Settings


def knows_nothing(*_: Any) -> dict[str, Any]:
    """Whoever asks which records are there is told of none."""
    return {}


def always_counts(*_: Any) -> Standing:
    """Whatever comes whenever counts."""
    return Standing.COUNTED


def keeps_nothing(*_: Any) -> None:
    """Answers, and writes nothing down."""


def create_careless_app(settings: Settings | None = None) -> Flask:
    """The application with the fault in it, in whichever process."""
    fault = os.environ["CARELESS"]
    if fault == "forgets":
        vars(syncing)["_known"] = knows_nothing
    elif fault == "drops":
        vars(syncing)["_write"] = keeps_nothing
    else:
        vars(syncing)["_standing"] = always_counts
    return create_app(settings)


if __name__ == "__main__":
    from tests.registry.audits import careless_audit

    main(careless_audit.create_careless_app)
