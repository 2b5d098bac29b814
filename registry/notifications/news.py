"""Whether somebody has got a notice, or read one, perhaps on another device."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from registry.notifications.models import Notice


def marks_of_notices(
    connection: sa.Connection, people: Mapping[int, int]
) -> dict[int, str]:
    """For each person a text that differs once a notice has come or been read."""
    own = (
        Notice.institution_id.in_(set(people.values())),
        Notice.person_id.in_(set(people)),
    )
    newest = connection.execute(
        sa.select(Notice.person_id, sa.func.max(Notice.id))
        .where(*own)
        .group_by(Notice.person_id)
    )
    unread = connection.execute(
        sa.select(Notice.person_id, sa.func.count())
        .where(*own, Notice.read_at.is_(None))
        .group_by(Notice.person_id)
    )
    marks = {person_id: [last, 0] for person_id, last in newest}
    for person_id, count in unread:
        marks.setdefault(person_id, [0, 0])[1] = count
    return {person_id: str(mark) for person_id, mark in marks.items()}
