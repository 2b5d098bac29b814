"""A full disk is told as one, nothing is half done, and with room it all goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.ledger.models import Asset
from registry.ledger.verifying import verify
from registry.organisation.models import Institution
from registry.organisation.queries import root_department
from registry.store.db import db
from tests.factories.catalogue import make_type

FULL = "storage_full"


@pytest.fixture
def new(institution: Institution, context: Session) -> dict[str, Any]:
    """What is sent to enter things."""
    kind, top = make_type(institution), root_department(institution.id)
    context.commit()
    return {"item_type_id": kind.id, "department_id": top.id, "count": 500}


@contextmanager
def no_room(engine: sa.Engine) -> Iterator[None]:
    """SQLite's file may not grow, as on a disk that is full."""

    def limit(connection: sqlite3.Connection, pages: str) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    def taken(connection: Any, *_more: Any) -> None:
        limit(connection, "1")

    def given_back(connection: Any, *_more: Any) -> None:
        if connection is not None:
            limit(connection, "4294967294")

    sa.event.listen(engine, "checkout", taken)
    sa.event.listen(engine, "checkin", given_back)
    try:
        yield
    finally:
        sa.event.remove(engine, "checkout", taken)
        sa.event.remove(engine, "checkin", given_back)


def test_on_a_full_disk_nothing_is_half_written_and_all_is_told(
    api: Any, new: dict[str, Any], context: Session, system: Actor
) -> None:
    if db.engine.dialect.name != "sqlite":
        # Its server has files of its own, and the other tests need them.
        pytest.skip("PostgreSQL's disk cannot be made full from here")
    count = sa.select(sa.func.count(Asset.id))
    before = context.scalar(count) or 0
    context.rollback()
    key = {"Idempotency-Key": "sent-again-once-there-is-room"}
    with no_room(db.engine):
        answer = api.post("/api/v1/assets", json=new, headers=key)
        assert (answer.status_code, answer.json["code"]) == (503, FULL)
        assert int(answer.headers["Retry-After"]) > 0
        assert api.get("/api/v1/assets").status_code == 200
    assert context.scalar(count) == before
    assert api.post("/api/v1/assets", json=new, headers=key).status_code == 201
    context.rollback()
    assert context.scalar(count) == before + 500
    assert list(verify(system)) == []
