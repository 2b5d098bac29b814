"""An application that streams, for the shipped server to be stopped around."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response, request

from registry.app import create_app
from registry.cli.commands import main
from registry.config import Settings
from registry.web.base import stopping
from registry.web.base.routes import open_to_all


def polite() -> Response:
    """Streams until the process is told to stop, then says so."""

    def pieces() -> Iterator[str]:
        while not stopping.wait(0.1):
            yield "."
        yield "bye"

    return Response(pieces(), mimetype="text/event-stream")


def stubborn() -> Response:
    """Streams for ever."""

    def pieces() -> Iterator[str]:
        while True:
            time.sleep(0.1)
            yield "."

    return Response(pieces(), mimetype="text/event-stream")


def slow() -> str:
    """Takes its time."""
    Path(os.environ["STREAMING_FOLDER"], "slow-began").touch()
    time.sleep(1)
    return "done"


def environment() -> list[str]:
    """Names of what every request is told of the environment."""
    return [name for name in request.environ if name.startswith("REGISTRY_")]


def streaming_app(settings: Settings) -> Flask:
    """The registry, with four pages more."""
    app = create_app(settings)
    views = (polite, stubborn, slow, environment)
    for view in views:
        app.add_url_rule(f"/{view.__name__}", view.__name__, view)
    open_to_all(app, "a test", *(view.__name__ for view in views))
    return app


if __name__ == "__main__":
    main(streaming_app)
