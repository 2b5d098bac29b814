"""Where the pages about idle things stand: below ``/idle``."""

from flask import Blueprint

idle = Blueprint("idle", __name__, url_prefix="/idle")
