"""What is written once stays: the ORM refuses to change it, and the database too."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.journal.models import CommittedName, Entry, Seal
from registry.store.append_only import AppendOnly, AppendOnlyBroken
from registry.store.base import Base
from tests.harness.sources import load_every_model

load_every_model()
TABLES = sorted(
    mapper.local_table.name
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, AppendOnly)
)
EXAMPLES: dict[type, Any] = {
    bool: False,
    bytes: b"x",
    date: date(2026, 9, 1),
    datetime: datetime(2026, 9, 1, tzinfo=UTC),
    dict: {},
    int: 1,
    object: [],
    str: "x",
}


def _insert(engine: sa.Engine, table: sa.Table) -> None:
    """One row with something in every column, whatever it refers to.

    What else is asked of a row is not asked here: this is about its being kept.
    """
    values = {
        column.name: EXAMPLES[column.type.python_type]
        for column in table.columns
        if not column.nullable
    }
    with engine.connect() as connection:
        _without_other_rules(connection, table)
        connection.execute(sa.insert(table).values(values))
        connection.commit()
        connection.detach()


def _without_other_rules(connection: sa.Connection, table: sa.Table) -> None:
    if connection.dialect.name == "sqlite":
        plain: Any = connection.connection.driver_connection
        plain.execute("PRAGMA foreign_keys = OFF")
        plain.execute("PRAGMA ignore_check_constraints = ON")
        return
    known = sa.inspect(connection)
    for rule in (
        *known.get_foreign_keys(table.name),
        *known.get_check_constraints(table.name),
    ):
        connection.exec_driver_sql(
            f'ALTER TABLE {table.name} DROP CONSTRAINT "{rule["name"]}"'
        )


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest, engine: sa.Engine) -> sa.Table:
    """An append-only table with one row in it."""
    found = Base.metadata.tables[request.param]
    _insert(engine, found)
    return found


def _count(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(table)
        ).scalar_one()


def _is_refused(engine: sa.Engine, statement: str) -> None:
    with (
        pytest.raises(DBAPIError, match=r"append-only|UNIQUE constraint failed"),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)


def test_there_are_tables_that_only_grow():
    assert {"entries", "seals"} <= set(TABLES)


def test_no_column_of_an_append_only_row_can_be_changed(engine, table):
    for column in table.columns:
        _is_refused(engine, f"UPDATE {table.name} SET {column.name} = {column.name}")


def test_an_append_only_row_cannot_be_deleted(engine, table):
    _is_refused(engine, f"DELETE FROM {table.name}")
    assert _count(engine, table) == 1


def test_an_append_only_row_cannot_be_replaced(engine, table):
    name = table.name
    if engine.dialect.name == "sqlite":
        _is_refused(engine, f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}")
        _is_refused(engine, f"UPDATE OR REPLACE {name} SET id = id")
        for key in _unique_keys(table):
            _is_refused(engine, _replacement_by(table, key))
    else:
        _is_refused(engine, f"TRUNCATE {name} CASCADE")
    assert _count(engine, table) == 1


def _unique_keys(table: sa.Table) -> list[list[str]]:
    return [
        [column.name for column in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint)
    ]


def _replacement_by(table: sa.Table, key: list[str]) -> str:
    """A replacement that meets the row there is in one unique key alone."""
    fields = ", ".join(
        column.name
        if column.name in key
        else "7"
        if isinstance(column.type, sa.Integer) and not column.foreign_keys
        else column.name
        for column in table.columns
    )
    return f"INSERT OR REPLACE INTO {table.name} SELECT {fields} FROM {table.name}"


def test_the_orm_refuses_to_change_or_delete_such_a_row(context, institution):
    entry = context.scalars(sa.select(Entry)).first()
    entry.verb = "something_else"
    with pytest.raises(AppendOnlyBroken):
        context.flush()
    context.rollback()
    context.delete(context.scalars(sa.select(Entry)).first())
    with pytest.raises(AppendOnlyBroken):
        context.flush()
    context.rollback()


@pytest.mark.parametrize("model", [Entry, Seal])
def test_the_orm_refuses_to_change_or_delete_many_such_rows(context, model):
    for statement in (sa.delete(model), sa.update(model).values(hash="0" * 64)):
        with pytest.raises(AppendOnlyBroken):
            context.execute(statement)


def test_a_committed_name_can_be_emptied_and_nothing_else(context, institution):
    names = CommittedName.__table__
    connection: Session = context
    connection.execute(
        sa.insert(names).values(
            commitment="c" * 64, institution_id=institution.id, salt="s", name="王敏"
        )
    )
    connection.execute(sa.update(names).values(name=None, salt=None))
    connection.commit()
    for change in ({"name": "李静"}, {"commitment": "d" * 64}, {"salt": "t"}):
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(sa.update(names).values(**change))
        connection.rollback()
