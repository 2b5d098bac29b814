"""Audits in the API."""

from registry.web.api.audits import planning, reporting, ruling, walking
from registry.web.api.audits.blueprints import blueprint

BLUEPRINTS = (blueprint,)

__all__ = ["BLUEPRINTS", "blueprint", "planning", "reporting", "ruling", "walking"]
