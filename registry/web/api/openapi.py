"""The description of the API, as a document for programmes."""

from __future__ import annotations

import json

from flask import Response, current_app

from registry.web.api.describing import described
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import public

blueprint = ApiBlueprint(
    "api_openapi", __name__, url_prefix="", description="This description"
)

KEPT = "registry_openapi"


@blueprint.get("/openapi.json")
@public("a description without a single fact of anybody's", unread=True)
@blueprint.response(200, {"type": "object"}, content_type="application/json")
def document() -> Response:
    """This description, in OpenAPI 3.1."""
    return Response(_text(), mimetype="application/json")


def _text() -> str:
    """The description as text, made once for each application."""
    kept = current_app.extensions
    if KEPT not in kept:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        spec = kept["flask-smorest"]["apis"][""]["ext_obj"].spec
        kept[KEPT] = json.dumps(described(app, spec), ensure_ascii=False)
    return str(kept[KEPT])
