"""Where the pages about audits stand: all below ``/audits``, and how states look."""

from flask import Blueprint

blueprint = Blueprint("audits", __name__, url_prefix="/audits")

LOOKS = {
    "planned": ("clock", "still"),
    "running": ("running", "calm"),
    "reviewing": ("question", "warn"),
    "closed": ("locked", "good"),
    "cancelled": ("stopped", "still"),
}
"""Icon and tone of the chip that says how far an audit is."""
FINDING_LOOKS = {
    "open": ("question", "warn"),
    "ruled": ("clock", "calm"),
    "approved": ("done", "calm"),
    "applied": ("done", "good"),
    "overtaken": ("done", "still"),
}
"""Icon and tone of the chip that says how a difference stands."""
