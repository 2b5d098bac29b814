"""The server that ships, in processes of its own, on this test's database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.harness.application import SECRET
from tests.harness.sources import ROOT

PATIENCE_SECONDS = 60
REGISTRY = [sys.executable, "-m", "registry"]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def environment_for(database_url: str, **overrides: str) -> dict[str, str]:
    """The environment of a test installation; ``REGISTRY_`` names it of its own."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("REGISTRY_")}
    return inherited | {
        "REGISTRY_DATABASE_URL": database_url,
        "REGISTRY_SECRET_KEY": SECRET,
        "REGISTRY_ARGON2_MEMORY_KIB": "8",
        "REGISTRY_ARGON2_ROUNDS": "1",
        "PYTHONUNBUFFERED": "1",
        **overrides,
    }


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(database_url: str, tmp_path: Path) -> Command:
    """``command("secret", …)`` runs the registry command as an installation would."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*REGISTRY, *arguments],
            cwd=tmp_path,
            env=environment_for(database_url, **environment)
            | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    return run


@dataclass
class ShippedServer:
    """A running server: where it is, its process, and what it has said."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def is_ready(self) -> bool:
        """Whether it answers that it is ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def wait(self) -> None:
        """Until it is ready; AssertionError with its log if it ends before."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not self.is_ready():
            ended = self.process.poll() is not None or time.monotonic() > give_up
            assert not ended, self.log.read_text("utf-8", errors="replace")
            time.sleep(0.1)

    def stop(self) -> int:
        """Ask it to stop, as a service manager would; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


Serve = Callable[..., ShippedServer]


@pytest.fixture
def serve(database_url: str, tmp_path: Path) -> Iterator[Serve]:
    """``serve("--workers", "2", REGISTRY_…=…)``: start the server that ships, ready.

    ``program`` is a script that starts it with a fault planted in it.
    """
    running: list[ShippedServer] = []

    def start(
        *arguments: str, program: Path | None = None, **environment: str
    ) -> ShippedServer:
        begun = [sys.executable, str(program)] if program else REGISTRY
        port = free_port()
        log = tmp_path / f"server-{port}.log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                [*begun, "serve", "--port", str(port), *arguments],
                cwd=tmp_path,
                env=environment_for(database_url, **environment)
                | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        server = ShippedServer(f"http://127.0.0.1:{port}", process, log)
        running.append(server)
        server.wait()
        return server

    yield start
    for server in running:
        server.stop()
