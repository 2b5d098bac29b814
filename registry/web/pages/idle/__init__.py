"""Pages about idle things: the pool as a shop window."""

from registry.web.pages.idle import pool
from registry.web.pages.idle.blueprints import idle

BLUEPRINTS = (idle,)

__all__ = ["BLUEPRINTS", "pool"]
