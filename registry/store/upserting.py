"""Inserts that may meet a row that is there already, in either database's words."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from registry.store.base import Base
from registry.store.db import session


def insert(model: type[Base]) -> Any:
    """An insert with ``on_conflict_do_nothing`` and ``on_conflict_do_update``.

    Of two that insert the same at once, one waits for the other; looking first and then
    inserting would have one of them refused.
    """
    is_sqlite = session().get_bind().dialect.name == "sqlite"
    return (sqlite_insert if is_sqlite else postgresql_insert)(model)
