"""What hashing costs: one entry written, a chain verified, a name committed to.

    python bench/hashing.py

It uses the journal's own rules, so that the numbers are those of the product.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from databases import describe, engine_for, fresh_database

from registry.journal.rules import (
    NO_HASH,
    Body,
    commitment,
    entry_hash,
    new_salt,
    seal_hash,
)
from registry.kernel.canonical import canonical_json

COUNT = 100_000
FACTS = {
    "place": {"from": 812, "to": 40, "name": "总务仓库 1 号架"},
    "state": {"from": "in_use", "to": "idle"},
    "keeper": {"from": "3f9c" * 16, "to": "a07e" * 16},
    "value_fen": 1_280_000,
    "words": "换装新投影机，旧机入公物仓待调剂",
}
BEGIN = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
META = sa.MetaData()
COLUMN_TYPES = {
    "int": sa.BigInteger,
    "int | None": sa.BigInteger,
    "datetime": sa.DateTime,
    "date | None": sa.Date,
}
ENTRIES = sa.Table(
    "entries",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(f.name, COLUMN_TYPES.get(str(f.type), sa.Text)) for f in fields(Body)),
    sa.Column("hash", sa.String(64), nullable=False),
)


def _body(number: int, previous: str) -> Body:
    return Body(
        institution_id=1,
        subject_kind="asset",
        subject_id=1007,
        number=number,
        verb="move",
        at=BEGIN + timedelta(seconds=number),
        effective_on=date(2026, 9, 1),
        actor_id=17,
        actor_name="9b1d" * 16,
        door="page",
        document="transfer:33",
        corrects=None,
        facts=canonical_json(FACTS),
        previous_hash=previous,
    )


def make_chain(count: int) -> list[tuple[Body, str]]:
    """A chain of entries, each holding the hash of the one before."""
    chain, previous = [], NO_HASH
    for number in range(1, count + 1):
        body = _body(number, previous)
        previous = entry_hash(body)
        chain.append((body, previous))
    return chain


def verify(chain: list[tuple[Body, str]]) -> int:
    """How many entries hold, from the first, before one does not."""
    previous = NO_HASH
    for good, (body, own) in enumerate(chain):
        if body.previous_hash != previous or entry_hash(body) != own:
            return good
        previous = own
    return len(chain)


def timed(name: str, work: Callable[[], object]) -> None:
    """Print one line: how many a second, and microseconds for each."""
    begun = time.perf_counter()
    work()
    spent = time.perf_counter() - begun
    print(f"| {name} | {COUNT / spent:,.0f} | {spent / COUNT * 1e6:.1f} |", flush=True)


def _read_back(engine: sa.Engine) -> list[tuple[Body, str]]:
    with engine.connect() as connection:
        rows = connection.execute(sa.select(ENTRIES).order_by(ENTRIES.c.id))
        read = [(Body(*row[1:-1]), row[-1]) for row in rows]
    return [(replace(b, at=b.at.replace(tzinfo=UTC)), own) for b, own in read]


def _from_databases(chain: list[tuple[Body, str]]) -> None:
    rows = [{**asdict(body), "hash": own} for body, own in chain]
    plain = [{**row, "at": row["at"].replace(tzinfo=None)} for row in rows]
    for kind in ("sqlite", "postgresql"):
        with fresh_database(kind) as url:
            engine = engine_for(url)
            META.create_all(engine)
            with engine.begin() as connection:
                connection.execute(sa.insert(ENTRIES), plain)
            assert verify(_read_back(engine)) == len(chain)
            name = f"read and verify, {describe(engine)}"
            timed(name, lambda e=engine: verify(_read_back(e)))
            engine.dispose()


def main() -> None:
    """Print the table."""
    print("| work | a second | microseconds each |\n|---|---|---|")
    timed("facts to canonical text, body, SHA-256", lambda: make_chain(COUNT))
    chain = make_chain(COUNT)
    timed("verify a chain in memory", lambda: verify(chain))
    hashes = list(enumerate((own for _, own in chain), start=1))
    timed("seal", lambda: seal_hash(NO_HASH, hashes))
    timed(
        "salt and commitment of a name",
        lambda: [commitment(new_salt(), "欧阳志远") for _ in range(COUNT)],
    )
    _from_databases(chain)
    changed = replace(chain[700][0], actor_id=18)
    broken = [*chain[:700], (changed, chain[700][1]), *chain[701:]]
    print(f"\nActor of entry 701 changed: the first {verify(broken)} entries hold.")


if __name__ == "__main__":
    main()
