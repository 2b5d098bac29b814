"""The shipped server: processes with many threads each, around the application.

A worker that dies is replaced, however often that is. When the server stops, open
streams are told to end first; what still runs five seconds later is cut off. Workers do
not outlive the server.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from granian.constants import Interfaces, SSLProtocols
from granian.log import LogLevels
from granian.server import MPServer

from registry.cli.frame import CreateApp, said
from registry.cli.work import Hands
from registry.config import Settings
from registry.web.base import stopping
from registry.web.base.crowding import open_to
from registry.web.base.live import live_of
from registry.web.base.logs import configure_logs
from registry.web.base.metrics import FOLDER
from registry.web.base.seats import seats_for
from registry.words import _

KILL_SECONDS = 5
"""How long an answer may still take once the server has been told to stop."""
YOUNG_SECONDS = 30.0
"""Whoever dies before it is so old may have died of the start itself."""
LONGEST_WAIT_SECONDS = 15.0
SECRET_VARIABLES = (
    "REGISTRY_SECRET_KEY",
    "REGISTRY_METRICS_TOKEN",
    "REGISTRY_DATABASE_URL",
)
"""Taken out of a worker's environment, all of which the server adds to each request."""


@dataclass(frozen=True)
class Address:
    """Where the server listens, and with which certificate, if any."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def secure(self) -> bool:
        """Whether it speaks HTTPS itself."""
        return self.certificate is not None

    @property
    def url(self) -> str:
        """As one types it into a browser on this machine."""
        scheme = "https" if self.secure else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


@dataclass(frozen=True)
class WorkerStart:
    """What a worker does before it answers: listens for the end, makes the application.

    Nothing is ever said into the ear; it goes dead when the server stops or dies. Into
    ``opened`` goes a word once there is an application to answer.
    """

    create_app: CreateApp
    settings: Settings
    threads: int
    ear: Connection
    mouth: Connection
    opened: Connection
    server: int = field(default_factory=os.getpid)

    def __call__(self) -> Any:
        """The application of this worker."""
        self.mouth.close()
        threading.Thread(target=self._listen, name="stop", daemon=True).start()
        configure_logs(self.settings.log_format)
        for name in SECRET_VARIABLES:
            os.environ.pop(name, None)
        app = self.create_app(self.settings)
        live_of(app).seats.most = seats_for(self.threads, self.settings.live_streams)
        open_to(app, self.threads)
        if self.settings.worker_in_process:
            hands = Hands(app)
            hands.start()
            stopping.on_stop(hands.ask_to_stop)
        self.opened.send_bytes(b"opened")
        return app

    def _listen(self) -> None:
        try:
            self.ear.recv_bytes()
        except (EOFError, OSError):
            stopping.stop()
        self._follow()

    def _follow(self) -> None:
        """End as well if the server has died without telling us to."""
        while os.getppid() == self.server:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(KILL_SECONDS)
        os._exit(1)


@dataclass
class Succession:
    """When workers that died are replaced: at once, and later each time they die young.

    So a fault that ends every worker costs no more than a start now and then, and what
    passes by itself, as memory that was short, is over when it is over.
    """

    _young: dict[int, int] = field(default_factory=dict)
    _due: dict[int, float] = field(default_factory=dict)

    def note_death(self, worker: int, born: float, now: float) -> None:
        """A worker died; the moments are seconds of one clock."""
        young = self._young.get(worker, 0) + 1 if now - born < YOUNG_SECONDS else 0
        self._young[worker] = young
        wait = min(2.0 ** (young - 2), LONGEST_WAIT_SECONDS) if young > 1 else 0.0
        self._due[worker] = now + wait

    def take_due(self, now: float) -> list[int]:
        """Whom to replace now; they count as replaced."""
        due = [worker for worker, at in self._due.items() if at <= now]
        for worker in due:
            del self._due[worker]
        return due

    def seconds_left(self, now: float) -> float | None:
        """Until the next is due; None if nobody waits to be replaced."""
        return max(0.0, min(self._due.values()) - now) if self._due else None


class PoliteServer(MPServer):
    """The server, which tells open streams to end before it ends their processes.

    Its library ends it when a worker dies twice within seconds. It is to go on: only
    where no worker ever came so far as to answer is something wrong with the start.
    """

    mouth: Connection
    opened: Connection
    _has_opened = False

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Let the workers' ears go dead, then stop."""
        self.mouth.close()
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]

    def _serve_loop(self, spawn_target: Any, target_loader: Any) -> None:
        succession = Succession()
        while True:
            self.main_loop_interrupt.wait(succession.seconds_left(time.monotonic()))
            self.main_loop_interrupt.clear()
            if self.interrupt_signal or not self._note_deaths(succession):
                return
            if self.reload_signal:
                self._reload(spawn_target, target_loader)  # type: ignore[no-untyped-call]
            for worker in succession.take_due(time.monotonic()):
                self._respawn_workers([worker], spawn_target, target_loader)

    def _note_deaths(self, succession: Succession) -> bool:
        """Whether to go on, now that these have died."""
        while self.opened.poll():
            self.opened.recv_bytes()
            self._has_opened = True
        if not self._has_opened:
            return not self.interrupt_children
        while self.interrupt_children:
            worker = self.interrupt_children.pop(0)
            succession.note_death(worker, self.wrks[worker].birth, time.monotonic())
        return True


def serve(
    create_app: CreateApp,
    settings: Settings,
    address: Address,
    *,
    workers: int = 2,
    threads: int = 64,
) -> int:
    """Serve until told to stop; the exit code."""
    ear, mouth = multiprocessing.Pipe(duplex=False)
    # No event: its lock would stay with a worker that is killed while it holds it.
    opened, opening = multiprocessing.Pipe(duplex=False)
    server = PoliteServer(
        "registry",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=KILL_SECONDS,
        ssl_cert=address.certificate,
        ssl_key=address.key,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.error,
        log_dictconfig=configure_logs(settings.log_format),
    )
    server.mouth, server.opened = mouth, opened
    server.on_startup(lambda: said(_("已启动：%(url)s", url=address.url)))
    start = WorkerStart(create_app, settings, threads, ear, mouth, opening)
    with _shared_figures(settings):
        server.serve(target_loader=start, wrap_loader=False)
    said(_("已停止。"))
    return 0


@contextmanager
def _shared_figures(settings: Settings) -> Iterator[None]:
    """A folder in which all workers add up their figures, for as long as they run."""
    if not settings.metrics_token:
        yield
        return
    folder = tempfile.mkdtemp(prefix="registry-metrics-")
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        del os.environ[FOLDER]
        shutil.rmtree(folder, ignore_errors=True)
