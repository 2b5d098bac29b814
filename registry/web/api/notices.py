"""Notices in the API: one's own, when one wants mail, and what could not be sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.kernel.clock import now
from registry.notifications import actions, queries
from registry.notifications.digests import Told, notice_words, tell_summary
from registry.notifications.models import Delivery, Notice
from registry.notifications.states import MailWish
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import (
    Choice,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    StrictSchema,
    Whole,
)
from registry.web.base.paging import asked_cursor, asked_limit, envelope, page_of
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor

blueprint = ApiBlueprint(
    "api_notices", __name__, url_prefix="/notices", description="What one is told"
)


class NoticeOut(StrictSchema):
    """Something one is told; ``subject`` says which thing it is about."""

    id = Key(required=True)
    kind = Line(required=True, metadata={"example": "wait_begun"})
    words = ma.fields.String(
        required=True,
        metadata={"example": "等您处理：有人反映问题：投影仪"},
    )
    subject_kind = Line(required=True, metadata={"example": "label_report"})
    subject_id = Key(required=True)
    wait_id = Key(required=True, allow_none=True)
    created_at = Moment(required=True)
    read_at = Moment(required=True, allow_none=True)


class NoticePage(StrictSchema):
    """A page of one's notices, newest first."""

    items = Many(ma.fields.Nested(NoticeOut), required=True, most=200)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class NoticesAsked(StrictSchema):
    """Which notices, and how many at once."""

    unread = Flag(load_default=False)
    limit = Whole(least=1, most=200)
    cursor = ma.fields.String()


class UpTo(StrictSchema):
    """The newest notice that is noted as read; without it, all."""

    up_to = Key(load_default=None, allow_none=True)


class Noted(StrictSchema):
    """How many were noted or tried again."""

    count = Whole(required=True)


class Wish(StrictSchema):
    """When one wants notices by mail; the hour is that of a summary."""

    mail = Choice(MailWish, required=True)
    hour = Whole(least=0, most=23, metadata={"example": 8})


class SummaryAsked(StrictSchema):
    """How many days back it looks for what is new."""

    days = Whole(least=1, most=31, load_default=7)


class SummaryPart(StrictSchema):
    """A part of a summary; ``lines`` are texts with the paths of their pages."""

    heading = ma.fields.String(required=True, metadata={"example": "等您办的"})
    lines = Many(
        ma.fields.Tuple((ma.fields.String(), ma.fields.String())), required=True
    )
    rest = ma.fields.String(required=True)


class SummaryOut(StrictSchema):
    """A whole summary, in the reader's language."""

    title = ma.fields.String(required=True, metadata={"example": "3 件事等您办"})
    sections = Many(ma.fields.Nested(SummaryPart), required=True)


class DeliveryOut(StrictSchema):
    """A mail that could not be sent, and why."""

    id = Key(required=True)
    notice_id = Key(required=True)
    person_id = Key(required=True)
    attempts = Whole(required=True)
    trouble = ma.fields.String(
        required=True, metadata={"example": "550 no such user here"}
    )
    created_at = Moment(required=True)


class DeliveryPage(StrictSchema):
    """A page of what could not be sent, newest first."""

    items = Many(ma.fields.Nested(DeliveryOut), required=True, most=200)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class DeliveriesAsked(StrictSchema):
    """How many at once."""

    limit = Whole(least=1, most=200)
    cursor = ma.fields.String()


def _told(row: Notice) -> dict[str, Any]:
    plain = {n: getattr(row, n) for n in NoticeOut().fields if n != "words"}
    return plain | {"words": notice_words(row)}


def _by_id(row: Notice | Delivery) -> list[int]:
    return [row.id]


@blueprint.get("")
@signed_in
@blueprint.arguments(NoticesAsked, location="query")
@blueprint.response(200, NoticePage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own notices, newest first."""
    limit, after = asked_limit(), asked_cursor(1)
    rows = queries.notices_of(
        current_actor(),
        unread=asked["unread"],
        before=after[0] if after else None,
        limit=limit + 1,
    )
    found = envelope(page_of(rows, limit, _by_id))
    return found | {"items": [_told(row) for row in found["items"]]}


@blueprint.post("/<int:notice_id>/read")
@guarded(Permission.OWN_NOTICES)
@blueprint.response(200, NoticeOut)
def read(notice_id: int) -> dict[str, Any]:
    """Note one of one's notices as read."""
    return _told(actions.read(current_actor(), notice_id))


@blueprint.post("/read")
@guarded(Permission.OWN_NOTICES)
@blueprint.arguments(UpTo)
@blueprint.response(200, Noted)
def read_all(given: dict[str, Any]) -> dict[str, Any]:
    """Note all one's notices as read, or those up to one of them."""
    return {"count": actions.read_all(current_actor(), given["up_to"])}


@blueprint.get("/wish")
@signed_in
@blueprint.response(200, Wish)
def show_wish() -> dict[str, Any]:
    """When one wants notices by mail."""
    actor = current_actor()
    wish, hour = queries.mail_wish(actor.institution_id, actor.person_id)
    return {"mail": wish, "hour": hour}


@blueprint.put("/wish")
@guarded(Permission.OWN_NOTICES)
@blueprint.arguments(Wish)
@blueprint.response(200, Wish)
def wish(given: dict[str, Any]) -> dict[str, Any]:
    """Say when one wants notices by mail: now, daily, weekly or never."""
    wish, hour = actions.wish_mail(current_actor(), given["mail"], given.get("hour"))
    return {"mail": wish, "hour": hour}


@blueprint.get("/summary")
@signed_in
@blueprint.arguments(SummaryAsked, location="query")
@blueprint.response(200, SummaryOut)
def summary(asked: dict[str, Any]) -> Told:
    """What a summary of so many days would say now: what waits, falls due, is new."""
    return tell_summary(current_actor(), now() - timedelta(days=asked["days"]))


@blueprint.get("/failed")
@guarded(Permission.MAIL_MANAGE)
@blueprint.arguments(DeliveriesAsked, location="query")
@blueprint.response(200, DeliveryPage)
def failed(asked: dict[str, Any]) -> dict[str, Any]:
    """What could not be sent by mail, and why."""
    limit, after = asked_limit(), asked_cursor(1)
    rows = queries.failed_deliveries(
        current_actor(), before=after[0] if after else None, limit=limit + 1
    )
    return envelope(page_of(rows, limit, _by_id))


@blueprint.post("/failed/retry")
@guarded(Permission.MAIL_MANAGE)
@blueprint.response(200, Noted)
def retry() -> dict[str, Any]:
    """Try everything that could not be sent again."""
    return {"count": actions.retry_failed(current_actor())}
