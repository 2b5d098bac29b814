"""Turns: so many at work, whoever asks without end keeps nobody waiting."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registry.web.base.bodies import bodies_of
from registry.web.base.crowding import EXTENSION, Crowd, Crowded, Turn, open_to
from tests.harness.application import SeparateClient

LONG = 60.0


def crowd(most: int = 4, room: int = 8, patience: float = LONG) -> Crowd:
    return Crowd(most, lambda: room, patience)


class Asking(threading.Thread):
    """One request that waits for its turn; ``came`` is told in which order."""

    def __init__(self, where: Crowd, group: str, came: list[str]) -> None:
        super().__init__(daemon=True)
        self.where, self.group, self.came = where, group, came
        self.turn: Turn | None = None

    def run(self) -> None:
        try:
            self.turn = self.where.enter(self.group)
            self.came.append(self.group)
        except Crowded:
            self.came.append(f"{self.group} refused")


def begun(where: Crowd, group: str, came: list[str]) -> Asking:
    """A request that has come so far that it waits, or has its turn, or none."""
    waiting, thread = len(where._waiting), Asking(where, group, came)
    thread.start()
    while thread.is_alive() and len(where._waiting) == waiting:
        thread.join(0.001)
    return thread


def test_who_asks_without_end_has_a_share_of_turns_and_of_places_to_wait() -> None:
    there, came = crowd(most=8, room=8), list[str]()
    there.leave(there.enter("a"))
    turns = [there.enter("greedy") for _ in range(2)]
    waiting = [begun(there, "greedy", came) for _ in range(4)]
    with pytest.raises(Crowded):
        there.enter("greedy")
    turns += [there.enter(name) for name in "aabbdd"]
    late = begun(there, "c", came)
    there.leave(turns.pop(0))
    late.join(LONG)
    assert came == ["c"]
    for turn in [*turns, late.turn]:
        assert turn is not None
        there.leave(turn)
    for each in waiting:
        each.join(LONG)
        assert each.turn is not None
        there.leave(each.turn)
    assert there.at_work == 0


def test_who_is_alone_has_half_of_the_turns() -> None:
    there = crowd(most=8, room=0)
    turns = [there.enter("only") for _ in range(4)]
    with pytest.raises(Crowded):
        there.enter("only")
    turns.append(there.enter("a"))
    with pytest.raises(Crowded):
        there.enter("only")
    for turn in turns:
        there.leave(turn)


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def pressed(now: list[float]) -> Crowd:
    """Eight turns and no place to wait; "greedy" has just asked without end."""
    there = Crowd(8, lambda: 0, LONG, clock=lambda: now[0])
    there.leave(there.enter("other"))
    for _ in range(20):
        there.leave(there.enter("greedy"))
        now[0] += 0.01
    return there


def refused(there: Crowd, group: str) -> bool:
    try:
        there.leave(there.enter(group))
    except Crowded:
        return True
    return False


def test_who_asks_without_end_begins_when_nobody_else_is_at_work(
    pressed: Crowd, now: list[float]
) -> None:
    turn = pressed.enter("greedy")
    assert refused(pressed, "greedy")
    assert not refused(pressed, "other")
    now[0] += 0.02
    pressed.leave(turn)
    now[0] += 0.01
    assert refused(pressed, "greedy")
    now[0] += 0.02
    other = pressed.enter("other")
    assert refused(pressed, "greedy")
    pressed.leave(other)
    assert not refused(pressed, "greedy")


def test_who_asks_without_end_has_a_turn_now_and_then_however_busy_others_are(
    pressed: Crowd, now: list[float]
) -> None:
    pressed.leave(pressed.enter("greedy"))
    others = [pressed.enter(name) for name in "abc"]
    now[0] += 0.09
    assert refused(pressed, "greedy")
    now[0] += 0.02
    turn = pressed.enter("greedy")
    assert refused(pressed, "greedy")
    for each in [turn, *others]:
        pressed.leave(each)
    assert pressed.at_work == 0


def test_who_has_stopped_asking_without_end_is_like_the_others(
    pressed: Crowd, now: list[float]
) -> None:
    now[0] += 2.5
    turns = [pressed.enter("other"), pressed.enter("greedy"), pressed.enter("greedy")]
    for each in turns:
        pressed.leave(each)


def test_whoever_waits_while_asking_without_end_comes_in_by_themselves() -> None:
    there, came = crowd(most=4, room=60), list[str]()
    there.leave(there.enter("other"))
    for _ in range(21):
        there.leave(there.enter("greedy"))
    slow = there.enter("other")
    waiting = [begun(there, "greedy", came) for _ in range(5)]
    for each in waiting:
        each.join(LONG)
        assert each.turn is not None
        there.leave(each.turn)
    there.leave(slow)
    assert there.at_work == 0


def test_who_waits_for_the_rest_of_a_body_lends_the_turn() -> None:
    there, came = crowd(most=1), list[str]()
    turn = there.enter("a")
    waiting = begun(there, "b", came)
    with there.aside(turn):
        waiting.join(LONG)
        assert came == ["b"]
        assert there.at_work == 1
    assert there.at_work == 2
    assert waiting.turn is not None
    there.leave(waiting.turn)
    there.leave(turn)
    assert there.at_work == 0


def test_who_waited_too_long_is_told_to_come_back_and_holds_nothing() -> None:
    there = crowd(most=1, patience=0.01)
    turn = there.enter("a")
    for _ in range(3):
        with pytest.raises(Crowded):
            there.enter("b")
    there.leave(turn)
    there.leave(there.enter("b"))
    assert there.at_work == 0


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), max_size=60))
def test_never_are_more_at_work_than_there_are_turns(
    steps: list[tuple[str, bool]],
) -> None:
    there, held = Crowd(8, lambda: 0, LONG, clock=lambda: 100.0), list[Turn]()
    asked = Counter[str]()
    for group, comes in steps:
        if comes:
            asked[group] += 1
            share = 4 if len(asked) == 1 else 2
            try:
                held.append(there.enter(group))
            except Crowded:
                of_one = sum(turn.group == group for turn in held)
                is_pressing = len(asked) > 1 and asked[group] > 20
                assert len(held) == 8 or of_one >= share or is_pressing
            else:
                assert sum(turn.group == group for turn in held) <= share
        elif held:
            there.leave(held.pop(0))
        assert there.at_work == len(held) <= 8
        assert max(there._at_work.values(), default=0) <= 4


@pytest.fixture
def crowded(app: Flask) -> Iterator[Callable[[], None]]:
    """Fill the one turn there is; nobody may wait."""
    found: Crowd = app.extensions[EXTENSION]
    turns: list[Turn] = []

    def fill() -> None:
        open_to(app, 4)
        assert bodies_of(app).most == 2
        found.most, found.waiting_room = 1, lambda: 0
        turns.append(found.enter("somebody"))

    yield fill
    found.most = bodies_of(app).most = 0
    for turn in turns:
        found.leave(turn)


def test_in_a_crowd_pages_come_again_by_themselves_and_programmes_are_told_when(
    client: SeparateClient, crowded: Callable[[], None]
) -> None:
    assert client.get("/sign-in").status_code == 200
    crowded()
    page = client.get("/sign-in", headers={"Accept-Language": "en"})
    assert page.status_code == 503
    assert (page.headers["Retry-After"], page.headers["Refresh"]) == ("3", "3")
    assert "Nothing was done" in page.text
    answer = client.get("/api/v1/assets")
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (503, "crowded")
    assert "Refresh" not in answer.headers
    assert client.get("/healthz").status_code == 200
