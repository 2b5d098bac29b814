"""Applications of one's own, with routes that do what a test wants to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs

from registry.app import create_app
from registry.store.db import db, make_engine
from registry.web.base.sessions import Houses
from tests.harness.application import SeparateClient, settings_for

MakeApp = Callable[..., Flask]

_built: dict[Any, Flask] = {}
"""Building one takes most of the time: each kind is built once a run."""


def _build(
    database_url: str, factories: tuple[Any, ...], overrides: dict[str, Any]
) -> Flask:
    app = create_app(settings_for(database_url, **overrides))
    app.test_client_class = SeparateClient
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    for factory in factories:
        app.register_blueprint(factory())
    with app.app_context():
        db.engine.dispose()
    return app


@pytest.fixture
def make_app(database_url: str, template_url: str) -> Iterator[MakeApp]:
    """``make_app(routes, public_url=…)``: the application with what ``routes()`` adds.

    It works on this test's database and remembers nothing of another.
    """
    engine = make_engine(database_url)

    def make(*factories: Callable[[], Any], **overrides: Any) -> Flask:
        key = (factories, tuple(sorted(overrides.items())))
        if key not in _built:
            _built[key] = _build(template_url, factories, overrides)
        app = _built[key]
        app.extensions["registry_houses"] = Houses()
        with app.app_context():
            db.engines[None] = engine
        return app

    with capture_logs():
        yield make
    engine.dispose()
