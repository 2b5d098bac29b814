"""The process lives as long as it answers; it is ready while it can serve."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.jobs.actions import enqueue
from registry.kernel.errors import Busy, StorageFull
from registry.store.db import db, make_engine
from registry.web.base import stopping
from registry.web.base.keeping import (
    EXTENSION,
    OF_LATE_SECONDS,
    note_unsaved,
    storage,
)


@pytest.fixture
def stopped() -> Iterator[None]:
    stopping.stop()
    yield
    stopping.resume()


@pytest.fixture
def without_database(app: Flask) -> Iterator[None]:
    """The application's database cannot be reached."""
    with app.app_context():
        engines = db.engines
    former = engines[None]
    engines[None] = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    yield
    engines[None].dispose()
    engines[None] = former


def test_a_living_process_says_so(client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_a_process_lives_without_its_database(client, without_database) -> None:
    assert client.get("/healthz").status_code == 200


def test_it_is_ready_on_a_database_of_its_version(client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json["checks"] == {
        "database": True,
        "migrations": True,
        "running": True,
    }
    assert answer.json["oldest_waiting_job_seconds"] == 0


def test_it_is_not_ready_without_a_database(client, without_database) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] is False
    assert "127.0.0.1" not in answer.get_data(as_text=True)


def test_it_is_ready_though_nothing_can_be_saved_and_tells_so_for_a_minute(
    app: Flask, client
) -> None:
    assert client.get("/readyz").json["storage"] == "ok"
    with app.app_context():
        note_unsaved(Busy())
        assert storage(app) == "ok"
        note_unsaved(StorageFull())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["storage"]) == (200, "storage_full")
    app.extensions[EXTENSION] = "storage_full", time.monotonic() - OF_LATE_SECONDS
    assert client.get("/readyz").json["storage"] == "ok"


def test_it_is_not_ready_on_the_schema_of_another_version(
    client, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] is True
    assert answer.json["checks"]["migrations"] is False


def test_it_is_not_ready_while_it_stops(client, stopped) -> None:
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_it_says_how_long_a_job_has_been_waiting(
    client, context: Session, system: Actor, clock
) -> None:
    enqueue(system, "import")
    clock.shift(timedelta(minutes=3))
    enqueue(system, "import")
    assert client.get("/readyz").json["oldest_waiting_job_seconds"] == 180


def test_nobody_needs_to_sign_in_and_no_session_is_looked_up(client) -> None:
    client.environ_base["HTTP_COOKIE"] = "registry=nonsense"
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
