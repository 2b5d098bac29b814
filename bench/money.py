"""The same prices kept as integer fen and as decimals, asked of both databases.

python bench/money.py
"""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from databases import describe, engine_for, fresh_database

KINDS = ("sqlite", "postgresql")
PRICES = [1_280_010 + i * 7 for i in range(100_000)]  # 12,800.10 yuan and up


def _price_rows(kind: str) -> list[tuple[object, ...]]:
    """Unit price and price of three, as fen and as decimals."""
    # Decimals reach SQLite as floats: it has no decimal type of its own.
    convert = float if kind == "sqlite" else Decimal
    return [
        (fen, 3 * fen, convert(Decimal(fen) / 100), convert(Decimal(3 * fen) / 100))
        for fen in PRICES
    ]


def _price_table() -> sa.Table:
    return sa.Table(
        "prices",
        sa.MetaData(),
        sa.Column("fen", sa.BigInteger),
        sa.Column("three_fen", sa.BigInteger),
        sa.Column("yuan", sa.Numeric(14, 2)),
        sa.Column("three_yuan", sa.Numeric(14, 2)),
    )


def main() -> None:
    """Ask the database of 100,000 lines whether 3 x price is the line's total."""
    print(
        "| database | stored as | lines of 100,000 whose 3 x price is not the total |"
    )
    print("|---|---|---|")
    for kind in KINDS:
        with fresh_database(kind) as url:
            engine, table = engine_for(url), _price_table()
            label, marks = describe(engine), "?" if kind == "sqlite" else "%s"
            with engine.begin() as connection:
                table.create(connection)
                connection.exec_driver_sql(
                    f"INSERT INTO prices VALUES ({', '.join([marks] * 4)})",
                    _price_rows(kind),
                )
                for name in ("fen", "yuan"):
                    wrong = connection.exec_driver_sql(
                        f"SELECT count(*) FROM prices WHERE {name} * 3 <> three_{name}"
                    ).scalar_one()
                    kept = "integer fen" if name == "fen" else "decimal(14,2)"
                    print(f"| {label} | {kept} | {wrong:,} |", flush=True)
            engine.dispose()


if __name__ == "__main__":
    main()
