"""Reading the group robots: how each is, and what could not be said; never a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.errors import Missing
from registry.kernel.pages import PAGE_SIZE
from registry.notifications.models import Robot, RobotPost
from registry.notifications.states import DeliveryState, RobotState
from registry.store.db import session

MOST_ROBOTS = 200
"""So many an institution may have, and so many its page shows."""


@dataclass(frozen=True)
class RobotView:
    """A robot as people see it: all but its key and its secret."""

    id: int
    name: str
    kind: str
    host: str
    signed: bool
    department_id: int | None
    department: str | None
    topics: Sequence[str]
    state: str
    trouble: str
    trouble_code: str
    quiet_until: datetime | None
    last_sent_at: datetime | None
    waiting: int
    failed: int
    version: int


def robots(actor: Actor) -> list[RobotView]:
    """The robots of the institution that were not removed, in the order of names."""
    actor.require(Permission.ROBOT_MANAGE)
    found = session().scalars(
        _standing(actor).order_by(Robot.name, Robot.id).limit(MOST_ROBOTS)
    )
    return _views(list(found))


def robot(actor: Actor, robot_id: int) -> RobotView:
    """One robot; Missing for one removed or of another institution."""
    actor.require(Permission.ROBOT_MANAGE)
    found = session().scalar(_standing(actor).where(Robot.id == robot_id))
    if found is None:
        raise Missing(what="robots")
    return _views([found])[0]


def _standing(actor: Actor) -> sa.Select[Robot]:
    return (
        sa.select(Robot)
        .where(
            Robot.institution_id == actor.institution_id,
            Robot.state != RobotState.REMOVED,
        )
        .options(joinedload(Robot.department))
    )


def _views(found: Sequence[Robot]) -> list[RobotView]:
    rows = session().execute(
        sa.select(RobotPost.robot_id, RobotPost.state, sa.func.count())
        .where(
            RobotPost.robot_id.in_([each.id for each in found]),
            RobotPost.state.in_((DeliveryState.WAITING, DeliveryState.FAILED)),
        )
        .group_by(RobotPost.robot_id, RobotPost.state)
    )
    counts = {(robot_id, state): count for robot_id, state, count in rows}
    return [
        RobotView(
            id=each.id,
            name=each.name,
            kind=each.kind,
            host=each.base.partition("://")[2],
            signed=bool(each.secret),
            department_id=each.department_id,
            department=each.department.name if each.department else None,
            topics=tuple(each.topics),
            state=each.state,
            trouble=each.trouble,
            trouble_code=each.trouble_code,
            quiet_until=each.quiet_until,
            last_sent_at=each.last_sent_at,
            waiting=counts.get((each.id, DeliveryState.WAITING), 0),
            failed=counts.get((each.id, DeliveryState.FAILED), 0),
            version=each.version,
        )
        for each in found
    ]


def failed_posts(
    actor: Actor, robot_id: int, *, limit: int = PAGE_SIZE
) -> list[RobotPost]:
    """What a robot could not say, newest first."""
    robot(actor, robot_id)
    return list(
        session().scalars(
            sa.select(RobotPost)
            .where(
                RobotPost.institution_id == actor.institution_id,
                RobotPost.robot_id == robot_id,
                RobotPost.state == DeliveryState.FAILED,
            )
            .order_by(RobotPost.id.desc())
            .limit(limit)
        )
    )
