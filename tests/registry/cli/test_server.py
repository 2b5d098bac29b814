"""The shipped server, in real processes: it answers, and it stops cleanly."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from registry.cli.server import LONGEST_WAIT_SECONDS, YOUNG_SECONDS, Succession
from tests.harness.server import Serve, ShippedServer, environment_for, free_port
from tests.harness.sources import ROOT

TOKEN = "a token for the monitoring system"
SAMPLE = Path(__file__).with_name("streaming.py")
# Windows has neither SIGKILL nor a parent that a child could ask for.
posix = pytest.mark.skipif(sys.platform == "win32", reason="processes differ there")
pytestmark = pytest.mark.slow


def get(url: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.fixture
def streaming(database_url: str, tmp_path: Path) -> Iterator[ShippedServer]:
    """The shipped server around an application that streams, politely and not."""
    port, log = free_port(), tmp_path / "streaming.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, str(SAMPLE), "serve", "--port", str(port)],
            env=environment_for(
                database_url, PYTHONPATH=str(ROOT), STREAMING_FOLDER=str(tmp_path)
            ),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    server = ShippedServer(f"http://127.0.0.1:{port}", process, log)
    server.wait()
    yield server
    if process.poll() is None:
        server.stop()


class Listener(threading.Thread):
    """Somebody with an open stream, and what they heard until it ended."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.heard, self.begun = url, b"", threading.Event()

    def run(self) -> None:
        try:
            with urllib.request.urlopen(self.url, timeout=60) as stream:
                while piece := stream.read(1):
                    self.heard += piece
                    self.begun.set()
        except (OSError, http.client.HTTPException):
            self.heard += b" cut off"


def listen(url: str) -> Listener:
    listener = Listener(url)
    listener.start()
    assert listener.begun.wait(30)
    return listener


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(each) for each in children.read_text().split()]


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def until(happened, seconds: float = 30) -> bool:
    give_up = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def test_it_serves_the_application_and_says_where(serve: Serve) -> None:
    server = serve()
    assert get(f"{server.url}/healthz") == (200, '{"status":"alive"}\n')
    assert get(f"{server.url}/sign-in")[0] == 200
    assert server.stop() == 0
    assert server.url in server.log.read_text("utf-8")


def test_figures_are_added_up_over_all_workers(serve: Serve) -> None:
    server = serve("--workers", "2", REGISTRY_METRICS_TOKEN=TOKEN)
    for _ in range(40):
        get(f"{server.url}/sign-in")
    status, text = get(f"{server.url}/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    labels = 'method="GET",route="/sign-in",status="200"'
    assert f"registry_requests_total{{{labels}}} 40.0" in text
    assert get(f"{server.url}/metrics")[0] == 401


def test_streams_are_told_to_end_and_answers_on_their_way_are_finished(
    streaming: ShippedServer,
) -> None:
    told: list[tuple[int, str]] = []
    asking = threading.Thread(
        target=lambda: told.append(get(f"{streaming.url}/slow")), daemon=True
    )
    listener = listen(f"{streaming.url}/polite")
    asking.start()
    assert until((streaming.log.parent / "slow-began").exists)
    assert streaming.stop() == 0
    listener.join(30)
    asking.join(30)
    assert listener.heard.endswith(b"bye")
    assert told == [(200, "done")]


def test_a_stream_that_does_not_listen_is_cut_off(streaming: ShippedServer) -> None:
    listener = listen(f"{streaming.url}/stubborn")
    assert streaming.stop() == 0
    listener.join(30)
    assert not listener.is_alive()


@pytest.fixture
def own_certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine's own name, and its key."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    secret = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    localhost = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(localhost)
        .issuer_name(localhost)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    certificate.write_bytes(signed.public_bytes(Encoding.PEM))
    key.write_bytes(
        secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return certificate, key


@posix
def test_workers_do_not_outlive_a_server_that_was_killed(
    streaming: ShippedServer,
) -> None:
    workers = workers_of(streaming.process)
    assert len(workers) == 2
    streaming.process.kill()
    streaming.process.wait()
    assert until(lambda: not any(map(is_running, workers)))


@posix
def test_a_worker_that_dies_is_replaced_and_none_is_told_a_secret(
    streaming: ShippedServer,
) -> None:
    named = json.loads(get(f"{streaming.url}/environment")[1])
    assert "REGISTRY_ARGON2_ROUNDS" in named
    assert {"REGISTRY_SECRET_KEY", "REGISTRY_DATABASE_URL"} & set(named) == set()
    known = set(workers_of(streaming.process))
    dying = min(known)
    for _ in range(2):  # the newcomer too, before it could do anything
        os.kill(dying, signal.SIGKILL)
        assert until(lambda: set(workers_of(streaming.process)) - known != set())
        dying = (set(workers_of(streaming.process)) - known).pop()
        known.add(dying)
    assert until(streaming.is_ready)
    assert streaming.stop() == 0


NEVER_OPENS = """
from registry.cli.server import Address, serve
from registry.config import Settings

def create_app(settings):
    raise RuntimeError("nothing will ever come of this")

if __name__ == "__main__":
    serve(create_app, Settings(secret_key="s" * 40), Address("127.0.0.1", {port}))
"""


@posix
def test_a_server_that_can_never_answer_ends_and_says_so() -> None:
    program = NEVER_OPENS.format(port=free_port())
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=environment_for("", PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 1
    assert "nothing will ever come of this" in ran.stderr


def test_who_dies_young_is_replaced_later_each_time_and_others_meanwhile() -> None:
    succession, now, waits = Succession(), 100.0, list[float]()
    for _ in range(7):
        succession.note_death(0, now, now)
        waits.append(succession.seconds_left(now) or 0.0)
        assert succession.take_due(now + waits[-1] - 0.1) == []
        succession.note_death(1, now - YOUNG_SECONDS, now)
        assert succession.take_due(now)[-1] == 1
        now += waits[-1]
        succession.take_due(now)
        assert succession.seconds_left(now) is None
    assert waits == [
        0.0,
        1.0,
        2.0,
        4.0,
        8.0,
        LONGEST_WAIT_SECONDS,
        LONGEST_WAIT_SECONDS,
    ]
    succession.note_death(0, now - YOUNG_SECONDS, now)
    assert succession.take_due(now) == [0]


def test_https_is_spoken_with_a_certificate(
    database_url: str, tmp_path: Path, own_certificate: tuple[Path, Path]
) -> None:
    certificate, key = own_certificate
    port = free_port()
    pair = ["--certificate", str(certificate), "--key", str(key)]
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", "serve", "--port", str(port), *pair],
        cwd=tmp_path,
        env=environment_for(database_url, PYTHONPATH=str(ROOT)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    trusting = ssl.create_default_context(cafile=str(certificate))

    def speaks() -> str | None:
        try:
            with (
                socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
                trusting.wrap_socket(plain, server_hostname="localhost") as safe,
            ):
                return safe.version()
        except OSError:
            return None

    assert until(lambda: speaks() == "TLSv1.3", seconds=60)
    process.terminate()
    assert process.wait(timeout=60) == 0


@posix
def test_background_work_runs_beside_the_server_until_told_to_stop(
    database_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "work.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "registry", "work"],
            cwd=tmp_path,
            env=environment_for(database_url, PYTHONPATH=str(ROOT)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=written,
        )
    assert until(lambda: "后台任务已开始" in log.read_text("utf-8"), seconds=60)
    process.terminate()
    assert process.wait(timeout=60) == 0
    assert "已停止" in log.read_text("utf-8")
