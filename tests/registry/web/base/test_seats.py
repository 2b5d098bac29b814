"""Streams are counted exactly, however many ask, and never take every thread."""

from __future__ import annotations

import threading

import pytest

from registry.web.base.seats import EACH, NoStreamLeft, Seats, seats_for


def test_never_more_streams_than_seats_however_many_ask_at_once() -> None:
    seats, counts = Seats(16), []
    barrier = threading.Barrier(24)
    inside, most = [0], [0]
    lock = threading.Lock()

    def ask(person: int) -> None:
        barrier.wait()
        for _ in range(200):
            try:
                seat = seats.take(person)
            except NoStreamLeft:
                continue
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with lock:
                inside[0] -= 1
            seat.leave()
            counts.append(1)

    askers = [threading.Thread(target=ask, args=[number]) for number in range(24)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert most[0] <= 16
    assert counts
    assert seats.taken == 0


def test_without_seats_nobody_gets_one_and_is_told_when_to_ask_again() -> None:
    with pytest.raises(NoStreamLeft) as refused:
        Seats().take(1)
    assert refused.value.facts["retry_after"] > 0


def test_one_person_does_not_take_all() -> None:
    seats = Seats(20)
    taken = [seats.take(1) for _ in range(EACH)]
    with pytest.raises(NoStreamLeft):
        seats.take(1)
    seats.take(2)
    taken[0].leave()
    seats.take(1)


def test_a_seat_left_twice_is_free_once() -> None:
    seats = Seats(2)
    first = seats.take(1)
    seats.take(2)
    first.leave()
    first.leave()
    seats.take(3)
    with pytest.raises(NoStreamLeft):
        seats.take(4)


def test_the_same_browser_gets_the_seat_of_its_older_stream() -> None:
    seats = Seats(1)
    old = seats.take(1, "session:7")
    old.on_replaced(old.leave)
    new = seats.take(1, "session:7")
    assert old.is_replaced
    assert not new.is_replaced
    assert seats.taken == 1


def test_a_stream_that_does_not_end_keeps_its_seat_whoever_wants_it() -> None:
    """Otherwise a browser that does not read could hold any number of threads."""
    seats = Seats(1)
    stuck = seats.take(1, "session:7")
    with pytest.raises(NoStreamLeft):
        seats.take(1, "session:7")
    assert stuck.is_replaced
    assert seats.taken == 1


@pytest.mark.parametrize(
    ("threads", "wished", "seats"),
    [(64, 0, 32), (64, 10, 10), (64, 60, 32), (5, 0, 2), (1, 0, 0), (1, 8, 0)],
)
def test_at_most_half_of_the_threads_are_for_streams(
    threads: int, wished: int, seats: int
) -> None:
    assert seats_for(threads, wished) == seats
