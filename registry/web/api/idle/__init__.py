"""Idle things in the API."""

from registry.web.api.idle import pool, suspects
from registry.web.api.idle.blueprints import blueprint

BLUEPRINTS = (blueprint,)

__all__ = ["BLUEPRINTS", "blueprint", "pool", "suspects"]
