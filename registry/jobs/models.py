"""Tables of long jobs and the files they take in and hand out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Id, Owned, one_of, refers, unique_pair


class JobState(StrEnum):
    """How far a job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Owned, Base):
    """One piece of long work. A worker holds it by a lease that it keeps renewing."""

    __tablename__ = "jobs"
    __table_args__ = (
        unique_pair(),
        one_of("state", JobState),
        sa.Index("ix_jobs_queue", "state", "leased_until", "id"),
        sa.Index("ix_jobs_owner", "institution_id", "person_id", "id"),
    )

    kind: Mapped[str] = mapped_column(sa.String(30))
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    person_id: Mapped[int | None]
    door: Mapped[str] = mapped_column(sa.String(10), default="page")
    arguments: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    state: Mapped[str] = mapped_column(sa.String(10), default=JobState.WAITING)
    done: Mapped[int] = mapped_column(sa.Integer, default=0)
    total: Mapped[int] = mapped_column(sa.Integer, default=0)
    stage: Mapped[str] = mapped_column(sa.String(40), default="")
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobFile(Owned, Base):
    """A file that a job reads or has made."""

    __tablename__ = "job_files"
    __table_args__ = (
        unique_pair(),
        refers("job_id", "jobs"),
        sa.UniqueConstraint("job_id", "role"),
    )

    job_id: Mapped[int]
    role: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(Id)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
