"""Where the pages about things on their way to others stand."""

from flask import Blueprint

wishes = Blueprint("wishes", __name__, url_prefix="/wishes")
"""What one has kept for oneself, stands in line for, has asked for or borrowed."""
transfers = Blueprint("transfers", __name__, url_prefix="/transfers")
loans = Blueprint("loans", __name__, url_prefix="/loans")
savings = Blueprint("savings", __name__, url_prefix="/savings")
wanted = Blueprint("wanted", __name__, url_prefix="/wanted")
feed = Blueprint("feed", __name__, url_prefix="/calendars")
outer = Blueprint("outer", __name__, url_prefix="/outer")
"""What institutions of one installation show each other, and ask for."""
