"""People who can sign in, and counting what is asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import sqlalchemy as sa

from registry.organisation.models import Person
from registry.store.db import session
from tests.factories.auth import make_credential
from tests.factories.organisation import make_colleague


@pytest.fixture
def wang(institution, settings) -> Person:
    """王芳, who signs in as WangFang."""
    person = make_colleague(institution, name="王芳")
    make_credential(settings, person, "WangFang")
    return person


@pytest.fixture
def statements(context) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with statements() as seen``: every statement sent to the database meanwhile."""

    @contextmanager
    def listen() -> Iterator[list[str]]:
        engine, seen = session().get_bind(), []

        def note(connection, cursor, statement, *_):
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        yield seen
        sa.event.remove(engine, "before_cursor_execute", note)

    return listen
