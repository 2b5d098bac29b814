"""Statements that make tables append-only in the database itself, for migrations."""

from __future__ import annotations

from collections.abc import Iterable

COLUMNS_OF_CODES = ("code", "institution_id", "issued_at")
"""What no code ever changes."""


def append_only(table: str, dialect: str, *keys: str) -> list[str]:
    """Refuse every update and delete of a table whose unique keys are these."""
    return (
        _refuse_update(table, dialect, "")
        + _refuse_delete(table, dialect)
        + _refuse_replacement(table, dialect, keys)
    )


def lasting_codes(dialect: str) -> list[str]:
    """Codes are never deleted, and never name another thing than they did."""
    differ = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    changed = [f"OLD.{name} {differ} NEW.{name}" for name in COLUMNS_OF_CODES]
    changed.append(
        f"(OLD.target_id IS NOT NULL AND (OLD.target_id {differ} NEW.target_id"
        f" OR OLD.kind {differ} NEW.kind))"
    )
    changed.append("(OLD.retired_at IS NOT NULL AND NEW.retired_at IS NULL)")
    when = " OR ".join(changed)
    return (
        _refuse_update("codes", dialect, when)
        + _refuse_delete("codes", dialect)
        + _refuse_replacement("codes", dialect, ["code"])
    )


def forgettable_names(dialect: str) -> list[str]:
    """A committed name may be emptied, and not otherwise changed or deleted."""
    when = "NEW.name IS NOT NULL OR NEW.salt IS NOT NULL OR OLD.commitment <> "
    when += "NEW.commitment"
    table = "committed_names"
    return (
        _refuse_update(table, dialect, when)
        + _refuse_delete(table, dialect)
        + _refuse_replacement(table, dialect, ["commitment"])
    )


def _refuse_update(table: str, dialect: str, when: str) -> list[str]:
    if dialect == "sqlite":
        condition = f"WHEN {when} " if when else ""
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ]
    condition = f"WHEN ({when}) " if when else ""
    return [
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW {condition}EXECUTE FUNCTION {table}_refuse()",
    ]


def _refuse_delete(table: str, dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ]
    return [
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def _refuse_replacement(table: str, dialect: str, keys: Iterable[str]) -> list[str]:
    """``INSERT OR REPLACE`` deletes without asking the trigger of deletes.

    Only SQLite knows it. A key is one column, or several with commas between; its
    refusal reads as that of the constraint it stands before.
    """
    if dialect != "sqlite":
        return []
    return [
        f"CREATE TRIGGER {table}_no_replace_{number} BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE "
        + " AND ".join(f"{name} = NEW.{name}" for name in key.split(", "))
        + ") BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: "
        + ", ".join(f"{table}.{name}" for name in key.split(", "))
        + "'); END"
        for number, key in enumerate(keys, start=1)
    ]
