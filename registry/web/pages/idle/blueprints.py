"""Where the pages about idle things stand: all below ``/idle``, in two menu lines."""

from flask import Blueprint

idle = Blueprint("idle", __name__, url_prefix="/idle")
"""For everybody: the pool, and what one is asked."""
idleness = Blueprint("idleness", __name__, url_prefix="/idle")
"""For those who oversee: what lies where, what seems to, who is asked."""
