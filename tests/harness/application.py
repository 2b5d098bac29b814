"""The application as it ships, on this test's database, and people to use it as.

It is built once a run, since that takes most of the time; each test then points it at a
database of its own.
"""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.app import create_app
from registry.config import Settings
from registry.organisation.models import Institution
from registry.store.db import db, make_engine
from tests.factories.organisation import make_institution

SECRET = "a secret that only these tests know about"


def settings_for(database_url: str, **overrides: Any) -> Settings:
    """The settings of a test installation: quick to hash, no thread of its own."""
    quick: dict[str, Any] = {
        "database_url": database_url,
        "secret_key": SECRET,
        "public_url": "http://localhost",
        "argon2_memory_kib": 8,
        "argon2_rounds": 1,
        "worker_in_process": False,
    }
    return Settings(**(quick | overrides)).checked()


@pytest.fixture(scope="session")
def settings(template_url: str) -> Settings:
    """The settings the application of this run was built with."""
    return settings_for(template_url)


class SeparateClient(FlaskClient):
    """A client whose requests see nothing of the test: no context, no open session.

    What the test itself has read is forgotten after each request, so that it sees what
    the request did.
    """

    def open(self, *arguments: Any, **options: Any) -> Any:
        _forget_what_was_read()
        answer = contextvars.Context().run(super().open, *arguments, **options)
        _forget_what_was_read()
        return answer


def _forget_what_was_read() -> None:
    if has_app_context() and db.session.registry.has():
        db.session.rollback()
        db.session.expire_all()


@pytest.fixture(scope="session")
def whole_application(settings: Settings) -> Flask:
    """The application, once; not to be used without a database: ask for ``app``."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = SeparateClient
    with app.app_context():
        db.engine.dispose()
    return app


@pytest.fixture
def app(whole_application: Flask, database_url: str) -> Iterator[Flask]:
    """The application on this test's database."""
    with whole_application.app_context():
        engines = db.engines
    former = engines[None]
    engines[None] = own = make_engine(database_url)
    yield whole_application
    engines[None] = former
    own.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Session]:
    """The inside of the application; its session."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def institution(context: Session) -> Institution:
    """A school without anybody in it."""
    return make_institution("school", name="育才中学")


@pytest.fixture
def system(institution: Institution) -> Actor:
    """The installation itself, which may do everything."""
    return Actor.system(institution.id)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()
