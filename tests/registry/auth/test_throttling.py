"""Counting tries: exact over threads and processes, windows that end."""

from __future__ import annotations

import multiprocessing
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from registry.auth import throttling
from registry.auth.models import ThrottleBucket
from registry.auth.tallies import Tallies
from registry.auth.throttling import Limit, forgive, hit, refuse_if_spent
from registry.kernel.errors import Throttled
from registry.store.db import db, init_store, session

FIVE = Limit("tries", most=5, seconds=600)
TEN = Limit("races", most=10, seconds=86_400)


def passes(limit: Limit, *parts: object) -> bool:
    try:
        hit(limit, *parts)
    except Throttled:
        return False
    return True


def test_as_many_tries_pass_as_the_limit_says(context, clock):
    assert [passes(FIVE, "wang") for _ in range(8)] == [True] * 5 + [False] * 3


def test_keys_and_limits_do_not_mix(context, clock):
    other = Limit("other tries", most=5, seconds=600)
    for _ in range(5):
        hit(FIVE, "wang", "10.0.0.1")
    assert not passes(FIVE, "wang", "10.0.0.1")
    assert passes(FIVE, "wang", "10.0.0.2")
    assert passes(FIVE, "wang10.0.0.1")
    assert passes(other, "wang", "10.0.0.1")


def test_a_new_window_begins_anew(context, clock):
    while passes(FIVE, "wang"):
        pass
    clock.shift(599)
    assert not passes(FIVE, "wang")
    clock.shift(2)
    assert [passes(FIVE, "wang") for _ in range(6)] == [True] * 5 + [False]


def test_the_refusal_says_when_to_come_back(context, clock):
    clock.shift(100)
    while passes(FIVE, "wang"):
        pass
    with pytest.raises(Throttled) as refusal:
        hit(FIVE, "wang")
    assert refusal.value.facts["retry_after"] == 500


def test_a_forgiven_try_is_not_counted(context, clock):
    for _ in range(4):
        hit(FIVE, "wang")
    forgive(FIVE, "wang")
    assert [passes(FIVE, "wang") for _ in range(3)] == [True, True, False]
    forgive(FIVE, "wang", all_of_them=True)
    assert passes(FIVE, "wang")


def test_looking_counts_nothing(context, clock):
    refuse_if_spent(FIVE, "wang")
    for _ in range(4):
        hit(FIVE, "wang")
    for _ in range(10):
        refuse_if_spent(FIVE, "wang")
    hit(FIVE, "wang")
    with pytest.raises(Throttled):
        refuse_if_spent(FIVE, "wang")


def test_nobody_can_read_names_or_addresses_from_the_table(context, clock):
    hit(FIVE, "wangfang", "10.0.0.1")
    keys = session().scalars(sa.select(ThrottleBucket.key_hash)).all()
    assert [len(key) for key in keys] == [64]


def test_old_buckets_are_dropped(context, clock):
    hit(FIVE, "wang")
    clock.shift(600 + 3601)
    hit(FIVE, "li")
    assert throttling.forget_old_buckets() == 1
    assert session().scalar(sa.select(sa.func.count(ThrottleBucket.key_hash))) == 1


MANY = Limit("looking", most=300, seconds=86_400)


def tally_passes(tallies: Tallies, *parts: object) -> bool:
    try:
        tallies.hit(MANY, *parts)
    except Throttled:
        return False
    return True


def test_who_looks_now_and_then_has_nothing_written(context, statements):
    tallies = Tallies()
    with statements() as run:
        assert all(tally_passes(tallies, caller) for caller in range(50))
        assert all(tally_passes(tallies, "gate") for _ in range(14))
    assert run == []
    assert tally_passes(tallies, "gate")
    assert session().scalar(sa.select(ThrottleBucket.count)) == 15


@given(st.randoms(use_true_random=False), st.integers(1, 4))
@hypothesis_settings(max_examples=5)
def test_processes_that_count_by_themselves_pass_hardly_more_than_the_limit(
    context, chance, processes
):
    """Whichever of them answers; two never pass more than it."""
    mine = chance.random()
    each = [Tallies() for _ in range(processes)]
    weights = [chance.random() + 0.01 for _ in each]
    passed = sum(
        tally_passes(chance.choices(each, weights)[0], mine) for _ in range(400)
    )
    assert 300 - 2 * 15 <= passed <= 300 + max(0, processes - 2) * 14


def test_who_is_refused_has_nothing_written_and_a_new_window_begins_anew(
    context, clock, statements
):
    tallies = Tallies()
    while tally_passes(tallies, "gate"):
        pass
    with statements() as run:
        assert not any(tally_passes(tallies, "gate") for _ in range(50))
    assert run == []
    clock.shift(MANY.seconds)
    assert sum(tally_passes(tallies, "gate") for _ in range(400)) == 286


def test_a_step_that_could_not_be_written_is_still_owed(context, monkeypatch):
    tallies = Tallies()
    with monkeypatch.context() as broken:
        broken.setattr("registry.auth.tallies.count", lambda *_a, **_k: 1 / 0)
        for _ in range(14):
            tallies.hit(MANY, "gate")
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                tallies.hit(MANY, "gate")
    assert tally_passes(tallies, "gate")
    assert session().scalar(sa.select(ThrottleBucket.count)) == 15


def test_threads_together_pass_no_more_than_the_limit(app):
    passed: list[bool] = []
    barrier = threading.Barrier(8)

    def try_often() -> None:
        with app.app_context():
            barrier.wait()
            passed.extend(passes(TEN, "wang") for _ in range(5))

    threads = [threading.Thread(target=try_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 40
    assert sum(passed) == 10


def _try_in_process(url: str, barrier: Any, results: Any) -> None:
    app = Flask("another process")
    init_store(app, url)
    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))
        barrier.wait(60)
        results.put(sum(passes(TEN, "wang") for _ in range(12)))


def test_two_processes_together_pass_no_more_than_the_limit(database_url):
    spawn = multiprocessing.get_context("spawn")
    barrier, results = spawn.Barrier(2), spawn.Queue()
    processes = [
        spawn.Process(target=_try_in_process, args=(database_url, barrier, results))
        for _ in range(2)
    ]
    for process in processes:
        process.start()
    passed = sum(results.get(timeout=90) for _ in processes)
    for process in processes:
        process.join()
    assert passed == 10
