"""The application as it ships, on this test's database, and people to use it as.

It is built once a run, since that takes most of the time; each test then points it at a
database of its own. It is imported when a test first asks for it, so that tests of the
lower floors need none of the upper ones.
"""

from __future__ import annotations

import contextvars
import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event, make_url
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from registry.config import Settings
from registry.store.db import db, make_engine
from tests.harness.cleaning import KEPT

if TYPE_CHECKING:
    from registry.access.actor import Actor
    from registry.access.roles import Role
    from registry.organisation.models import Department, Institution, Person

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
    """A browser whose requests see nothing of the test: no context, no open session.

    What the test itself has read is forgotten with each request, so that it sees what
    the request did.
    """

    person: Person | None = None
    """Who has signed in with it."""

    def open(self, *arguments: Any, **options: Any) -> Any:
        _forget_what_was_read()
        answer = contextvars.Context().run(super().open, *arguments, **options)
        _forget_what_was_read()
        return answer

    def submit(
        self, address: str, data: dict[str, Any] | None = None, **options: Any
    ) -> TestResponse:
        """Post a form as a page of ours would, with the token that proves it."""
        headers = {"X-CSRFToken": self._form_token(), **options.pop("headers", {})}
        if "json" not in options:
            options["data"] = data or {}
        method = options.pop("method", "POST")
        return self.open(address, method=method, headers=headers, **options)

    def _form_token(self) -> str:
        with self.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "0" * 40)
        signer = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token")
        return str(signer.dumps(raw))


def _forget_what_was_read() -> None:
    if has_app_context() and db.session.registry.has():
        db.session.rollback()
        db.session.expire_all()


@pytest.fixture(scope="session")
def whole_application(settings: Settings) -> Flask:
    """The application, once; not to be used without a database: ask for ``app``."""
    built = importlib.import_module("registry.app").create_app(settings)
    assert isinstance(built, Flask)
    built.testing = True
    built.test_client_class = SeparateClient
    with built.app_context():
        db.engine.dispose()
    return built


@pytest.fixture
def app(whole_application: Flask, database_url: str) -> Iterator[Flask]:
    """The application on this test's database, remembering nothing of another."""
    with whole_application.app_context():
        engines = db.engines
    former = engines[None]
    engines[None] = own = _engine_towards(database_url)
    _forget_houses(whole_application)
    _forget_scans(whole_application)
    _forget_tallies(whole_application)
    _forget_unsaved(whole_application)
    yield whole_application
    _follow_no_longer(whole_application)
    engines[None] = former
    if own.dialect.name == "sqlite":
        own.dispose()


_engines: dict[str, tuple[Engine, list[str]]] = {}


def _engine_towards(database_url: str) -> Engine:
    """The one engine of a kind of database, led to this test's own.

    Statements are compiled for an engine; a new one for each test would compile all of
    them again, a third of what a test costs. Where the next test has the same database,
    its connections stay open: they know the tables by then.
    """
    kind = make_url(database_url).get_backend_name()
    if kind not in _engines:
        engine, target = make_engine(database_url), [database_url]
        event.listen(engine, "do_connect", _towards(target))
        _engines[kind] = engine, target
    engine, target = _engines[kind]
    if target[0] != database_url:
        engine.dispose()
        target[0] = database_url
    return engine


def _towards(target: list[str]) -> Any:
    def connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> None:
        own, more = dialect.create_connect_args(make_url(target[0]))
        arguments[:] = own
        options.update(more)
        if dialect.name == "postgresql":
            options["application_name"] = KEPT

    return connect


def _forget_houses(app: Flask) -> None:
    sessions = importlib.import_module("registry.web.base.sessions")
    app.extensions["registry_houses"] = sessions.Houses()


def _follow_no_longer(app: Flask) -> None:
    live = importlib.import_module("registry.web.base.live").live_of(app)
    live.follower.stop()


def _forget_scans(app: Flask) -> None:
    scans = importlib.import_module("registry.web.base.scans")
    app.extensions[scans.EXTENSION] = scans.ScanNotes()


def _forget_tallies(app: Flask) -> None:
    tallies = importlib.import_module("registry.auth.tallies")
    routes = importlib.import_module("registry.web.base.routes")
    app.extensions[routes.TALLIES] = tallies.Tallies()


def _forget_unsaved(app: Flask) -> None:
    keeping = importlib.import_module("registry.web.base.keeping")
    app.extensions.pop(keeping.EXTENSION, None)


@pytest.fixture
def context(app: Flask) -> Iterator[Session]:
    """The inside of the application; its session."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def institution(context: Session) -> Institution:
    """A school without anybody in it."""
    return _people().make_institution("school", name="育才中学")


@pytest.fixture
def system(institution: Institution) -> Actor:
    """The installation itself, which may do everything."""
    return importlib.import_module("registry.access.actor").Actor.system(institution.id)


@pytest.fixture
def client(app: Flask) -> SeparateClient:
    """A browser that nobody has signed in with."""
    return _browser(app)


def _browser(app: Flask) -> SeparateClient:
    browser = app.test_client()
    assert isinstance(browser, SeparateClient)
    return browser


def _people() -> Any:
    return importlib.import_module("tests.factories.organisation")


def _credentials() -> Any:
    return importlib.import_module("tests.factories.auth")


class ActorAs(Protocol):
    """Makes a colleague, as the actor of what they do."""

    def __call__(
        self, role: Role | None = None, *, department: Department | None = None
    ) -> Actor: ...


@pytest.fixture
def actor_as(institution: Institution) -> ActorAs:
    """``actor_as(Role.FINANCE)``: a colleague with this role, or with none."""

    def make(
        role: Role | None = None, *, department: Department | None = None
    ) -> Actor:
        person = _people().make_colleague(institution, role, department=department)
        return _people().actor_of(person)

    return make


class SignedInAs(Protocol):
    """Makes a colleague, or takes one, and signs them in with their own browser."""

    def __call__(
        self,
        role: Role | None = None,
        *,
        department: Department | None = None,
        person: Person | None = None,
    ) -> SeparateClient: ...


@pytest.fixture
def signed_in_as(
    app: Flask, institution: Institution, settings: Settings
) -> SignedInAs:
    """``signed_in_as(Role.ASSET_OFFICE)``: a client somebody has signed in with."""

    def sign_in(
        role: Role | None = None,
        *,
        department: Department | None = None,
        person: Person | None = None,
    ) -> SeparateClient:
        browser = _browser(app)
        browser.person = person or _people().make_colleague(
            institution, role, department=department
        )
        token = _credentials().begin_session(settings, browser.person)
        with browser.session_transaction() as kept:
            kept["token"] = token
        return browser

    return sign_in


class ApiAs(Protocol):
    """Makes a colleague, or takes one, and a client that carries their API token."""

    def __call__(
        self,
        role: Role | None = None,
        *scopes: str,
        department: Department | None = None,
        person: Person | None = None,
    ) -> SeparateClient: ...


@pytest.fixture
def api_as(app: Flask, institution: Institution, settings: Settings) -> ApiAs:
    """``api_as(Role.ASSET_OFFICE, "read")``; without scopes all there are."""

    def make(
        role: Role | None = None,
        *scopes: str,
        department: Department | None = None,
        person: Person | None = None,
    ) -> SeparateClient:
        browser = _browser(app)
        browser.person = person or _people().make_colleague(
            institution, role, department=department
        )
        token = _credentials().make_token(settings, browser.person, scopes)
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return browser

    return make
