"""Who hears of a question about a thing: those who oversee it, on their open pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.news import Event, News, Telling
from registry.ledger.models import Asset
from registry.organisation.models import Department


@dataclass(frozen=True, slots=True)
class About:
    """Whose thing a question is about, as the policy looks at it."""

    institution_id: int
    department_path: str
    custodian_id: int | None
    user_id: int | None


def tell_question(actor: Actor, news: News) -> Event | None:
    """Whoever oversees the thing or may answer hears that something waits or ended."""
    about: About | None = news.about
    if about is None:
        return None
    seen = actor.may(Permission.IDLE_SEE, about)
    if not seen and not actor.may(Permission.IDLE_ANSWER, about):
        return None
    return Event(news.position, ("waiting",), news.kind, news.subject_id, news.verb)


def look_at_questions(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, About]:
    """By position, whose things the questions are about."""
    assets = {entry.position: json.loads(entry.facts).get("asset") for entry in entries}
    known = _whose(
        connection, institution_id, {each for each in assets.values() if each}
    )
    return {
        position: known[asset_id]
        for position, asset_id in assets.items()
        if asset_id in known
    }


def _whose(
    connection: sa.Connection, institution_id: int, asset_ids: set[int]
) -> dict[int, About]:
    rows = connection.execute(
        sa.select(Asset.id, Department.path, Asset.custodian_id, Asset.user_id)
        .join(Department, Department.id == Asset.department_id)
        .where(Asset.institution_id == institution_id, Asset.id.in_(sorted(asset_ids)))
    )
    return {
        asset_id: About(institution_id, path, custodian_id, user_id)
        for asset_id, path, custodian_id, user_id in rows
    }


TELLINGS = (Telling("idle_question", tell_question, look_at_questions),)
