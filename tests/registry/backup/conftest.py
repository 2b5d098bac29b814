"""A school worth keeping, and ways to read a database that are not the backup's own."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.backup.rules import LEFT_OUT
from registry.images import Photo
from registry.journal import actions as journal
from registry.ledger import actions as ledger
from registry.organisation.models import Institution
from registry.store.base import Base
from registry.store.db import make_engine
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_colleague, make_institution
from tests.harness.sources import load_every_model

TOLD_AFTERWARDS = "backup_runs"
"""The database is told of a backup once it is made."""


def photo_of(words: str, size: int = 3_000) -> Photo:
    """A photo, as far as a database can tell: any bytes, zeros and line ends too."""
    data = b"\xff\xd8\x00\n\r\n" + os.urandom(size) + words.encode()
    return Photo(data, data[:200], 3, 2, hashlib.sha256(data).hexdigest())


def fill(school: Institution) -> None:
    """Things with photos, odd words, people, a seal; something is taken back again."""
    system = Actor.system(school.id)
    made = make_assets(
        school,
        4,
        serial="SN \U0002000b 'quoted' \\N \\. —",
        note="第一行\n第二行 \\t",
        cost_fen=999_999_999_999_999,
        acquired_on=date(1999, 12, 31),
        attributes={"颜色": "“红”", "size": '1/2"'},
    )
    kept = ledger.add_photo(system, made[0].id, photo_of("front"))
    ledger.add_photo(system, made[0].id, photo_of("back"))
    ledger.add_photo(system, made[1].id, photo_of("none", size=0))
    ledger.remove_photo(system, made[0].id, kept.id)
    make_colleague(school, Role.ASSET_OFFICE)
    journal.seal(system)


@pytest.fixture
def school(context: Session, institution: Institution) -> Institution:
    """Two institutions in one database; the first one is given."""
    fill(institution)
    other = make_institution("other", name="\U0002000b 小学")
    make_assets(other, 2)
    context.commit()
    context.refresh(institution)
    context.expunge_all()
    return institution


def contents(database_url: str) -> dict[str, list[str]]:
    """Every row of every table as the models read it, table by table."""
    load_every_model()
    with engine_on(database_url) as engine, engine.connect() as connection:
        return {
            name: sorted(map(_said, connection.execute(sa.select(table))))
            for name, table in Base.metadata.tables.items()
            if name not in {*LEFT_OUT, TOLD_AFTERWARDS}
        }


def _said(row: sa.Row[Any]) -> str:
    """A row in words; the same moment in the same words, whatever zone it came in."""
    cells = [c.astimezone(UTC) if isinstance(c, datetime) else c for c in row]
    return repr(cells)


@contextmanager
def engine_on(database_url: str) -> Iterator[Engine]:
    """An engine that leaves nobody connected."""
    engine = make_engine(database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def run_sql(database_url: str, *statements: str) -> Any:
    """Change a database behind everybody's back; gives the last statement's rows."""
    with engine_on(database_url) as engine, engine.begin() as connection:
        for each in statements:
            found = connection.execute(sa.text(each))
        return found.fetchall() if found.returns_rows else None


def entries_in(database_url: str) -> int:
    """How many entries the ledgers of a database have."""
    return int(run_sql(database_url, "SELECT count(*) FROM entries")[0][0])


def names_in(folder: Path) -> set[str]:
    """What lies in a folder, hidden or not."""
    return {each.name for each in folder.iterdir()}
