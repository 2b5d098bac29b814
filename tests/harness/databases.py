"""Pristine databases: every test gets one equal to a migrated template, alone.

Databases rather than savepoints: a test may commit, roll back, start threads and
processes, and see what an installation would see.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from registry.store import migrations
from registry.store.db import make_engine
from tests.harness.cleaning import MOST_LENDINGS, Cleaner, connect
from tests.harness.depth import WHOLE
from tests.harness.postgresql import PostgreSQL
from tests.harness.room import roomy_place

NAMED = "REGISTRY_TEST_DATABASE_URL"
"""A PostgreSQL to use instead of our own; its user must be able to create databases."""
SERVER = pytest.StashKey[PostgreSQL]()
WEB = "tests/registry/web"
ONE_IS_ENOUGH = (
    *(
        f"{WEB}/pages/test_{name}.py::"
        for name in (
            "account",
            "approval_policy",
            "audits",
            "bulk",
            "certificates",
            "dashboard",
            "departments",
            "idle_pool",
            "idle_questions",
            "institution",
            "people",
            "places",
            "requests",
            "robots",
            "sharing",
            "types",
            "waiting",
        )
    ),
    *(
        f"{WEB}/base/test_{name}.py::"
        for name in (
            "api",
            "errors",
            "forgery",
            "headers",
            "hosts",
            "logs",
            "redirects",
            "routes",
            "scans",
            "sessions",
        )
    ),
    f"{WEB}/test_bad_inputs.py::",
    f"{WEB}/test_matrix.py::",
    f"{WEB}/test_others_requests.py::",
    f"{WEB}/test_outside.py::",
    f"{WEB}/api/test_conformance.py::",
    f"{WEB}/api/test_docs_page.py::",
    "tests/registry/cli/test_labels_command.py::",
    "tests/registry/cli/test_server.py::",
    "tests/registry/cli/test_making_ready.py::",
    "tests/registry/ledger/test_news.py::",
    "tests/registry/ledger/test_plans.py::",
    f"{WEB}/base/test_raw_requests.py::",
    f"{WEB}/base/test_streams.py::",
    f"{WEB}/api/test_coverage.py::",
    f"{WEB}/pages/test_lists.py::",
    "tests/everyone/test_demo_school.py::",
    "tests/registry/lists/test_listings.py::",
    *(
        f"tests/registry/{name}/test_state_tables.py::"
        for name in ("audits", "procurement", "sharing")
    ),
    f"{WEB}/api/test_contract.py::",
    *(
        f"tests/registry/backup/test_actions.py::test_{name}"
        for name in (
            "a_changed_byte",
            "a_damaged_backup",
            "a_disk_that_fails",
            "a_full_disk",
            "a_ledger_tampered",
            "only_so_many",
            "what_is_in_a_backup",
        )
    ),
    *(
        f"tests/registry/cli/test_live_server.py::test_{name}"
        for name in ("more_streams_than_threads", "whoever_goes_away")
    ),
)
"""Tests of forms, headers, files and rights, which ask the database nothing that others
do not ask of PostgreSQL as well: the actions' own tests, the API's, and the visit to
every page of a whole school in ``tests/everyone``. They run on SQLite alone."""
USUALLY_ONE = ("tests/everyone/test_every_plan.py::",)
"""Tests that ask much of PostgreSQL and seldom hear anything else than of SQLite: both
are asked where everything is looked at (``make test-whole``)."""


class Databases(Protocol):
    """A place where databases are made and thrown away, each known by its address."""

    def make(self) -> str:
        """An empty database."""

    def copy(self, template: str) -> str:
        """A database equal to another one that nobody is using."""

    def drop(self, url: str) -> None:
        """Throw a database away, whoever is still connected."""

    def lend(self, template: str) -> str:
        """A database equal to the template, which may be one that was given back."""

    def give_back(self, url: str) -> None:
        """End with a database that was lent."""


class SQLiteFiles:
    """Databases as files in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)

    def make(self) -> str:
        return f"sqlite:///{self.folder / f'{next(self.numbers)}.db'}"

    def copy(self, template: str) -> str:
        url = self.make()
        shutil.copyfile(_path(template), _path(url))
        return url

    def drop(self, url: str) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{_path(url)}{ending}").unlink(missing_ok=True)

    def lend(self, template: str) -> str:
        return self.copy(template)

    def give_back(self, url: str) -> None:
        self.drop(url)


@dataclass
class Loan:
    """A database that tests have in turn, and the connection that empties it."""

    url: str
    template: str
    connection: psycopg.Connection[Any]
    times: int = 0


class PostgreSQLDatabases:
    """Databases on one server, under names that no other worker or run uses."""

    def __init__(self, server_url: str, worker: str) -> None:
        self.server = sa.make_url(server_url)
        self.prefix = f"registry_test_{os.getpid()}_{worker}"
        self.numbers = itertools.count(1)
        self.cleaners: dict[str, Cleaner] = {}
        self.lent: dict[str, Loan] = {}
        self.ready: dict[str, Loan] = {}
        """Of each template the one that was given back clean."""

    def make(self) -> str:
        name = self._new_name()
        self._say(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._url(name)

    def copy(self, template: str) -> str:
        name = self._new_name()
        source = str(sa.make_url(template).database)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._say(statement.format(sql.Identifier(name), sql.Identifier(source)))
        return self._url(name)

    def drop(self, url: str) -> None:
        name = str(sa.make_url(url).database)
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._say(statement.format(sql.Identifier(name)))

    def lend(self, template: str) -> str:
        loan = self.ready.pop(template, None) or self._fresh(template)
        loan.times += 1
        self.lent[loan.url] = loan
        return loan.url

    def give_back(self, url: str) -> None:
        loan = self.lent.pop(url)
        worn = loan.times >= MOST_LENDINGS or loan.template in self.ready
        if not worn and self.cleaners[loan.template].clean(loan.connection):
            self.ready[loan.template] = loan
        else:
            self._end_with(loan)

    def end(self) -> None:
        """Throw away what was kept to be lent again."""
        while self.ready:
            self._end_with(self.ready.popitem()[1])

    def _fresh(self, template: str) -> Loan:
        url = self.copy(template)
        connection = connect(url)
        if template not in self.cleaners:
            self.cleaners[template] = Cleaner.of(connection)
        return Loan(url, template, connection)

    def _end_with(self, loan: Loan) -> None:
        loan.connection.close()
        self.drop(loan.url)

    def _new_name(self) -> str:
        return f"{self.prefix}_{next(self.numbers)}"

    def _url(self, name: str) -> str:
        url = self.server.set(database=name, drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def _say(self, statement: sql.Composed) -> None:
        url = self.server.set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)


def _path(url: str) -> str:
    return url.removeprefix("sqlite:///")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default=None,
        help=f"which database the tests use (sqlite, or postgresql if {NAMED} is set)",
    )


def chosen(config: pytest.Config) -> str:
    """The kind of database this run is on."""
    named = str(config.getoption("--database") or "")
    return named or ("postgresql" if os.environ.get(NAMED) else "sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the server before any worker asks for it."""
    is_worker = hasattr(config, "workerinput")
    if is_worker or config.option.collectonly or chosen(config) != "postgresql":
        return
    if not os.environ.get(NAMED):
        config.stash[SERVER] = server = PostgreSQL()
        config.add_cleanup(server.stop)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Each worker is told where the server is."""
    config = node.config  # type: ignore[attr-defined]
    node.workerinput["server_url"] = _server_url(config)  # type: ignore[attr-defined]


def _server_url(config: pytest.Config) -> str:
    handed_over = getattr(config, "workerinput", {}).get("server_url")
    if handed_over:
        return str(handed_over)
    server = config.stash.get(SERVER, None)
    return server.url if server else os.environ.get(NAMED, "")


def pytest_report_header(config: pytest.Config) -> str:
    server = "" if not os.environ.get(NAMED) else f", the one of {NAMED}"
    return f"database: {chosen(config)}{server}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches a database, so that it can be run on another as well."""
    on_one = ONE_IS_ENOUGH if WHOLE else (*ONE_IS_ENOUGH, *USUALLY_ONE)
    for item in items:
        if "databases" not in getattr(item, "fixturenames", ()):
            continue
        item.add_marker(pytest.mark.database)
        if item.nodeid.startswith(on_one):
            item.add_marker(pytest.mark.one_is_enough)


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Where this worker makes its databases."""
    if chosen(request.config) == "postgresql":
        worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
        there = PostgreSQLDatabases(_server_url(request.config), worker)
        yield there
        there.end()
        return
    with tempfile.TemporaryDirectory(prefix="registry-db-", dir=roomy_place()) as place:
        yield SQLiteFiles(Path(place))


@pytest.fixture(scope="session")
def template_url(databases: Databases) -> Iterator[str]:
    """A migrated database that is copied and never written to."""
    url = databases.make()
    engine = make_engine(url)
    migrations.upgrade(engine)
    engine.dispose()
    yield url
    databases.drop(url)


@pytest.fixture
def database_url(databases: Databases, template_url: str) -> Iterator[str]:
    """The address of a migrated, empty database that is this test's alone."""
    url = databases.lend(template_url)
    yield url
    databases.give_back(url)


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """The address of a database without a single table."""
    url = databases.make()
    yield url
    databases.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on this test's database, outside any application."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def empty_engine(empty_database_url: str) -> Iterator[sa.Engine]:
    """An engine on a database without a single table."""
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()
