"""Where the pages about approving stand: all below ``/approvals``."""

from flask import Blueprint

approvals = Blueprint("approvals", __name__, url_prefix="/approvals")
