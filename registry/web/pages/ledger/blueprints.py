"""The two places of the menu that show assets: the ledger and what lies idle."""

from flask import Blueprint

ledger = Blueprint("ledger", __name__, url_prefix="/assets")
idle = Blueprint("idle", __name__, url_prefix="/idle")
