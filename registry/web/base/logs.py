"""Logs: one structured line for each request, and never a secret in any of them.

A line names the route by its pattern, not by the address, which may hold a code; and
who asked by number. Bodies, cookies, headers and query strings are not written at all.
"""

from __future__ import annotations

import logging
import logging.config
import secrets
import sys
import time
from collections.abc import Mapping
from typing import Any

import structlog
from flask import Flask, Response, g, got_request_exception, request

from registry.web.base.redaction import Event, hide_secrets, tell_exception

QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics"})
"""What machines ask every few seconds: written only when it fails."""
TALKATIVE = (
    "_granian",
    "alembic",
    "sqlalchemy",
    "werkzeug",
    "urllib3",
    "fontTools",
    "fpdf",
)
"""Loggers of others, heard from warnings upwards; werkzeug's quotes addresses."""
log = structlog.stdlib.get_logger("registry.web")


def configure_logs(log_format: str, level: str = "INFO") -> dict[str, Any]:
    """Make every logger of this process write structured lines to standard error.

    Gives back the configuration, so that a server can hand it to its workers.
    """
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            *_shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    configuration = logging_configuration(log_format, level)
    logging.config.dictConfig(configuration)
    return configuration


def logging_configuration(log_format: str, level: str) -> dict[str, Any]:
    """The configuration of the standard library's logging."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.stdlib.add_logger_name,
                    *_shared_processors(),
                ],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_renderers(log_format),
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "structured",
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": "WARNING"} for name in TALKATIVE},
    }


def _shared_processors() -> list[Any]:
    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        tell_exception,
        hide_secrets,
    ]


def _renderers(log_format: str) -> list[Any]:
    if log_format != "console":
        return [structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True)]
    colours = sys.stderr.isatty()
    return [
        _exception_as_text,
        structlog.dev.ConsoleRenderer(colors=colours, timestamp_key="at"),
    ]


def _exception_as_text(logger: Any, method: str, event: Event) -> Event:
    if "exception" in event:
        event["exception"] = "\n".join(event["exception"])
    return event


def new_request_id() -> str:
    """A name for one request, given to whoever reports a failure."""
    return secrets.token_hex(8)


def request_id() -> str:
    """The name of the current request; it is also the incident's, if it fails."""
    if "request_id" not in g:
        g.request_id = new_request_id()
    return str(g.request_id)


def init_logs(app: Flask) -> None:
    """Write one line for each request of an application, and one for each failure.

    Flask's own line is left out: it quotes the address.
    """
    app.before_request(_begin)
    app.after_request(_end)
    app.logger.addFilter(_leave_out)
    got_request_exception.connect(_failed, app)


def _leave_out(record: logging.LogRecord) -> bool:
    return False


def _failed(sender: Flask, exception: BaseException, **_: Any) -> None:
    log.error("failure", route=route(), method=request.method, exc_info=exception)


def _begin() -> None:
    g.begun = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=request_id())


def _end(response: Response) -> Response:
    facts = {
        "method": request.method,
        "route": route(),
        "status": response.status_code,
        "address": request.remote_addr,
        **_who(),
    }
    response.headers["X-Request-ID"] = name = request_id()
    begun = g.get("begun", time.perf_counter())
    if response.is_streamed and response.content_length is None:
        response.call_on_close(lambda: _write({**facts, "request": name}, begun))
    else:
        _write(facts, begun)
    return response


def _who() -> dict[str, Any]:
    """Who asked, by number, as far as somebody has looked it up."""
    visit = getattr(g.get("caller"), "visit", None)
    if visit is None:
        return {"actor": None}
    return {"actor": visit.actor.person_id, "institution": visit.actor.institution_id}


def _write(facts: Mapping[str, Any], begun: float) -> None:
    took = round((time.perf_counter() - begun) * 1000, 1)
    failed = facts["status"] >= 500
    if failed or facts["route"] not in QUIET_ROUTES:
        (log.error if failed else log.info)("request", ms=took, **facts)


def route() -> str:
    """The pattern of the current request's address; never the address itself."""
    return request.url_rule.rule if request.url_rule else "unknown"
