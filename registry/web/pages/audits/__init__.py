"""Pages about audits: planning, how far it is, what differs, what is ruled."""

from registry.web.pages.audits import differences, office, reporting, rounds, ticking
from registry.web.pages.audits.blueprints import blueprint

__all__ = ["blueprint", "differences", "office", "reporting", "rounds", "ticking"]
