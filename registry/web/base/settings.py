"""The settings the running application was made with."""

from __future__ import annotations

from flask import current_app

from registry.config import Settings


def current_settings() -> Settings:
    """The settings of the running application."""
    settings: Settings = current_app.extensions["registry_settings"]
    return settings
