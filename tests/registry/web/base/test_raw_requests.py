"""Requests no browser sends, byte by byte, against the server that ships.

Of each there is one reading: what is doubtful about where it ends is refused and ends
the connection, so that nothing behind it is taken for a request.
"""

from __future__ import annotations

import re
import select
import socket
from contextlib import ExitStack

from tests.harness.server import Serve, ShippedServer

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
PATIENCE = 5.0


class Wire:
    """A connection to the server, on which one says what one likes."""

    def __init__(self, server: ShippedServer) -> None:
        self.port = int(server.url.rpartition(":")[2])
        self.host = f"Host: 127.0.0.1:{self.port}\r\n".encode()
        self.behind = b"GET /healthz HTTP/1.1\r\n" + self.host + b"\r\n"

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        """A fresh connection."""
        there = ("127.0.0.1", self.port)
        return socket.create_connection(there, PATIENCE, source_address=(source, 0))

    def ask(self, said: bytes) -> tuple[list[int], bytes]:
        """Every status that came before the server ended it, and all it said.

        What the server would leave open ends with one last request, to which the
        answer is not counted.
        """
        last = b"GET /healthz HTTP/1.1\r\nConnection: close\r\n" + self.host + b"\r\n"
        with self.connect() as wire:
            heard = b""
            try:
                wire.sendall(said + last)
                while got := wire.recv(65_536):
                    heard += got
            except (ConnectionResetError, BrokenPipeError):
                pass
        found = [int(each) for each in re.findall(rb"HTTP/1\.[01] (\d{3})", heard)]
        return found, heard


def head(line: str, *fields: bytes) -> bytes:
    return line.encode("latin-1") + b" HTTP/1.1\r\n" + b"".join(fields) + b"\r\n"


def doubtful(wire: Wire) -> dict[str, bytes]:
    """What ends somewhere else for one reader than for another."""
    body = b"0\r\n\r\n" + wire.behind
    sent = wire.host + FORM

    def post(*fields: bytes, then: bytes = b"a=b") -> bytes:
        return head("POST /sign-in", sent, *fields) + then

    def chunks(then: bytes) -> bytes:
        return post(CHUNKED, then=then)

    return {
        "length, then chunked": post(b"Content-Length: 4\r\n", CHUNKED, then=body),
        "chunked, then length": post(CHUNKED, b"Content-Length: 4\r\n", then=body),
        "two lengths": post(b"Content-Length: 3\r\nContent-Length: 40\r\n"),
        "a list of lengths": post(b"Content-Length: 3, 3\r\n"),
        "a length with a sign": post(b"Content-Length: +3\r\n"),
        "a length below nothing": post(b"Content-Length: -1\r\n"),
        "a length in hex": post(b"Content-Length: 0x3\r\n"),
        "a length beyond all": post(b"Content-Length: " + b"9" * 24 + b"\r\n"),
        "an unknown coding": post(b"Transfer-Encoding: xchunked\r\n", then=body),
        "two codings": post(CHUNKED, b"Transfer-Encoding: identity\r\n", then=body),
        "chunked not last": post(b"Transfer-Encoding: chunked, gzip\r\n", then=body),
        "a space before the colon": post(b"Transfer-Encoding : chunked\r\n", then=body),
        "a control before it": post(b"Transfer-Encoding: \x0bchunked\r\n", then=body),
        "chunked in HTTP/1.0": b"POST /sign-in HTTP/1.0\r\n"
        + sent
        + CHUNKED
        + b"\r\n"
        + body,
        "no size of a chunk": chunks(b"zz\r\na=b\r\n" + body),
        "a size below nothing": chunks(b"-1\r\na=b\r\n" + body),
        "a size with a prefix": chunks(b"0x3\r\na=b\r\n" + body),
        "a size beyond all": chunks(b"f" * 17 + b"\r\na=b\r\n" + body),
        "a chunk too short": chunks(b"5\r\na=b\r\n" + body),
        "an extension with a line": chunks(b"3;a\nb\r\na=b\r\n" + body),
        "an endless extension": chunks(b"3;" + b"a" * 100_000 + b"\r\na=b\r\n" + body),
        "a bare return in a field": head("GET /healthz", wire.host, b"X: a\rY: b\r\n"),
        "a NUL in a field": head("GET /healthz", wire.host, b"X: a\0b\r\n"),
        "a NUL in a name": head("GET /healthz", wire.host, b"X\0Y: b\r\n"),
        "a folded field": head("GET /healthz", wire.host, b"X: a\r\n b\r\n"),
        "a space in a name": head("GET /healthz", wire.host, b"X Y: b\r\n"),
        "a line without a colon": head("GET /healthz", wire.host, b"abc\r\n"),
        "a space before the first field": head("GET /healthz", b" X: y\r\n", wire.host),
        "a NUL in the path": head("GET /a\0b", wire.host),
        "a control in the path": head("GET /a\x01b", wire.host),
        "bytes that are no text": head("GET /\xff\xfe", wire.host),
        "no version": b"GET /sign-in\r\n\r\n",
        "another version": b"GET /sign-in HTTP/1.2\r\n" + wire.host + b"\r\n",
        "a field too large": head(
            "GET /healthz", wire.host, b"X: " + b"a" * 1_000_000 + b"\r\n"
        ),
        "fields too many": head(
            "GET /healthz", wire.host, *(b"X-%d: b\r\n" % n for n in range(5_000))
        ),
        "an address too long": head("GET /" + "a" * 200_000, wire.host),
        "the beginning of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        "every byte": bytes(range(256)) * 4,
    }


def clear(wire: Wire) -> dict[str, tuple[bytes, list[int]]]:
    """What has one reading although it is unusual: requests with their answers."""
    health = head("GET /healthz", wire.host)
    evil = b"Host: evil.example\r\n"
    hidden = head("GET /sign-in", evil)
    length = b"Content-Length: %d\r\n" % len(hidden)
    return {
        "three at once": (health * 3, [200] * 3),
        "a body that looks like a request": (
            head("GET /healthz", wire.host, length) + hidden,
            [200],
        ),
        "a refused body that looks like one": (
            head("POST /sign-in", wire.host, FORM, length) + hidden,
            [403],
        ),
        "chunks, then another": (
            head("POST /sign-in", wire.host, FORM, CHUNKED)
            + b"3\r\na=b\r\n0\r\n\r\n"
            + health,
            [403, 200],
        ),
        "a field after the chunks": (
            head("POST /sign-in", wire.host, FORM, CHUNKED)
            + b"3\r\na=b\r\n0\r\nHost: evil.example\r\n\r\n"
            + health,
            [403, 200],
        ),
        "a whole address with another host": (
            head("GET http://127.0.0.1/healthz", evil),
            [400],
        ),
        "two hosts": (head("GET /sign-in", wire.host, evil), [400]),
        "two hosts, the other first": (head("GET /sign-in", evil, wire.host), [400]),
        "no host": (head("GET /sign-in"), [400]),
        "somebody before the host": (
            head("GET /sign-in", b"Host: evil.example@127.0.0.1\r\n"),
            [400],
        ),
        "a method nobody has": (head("CONNECT evil.example:80", wire.host), [404]),
        "TRACE": (head("TRACE /", wire.host), [405]),
        "an upgrade": (
            head(
                "GET /healthz",
                wire.host,
                b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
                b"HTTP2-Settings: AAMAAABkAAQAAP__\r\n",
            ),
            [200],
        ),
        "two slashes": (head("GET //elsewhere.example/", wire.host), [404]),
        "bytes in a cookie": (
            head("GET /sign-in", wire.host, b"Cookie: registry=\xff\xfe\r\n"),
            [200],
        ),
        "bytes in a token": (
            head("GET /api/v1/me", wire.host, b"Authorization: Bearer \xff\r\n"),
            [401],
        ),
    }


def test_of_every_request_there_is_one_reading(serve: Serve, institution):
    server = serve("--workers", "1")
    wire = Wire(server)
    wrong: dict[str, object] = {}
    for name, said in doubtful(wire).items():
        statuses, heard = wire.ask(said)
        refused = len(statuses) <= 1 and set(statuses) <= {400, 403, 414, 431}
        if not refused or b"alive" in heard:
            wrong[name] = statuses
    for name, (said, answers) in clear(wire).items():
        statuses, heard = wire.ask(said)
        if statuses != [*answers, 200] or b"evil.example" in heard:
            wrong[name] = statuses
    assert not wrong
    assert server.is_ready()
    log = server.log.read_text("utf-8", errors="replace")
    assert "Traceback" not in log


def test_who_sends_drop_by_drop_keeps_nobody_waiting(serve: Serve, institution):
    """More slow ones than there are threads: heads, bodies and chunks."""
    server = serve("--workers", "1", "--threads", "8")
    wire = Wire(server)
    slow = [
        b"GET /healthz HTTP/1.1\r\nHost: 127",
        head("POST /sign-in", wire.host, FORM, b"Content-Length: 400\r\n") + b"a",
        head("POST /sign-in", wire.host, FORM, CHUNKED) + b"5\r\na",
    ]
    with ExitStack() as open_ones:
        wires = []
        for begun in slow:
            for _ in range(24):
                each = open_ones.enter_context(wire.connect())
                each.settimeout(60)
                each.sendall(begun)
                wires.append(each)
        # Which of them found a place to wait is the scheduler's choice.
        [first, *_], _, _ = select.select(wires[24:], [], [], 60)
        told = first.recv(65_536)
        assert told.startswith(b"HTTP/1.1 503")
        assert b"retry-after: " in told.lower()
        for _ in range(5):
            with wire.connect("127.0.0.2") as other:
                other.settimeout(60)
                other.sendall(head("GET /sign-in", wire.host))
                assert other.recv(65_536).startswith(b"HTTP/1.1 200")
