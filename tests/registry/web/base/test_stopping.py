"""Whoever waits is told as soon as the process is asked to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from registry.web.base import stopping


@pytest.fixture(autouse=True)
def going_on() -> Iterator[None]:
    yield
    stopping.resume()


def test_waiting_ends_by_itself_while_the_process_goes_on() -> None:
    assert stopping.wait(0.01) is False
    assert not stopping.is_stopping()


def test_waiting_ends_at_once_when_the_process_stops() -> None:
    waited: list[bool] = []
    waiting = threading.Thread(target=lambda: waited.append(stopping.wait(60)))
    waiting.start()
    stopping.stop()
    waiting.join(10)
    assert waited == [True]
    assert stopping.is_stopping()


def test_whoever_asked_is_told_once() -> None:
    told: list[str] = []
    stopping.on_stop(lambda: told.append("worker"))
    stopping.on_stop(lambda: told.append("caretaker"))
    stopping.stop()
    stopping.stop()
    assert sorted(told) == ["caretaker", "worker"]
