"""Keeping the process that decodes photos: started when needed, replaced when lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from registry.images.errors import REFUSALS, PhotoTooHard
from registry.images.limits import CHILD_MEMORY, IDLE_SECONDS, QUEUE_SECONDS
from registry.kernel.errors import Busy

Answer = tuple[dict[str, Any], list[bytes]]

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")
_FRESH_SECONDS = IDLE_SECONDS / 2


class Child:
    """One process for one photo at a time; losing it costs the photo, nothing else."""

    def __init__(self, seconds: float, memory: int = CHILD_MEMORY) -> None:
        self.seconds = seconds
        self.memory = memory
        self._forget()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        """Own no process: at first, and in a fork, where it is the other's."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._used = 0.0

    def ask(self, job: str, data: bytes) -> Answer:
        """Have a job done; raises its refusal, PhotoTooHard or Busy."""
        with self._turn():
            process = self._ready()
            killer = threading.Timer(self.seconds, process.kill)
            killer.start()
            try:
                head, parts = _exchange(process, job, data)
            except (OSError, ValueError):
                self._end()
                raise PhotoTooHard from None
            finally:
                killer.cancel()
                self._used = time.monotonic()
        if "refusal" in head:
            raise REFUSALS[head["refusal"]](**head["facts"])
        return head["facts"], parts

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=QUEUE_SECONDS):
            raise Busy
        try:
            yield
        finally:
            self._lock.release()

    def _ready(self) -> subprocess.Popen[bytes]:
        """The running process, or a new one; one long quiet may be about to end."""
        quiet = time.monotonic() - self._used
        process = self._process
        if process and process.poll() is None and quiet < _FRESH_SECONDS:
            return process
        self._end()
        self._process = _start(self.memory)
        return self._process

    def _end(self) -> None:
        if process := self._process:
            self._process = None
            process.kill()
            process.wait()
            for door in (process.stdin, process.stdout):
                with suppress(OSError):
                    door and door.close()

    def close(self) -> None:
        """End the process, if there is one; the next photo starts another."""
        with self._turn():
            self._end()


def _start(memory: int) -> subprocess.Popen[bytes]:
    """A child that knows none of our secrets: a bare environment, no open files."""
    environment = {
        name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ
    }
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    return subprocess.Popen(  # noqa: S603 - our own module, no outside words
        [sys.executable, "-m", "registry.images.child", str(memory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _exchange(process: subprocess.Popen[bytes], job: str, data: bytes) -> Answer:
    """Send a request, read the answer; OSError or ValueError if the child is lost."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the child has no doors")
    request = json.dumps({"job": job, "size": len(data)}).encode() + b"\n"
    process.stdin.write(request + data)
    process.stdin.flush()
    head = json.loads(process.stdout.readline())
    parts = [process.stdout.read(size) for size in head["sizes"]]
    if [len(part) for part in parts] != head["sizes"]:
        raise ValueError("the child ended in the middle of its answer")
    return head, parts
