"""One's calendar address, in the API."""

from __future__ import annotations

from typing import Any

from flask import url_for

from registry.access.permissions import Permission
from registry.sharing import actions
from registry.web.api.schemas import sharing as shapes
from registry.web.api.sharing.blueprints import blueprint
from registry.web.base.routes import guarded, tells_secret
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings


@blueprint.post("/me/calendar-feed")
@guarded(Permission.CALENDAR_FEED)
@blueprint.response(201, shapes.FeedOut)
@tells_secret
def make_feed() -> dict[str, Any]:
    """A new secret address of one's due dates; the one before it no longer works."""
    secret = actions.make_feed(current_actor())
    base = current_settings().public_url.rstrip("/")
    return {"address": base + url_for("feed.calendar", secret=secret)}


@blueprint.delete("/me/calendar-feed")
@guarded(Permission.CALENDAR_FEED)
@blueprint.response(204)
def drop_feed() -> None:
    """Let one's calendar address work no longer."""
    actions.drop_feed(current_actor())
