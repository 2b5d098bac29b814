"""The server that ships, started again and again within a second, to be killed.

A process that has loaded everything forks the server when it is told to; the server
forks its workers. Started anew each time, most of a day would go into imports.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.harness.server import environment_for, free_port
from tests.harness.sources import ROOT

PATIENCE_SECONDS = 120
MOST_LOG_BYTES = 20_000_000


class ForkedServer:
    """A server at one address, that can be killed and started again."""

    def __init__(self, database_url: str, log: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        with log.open("ab") as written:
            self.mother = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.forking", str(self.port)],
                env=environment_for(database_url, REGISTRY_PROXIES="1", **environment)
                | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=written,
                text=True,
            )
        self.pid = 0

    def start(self, *, how: str = "") -> float:
        """Start it, as it is or ``forgetful``; the seconds until it was ready."""
        begun = time.monotonic()
        if self.log.stat().st_size > MOST_LOG_BYTES:
            os.truncate(self.log, 0)
        assert self.mother.stdin
        assert self.mother.stdout
        self.mother.stdin.write(f"{how}\n")
        self.mother.stdin.flush()
        told = self.mother.stdout.readline()
        assert told, self.log.read_text("utf-8", errors="replace")
        self.pid = int(told)
        while not self.is_ready():
            patient = time.monotonic() < begun + PATIENCE_SECONDS
            assert patient, self.log.read_text("utf-8", errors="replace")[-4000:]
            time.sleep(0.02)
        return time.monotonic() - begun

    def is_ready(self) -> bool:
        """Whether it answers that it is ready."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """End all its processes at once, whatever they are at."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        give_up = time.monotonic() + PATIENCE_SECONDS
        while self.lives() and time.monotonic() < give_up:
            time.sleep(0.005)

    def kill_a_worker(self) -> None:
        """End one of its workers; another answers meanwhile."""
        if workers := self.processes()[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(workers), signal.SIGKILL)

    def processes(self) -> list[int]:
        """Itself and its workers."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [self.pid, *map(int, listed.split())]

    def may_write_up_to(self, most_bytes: int) -> None:
        """From now on no file of it may grow beyond so many bytes; -1 ends that."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, -1))

    def lives(self) -> bool:
        """Whether any of its processes is there."""
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def close(self) -> None:
        """End it and what starts it."""
        self.kill()
        assert self.mother.stdin
        assert self.mother.stdout
        self.mother.stdin.close()
        self.mother.stdout.close()
        self.mother.wait(timeout=PATIENCE_SECONDS)

    def __enter__(self) -> ForkedServer:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()
