"""What happens, as far as the caller may see it: page by page, or as a stream."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response

from registry.web.base import fields as read
from registry.web.base.api import ApiBlueprint
from registry.web.base.live import current_live
from registry.web.base.routes import signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.streams import MOST_POSITION, one_by_one, open_stream

blueprint = ApiBlueprint(
    "api_events", __name__, url_prefix="/events", description="What happens, live"
)


class EventOut(read.StrictSchema):
    """That something happened: look it up where its kind is found."""

    position = read.Whole(required=True, most=MOST_POSITION)
    topics = read.Many(ma.fields.String(), required=True, most=20)
    kind = read.Line(required=True)
    id = read.Key(required=True)
    verb = read.Line(required=True)


class Events(read.StrictSchema):
    """What happened after a position: ask again from ``position`` on."""

    items = read.Many(ma.fields.Nested(EventOut), required=True, most=500)
    position = read.Whole(required=True, most=MOST_POSITION)
    reset = read.Flag(required=True)
    more = read.Flag(required=True)


class EventQuery(read.StrictSchema):
    """After which position; without one, only where the journal is now."""

    after = read.Whole(load_default=None, allow_none=True, most=MOST_POSITION)
    limit = read.Whole(least=1, most=500, load_default=200)


class StreamQuery(read.StrictSchema):
    """After which position; ``Last-Event-ID`` goes before it."""

    after = read.Whole(load_default=None, allow_none=True, most=MOST_POSITION)


@blueprint.get("")
@signed_in
@blueprint.arguments(EventQuery, location="query")
@blueprint.response(200, Events)
def events(asked: dict[str, Any]) -> dict[str, Any]:
    """What happened after a position, as far as one may see it.

    An asset that one no longer sees is told as `gone`. With `reset` it was too long
    ago: read everything anew, then go on from `position`.
    """
    found = current_live().since(current_actor(), asked["after"], asked["limit"])
    return {
        "items": found.events,
        "position": found.position,
        "reset": found.reset,
        "more": found.more,
    }


@blueprint.get("/stream")
@signed_in
@blueprint.arguments(StreamQuery, location="query")
@blueprint.response(
    200,
    {"type": "string"},
    content_type="text/event-stream",
    example='event: entry\nid: 57\ndata: {"position":57,"topics":["assets","asset:41"],'
    '"kind":"asset","id":41,"verb":"move"}\n\n',
)
def stream(asked: dict[str, Any]) -> Response:
    """The same as server-sent events, resumed with `Last-Event-ID` or `after`.

    `entry` brings an event; `own` the topics beside the journal that have changed for
    the caller; `reset` that it was too long ago; `beat` comes every fifteen seconds;
    `ended` says that the session or token is no more. 503 when there are too many
    streams: ask for events from time to time instead.
    """
    return open_stream(one_by_one)
