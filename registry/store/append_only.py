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
