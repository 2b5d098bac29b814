"""The registry without a look at freshness, to see that the race catches it.

The product looks; the fault lives here.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from registry.app import create_app
from registry.cli.commands import main
from registry.config import Settings
from registry.procurement.actions import approving, buying


def trusting(*_: Any) -> None:
    """Whoever asks whether a check is fresh is told that it is."""


def create_trusting_app(settings: Settings | None = None) -> Flask:
    """The application with the fault in it, in whichever process."""
    for module in (approving, buying):
        vars(module)["require_fresh"] = trusting
    return create_app(settings)


if __name__ == "__main__":
    from tests.registry.procurement import stale

    main(stale.create_trusting_app)
