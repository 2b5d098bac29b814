"""The page on which the API's description is read and tried, without any network.

Swagger UI comes as files out of an installed package; the page and its first line of
script are ours, so that it works under the policy every other page has.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, abort, render_template
from flask_swagger_ui import __file__ as package

from registry.web.base.routes import public, signed_in

blueprint = Blueprint("api_docs", __name__)

CARRIED = Path(package).parent / "dist"
FILES = ("swagger-ui.css", "swagger-ui-bundle.js")


@blueprint.get("/api/docs")
@signed_in
def show() -> str:
    """Every operation, to read and to try."""
    return render_template("api_docs/index.html")


@blueprint.get("/api/docs/<name>")
@public("files of a library", unread=True)
def file(name: str) -> Response:
    """A file of Swagger UI."""
    if name not in FILES:
        abort(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = Response((CARRIED / name).read_bytes(), mimetype=kind)
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer
