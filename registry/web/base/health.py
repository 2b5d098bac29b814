"""Whether the process lives, and whether it can serve: for whoever restarts it.

``/healthz`` asks nothing of anybody. ``/readyz`` asks the database, and whether its
schema is the one this version needs; that nothing could be saved of late it tells, but
is ready all the same, since one can still look things up. Neither tells versions,
addresses or errors.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from registry.jobs.queries import oldest_waiting
from registry.store.db import db, session
from registry.store.migrations import current, head
from registry.web.base.keeping import storage
from registry.web.base.logs import log
from registry.web.base.metrics import waiting_seconds
from registry.web.base.routes import public
from registry.web.base.stopping import is_stopping

WHY = "whoever watches the server has no account"


def init_health(app: Flask) -> None:
    """Serve ``/healthz`` and ``/readyz``."""
    app.add_url_rule("/healthz", "healthz", alive)
    app.add_url_rule("/readyz", "readyz", ready)


@public(WHY, unread=True)
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="alive")


@public(WHY, unread=True)
def ready() -> ResponseReturnValue:
    """200 if requests can be served here; 503 with what stands in the way."""
    checks = {
        "database": _holds(_database_answers),
        "migrations": _holds(_schema_is_ours),
        "running": not is_stopping(),
    }
    if not all(checks.values()):
        return jsonify(status="not ready", checks=checks), 503
    waiting = round(waiting_seconds(oldest_waiting()))
    return jsonify(
        status="ready",
        checks=checks,
        storage=storage(current_app),
        oldest_waiting_job_seconds=waiting,
    )


def _holds(check: Callable[[], bool]) -> bool:
    """Whether a check is passed; a database that fails does not pass."""
    try:
        return check()
    except SQLAlchemyError:
        log.warning("not_ready", check=check.__name__, exc_info=True)
        session().rollback()
        return False


def _database_answers() -> bool:
    return bool(session().scalar(sa.select(sa.literal(1))) == 1)


def _schema_is_ours() -> bool:
    return current(db.engine) == head()
