"""A process that is killed while it brings the schema up leaves a step done or not."""

from __future__ import annotations

import os
import random
import signal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.store import migrations
from registry.store.db import make_engine
from tests.harness.sources import load_every_model

pytestmark = pytest.mark.slow
FEWEST, MOST = 5, 160
"""Statements after which a run is killed; the longest step has fewer than the most."""


def killed_after(database_url: str, statements: int) -> bool:
    """Bring the schema up in a process that kills itself; whether it came to that."""
    child = os.fork()
    if not child:
        engine, left = make_engine(database_url), iter(range(statements))

        def count(*_what: Any) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(engine, "before_cursor_execute", count)
        try:
            migrations.upgrade(engine)
        except BaseException:
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert not os.WIFEXITED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_killed_in_the_middle_of_steps_it_goes_on_and_ends_right(
    empty_database_url: str, empty_engine: Engine
) -> None:
    load_every_model()
    chance, kills, stages = random.Random(7), 0, set()
    while killed_after(empty_database_url, chance.randint(FEWEST, MOST)):
        kills += 1
        stages.add(migrations.current(empty_engine))
        empty_engine.dispose()
    assert kills >= 5
    assert len(stages) >= 3, "no step was kept"
    assert migrations.current(empty_engine) == migrations.head()
    migrations.check(empty_engine)
