"""Servers killed and databases cut off while people work: nothing of theirs is lost.

``bench/faults.py`` does the same hundreds of times.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.config import Settings
from registry.ledger.verifying import verify
from registry.organisation.models import Institution
from tests.harness.cutting import Cutter, terminate
from tests.harness.depth import deep
from tests.harness.forked_server import ForkedServer
from tests.harness.mixed_work import Crew, Office, settle

KILLS = deep(1, 6)
CUTS = deep(2, 12)
pytestmark = pytest.mark.slow


@pytest.fixture
def office(institution: Institution, settings: Settings, context: Session) -> Office:
    made = settle(institution, settings, 4)
    context.commit()
    return made


def lost(crew: Crew, context: Session) -> list[str]:
    """What was acknowledged and is gone, or was answered as it should not be."""
    context.rollback()
    return crew.missing(context.connection()) + crew.faults


def test_who_kills_the_server_or_has_it_write_nothing_takes_nothing_from_anybody(
    office: Office,
    database_url: str,
    context: Session,
    system: Actor,
    tmp_path: Path,
) -> None:
    with ForkedServer(database_url, tmp_path / "log") as server:
        server.start()
        with Crew(office, lambda: server.url) as crew:
            for _ in range(KILLS):
                time.sleep(random.uniform(0.1, 0.5))
                server.kill()
                server.start()
            if database_url.startswith("sqlite"):
                # PostgreSQL writes its files itself: bench/faults.py fills its disk.
                nothing_is_written_for_a_while(server, crew)
            crew.end()
        assert crew.acknowledged
        assert crew.answers[500] == 0
        assert lost(crew, context) == []
        assert list(verify(system)) == []
        server.kill()
        server.start(how="forgetful")
        with Crew(office, lambda: server.url, importers=0) as crew:
            while crew.acknowledged < 40:
                time.sleep(0.05)
            crew.end(0)
        assert lost(crew, context) != [], "a server that forgets is not caught"


def nothing_is_written_for_a_while(server: ForkedServer, crew: Crew) -> None:
    """Everybody is told to come back, can go on looking, and then goes on by itself."""
    server.may_write_up_to(0)
    told = crew.answers[503]
    while crew.answers[503] < told + 10:
        time.sleep(0.01)
    assert server.is_ready(), "one can go on looking things up"
    server.may_write_up_to(-1)
    kept = crew.acknowledged
    while crew.acknowledged < kept + 10:
        time.sleep(0.01)


@pytest.fixture
def cutter(database_url: str) -> Iterator[Cutter]:
    if not database_url.startswith("postgresql"):
        # It is a file that the process reads itself: there is nothing in between.
        pytest.skip("SQLite has no connection to cut")
    made = Cutter(database_url)
    yield made
    made.close()


def test_whose_database_is_cut_off_has_it_done_or_is_told_to_come_back(
    office: Office,
    cutter: Cutter,
    database_url: str,
    context: Session,
    system: Actor,
    tmp_path: Path,
) -> None:
    context.close()
    with ForkedServer(cutter.url, tmp_path / "log") as server:
        server.start()
        with Crew(office, lambda: server.url) as crew:
            for turn in range(CUTS):
                time.sleep(random.uniform(0.1, 0.5))
                if turn % 2:
                    cutter.cut()
                else:
                    terminate(database_url)
            crew.end()
    assert crew.answers[500] == 0
    assert lost(crew, context) == []
    assert list(verify(system)) == []
