"""What the database's address says beyond where it is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.store.db import passing_engine


@pytest.mark.parametrize(("said", "kept"), [("", 1), ("prepare=no", 0)])
def test_behind_a_pooler_no_statement_is_prepared_where_the_address_says_so(
    database_url: str, said: str, kept: int
) -> None:
    if not database_url.startswith("postgresql"):
        # It is a file that the process reads itself: there is no pooler for it.
        pytest.skip("SQLite has no pooler")
    joint = "&" if "?" in database_url else "?"
    with passing_engine(f"{database_url}{joint}{said}") as engine:
        with engine.connect() as connection:
            for _ in range(8):
                connection.execute(sa.text("SELECT 1"))
            found = connection.scalar(
                sa.text("SELECT count(*) FROM pg_prepared_statements")
            )
        assert found == kept
        assert engine.url.password == sa.make_url(database_url).password
