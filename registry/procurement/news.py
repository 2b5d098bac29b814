"""Who hears of requests to buy and of lessons, on open pages: whoever may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.news import Event, News, Telling
from registry.organisation.models import Department
from registry.procurement.models.requests import PurchaseRequest


@dataclass(frozen=True, slots=True)
class AskedBy:
    """Who asks, and for which department, as the policy looks at it."""

    institution_id: int
    department_path: str
    requester_id: int


def tell_request(actor: Actor, news: News) -> Event | None:
    """Whoever may see a request hears that something became of it."""
    about: AskedBy | None = news.about
    if about is None or not actor.may(Permission.REQUEST_SEE, about):
        return None
    return news.told("requests", f"request:{news.subject_id}")


def look_at_requests(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, AskedBy]:
    """By position, who asks."""
    rows = connection.execute(
        sa.select(PurchaseRequest.id, Department.path, PurchaseRequest.requester_id)
        .join(Department, Department.id == PurchaseRequest.department_id)
        .where(
            PurchaseRequest.institution_id == institution_id,
            PurchaseRequest.id.in_({entry.subject_id for entry in entries}),
        )
    )
    known = {
        request_id: AskedBy(institution_id, path, requester_id)
        for request_id, path, requester_id in rows
    }
    return {
        entry.position: known[entry.subject_id]
        for entry in entries
        if entry.subject_id in known
    }


def tell_lesson(actor: Actor, news: News) -> Event | None:
    """Whoever confirms lessons hears of them."""
    if not actor.may(Permission.LESSON_MANAGE):
        return None
    return news.told("lessons")


TELLINGS = (
    Telling("purchase_request", tell_request, look_at_requests),
    Telling("match_lesson", tell_lesson),
)
