"""No page and no answer of the API reads a table that grows from end to end.

The school is walked through as for the eyes; what each view asks of the database is
asked again for its plan. A list may go along an index as far as its page reaches.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.organisation.models import Person
from registry.store.base import Base
from registry.web.base.routes import declared_routes
from tests.everyone.conftest import SignIn
from tests.harness.crawling import Walk
from tests.harness.plans import listening, whole_tables

pytestmark = pytest.mark.slow

NEVER_LONG = {
    "institutions",
    "departments",
    "asset_classes",
    "role_grants",
    "printers",
    "media",
    "alembic_version",
}
"""Tables that stay below ten thousand rows in the largest school."""
ENOUGH = 150
"""Different selects that are looked at, at least."""


def test_nothing_that_grows_is_read_from_end_to_end(
    app: Flask,
    reader: Callable[..., Person],
    busy: Callable[..., None],
    sign_in: SignIn,
    context: Session,
) -> None:
    person = reader("zh-CN", "normal")
    busy(person)
    client = _Watched(sign_in(person), context.get_bind())
    Walk(app, client).from_addresses("/")  # type: ignore[arg-type]
    for address in _answers(app, context):
        client.get(address).close()
    context.rollback()
    assert len(client.asked) >= ENOUGH
    growing = Base.metadata.tables.keys() - NEVER_LONG
    faults = [
        f"{address}: all of {', '.join(sorted(whole))}: {text[-300:]}"
        for text, (address, values) in client.asked.items()
        if (whole := whole_tables(context.connection(), text, values) & growing)
    ]
    assert faults == [], "\n".join(faults)


class _Watched:
    """A client that notes what each view asks of the database."""

    def __init__(self, client: Any, engine: Any) -> None:
        self.client = client
        self.engine = engine
        self.asked: dict[str, tuple[str, Any]] = {}

    def get(self, address: str, **how: Any) -> Any:
        with listening(self.engine) as asked:
            answer = self.client.get(address, **how)
        for text, values in asked.items():
            self.asked.setdefault(text, (address, values))
        return answer


def _answers(app: Flask, context: Session) -> list[str]:
    """Every address of the API that answers a GET, about things that are there."""
    first: dict[str, int] = {}
    for table in Base.metadata.tables.values():
        if "id" in table.c:
            found = context.scalar(sa.select(sa.func.min(table.c.id)))
            first[_one(table.name)] = found or 1
    return [
        re.sub(r"<(?:\w+:)?(\w+?)(?:_id)?>", lambda m: str(first.get(m[1], 1)), each)
        for each in (
            route.rule for route in declared_routes(app) if _answers_get(route)
        )
    ]


def _answers_get(route: Any) -> bool:
    is_stream = route.rule.endswith("/stream")
    return route.method == "GET" and route.rule.startswith("/api/v1/") and not is_stream


def _one(table: str) -> str:
    return {"people": "person", "item_types": "type"}.get(
        table, table.removesuffix("s")
    )
