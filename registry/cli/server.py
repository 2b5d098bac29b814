"""The shipped server: processes with many threads each, around the application.

A worker that dies is replaced. When the server stops, open streams are told to end
first; what still runs five seconds later is cut off. Workers do not outlive the server.
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
from registry.web.base.application import Registry
from registry.web.base.crowding import open_to
from registry.web.base.live import live_of
from registry.web.base.logs import configure_logs
from registry.web.base.metrics import FOLDER
from registry.web.base.seats import seats_for
from registry.words import _

KILL_SECONDS = 5
"""How long an answer may still take once the server has been told to stop."""
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

    Nothing is ever said into the ear; it goes dead when the server stops or dies.
    """

    create_app: CreateApp
    settings: Settings
    threads: int
    ear: Connection
    mouth: Connection
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
        turns = open_to(app, self.threads)
        if isinstance(app, Registry):
            app.bodies.share(turns)
        if self.settings.worker_in_process:
            hands = Hands(app)
            hands.start()
            stopping.on_stop(hands.ask_to_stop)
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


class PoliteServer(MPServer):
    """The server, which tells open streams to end before it ends their processes."""

    mouth: Connection

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """Let the workers' ears go dead, then stop."""
        self.mouth.close()
        super().signal_handler_interrupt(*args, **kwargs)  # type: ignore[no-untyped-call]


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
    server = PoliteServer(
        "registry",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=KILL_SECONDS,
        respawn_failed_workers=True,
        ssl_cert=address.certificate,
        ssl_key=address.key,
        ssl_protocol_min=SSLProtocols.tls12,
        log_level=LogLevels.error,
        log_dictconfig=configure_logs(settings.log_format),
    )
    server.mouth = mouth
    server.on_startup(lambda: said(_("已启动：%(url)s", url=address.url)))
    start = WorkerStart(create_app, settings, threads, ear, mouth)
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
