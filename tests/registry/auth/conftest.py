"""People who can sign in, and counting what is asked of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from registry.organisation.models import Person
from registry.store.db import session
from tests.factories.auth import make_credential
from tests.factories.organisation import make_colleague
from tests.harness.plans import noting


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
        seen = []

        def note(statement, _values):
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        with noting(session().get_bind(), note):
            yield seen

    return listen
