"""What receives group messages, on a real socket; it can be told to misbehave."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class _Call(BaseHTTPRequestHandler):
    """One call, kept with its path, headers and body."""

    server: RobotServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(size))
        server = self.server
        server.calls.append((self.path, dict(self.headers), body))
        server.spoken_to.set()
        server.silence.wait(30)
        if server.hangs_up:
            self.close_connection = True
            return
        sent = server.answer
        raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
        self.send_response(server.status)
        if server.location:
            self.send_header("Location", server.location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self) -> None:
        self.server.calls.append((self.path, {}, None))
        self.send_error(404)

    def log_message(self, *_told: Any) -> None:
        """Keep silent."""


class RobotServer(ThreadingHTTPServer):
    """The receiver of all three services, on a free port of this machine."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.calls: list[tuple[str, dict[str, str], Any]] = []
        self.status = 200
        self.answer: Any = {"errcode": 0, "errmsg": "ok"}
        self.location = ""
        self.hangs_up = False
        self.silence = threading.Event()
        self.silence.set()
        self.spoken_to = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever calls may go away: that is part of the tests."""

    @property
    def base(self) -> str:
        """Its address, as the setting of hosts writes it."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def robot_server() -> Iterator[RobotServer]:
    """A receiver that takes everything until told otherwise."""
    with RobotServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.silence.set()
        server.shutdown()
        thread.join()
