"""Doing what is due: one process takes each turn, the others pass."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from flask import Flask

from registry.access.actor import Actor
from registry.journal.actions import seal
from registry.kernel.clock import now
from registry.organisation.queries import institutions
from registry.store.db import db
from registry.store.transaction import transaction
from registry.store.upserting import insert
from registry.upkeep.models import Duty
from registry.upkeep.statistics import Statistics

LOOK_EVERY_SECONDS = 30.0

log = structlog.get_logger("registry.upkeep")


@dataclass(frozen=True)
class Task:
    """A duty's name, how often it is due, and what it does."""

    name: str
    every: timedelta
    work: Callable[[], object]


class Upkeep:
    """The duties of one installation."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.add(Task("seal", timedelta(hours=1), seal_everything))
        self.add(Task("statistics", timedelta(minutes=10), Statistics().refresh))

    def add(self, task: Task) -> None:
        """Add a duty; a later one of the same name takes its place."""
        self.tasks[task.name] = task

    def do_what_is_due(self) -> list[str]:
        """Do each duty whose turn this process can take; their names."""
        return [task.name for task in self.tasks.values() if self._do(task)]

    def _do(self, task: Task) -> bool:
        if not take_turn(task.name, task.every):
            return False
        try:
            task.work()
        except Exception:
            log.exception("duty_failed", duty=task.name)
            _note(task.name, failed_at=now())
        else:
            _note(task.name, done_at=now())
        return True


def take_turn(name: str, every: timedelta) -> bool:
    """Move a duty's due time forward; True for the one process that could."""
    with transaction() as session:
        moment = now()
        first = insert(Duty).values(name=name, due_at=moment + every)
        begun = first.on_conflict_do_nothing().returning(Duty.name)
        if session.scalar(begun) is not None:
            return True
        moved = session.scalar(
            sa.update(Duty)
            .where(Duty.name == name, Duty.due_at <= moment)
            .values(due_at=moment + every)
            .returning(Duty.name)
            .execution_options(synchronize_session=False)
        )
        return moved is not None


def _note(name: str, **values: datetime) -> None:
    with transaction() as session:
        session.execute(
            sa.update(Duty)
            .where(Duty.name == name)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def seal_everything() -> None:
    """Seal the new entries of every institution."""
    for each in institutions():
        seal(Actor.system(each.id))


class Caretaker:
    """A thread that looks every half minute for what is due."""

    def __init__(self, app: Flask, upkeep: Upkeep) -> None:
        self.app = app
        self.upkeep = upkeep
        self.stopping = threading.Event()
        self.thread = threading.Thread(
            target=self._look, name="registry-upkeep", daemon=True
        )

    def start(self) -> None:
        """Begin looking."""
        self.thread.start()

    def stop(self) -> None:
        """Look no more."""
        self.stopping.set()
        self.thread.join(timeout=30)

    def _look(self) -> None:
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            with self.app.app_context():
                try:
                    self.upkeep.do_what_is_due()
                except Exception:
                    log.exception("upkeep_stumbled")
                finally:
                    db.session.remove()
