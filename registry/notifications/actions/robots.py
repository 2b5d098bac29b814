"""Group robots: adding, changing, trying, pausing, removing; keys are never told."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.config.robots import read_robot_hosts
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Invalid, Missing, StaleVersion
from registry.kernel.text import required_line
from registry.notifications.models import Robot, RobotPost
from registry.notifications.models.robots import TEST
from registry.notifications.queries.robots import MOST_ROBOTS
from registry.notifications.rules.robots import clean_secret, read_address
from registry.notifications.states import (
    DeliveryState,
    RobotKind,
    RobotState,
    RobotTopic,
)
from registry.organisation import queries as organisation
from registry.store.db import session as current_session
from registry.store.transaction import transaction

KIND = "robot"
MOST_NAME = 80


def add_robot(
    actor: Actor,
    hosts: str,
    *,
    name: str,
    webhook: str,
    secret: str = "",
    department_id: int | None = None,
    topics: Sequence[str] = (RobotTopic.BEGUN, RobotTopic.LATE),
) -> Robot:
    """Add a robot by the address its group shows; ``hosts`` is the setting of them.

    Raises Invalid, Conflict.
    """
    with transaction() as session:
        actor.require(Permission.ROBOT_MANAGE)
        read = read_address(webhook, read_robot_hosts(hosts))
        count = session.scalar(
            sa.select(sa.func.count())
            .select_from(Robot)
            .where(
                Robot.institution_id == actor.institution_id,
                Robot.state != RobotState.REMOVED,
            )
        )
        if (count or 0) >= MOST_ROBOTS:
            raise Conflict("too_many_robots", most=MOST_ROBOTS)
        made = Robot(
            institution_id=actor.institution_id,
            name=required_line(name, field="name", most=MOST_NAME),
            kind=str(read.kind),
            base=read.base,
            token=read.token,
            secret=clean_secret(read.kind, secret),
            department_id=_department(actor, department_id),
            topics=_topics(topics),
            state=str(RobotState.ON),
            added_by_id=actor.person_id,
            added_at=now(),
            changed_at=now(),
        )
        session.add(made)
        session.flush()
        record(actor, KIND, made.id, "add", _told(made), is_new=True)
        return made


def change_robot(
    actor: Actor,
    hosts: str,
    robot_id: int,
    version: int,
    *,
    name: str | None = None,
    webhook: str = "",
    secret: str = "",
    department_id: int | str | None = "",
    topics: Sequence[str] | None = None,
) -> Robot:
    """Change a robot; an empty address and secret stay as they are.

    A new address takes the old secret away. Raises Invalid, StaleVersion.
    """
    with transaction() as session:
        actor.require(Permission.ROBOT_MANAGE)
        found = _locked(actor, robot_id, version)
        if name is not None:
            found.name = required_line(name, field="name", most=MOST_NAME)
        if webhook:
            read = read_address(webhook, read_robot_hosts(hosts))
            found.kind, found.base, found.token = str(read.kind), read.base, read.token
            found.secret = ""
        if secret:
            found.secret = clean_secret(RobotKind(found.kind), secret)
        if not isinstance(department_id, str):
            found.department_id = _department(actor, department_id)
        if topics is not None:
            found.topics = _topics(topics)
        if (webhook or secret) and found.state == RobotState.BROKEN:
            _resume(found)
        found.changed_at = now()
        found.version += 1
        session.flush()
        facts = _told(found) | {"webhook": bool(webhook), "secret": bool(secret)}
        record(actor, KIND, found.id, "change", facts)
        session.refresh(found)
        return found


def pause_robot(actor: Actor, robot_id: int) -> Robot:
    """Have a robot say nothing until it is resumed; what waits is let go of."""
    with transaction():
        actor.require(Permission.ROBOT_MANAGE)
        found = _locked(actor, robot_id)
        if found.state != RobotState.PAUSED:
            found.follow("pause")
            _let_go(found)
            _note(actor, found, "pause")
        return found


def resume_robot(actor: Actor, robot_id: int) -> Robot:
    """Have a robot speak again, of what happens from now on."""
    with transaction():
        actor.require(Permission.ROBOT_MANAGE)
        found = _locked(actor, robot_id)
        if found.state != RobotState.ON:
            _resume(found)
            _note(actor, found, "resume")
        return found


def _resume(found: Robot) -> None:
    found.follow("resume")
    found.trouble = found.trouble_code = ""
    found.failures, found.quiet_until = 0, None


def remove_robot(actor: Actor, robot_id: int) -> None:
    """Remove a robot for good; its key and its secret are forgotten."""
    with transaction():
        actor.require(Permission.ROBOT_MANAGE)
        found = _locked(actor, robot_id)
        found.follow("remove")
        found.token = found.secret = ""
        _let_go(found)
        _note(actor, found, "remove")


def try_robot(actor: Actor, robot_id: int) -> RobotPost:
    """Have a robot say a word of trial, at once; its page tells what came of it."""
    with transaction() as session:
        actor.require(Permission.ROBOT_MANAGE)
        found = _locked(actor, robot_id)
        if found.state == RobotState.PAUSED:
            raise Conflict("robot_paused")
        if found.state == RobotState.BROKEN:
            _resume(found)
        found.quiet_until = None
        waiting = session.scalar(
            sa.select(RobotPost).where(
                RobotPost.robot_id == found.id,
                RobotPost.topic == TEST,
                RobotPost.state == DeliveryState.WAITING,
            )
        )
        if waiting is not None:
            return waiting
        made = RobotPost(
            institution_id=found.institution_id,
            robot_id=found.id,
            topic=TEST,
            state=str(DeliveryState.WAITING),
            next_at=now(),
            created_at=now(),
        )
        session.add(made)
        _note(actor, found, "try")
        return made


def say_again(actor: Actor, robot_id: int) -> int:
    """Have a robot say what it could not; how much. What is done by now is left out."""
    with transaction() as session:
        actor.require(Permission.ROBOT_MANAGE)
        found = _locked(actor, robot_id)
        if found.state != RobotState.ON:
            _resume(found)
        found.quiet_until = None
        moment = now()
        done = session.execute(
            sa.update(RobotPost)
            .where(
                RobotPost.robot_id == found.id,
                RobotPost.state == DeliveryState.FAILED,
            )
            .values(
                state=str(DeliveryState.WAITING),
                next_at=moment,
                created_at=moment,
                batch=None,
                leased_until=None,
                trouble="",
            )
            .execution_options(synchronize_session=False)
        )
        count = int(getattr(done, "rowcount", 0))
        _note(actor, found, "say_again")
        return count


def _locked(actor: Actor, robot_id: int, version: int | None = None) -> Robot:
    found = current_session().scalar(
        sa.select(Robot)
        .where(
            Robot.institution_id == actor.institution_id,
            Robot.id == robot_id,
            Robot.state != RobotState.REMOVED,
        )
        .with_for_update(of=Robot)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing(what="robots")
    if version is not None and found.version != version:
        raise StaleVersion(version=found.version)
    return found


def _department(actor: Actor, department_id: int | None) -> int | None:
    if department_id is None:
        return None
    found = organisation.department(actor, department_id)
    if found.closed_on is not None:
        raise Invalid.field("department_id", "closed", name=found.name)
    return found.id


def _topics(topics: Sequence[str]) -> list[str]:
    chosen = [str(each) for each in RobotTopic if each in topics]
    if not chosen or len(chosen) != len(set(topics)):
        raise Invalid.field("topics", "required" if not topics else "not_a_choice")
    return chosen


def _let_go(found: Robot) -> None:
    """What a robot has not said, nobody wants to hear later."""
    current_session().execute(
        sa.update(RobotPost)
        .where(
            RobotPost.robot_id == found.id,
            RobotPost.state.in_((DeliveryState.WAITING, DeliveryState.FAILED)),
        )
        .values(state=str(DeliveryState.DROPPED), leased_until=None)
        .execution_options(synchronize_session=False)
    )


def _note(actor: Actor, found: Robot, verb: str) -> None:
    with transaction() as session:
        found.changed_at = now()
        session.flush()
        record(actor, KIND, found.id, verb, {})


def _told(found: Robot) -> dict[str, object]:
    """What of a robot is written down: neither its key nor its secret."""
    return {
        "name": found.name,
        "kind": found.kind,
        "department_id": found.department_id,
        "topics": list(found.topics),
    }
