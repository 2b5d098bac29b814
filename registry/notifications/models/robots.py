"""Tables of group robots, and of what each of them has to say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

import registry.waiting.models  # noqa: F401 - its table is referred to
from registry.notifications.states import (
    ROBOT,
    DeliveryState,
    RobotKind,
    RobotState,
    RobotTopic,
)
from registry.organisation.models import Department
from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair

TEST = "test"


class Robot(Owned, Base):
    """A robot in a group chat of WeCom, DingTalk or Feishu.

    ``base``, ``token`` and ``secret`` are what its address and its signature are made
    of; both secrets leave this table towards the group's service only, and are emptied
    when the robot is removed. Without a department it hears of the whole institution.
    """

    __tablename__ = "robots"
    __table_args__ = (
        unique_pair(),
        refers("department_id", "departments"),
        refers("added_by_id", "people"),
        one_of("kind", RobotKind),
        one_of("state", RobotState),
    )

    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(10))
    base: Mapped[str] = mapped_column(sa.String(200))
    token: Mapped[str] = mapped_column(sa.String(200))
    secret: Mapped[str] = mapped_column(sa.String(200), default="")
    department_id: Mapped[int | None]
    topics: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    state: Mapped[str] = mapped_column(sa.String(10), default=RobotState.ON)
    trouble: Mapped[str] = mapped_column(sa.String(20), default="")
    trouble_code: Mapped[str] = mapped_column(sa.String(20), default="")
    failures: Mapped[int] = mapped_column(sa.Integer, default=0)
    quiet_until: Mapped[datetime | None]
    added_by_id: Mapped[int | None]
    added_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Id, default=1)
    """Counts what people change; speaking changes nothing of theirs."""

    department: Mapped[Department | None] = relationship(viewonly=True)

    def follow(self, verb: str) -> None:
        """Take a move of the table; WrongState where it leads nowhere."""
        self.state = str(ROBOT.after(RobotState(self.state), verb))


class RobotPost(Owned, Base):
    """One thing a robot has to say; those that wait go together as one message."""

    __tablename__ = "robot_posts"
    __table_args__ = (
        unique_pair(),
        refers("robot_id", "robots"),
        refers("wait_id", "waits"),
        one_of("topic", (*RobotTopic, TEST)),
        one_of("state", DeliveryState),
        sa.Index("ix_robot_posts_due", "state", "next_at", "id"),
        sa.Index("ix_robot_posts_robot", "robot_id", "state", "id"),
        sa.Index("ix_robot_posts_wait", "institution_id", "wait_id"),
    )

    robot_id: Mapped[int]
    topic: Mapped[str] = mapped_column(sa.String(10))
    step: Mapped[str] = mapped_column(sa.String(40), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    wait_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(sa.String(10), default=DeliveryState.WAITING)
    batch: Mapped[str | None] = mapped_column(sa.String(32))
    leased_until: Mapped[datetime | None]
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(sa.String(20), default="")

    robot: Mapped[Robot] = relationship(viewonly=True)
