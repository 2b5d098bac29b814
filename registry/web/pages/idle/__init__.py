"""Pages about idle things: the pool as a shop window, and the questions."""

from registry.web.pages.idle import asking, overview, policy, pool, suspects
from registry.web.pages.idle.blueprints import idle, idleness

BLUEPRINTS = (idle, idleness)

__all__ = ["BLUEPRINTS", "asking", "overview", "policy", "pool", "suspects"]
