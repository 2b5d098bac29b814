"""Rows that are written once: held by the ORM here and by triggers in the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session


class AppendOnlyBroken(Exception):
    """Something tried to rewrite what may only be added to: a bug, not a refusal."""


class AppendOnly:
    """A mapped class whose rows are never updated or deleted."""


def _refuse(mapper: Mapper[Any], connection: sa.Connection, target: Any) -> None:
    raise AppendOnlyBroken(type(target).__name__)


@event.listens_for(AppendOnly, "before_update", propagate=True)
def _refuse_update(mapper: Mapper[Any], connection: sa.Connection, target: Any) -> None:
    if sa.inspect(target).session.is_modified(target):
        _refuse(mapper, connection, target)


@event.listens_for(AppendOnly, "before_delete", propagate=True)
def _refuse_delete(mapper: Mapper[Any], connection: sa.Connection, target: Any) -> None:
    _refuse(mapper, connection, target)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, AppendOnly):
        raise AppendOnlyBroken(mapper.class_.__name__)


def append_only_triggers(
    table: str,
    dialect: str,
    *,
    changeable: tuple[str, ...] = (),
    every: tuple[str, ...] = (),
) -> list[str]:
    """The statements that make a table append-only in the database itself.

    ``changeable`` columns of ``every`` column may still be updated.
    """
    fixed = [name for name in every if name not in changeable]
    if dialect == "sqlite":
        return _sqlite_triggers(table, fixed, bool(changeable))
    return _postgresql_triggers(table, fixed, bool(changeable))


def _differs(fixed: list[str], operator: str) -> str:
    return " OR ".join(f"OLD.{name} {operator} NEW.{name}" for name in fixed)


def _sqlite_triggers(table: str, fixed: list[str], partly: bool) -> list[str]:
    when = f"WHEN {_differs(fixed, 'IS NOT')}" if partly else ""
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ]


def _postgresql_triggers(table: str, fixed: list[str], partly: bool) -> list[str]:
    when = f"WHEN ({_differs(fixed, 'IS DISTINCT FROM')})" if partly else ""
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW {when} EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]
