"""Work on the ledger: entering, moving, lending; files in and out; proving it.

    python bench/working.py [--database sqlite] [--seconds 3] [--size 20000]

Writers are processes with the product's own actions, one transaction an act, durable
(SQLite: WAL, synchronous FULL). Files go the way that pages send them.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import random
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import sqlalchemy as sa
from databases import fresh_database
from ledgers import application, fill, reader

from registry.access.actor import Actor
from registry.interchange import actions as interchange
from registry.interchange.actions.exporting import export_ledger
from registry.interchange.queries import import_of
from registry.interchange.sheets.writing import write_table
from registry.jobs.running import run_next
from registry.journal.models import Entry
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Claim
from registry.ledger.queries import Filter
from registry.ledger.rules.drafts import AssetDraft
from registry.ledger.verifying import verify
from registry.organisation.models import Place
from registry.store.db import db

HEAD = "资产编号,资产名称,型号,数量,原值,取得日期,使用部门,保管人,存放地点,使用状况"
Act = Callable[[random.Random, int], None]


@dataclass(frozen=True)
class Rate:
    """How often an act was done, and how long one took, in milliseconds."""

    per_second: float
    p50: float
    p99: float
    worst: float


def act_of(kind: str, actor: Actor) -> Act:
    """What a writer does again and again, with assets of its own number."""
    whole = sa.select(Asset.id).where(Asset.state == "in_use")
    ids = list(db.session.scalars(whole))
    places = list(db.session.scalars(sa.select(Place.id)))
    sample = db.session.get_one(Asset, ids[0])
    draft = AssetDraft(
        item_type_id=sample.item_type_id, department_id=sample.department_id
    )
    live = sa.select(Claim.asset_id).where(Claim.ended_at.is_(None))
    lent: set[int] = set(db.session.scalars(live))
    db.session.rollback()

    def register(chance: random.Random, number: int) -> None:
        ledger.register(actor, replace(draft, serial=f"{number}-{chance.random()}"))

    def move(chance: random.Random, number: int) -> None:
        mine = ids[number :: 8 * 2]
        found = db.session.get_one(Asset, chance.choice(mine))
        others = [place for place in places[:50] if place != found.place_id]
        ledger.move(actor, found.id, chance.choice(others))

    def lend(chance: random.Random, number: int) -> None:
        asset_id = chance.choice(ids[number + 8 :: 8 * 2][:500])
        if asset_id in lent:
            ledger.end_loan(actor, asset_id)
            lent.discard(asset_id)
        else:
            ledger.lend(actor, asset_id, holder="某处")
            lent.add(asset_id)

    return {"register": register, "move": move, "lend, return": lend}[kind]


def _write(url: str, kind: str, number: int, seconds: float, out: object) -> None:
    with application(url):
        act = act_of(kind, Actor.system(1))
        chance, times = random.Random(number), []
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            act(chance, number)
            times.append(time.perf_counter() - begun)
            db.session.expunge_all()
    out.put(times)  # type: ignore[attr-defined]


def rate(url: str, kind: str, writers: int, seconds: float) -> Rate:
    """An act done by several processes at once, for some seconds."""
    queue = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(target=_write, args=(url, kind, n, seconds, queue))
        for n in range(writers)
    ]
    for process in processes:
        process.start()
    times = sorted(each for _ in processes for each in queue.get())
    for process in processes:
        process.join()
    cuts = statistics.quantiles(times, n=100)
    milli = [1_000 * each for each in (cuts[49], cuts[98], times[-1])]
    return Rate(len(times) / seconds, *milli)


def sheet(rows: int, types: int) -> bytes:
    """A ledger as CSV, of rows that are all right; another one for other types."""
    lines = [
        "资产编号,资产名称,型号,数量,原值,取得日期,使用部门,保管人,存放地点,使用状况"
    ]
    lines += [
        f"DR{types}-{n:07d},设备{n % types},X-{n % types},1,{100 + n % 900}.50,"
        f"20{10 + n % 16}-0{1 + n % 9}-1{n % 9},第{n % 30}处,员工{n % 100},"
        f"{n % 200}号房,在用"
        for n in range(rows)
    ]
    return "\n".join(lines).encode()


def bring_in(actor: Actor, rows: int, types: int) -> tuple[float, float]:
    """Seconds to check a file and to take it over."""
    made, _ = interchange.take_file(actor, "ledger", "台账.csv", sheet(rows, types))
    db.session.commit()
    begun = time.perf_counter()
    run_next()
    checked = time.perf_counter()
    interchange.confirm(actor, made.id)
    run_next()
    took = time.perf_counter() - checked
    db.session.expire_all()
    if import_of(actor, made.id).state != "done":
        raise RuntimeError(f"the import came to {import_of(actor, made.id).counts}")
    return checked - begun, took


def line(what: str, rows: int, seconds: float) -> str:
    """A line of the table of files."""
    return f"| {what} | {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} |"


def file_work(url: str, rows: int) -> None:
    """Import and export, in rows a second."""
    print("\n| file | rows | s | rows/s |\n|---|---:|---:|---:|")
    for types in (50, rows // 2):
        with application(url):
            actor, _secret = reader(Actor.system(1), url) if types == 50 else (None, "")
            actor = actor or Actor.system(1)
            checking, applying = bring_in(actor, rows, types)
            what = f"CSV of {types:,} item types"
        for name, seconds in (("checked", checking), ("taken over", applying)):
            print(
                f"| {what}, {name} | {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} |"
            )
        both = checking + applying
        print(f"| {what}, both | {rows:,} | {both:.1f} | {rows / both:,.0f} |")
        rows += 1
    with application(url):
        actor = Actor.system(1)
        for form in ("csv", "xlsx"):
            begun = time.perf_counter()
            columns, rows_out = export_ledger(actor, Filter())
            write_table(io.BytesIO(), form, columns, rows_out, title="台账")
            seconds = time.perf_counter() - begun
            count = db.session.scalar(sa.select(sa.func.count(Asset.id)))
            print(line(f"export as {form}", count or 0, seconds))


def proof(url: str) -> None:
    """Verifying, in entries a second."""
    with application(url):
        entries = db.session.scalar(sa.select(sa.func.count(Entry.id))) or 0
        begun = time.perf_counter()
        found = list(verify(Actor.system(1)))
        seconds = time.perf_counter() - begun
    if found:
        raise RuntimeError(str(found[:3]))
    print(
        f"\nProved: {entries:,} entries and their rows in {seconds:.1f} s, "
        f"{entries / seconds:,.0f} a second. Peak memory of this process "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB."
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--rows", type=int, default=6_000)
    wanted = parser.parse_args()
    print(f"{wanted.database}; load before: {os.getloadavg()[0]:.2f}")
    with fresh_database(wanted.database) as url:
        with application(url):
            _system, seconds = fill(wanted.size)
        print(
            f"\n{wanted.size:,} assets entered by the thousand in {seconds:.1f} s: "
            f"{wanted.size / seconds:,.0f} a second.\n\n"
            "| act | writers | a second | p50 ms | p99 | worst |\n"
            "|---|---:|---:|---:|---:|---:|"
        )
        for kind in ("register", "move", "lend, return"):
            for writers in (1, 8):
                found = rate(url, kind, writers, wanted.seconds)
                print(
                    f"| {kind} | {writers} | {found.per_second:,.0f} | "
                    f"{found.p50:.1f} | {found.p99:.1f} | {found.worst:.0f} |",
                    flush=True,
                )
        file_work(url, wanted.rows)
        proof(url)


if __name__ == "__main__":
    main()
