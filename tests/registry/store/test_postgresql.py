"""What PostgreSQL has prepared stays, and what is taken back is taken back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

PREPARED = sa.text("SELECT count(*) FROM pg_prepared_statements")
ASKED = sa.text("SELECT name FROM notes WHERE id = :id")


@pytest.fixture
def notes(empty_engine: sa.Engine) -> sa.Engine:
    """A database with a table of two notes."""
    if empty_engine.dialect.name != "postgresql":
        # There is no such driver and nothing to forget.
        pytest.skip("SQLite prepares for itself")
    with empty_engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE notes (id int, name text)"))
        connection.execute(sa.text("INSERT INTO notes VALUES (1, 'a'), (2, 'b')"))
    return empty_engine


def names(notes: sa.Engine) -> list[str]:
    with notes.connect() as connection:
        found = connection.execute(sa.text("SELECT name FROM notes ORDER BY id"))
        return [row.name for row in found]


def test_what_is_only_read_again_and_again_is_planned_once(notes: sa.Engine) -> None:
    for turn in range(10):
        with notes.connect() as connection:
            assert connection.scalar(ASKED, {"id": 1 + turn % 2}) == "ab"[turn % 2]
    with notes.connect() as connection:
        assert connection.scalar(PREPARED) == 1


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO notes VALUES (3, 'c')",
        "UPDATE notes SET name = 'z'",
        "DELETE FROM notes",
        "WITH gone AS (DELETE FROM notes RETURNING id) SELECT count(*) FROM gone",
        "TRUNCATE notes",
    ],
)
def test_what_is_not_committed_is_taken_back(notes: sa.Engine, change: str) -> None:
    for _ in range(7):
        with notes.connect() as connection:
            assert connection.scalar(ASKED, {"id": 1}) == "a"
            connection.execute(sa.text(change))
            assert connection.scalar(ASKED, {"id": 7}) is None
        assert names(notes) == ["a", "b"]
    with notes.connect() as connection:
        connection.execute(
            sa.text("INSERT INTO notes VALUES (:id, 'x')"), [{"id": 5}] * 3
        )
        connection.rollback()
        connection.exec_driver_sql("DELETE FROM notes")
    assert names(notes) == ["a", "b"]


def test_after_an_error_the_connection_is_good_again(notes: sa.Engine) -> None:
    with notes.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(sa.text("SELECT 1 / 0"))
        connection.rollback()
        assert connection.scalar(ASKED, {"id": 2}) == "b"
    with notes.begin() as connection:
        connection.execute(sa.text("UPDATE notes SET name = 'c' WHERE id = 2"))
    assert names(notes) == ["a", "c"]
