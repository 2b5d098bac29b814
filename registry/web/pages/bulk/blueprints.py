"""Where changes of many assets, and documents, stand."""

from flask import Blueprint

bulk = Blueprint("bulk", __name__, url_prefix="/bulk")
documents = Blueprint("documents", __name__, url_prefix="/documents")
