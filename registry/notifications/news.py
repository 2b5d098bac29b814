"""Whether somebody has got a notice, or read one; whether a robot has spoken."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from registry.notifications.models import Notice, Robot, RobotPost
from registry.notifications.states import DeliveryState


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


def marks_of_robots(
    connection: sa.Connection, people: Mapping[int, int]
) -> dict[int, str]:
    """For each person a text that differs once a robot of their institution spoke."""
    houses = set(people.values())
    changed = connection.execute(
        sa.select(Robot.institution_id, sa.func.max(Robot.changed_at))
        .where(Robot.institution_id.in_(houses))
        .group_by(Robot.institution_id)
    ).all()
    if not changed:
        return {}
    waiting = connection.execute(
        sa.select(RobotPost.institution_id, sa.func.count())
        .where(
            RobotPost.institution_id.in_(houses),
            RobotPost.state == DeliveryState.WAITING,
        )
        .group_by(RobotPost.institution_id)
    )
    counts = {house: count for house, count in waiting}  # noqa: C416 - typed
    marks = {house: str((moment, counts.get(house, 0))) for house, moment in changed}
    return {
        person_id: marks[house] for person_id, house in people.items() if house in marks
    }
