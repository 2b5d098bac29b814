"""The shipped server streams to many at once, and answers whoever asks meanwhile."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.config import Settings
from registry.ledger import actions as ledger
from registry.organisation.models import Institution
from registry.store.db import session
from tests.factories.auth import make_token
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_colleague, make_place
from tests.harness.hearing import Ear
from tests.harness.server import Serve, ShippedServer

pytestmark = pytest.mark.slow

STREAM = "/api/v1/events/stream"
THREADS, WORKERS = 8, 2
SEATS = WORKERS * THREADS // 2
TOKEN = "a token for the monitoring system"


class Call:
    """One request on a connection of its own, and its answer, which may go on."""

    def __init__(self, url: str, token: str) -> None:
        address = urlsplit(url)
        self.connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=60
        )
        self.connection.connect()
        self.socket: socket.socket = self.connection.sock
        headers = {"Authorization": f"Bearer {token}"}
        where = url.removeprefix(f"http://{address.netloc}")
        self.connection.request("GET", where, headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.ear: Ear | None = None

    def text(self) -> str:
        """All of the answer."""
        return self.answer.read().decode()

    def listen(self) -> Ear:
        """Hear the answer as a stream that has begun."""
        self.ear = Ear(self._pieces())
        self.ear.until(lambda ear: ear.of("hello"))
        return self.ear

    def _pieces(self) -> Iterator[bytes]:
        with contextlib.suppress(OSError, http.client.HTTPException):
            while piece := self.answer.read1(65_536):
                yield piece

    def close(self) -> None:
        """Go away, as a browser does."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if self.ear is not None:
            self.ear.until_over()
        self.answer.close()
        self.connection.close()
        self.socket.close()


Ask = Callable[[ShippedServer, str, str], Call]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """``ask(server, "/api/v1/assets", token)``"""
    made: list[Call] = []

    def call(server: ShippedServer, where: str, token: str) -> Call:
        made.append(Call(f"{server.url}{where}", token))
        return made[-1]

    yield call
    for each in made:
        each.close()


@pytest.fixture
def tokens(institution: Institution, settings: Settings) -> list[str]:
    """Of people enough for three times as many streams as there are seats."""
    people = [make_colleague(institution, Role.ASSET_OFFICE) for _ in range(3 * SEATS)]
    return [make_token(settings, person, ["read"]) for person in people]


def test_more_streams_than_threads_leave_requests_their_answers(
    app: Flask, institution: Institution, tokens: list[str], serve: Serve, ask: Ask
) -> None:
    asset, room = make_asset(institution), make_place(institution)
    session().commit()
    server = serve(
        *("--workers", str(WORKERS), "--threads", str(THREADS)),
        REGISTRY_METRICS_TOKEN=TOKEN,
    )

    def figures() -> str:
        return ask(server, "/metrics", TOKEN).text()

    answers: list[Call] = []
    asking = [
        threading.Thread(target=lambda t=t: answers.append(ask(server, STREAM, t)))
        for t in tokens
    ]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    streams = [each for each in answers if each.status == 200]
    refused = [each for each in answers if each.status != 200]
    assert 0 < len(streams) <= SEATS
    for each in refused:
        assert each.status == 503
        assert int(each.answer.headers["Retry-After"]) > 0
        assert json.loads(each.text())["code"] == "no_stream_left"
    ears = [each.listen() for each in streams]
    for token in tokens:
        assert ask(server, "/api/v1/assets", token).status == 200
    assert f"registry_open_streams {float(len(streams))}" in figures()

    ledger.move(Actor.system(institution.id), asset.id, room.id)
    for ear in ears:
        [event] = ear.until(lambda ear: ear.of("entry"))
        assert (event["kind"], event["verb"], event["id"]) == (
            "asset",
            "move",
            asset.id,
        )
    assert "registry_live_lag_seconds" in figures()
    assert server.stop() == 0
    for ear in ears:
        ear.until_over()
        assert len(ear.of("entry")) == 1


def test_whoever_goes_away_leaves_a_seat_free(
    app: Flask, institution: Institution, tokens: list[str], serve: Serve, ask: Ask
) -> None:
    """A client that vanishes is noticed when it is next told something."""
    session().commit()
    server = serve("--workers", "1", "--threads", "4")
    first = [ask(server, STREAM, token) for token in tokens[:2]]
    assert [each.status for each in first] == [200, 200]
    assert ask(server, STREAM, tokens[2]).status == 503
    for each in first:
        each.close()

    def there_is_room() -> bool:
        make_place(institution)
        again = ask(server, STREAM, tokens[3])
        again.close()
        return again.status == 200

    assert any(there_is_room() for _ in range(60))


def test_one_resumes_at_another_process_where_one_was(
    app: Flask, institution: Institution, tokens: list[str], serve: Serve, ask: Ask
) -> None:
    asset = make_asset(institution)
    rooms = [make_place(institution) for _ in range(6)]
    session().commit()
    servers = [serve("--workers", "1", "--threads", "8") for _ in range(2)]
    at = json.loads(ask(servers[0], "/api/v1/events", tokens[0]).text())["position"]
    start, seen = at, []
    for number, room in enumerate(rooms):
        ledger.move(Actor.system(institution.id), asset.id, room.id)
        call = ask(servers[number % 2], f"{STREAM}?after={at}", tokens[0])
        told: list[Any] = call.listen().until(lambda ear: ear.of("entry"))
        seen += [each["position"] for each in told]
        at = seen[-1]
        call.close()
    assert seen == list(range(start + 1, start + 7))
