"""What group robots have to say: an outbox of its own, each thing said at most once.

The services know no number by which they would tell a repeat, so that what may have
arrived is never sent by itself again: it fails as *unclear*, and somebody decides.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.kernel.clock import now
from registry.notifications.actions.noticing import notify
from registry.notifications.models import Robot, RobotPost
from registry.notifications.models.robots import TEST
from registry.notifications.rules.timing import GATHERED, next_try
from registry.notifications.states import (
    FINAL,
    DeliveryState,
    RobotState,
    RobotTopic,
    Trouble,
)
from registry.organisation.models import Department, Institution, Person
from registry.sharing.events import WantedPosted
from registry.sharing.models import Wanted
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting.events import WaitBegun, WaitEnded, WaitEscalated, WaitOverdue
from registry.waiting.models import Wait

LEASE = timedelta(minutes=2)
FRESH = timedelta(hours=24)
"""What could not be said for so long is old news."""
MOST_IN_ONE = 500


@dataclass(frozen=True)
class Round:
    """What one robot says at once."""

    name: str
    robot: Robot
    institution: Institution
    posts: Sequence[RobotPost]


# Who follows what happens


def post_beginning(event: WaitBegun) -> None:
    """Groups hear that something waits for somebody among them."""
    _post_wait(RobotTopic.BEGUN, event.wait_id, event.person_ids)


def post_escalation(event: WaitEscalated) -> None:
    """Groups hear that something was not answered in time."""
    _post_wait(RobotTopic.LATE, event.wait_id, event.person_ids)


def post_silence(event: WaitOverdue) -> None:
    """Groups hear that something was not answered, and nobody is left to ask."""
    _post_wait(RobotTopic.LATE, event.wait_id, event.person_ids)


def post_wanted_notice(event: WantedPosted) -> None:
    """Groups hear what somebody looks for: every colleague may see that."""
    with transaction() as session:
        found = session.get_one(Wanted, event.wanted_id)
        facts = {
            "name": found.text,
            "count": found.quantity,
            "until": found.until_on.isoformat(),
        }
        for robot in _hearing(event.institution_id, RobotTopic.WANTED):
            _add(robot, RobotTopic.WANTED, "wanted", facts)
        session.flush()


def drop_answered(event: WaitEnded) -> None:
    """What is done need not be said any more."""
    with transaction() as session:
        session.execute(
            sa.update(RobotPost)
            .where(
                RobotPost.institution_id == event.institution_id,
                RobotPost.wait_id == event.wait_id,
                RobotPost.state.in_((DeliveryState.WAITING, DeliveryState.FAILED)),
                RobotPost.leased_until.is_(None),
            )
            .values(state=str(DeliveryState.DROPPED))
            .execution_options(synchronize_session=False)
        )


def _post_wait(topic: RobotTopic, wait_id: int, people: Sequence[int]) -> None:
    with transaction() as session:
        waiting = session.get_one(Wait, wait_id)
        hearing = _hearing(waiting.institution_id, topic)
        if not hearing:
            return
        paths = session.scalars(
            sa.select(Department.path)
            .join(Person, Person.department_id == Department.id)
            .where(
                Person.institution_id == waiting.institution_id, Person.id.in_(people)
            )
            .distinct()
        ).all()
        for robot in hearing:
            here = robot.department.path if robot.department else ""
            if any(path.startswith(here) for path in paths):
                _add(robot, topic, waiting.step, {}, waiting.id)
        session.flush()


def _hearing(institution_id: int, topic: RobotTopic) -> list[Robot]:
    found = current_session().scalars(
        sa.select(Robot)
        .where(Robot.institution_id == institution_id, Robot.state == RobotState.ON)
        .options(joinedload(Robot.department))
        .order_by(Robot.id)
    )
    return [each for each in found if topic in each.topics]


def _add(
    robot: Robot,
    topic: RobotTopic,
    step: str,
    facts: dict[str, Any],
    wait_id: int | None = None,
) -> None:
    with transaction() as session:
        moment = now()
        session.add(
            RobotPost(
                institution_id=robot.institution_id,
                robot_id=robot.id,
                topic=str(topic),
                step=step,
                facts=facts,
                wait_id=wait_id,
                state=str(DeliveryState.WAITING),
                next_at=moment + GATHERED,
                created_at=moment,
            )
        )


# The sender


def claim_round() -> Round | None:
    """Take what the first robot has to say, under a lease; None if none has.

    One robot has one sender at a time: its row is locked while that is decided, and
    while a lease runs nothing further of it is taken.
    """
    with transaction() as session:
        moment = now()
        _give_up(moment)
        leased = sa.select(RobotPost.robot_id).where(
            RobotPost.leased_until > moment,
            RobotPost.state == DeliveryState.WAITING,
        )
        due = sa.select(RobotPost.robot_id).where(
            RobotPost.state == DeliveryState.WAITING, RobotPost.next_at <= moment
        )
        robot = session.scalar(
            sa.select(Robot)
            .where(
                Robot.state == RobotState.ON,
                sa.or_(Robot.quiet_until.is_(None), Robot.quiet_until <= moment),
                Robot.id.in_(due),
                Robot.id.not_in(leased),
            )
            .order_by(Robot.quiet_until.is_(None), Robot.quiet_until, Robot.id)
            .limit(1)
            .with_for_update(of=Robot, skip_locked=True)
            .execution_options(populate_existing=True)
        )
        if robot is None:
            return None
        posts = session.scalars(
            sa.select(RobotPost)
            .where(
                RobotPost.robot_id == robot.id,
                RobotPost.state == DeliveryState.WAITING,
                RobotPost.leased_until.is_(None),
            )
            .order_by(RobotPost.id)
            .limit(MOST_IN_ONE)
            .with_for_update(of=RobotPost, skip_locked=True)
        ).all()
        if not posts:
            return None
        name = secrets.token_hex(12)
        for each in posts:
            each.batch, each.leased_until = name, moment + LEASE
        session.flush()
        house = session.get_one(Institution, robot.institution_id)
        return Round(name, robot, house, posts)


def _give_up(moment: Any) -> None:
    """What a sender that died had in hand may have arrived; what is old is old news."""
    session = current_session()
    waiting = RobotPost.state == DeliveryState.WAITING
    for which, trouble in (
        (RobotPost.leased_until <= moment, Trouble.UNCLEAR),
        (
            sa.and_(
                RobotPost.leased_until.is_(None), RobotPost.created_at < moment - FRESH
            ),
            Trouble.TOO_LATE,
        ),
    ):
        session.execute(
            sa.update(RobotPost)
            .where(waiting, which)
            .values(
                state=str(DeliveryState.FAILED), leased_until=None, trouble=str(trouble)
            )
            .execution_options(synchronize_session=False)
        )


def note_said(told: Round) -> None:
    """Note that the group's service has taken a message over."""
    with transaction() as session:
        moment = now()
        _settle(told, state=str(DeliveryState.SENT), sent_at=moment, trouble="")
        robot = _robot_of(told)
        robot.trouble = robot.trouble_code = ""
        robot.failures = 0
        robot.quiet_until = moment + GATHERED
        robot.last_sent_at = robot.changed_at = moment
        session.flush()


def note_unsaid(told: Round, trouble: Trouble, number: str = "") -> None:
    """Note why a message was not taken over: tried again later, unless that is final.

    Who added the robot is told once when it stops for good.
    """
    with transaction() as session:
        moment = now()
        robot = _robot_of(told)
        robot.trouble, robot.trouble_code = str(trouble), number
        robot.failures += 1
        robot.changed_at = moment
        again = next_try(robot.failures, moment, moment)
        robot.quiet_until = again
        is_trial = any(each.topic == TEST for each in told.posts)
        if trouble in FINAL or trouble is Trouble.UNCLEAR:
            _settle(told, state=str(DeliveryState.FAILED), trouble=str(trouble))
        else:
            _settle(told, trouble=str(trouble), batch=None)
            if is_trial:
                _end_trial(told, trouble)
        if trouble in FINAL and robot.state == RobotState.ON:
            robot.follow("break")
            if robot.added_by_id is not None and not is_trial:
                notify(
                    robot.institution_id,
                    [robot.added_by_id],
                    "robot_broken",
                    subject=("robot", robot.id),
                    facts={"step": "robot", "name": robot.name},
                )
        session.flush()


def _end_trial(told: Round, trouble: Trouble) -> None:
    """A trial is not repeated: whoever waits for it sees at once what is wrong."""
    current_session().execute(
        sa.update(RobotPost)
        .where(
            RobotPost.id.in_([each.id for each in told.posts if each.topic == TEST]),
            RobotPost.state == DeliveryState.WAITING,
        )
        .values(state=str(DeliveryState.DROPPED), trouble=str(trouble))
        .execution_options(synchronize_session=False)
    )


def _robot_of(told: Round) -> Robot:
    return (
        current_session()
        .scalars(
            sa.select(Robot)
            .where(Robot.id == told.robot.id)
            .with_for_update(of=Robot)
            .execution_options(populate_existing=True)
        )
        .one()
    )


def _settle(told: Round, **values: object) -> None:
    """Write the outcome to what this sender still has in hand."""
    session = current_session()
    session.execute(
        sa.update(RobotPost)
        .where(
            RobotPost.id.in_([each.id for each in told.posts]),
            RobotPost.batch == told.name,
            RobotPost.state == DeliveryState.WAITING,
        )
        .values(leased_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    for each in told.posts:
        session.expire(each)
