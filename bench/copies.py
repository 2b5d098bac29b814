"""A database for each test: built anew, or copied from a template.

python bench/copies.py
"""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from databases import engine_for, fresh_database


def _sqlite_copies() -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "template.sqlite"
        begun = time.perf_counter()
        engine = engine_for(f"sqlite:///{whole}")
        _wide().create_all(engine)
        with engine.connect() as connection:
            connection.rollback()
        engine.dispose()
        built = time.perf_counter() - begun
        begun = time.perf_counter()
        for i in range(20):
            shutil.copyfile(whole, Path(folder) / f"{i}.sqlite")
        copied = (time.perf_counter() - begun) / 20
    print(f"| sqlite | {built * 1000:.0f} | {copied * 1000:.1f} |")


def _wide() -> sa.MetaData:
    """Sixty tables with two indexes each: about what the whole registry has."""
    meta = sa.MetaData()
    for i in range(60):
        sa.Table(
            f"t{i}",
            meta,
            sa.Column("id", sa.Integer, primary_key=True),
            *(sa.Column(f"c{n}", sa.String(200), index=n < 2) for n in range(12)),
        )
    return meta


def _postgresql_copies() -> None:
    with fresh_database("postgresql") as url:
        engine = engine_for(url)
        admin = engine.execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE template_school")
        template = engine_for(sa.make_url(url).set(database="template_school"))
        begun = time.perf_counter()
        _wide().create_all(template)
        built = time.perf_counter() - begun
        template.dispose()
        begun = time.perf_counter()
        with admin.connect() as connection:
            for i in range(20):
                connection.exec_driver_sql(
                    f"CREATE DATABASE copy_{i} TEMPLATE template_school"
                )
        copied = (time.perf_counter() - begun) / 20
        engine.dispose()
    print(f"| postgresql | {built * 1000:.0f} | {copied * 1000:.1f} |")


def main() -> None:
    """Build 60 tables once, then copy the whole database twenty times."""
    print("| database | ms to build 60 tables | ms to copy them |\n|---|---|---|")
    _sqlite_copies()
    _postgresql_copies()


if __name__ == "__main__":
    main()
