"""Composite foreign keys, which carry the institution: rows a second and size.

python bench/keys.py
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import sqlalchemy as sa
from databases import describe, engine_for, fresh_database

KINDS = ("sqlite", "postgresql")
ROWS = 50_000


def _school(composite: bool) -> sa.MetaData:
    """Assets with three references, plain or each carrying the institution."""
    meta = sa.MetaData()
    for name in ("departments", "places", "people"):
        sa.Table(
            name,
            meta,
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("institution_id", sa.Integer, nullable=False),
            *([sa.UniqueConstraint("institution_id", "id")] if composite else []),
        )

    def reference(column: str, table: str) -> sa.ForeignKeyConstraint:
        if composite:
            ours, theirs = ["institution_id", column], [f"{table}.institution_id"]
        else:
            ours, theirs = [column], []
        return sa.ForeignKeyConstraint(ours, [*theirs, f"{table}.id"])

    sa.Table(
        "assets",
        meta,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("institution_id", sa.Integer, nullable=False),
        sa.Column("department_id", sa.Integer, nullable=False),
        sa.Column("place_id", sa.Integer, nullable=False),
        sa.Column("keeper_id", sa.Integer, nullable=False),
        sa.Column("asset_no", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        reference("department_id", "departments"),
        reference("place_id", "places"),
        reference("keeper_id", "people"),
        sa.UniqueConstraint("institution_id", "asset_no"),
        *([sa.UniqueConstraint("institution_id", "id")] if composite else []),
    )
    return meta


def _assets() -> Iterator[dict[str, object]]:
    for i in range(1, ROWS + 1):
        yield {
            "id": i,
            "institution_id": i % 10 + 1,
            "department_id": (i % 10) * 100 + i // 10 % 100 + 1,
            "place_id": (i % 10) * 100 + i // 100 % 100 + 1,
            "keeper_id": (i % 10) * 100 + i // 7 % 100 + 1,
            "asset_no": f"ZC2026{i:08d}",
            "name": "多媒体投影机",
        }


def _size(connection: sa.Connection) -> int:
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    return int(
        connection.exec_driver_sql(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
            " WHERE relname IN ('assets','places','people','departments')"
        ).scalar_one()
    )


def _load(connection: sa.Connection, meta: sa.MetaData) -> float:
    for name in ("departments", "places", "people"):
        connection.execute(
            sa.insert(meta.tables[name]),
            [
                {"id": institution * 100 + i + 1, "institution_id": institution + 1}
                for institution in range(10)
                for i in range(100)
            ],
        )
    begun = time.perf_counter()
    connection.execute(sa.insert(meta.tables["assets"]), list(_assets()))
    return time.perf_counter() - begun


def _crosses(engine: sa.Engine, assets: sa.Table) -> bool:
    """Whether an asset of school 1 can be put into a place of school 2."""
    with engine.connect() as connection, connection.begin() as change:
        try:
            elsewhere = {"place_id": 150}  # the asset is of school 1, this of school 2
            connection.execute(sa.update(assets).where(assets.c.id == 10), elsewhere)
        except sa.exc.IntegrityError:
            return False
        finally:
            change.rollback()
    return True


def main() -> None:
    """Insert 50,000 assets with three references of each sort."""
    print("| database | references | rows/s | MB | another school's place accepted |")
    print("|---|---|---|---|---|")
    for kind in KINDS:
        for composite in (False, True, False, True):
            with fresh_database(kind) as url:
                engine, meta = engine_for(url), _school(composite)
                meta.create_all(engine)
                with engine.begin() as connection:
                    spent = _load(connection, meta)
                with engine.connect() as connection:
                    size = _size(connection) / 1e6
                crossed = _crosses(engine, meta.tables["assets"])
                print(
                    f"| {describe(engine)} | {'composite' if composite else 'plain'} "
                    f"| {ROWS / spent:,.0f} | {size:.1f} | {crossed} |",
                    flush=True,
                )
                engine.dispose()


if __name__ == "__main__":
    main()
