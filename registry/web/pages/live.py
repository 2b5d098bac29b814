"""What open pages follow: a stream, or without a seat a look from time to time."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from registry.web.base.live import current_live
from registry.web.base.routes import signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.streams import as_topics, asked_position, open_stream

blueprint = Blueprint("live", __name__, url_prefix="/live")

MOST = 500


@blueprint.get("")
@signed_in
def stream() -> Response:
    """That something happened, and of what topics, until the page is left."""
    return open_stream(as_topics)


@blueprint.get("/news")
@signed_in
def news() -> ResponseReturnValue:
    """What has happened since a position: the topics of it."""
    actor, live = current_actor(), current_live()
    found = live.since(actor, asked_position(), MOST)
    topics = sorted({topic for event in found.events for topic in event.topics})
    return jsonify(
        position=found.position,
        topics=topics,
        reset=found.reset,
        more=found.more,
        own=live.own(actor),
    )
