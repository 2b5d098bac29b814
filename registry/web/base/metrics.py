"""Figures for a monitoring system: requests and waiting jobs, over all processes.

Served at ``/metrics`` to whoever knows the token of ``REGISTRY_METRICS_TOKEN``; without
one there is no such page. That a request comes from this machine proves nothing: behind
a proxy every one does.
"""

from __future__ import annotations

import hmac
import os
import sys
import time
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    generate_latest,
    values,
)
from prometheus_client.metrics import Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from registry.backup.queries import last_run
from registry.backup.states import RunKind
from registry.config import Settings
from registry.jobs.queries import oldest_waiting
from registry.kernel.clock import now
from registry.web.base.logs import route
from registry.web.base.routes import public
from registry.web.base.settings import current_settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the processes of one server add up their figures."""
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
AGES = {
    RunKind.BACKUP: "registry_last_backup_age_seconds",
    RunKind.DRILL: "registry_last_drill_age_seconds",
}
"""Of these there is no figure before there was the first."""
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        # The library chooses when it is imported; the server names the folder later.
        chosen = values.get_value_class()  # type: ignore[no-untyped-call]
        values.ValueClass = chosen
        self.own = CollectorRegistry()
        self.requests = Counter(
            "registry_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.own,
        )
        self.seconds = Histogram(
            "registry_request_seconds",
            "Seconds until the answer began.",
            ["route"],
            buckets=SECONDS,
            registry=self.own,
        )
        self.streams = Gauge(
            "registry_open_streams",
            "Open pages and programmes that follow the ledger.",
            registry=self.own,
            multiprocess_mode="livesum",
        )
        self.lag = Gauge(
            "registry_live_lag_seconds",
            "How long the latest entry had been there before it was told.",
            registry=self.own,
            multiprocess_mode="livemax",
        )
        _forget_the_dead()

    def count(self, response: Response) -> None:
        """Count the current request."""
        method = request.method if request.method in METHODS else "other"
        where, status = route(), str(response.status_code)
        self.requests.labels(method, where, status).inc()
        self.seconds.labels(where).observe(time.perf_counter() - g.metrics_begun)

    def text(self) -> bytes:
        """Every figure of every process, as a monitoring system reads them."""
        gathered = self.own
        if os.environ.get(FOLDER):
            gathered = CollectorRegistry()
            MultiProcessCollector(gathered)  # type: ignore[no-untyped-call]
        return generate_latest(gathered) + generate_latest(_of_this_moment())


def _forget_the_dead() -> None:
    """Drop what processes left behind that were killed, and count it no longer."""
    folder = Path(os.environ.get(FOLDER, ""))
    if not os.environ.get(FOLDER) or sys.platform == "win32":
        return
    for left in folder.glob("gauge_live*_*.db"):
        number = left.stem.rpartition("_")[2]
        if number.isdigit() and not _lives(int(number)):
            mark_process_dead(int(number), str(folder))  # type: ignore[no-untyped-call]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def note_streams(app: Flask, count: int) -> None:
    """Note how many streams this process keeps open."""
    metrics: Metrics | None = app.extensions.get("registry_metrics")
    if metrics is not None:
        metrics.streams.set(count)


def note_lag(app: Flask, seconds: float) -> None:
    """Note how far behind the ledger open pages are."""
    metrics: Metrics | None = app.extensions.get("registry_metrics")
    if metrics is not None:
        metrics.lag.set(seconds)


def _of_this_moment() -> CollectorRegistry:
    """What is not added up but asked when it is wanted."""
    figures = CollectorRegistry()
    Gauge(
        "registry_oldest_waiting_job_seconds",
        "How long the longest-waiting job has been waiting; 0 if none is.",
        registry=figures,
    ).set(waiting_seconds(oldest_waiting()))
    for kind, name in AGES.items():
        if (done := last_run(kind)) is not None:
            age = Gauge(name, f"How long ago the last {kind} was.", registry=figures)
            age.set(waiting_seconds(done))
    return figures


def waiting_seconds(since: datetime | None) -> float:
    """Seconds from a moment until now; 0 for none."""
    return max(0.0, (now() - since).total_seconds()) if since else 0.0


def init_metrics(app: Flask, settings: Settings) -> None:
    """Count requests and serve the figures, if a token is set; else do neither."""
    if not settings.metrics_token:
        return
    metrics = Metrics()
    app.extensions["registry_metrics"] = metrics
    app.before_request(_begin)
    app.after_request(_end)
    app.add_url_rule("/metrics", "metrics", measured)


def _metrics() -> Metrics:
    metrics: Metrics = current_app.extensions["registry_metrics"]
    return metrics


def _begin() -> None:
    g.metrics_begun = time.perf_counter()


def _end(response: Response) -> Response:
    if "metrics_begun" in g:
        _metrics().count(response)
    return response


@public("a monitoring system brings a token of its own", unread=True)
def measured() -> ResponseReturnValue:
    """The figures, for whoever brings the token."""
    expected = f"Bearer {current_settings().metrics_token}"
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    return Response(_metrics().text(), content_type=CONTENT_TYPE_LATEST)
