"""Where the ledger's pages stand: below ``/assets``."""

from flask import Blueprint

ledger = Blueprint("ledger", __name__, url_prefix="/assets")
