"""Where the pages about asking to buy stand."""

from flask import Blueprint

blueprint = Blueprint("requests", __name__, url_prefix="/requests")
