"""The schema's history leads from nothing to what the models say, step by step."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

import migrations as history
from registry.store import migrations
from registry.store.db import make_engine

SCRIPTS = ScriptDirectory(str(Path(history.__file__).parent))
STEPS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


def _tables(engine: sa.Engine) -> dict[str, list[str]]:
    """Every table with its columns, as the database has them."""
    inspector = sa.inspect(engine)
    return {
        table: sorted(column["name"] for column in inspector.get_columns(table))
        for table in inspector.get_table_names()
    }


def test_an_empty_database_comes_to_the_newest_schema(empty_engine):
    assert migrations.current(empty_engine) is None
    migrations.upgrade(empty_engine)
    assert migrations.current(empty_engine) == migrations.head() == STEPS[-1]


def test_the_migrated_schema_is_the_one_of_the_models(empty_engine):
    migrations.upgrade(empty_engine)
    migrations.check(empty_engine)


def test_step_by_step_leads_to_the_same_schema_as_at_once(
    databases, empty_engine, template_url
):
    for step in STEPS:
        migrations.upgrade(empty_engine, step)
        assert migrations.current(empty_engine) == step
    at_once = make_engine(databases.copy(template_url))
    try:
        assert _tables(empty_engine) == _tables(at_once)
    finally:
        at_once.dispose()


def test_coming_to_the_newest_schema_twice_changes_nothing(engine):
    before = _tables(engine)
    migrations.upgrade(engine)
    assert _tables(engine) == before


def test_a_column_added_by_hand_is_noticed(engine):
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE institutions ADD COLUMN extra TEXT"))
    with pytest.raises(Exception, match="extra"):
        migrations.check(engine)


def test_migrations_are_numbered_without_a_gap():
    numbers = [f"{number:04}" for number in range(1, len(STEPS) + 1)]
    assert numbers == STEPS
    named = [Path(SCRIPTS.get_revision(step).path).name for step in STEPS]
    assert all(
        re.fullmatch(rf"{step}_[a-z0-9_]+\.py", name)
        for step, name in zip(STEPS, named, strict=True)
    )
