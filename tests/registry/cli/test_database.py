"""``registry db`` brings a schema up, as often as asked, and sees what differs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.store import migrations
from registry.store.db import make_engine
from tests.registry.cli.conftest import Run

KEY = {"REGISTRY_SECRET_KEY": "s" * 40}


def test_an_empty_database_is_brought_up_and_then_left_alone(
    bare: Run, empty_database_url: str
) -> None:
    first = bare("db", "upgrade", REGISTRY_DATABASE_URL=empty_database_url, **KEY)
    again = bare("db", "upgrade", REGISTRY_DATABASE_URL=empty_database_url, **KEY)
    engine = make_engine(empty_database_url)
    assert migrations.current(engine) == migrations.head()
    engine.dispose()
    assert (first.code, again.code) == (0, 0)
    assert f"空 → {migrations.head()}" in first.out
    assert "已是最新" in again.out


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such modes there")
def test_the_folder_of_a_new_database_is_its_owners_alone(
    bare: Run, tmp_path: Path
) -> None:
    file = tmp_path / "new" / "registry.db"
    ran = bare("db", "upgrade", REGISTRY_DATABASE_URL=f"sqlite:///{file}", **KEY)
    assert ran.code == 0
    assert file.exists()
    assert file.parent.stat().st_mode & 0o077 == 0


def test_a_schema_that_differs_is_told_in_short_lines(
    registry: Run, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE foreign_body (id INTEGER)")
    ran = registry("db", "check")
    assert ran.code == 1
    assert "foreign_body" in ran.out
    assert max(map(len, ran.out.splitlines())) < 200


def test_a_schema_of_this_version_is_found_right(registry: Run) -> None:
    ran = registry("db", "check")
    assert (ran.code, ran.err) == (0, "")
