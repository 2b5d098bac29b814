"""What each way of numbering ledger entries in commit order costs, and which lie.

    python bench/positions.py [sqlite] [postgresql] [--seconds 3]

Every transaction does what a change to an asset does: lock and read the subject's head,
make the canonical body, hash it, insert one entry, commit durably. Only the way the
entry gets its position differs. The last table lets a follower read on by position
while eight writers work, and counts the entries it never saw.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import random
import statistics
import time
from collections.abc import Callable

import sqlalchemy as sa
from databases import describe, engine_for, fresh_database
from numbering import ENTRIES, META, POSITIONS, SCHEMES, SUBJECTS, SUBJECTS_PER_WRITER


def _write(url, scheme, index, institutions, batch, in_turn, seconds, barrier, out):
    engine = engine_for(url, in_turn=in_turn)
    choose = random.Random(index)
    first = index * SUBJECTS_PER_WRITER
    waits: list[float] = []
    with engine.connect() as connection:
        barrier.wait()
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            institution = choose.randint(1, institutions)
            subjects = sorted(
                choose.sample(range(first, first + SUBJECTS_PER_WRITER), batch)
            )
            with connection.begin():
                SCHEMES[scheme](connection, institution, subjects)
            waits.append(time.perf_counter() - begun)
    out.put((index, waits))
    engine.dispose()


def _prepare(url: str, institutions: int, writers: int) -> None:
    engine = engine_for(url)
    META.drop_all(engine)
    META.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(POSITIONS),
            [{"institution_id": i, "last": 0} for i in range(1, institutions + 1)],
        )
        connection.execute(
            sa.insert(SUBJECTS),
            [
                {"id": i, "number": 0, "head": "0" * 64}
                for i in range(writers * SUBJECTS_PER_WRITER)
            ],
        )
    engine.dispose()


def run(
    url: str,
    scheme: str,
    *,
    writers: int,
    institutions: int = 1,
    batches: tuple[int, ...] = (1,),
    in_turn: bool = False,
    seconds: float = 3,
    beside: Callable[[], None] | None = None,
) -> dict[int, list[float]]:
    """Seconds each transaction took, by writer; writer i commits batches[i % len]."""
    _prepare(url, institutions, writers)
    context = multiprocessing.get_context("fork")
    barrier, out = context.Barrier(writers), context.Queue()
    started = [
        context.Process(
            target=_write,
            args=(
                url,
                scheme,
                index,
                institutions,
                batches[index % len(batches)],
                in_turn,
                seconds,
                barrier,
                out,
            ),
        )
        for index in range(writers)
    ]
    for process in started:
        process.start()
    if beside:
        beside()
    result = dict(out.get() for _ in started)
    for process in started:
        process.join()
    return result


def _line(name: str, waits: list[float], seconds: float, batch: int = 1) -> str:
    ordered = sorted(waits)
    middle = statistics.median(ordered) * 1000
    late = ordered[int(len(ordered) * 0.99)] * 1000
    return (
        f"| {name} | {len(waits) / seconds:,.0f} | {len(waits) * batch / seconds:,.0f} "
        f"| {middle:.2f} | {late:.1f} | {ordered[-1] * 1000:.0f} |"
    )


def throughput(url: str, seconds: float) -> None:
    """Commits a second and waiting times of every scheme, one and eight writers."""
    sqlite = url.startswith("sqlite")
    cases = [
        ("counter row locked last, 1 institution", "counter_last", 1, False),
        ("counter row locked last, 50 institutions", "counter_last", 50, False),
        ("counter row locked first, 1 institution", "counter_first", 1, False),
        ("the database's own numbering", "sequence", 1, False),
    ]
    if sqlite:
        cases.append(("counter row locked last, in turn", "counter_last", 1, True))
    else:
        cases.append(("advisory lock, own numbering", "advisory", 1, False))
    print("| scheme | commits/s | entries/s | p50 ms | p99 ms | worst ms |")
    print("|---|---|---|---|---|---|")
    for (name, scheme, institutions, in_turn), writers in itertools.product(
        cases, (1, 8)
    ):
        waits = run(
            url,
            scheme,
            writers=writers,
            institutions=institutions,
            in_turn=in_turn,
            seconds=seconds,
        )
        flat = list(itertools.chain(*waits.values()))
        print(_line(f"{name}; {writers} writers", flat, seconds), flush=True)


def batches(url: str, seconds: float) -> None:
    """An import of many entries per transaction beside one person at work."""
    print(
        "| one importer and one person, 1 institution | commits/s | entries/s "
        "| p50 ms | p99 ms | worst ms |"
    )
    print("|---|---|---|---|---|---|")
    turns = (False, True) if url.startswith("sqlite") else (False,)
    for in_turn, batch in itertools.product(turns, (1, 20, 100)):
        waits = run(
            url,
            "counter_last",
            writers=2,
            batches=(batch, 1),
            in_turn=in_turn,
            seconds=seconds,
        )
        name = f"importer, {batch} per transaction" + ", in turn" * in_turn
        print(_line(name, waits[0], seconds, batch))
        print(_line("the person beside it", waits[1], seconds), flush=True)


def _follow(url: str, column: sa.Column, seconds: float) -> list[int]:
    engine = engine_for(url)
    seen: list[int] = []
    after = sa.select(column).where(column > sa.bindparam("last")).order_by(column)
    end = time.perf_counter() + seconds
    last = 0
    with engine.connect() as connection:
        while time.perf_counter() < end:
            new = list(connection.execute(after, {"last": last}).scalars())
            connection.rollback()
            last = new[-1] if new else last
            seen += new
            time.sleep(0.002)
    engine.dispose()
    return seen


def follower(url: str, seconds: float) -> None:
    """How many committed entries a follower reading by number never sees."""
    print("| numbering; 8 writers, 1 institution | entries | never seen by follower |")
    print("|---|---|---|")
    for scheme, column in (
        ("sequence", ENTRIES.c.id),
        ("advisory", ENTRIES.c.id),
        ("counter_last", ENTRIES.c.position),
    ):
        seen: list[int] = []
        run(
            url,
            scheme,
            writers=8,
            seconds=seconds,
            beside=lambda c=column, s=seen: s.extend(_follow(url, c, seconds + 0.5)),
        )
        engine = engine_for(url)
        with engine.connect() as connection:
            there = set(connection.execute(sa.select(column)).scalars())
        engine.dispose()
        print(f"| {scheme} | {len(there):,} | {len(there - set(seen)):,} |", flush=True)


def main() -> None:
    """Measure on the databases named, or on both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kinds", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=3)
    asked = parser.parse_args()
    for kind in asked.kinds:
        with fresh_database(kind) as url:
            print(f"\n### {describe(engine_for(url))}\n")
            throughput(url, asked.seconds)
            print()
            batches(url, asked.seconds)
            if kind == "postgresql":
                print()
                follower(url, asked.seconds)


if __name__ == "__main__":
    main()
