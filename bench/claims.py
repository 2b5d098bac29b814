"""A claim whose kind changes, while others press the button for the same asset.

python bench/claims.py
"""

from __future__ import annotations

import multiprocessing

import sqlalchemy as sa
from databases import describe, engine_for, fresh_database

KINDS = ("sqlite", "postgresql")
ASSETS = 1_000
CLAIMS_META = sa.MetaData()
CLAIMS = sa.Table(
    "claims",
    CLAIMS_META,
    sa.Column("asset_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("holder", sa.Integer, nullable=False),
)


def _snatch(url: str, wanted, ready, taken) -> None:
    """Press "reserve" on the asset everyone wants now, until there is none."""
    engine = engine_for(url)
    won = asked = 0
    with engine.connect() as connection:
        ready.set()
        while (asset := wanted.value) >= 0:
            asked += 1
            try:
                with connection.begin():
                    connection.execute(
                        sa.insert(CLAIMS),
                        {"asset_id": asset, "kind": "hold", "holder": 2},
                    )
                won += 1
            except sa.exc.IntegrityError:
                pass
    taken.put((won, asked))
    engine.dispose()


def _change_in_place(connection: sa.Connection, asset: int) -> bool:
    with connection.begin():
        mine = (CLAIMS.c.asset_id == asset) & (CLAIMS.c.holder == 1)
        changed = connection.execute(
            sa.update(CLAIMS).where(mine).values(kind="transfer")
        )
    return changed.rowcount == 1


def _end_and_begin(connection: sa.Connection, asset: int) -> bool:
    with connection.begin():
        connection.execute(sa.delete(CLAIMS).where(CLAIMS.c.asset_id == asset))
    try:
        with connection.begin():
            connection.execute(
                sa.insert(CLAIMS), {"asset_id": asset, "kind": "transfer", "holder": 1}
            )
    except sa.exc.IntegrityError:
        return False
    return True


def _attacked(url: str, change) -> tuple[int, int]:
    engine = engine_for(url)
    CLAIMS_META.drop_all(engine)
    CLAIMS_META.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(CLAIMS),
            [{"asset_id": i, "kind": "hold", "holder": 1} for i in range(ASSETS)],
        )
    context = multiprocessing.get_context("fork")
    wanted, taken = context.Value("i", 0), context.Queue()
    ready = [context.Event() for _ in range(2)]
    started = [
        context.Process(target=_snatch, args=(url, wanted, event, taken))
        for event in ready
    ]
    engine.dispose()
    for process in started:
        process.start()
    for event in ready:
        event.wait()
    kept = 0
    engine = engine_for(url)
    with engine.connect() as connection:
        for asset in range(ASSETS):
            wanted.value = asset
            kept += change(connection, asset)
    wanted.value = -1
    asked = sum(taken.get()[1] for _ in started)
    for process in started:
        process.join()
    engine.dispose()
    return kept, asked


def main() -> None:
    """Turn 1,000 holds into transfers while two others keep pressing "reserve"."""
    print("| database | way | kept of 1,000 | others' attempts |\n|---|---|---|---|")
    for kind in KINDS:
        with fresh_database(kind) as url:
            for name, change in (
                ("kind changes in place", _change_in_place),
                ("end one claim, begin the next", _end_and_begin),
            ):
                kept, asked = _attacked(url, change)
                label = describe(engine_for(url))
                print(f"| {label} | {name} | {kept:,} | {asked:,} |", flush=True)


if __name__ == "__main__":
    main()
