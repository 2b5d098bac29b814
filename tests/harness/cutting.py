"""A way to a PostgreSQL on a socket that can be cut at any moment, answers and all."""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
import threading
from pathlib import Path

import psycopg
import sqlalchemy as sa

SOCKET = ".s.PGSQL.5432"
PIECE = 65_536


def terminate(database_url: str) -> None:
    """Have PostgreSQL end everybody's connections to a database but this one."""
    with psycopg.connect(database_url, autocommit=True) as own:
        own.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


class Cutter:
    """Passes on what is said to a server, until it is cut; then others may come."""

    def __init__(self, database_url: str) -> None:
        address = sa.make_url(database_url)
        self.behind = f"{address.query['host']}/{SOCKET}"
        self.folder = Path(tempfile.mkdtemp(prefix="cut-", dir="/tmp"))
        self.url = str(
            address.update_query_dict({"host": str(self.folder)}).render_as_string(
                hide_password=False
            )
        )
        self.open: set[socket.socket] = set()
        self.lock = threading.Lock()
        self.deaf = False
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(self.folder / SOCKET))
        self.listening.listen(64)
        self.folder.chmod(0o755)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> int:
        """Cut every connection there is; how many there were."""
        with self.lock:
            ends, self.open = self.open, set()
        for each in ends:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        return len(ends) // 2

    def close(self) -> None:
        """Cut what is left, and let nobody in."""
        self.listening.close()
        self.cut()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            if self.deaf:
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self.behind)
            except OSError:
                near.close()
                far.close()
                continue
            with self.lock:
                self.open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(
                    target=self._pass_on, args=(one, other), daemon=True
                ).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(PIECE):
                other.sendall(piece)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        one.close()
        with self.lock:
            self.open.discard(one)
