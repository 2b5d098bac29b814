"""Statements that make tables append-only in the database itself, for migrations."""

from __future__ import annotations

from collections.abc import Iterable

COLUMNS_OF_CODES = ("code", "institution_id", "issued_at")
"""What no code ever changes."""

PARTS_OF_AUDITS = (
    "audit_people",
    "audit_rounds",
    "audit_items",
    "audit_draws",
    "audit_places",
    "audit_findings",
)
"""Tables whose rows are part of an audit and end with it."""

LIST_OF_AUDITS = "audit_items"
"""What is expected: frozen when the audit begins, so that its sum stays."""

_OVER = "{} IN ('closed', 'cancelled')"


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


PAST_THE_CHECK = "('approving', 'approved', 'ordered', 'closed')"
"""States that no request to buy reaches with a line that is not resolved."""


def resolved_requests(dialect: str) -> list[str]:
    """No request goes past the check, or is changed there, with an open line."""
    requests, lines = "purchase_requests", "purchase_lines"
    past = f"NEW.state IN {PAST_THE_CHECK}"
    open_line = f"EXISTS (SELECT 1 FROM {lines} l WHERE l.request_id = NEW.id AND NOT "
    open_line += f"({_resolved(dialect)}))"
    empty = f"NOT EXISTS (SELECT 1 FROM {lines} l WHERE l.request_id = NEW.id"
    empty += " AND l.quantity > 0)"
    words = "no request passes with a line that is not resolved"
    held = "the lines of a request past the check stand"
    found = f"EXISTS (SELECT 1 FROM {requests} q WHERE q.state IN {PAST_THE_CHECK}"
    old, new = (
        f"{found} AND q.id = OLD.request_id)",
        f"{found} AND q.id = NEW.request_id)",
    )
    return [
        *_refuse(requests, "insert", dialect, past, words),
        *_refuse(
            requests, "update", dialect, f"{past} AND ({open_line} OR {empty})", words
        ),
        *_refuse(requests, "delete", dialect, f"OLD.state IN {PAST_THE_CHECK}", words),
        *_refuse(lines, "insert", dialect, new, held),
        *_refuse(lines, "update", dialect, f"{old} OR {new}", held),
        *_refuse(lines, "delete", dialect, old, held),
        *_refuse_replacement(requests, dialect, ["id", "institution_id, number"]),
        *_refuse_replacement(lines, dialect, ["id"]),
    ]


def ordered_stands(dialect: str) -> list[str]:
    """What is ordered goes on although a thing that was taken beside it does not come.

    Its lines stand as they were ordered; what fell through is asked for anew, in a
    request of its own. So after the order it is no longer taken off what covers a line.
    """
    table, lines = "purchase_requests", "purchase_lines"
    name = f"{table}_hold_update"
    drop = [f"DROP TRIGGER {name}"]
    if dialect != "sqlite":
        drop = [f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}()"]
    empty = f"NOT EXISTS (SELECT 1 FROM {lines} l WHERE l.request_id = NEW.id"
    empty += " AND l.quantity > 0)"
    resolved = [
        f"EXISTS (SELECT 1 FROM {lines} l WHERE l.request_id = NEW.id AND NOT "
        f"({_resolved(dialect, fallen=fallen)}))"
        for fallen in (True, False)
    ]
    ordered = "OLD.state IN ('ordered', 'closed')"
    when = f"NEW.state IN {PAST_THE_CHECK} AND ({empty}"
    when += f" OR (NOT {ordered} AND {resolved[0]}) OR ({ordered} AND {resolved[1]}))"
    words = "no request passes with a line that is not resolved"
    return drop + _refuse(table, "update", dialect, when, words)


def answered_outside(dialect: str) -> list[str]:
    """No request goes past the check with another institution's card unanswered."""
    yes = "1" if dialect == "sqlite" else "true"
    open_card = "EXISTS (SELECT 1 FROM purchase_lines l JOIN outer_candidates k"
    open_card += " ON k.check_line_id = l.check_line_id WHERE l.request_id = NEW.id"
    open_card += f" AND l.quantity > l.covered AND k.must_answer = {yes}"
    open_card += " AND NOT EXISTS (SELECT 1 FROM outer_answers a"
    open_card += " WHERE a.candidate_id = k.id))"
    return _refuse(
        "purchase_requests",
        "update",
        dialect,
        f"NEW.state IN {PAST_THE_CHECK} AND {open_card}",
        "no request passes with a card of others that is not answered",
        name="purchase_requests_hold_outside",
    )


def orders_of_approved(dialect: str) -> list[str]:
    """Nothing is ordered but what was approved, and only of its own lines."""
    orders, lines = "purchase_orders", "order_lines"
    approved = "EXISTS (SELECT 1 FROM purchase_requests q WHERE q.id = NEW.request_id"
    approved += " AND q.state IN ('approved', 'ordered'))"
    own = f"EXISTS (SELECT 1 FROM {orders} o JOIN purchase_lines l"
    own += " ON l.request_id = o.request_id WHERE o.id = NEW.order_id"
    own += " AND l.id = NEW.line_id)"
    differ = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    other = f"OLD.request_id {differ} NEW.request_id"
    changed = [
        f"OLD.{name} {differ} NEW.{name}"
        for name in ("order_id", "line_id", "quantity", "price_fen")
    ]
    words = "nothing is ordered that was not approved"
    stands = "an order stands as it was placed"
    return [
        *_refuse(orders, "insert", dialect, f"NOT {approved}", words),
        *_refuse(orders, "update", dialect, other, stands),
        *_refuse(orders, "delete", dialect, "1 = 1", stands),
        *_refuse(lines, "insert", dialect, f"NOT {own}", words),
        *_refuse(lines, "update", dialect, " OR ".join(changed), stands),
        *_refuse(lines, "delete", dialect, "1 = 1", stands),
        *_refuse_replacement(orders, dialect, ["id", "institution_id, number"]),
        *_refuse_replacement(lines, dialect, ["id", "order_id, line_id"]),
    ]


def _resolved(dialect: str, *, fallen: bool = True) -> str:
    """The condition on a line ``l``: what its standing says is borne out by records.

    ``fallen``: what was taken and does not come covers nothing.
    """
    yes = "1" if dialect == "sqlite" else "true"
    verdict = "SELECT 1 FROM check_lines c WHERE c.id = l.check_line_id"
    verdict += " AND c.line_id = l.id AND c.verdict"
    ruling = "SELECT 1 FROM rulings r WHERE r.line_id = l.id"
    ruling += " AND r.check_line_id = l.check_line_id AND r.ruled_by_id <> "
    ruling += (
        "(SELECT q.requester_id FROM purchase_requests q WHERE q.id = l.request_id)"
    )
    ruling += " AND r.kind"
    taken = "(SELECT COALESCE(SUM(a.count), 0) FROM check_answers a"
    taken += " WHERE a.line_id = l.id AND a.kind = 'take')"
    gone = "(SELECT COUNT(*) FROM fallen_through f WHERE f.line_id = l.id)"
    there = "(SELECT COALESCE(SUM(k.count), 0) FROM idle_candidates k"
    there += f" WHERE k.check_line_id = l.check_line_id AND k.must_answer = {yes})"
    had = (
        "(SELECT COALESCE(SUM(a.count), 0) FROM check_answers a JOIN idle_candidates k"
    )
    had += " ON k.id = a.candidate_id WHERE k.check_line_id = l.check_line_id"
    had += " AND a.kind = 'take')"
    took_all = f"l.covered > 0 AND {there} <= {had} AND (EXISTS ({verdict} = 'matched')"
    took_all += f" OR EXISTS ({ruling} = 'settle_matched'))"
    clear = f"EXISTS ({verdict} = 'clear') OR EXISTS ({ruling} = 'settle_clear')"
    upheld = f"EXISTS ({ruling} IN ('uphold', 'urgent'))"
    held = f"{taken} - {gone}" if fallen else taken
    return (
        f"l.covered <= {held} AND ("
        "(l.standing = 'covered' AND l.covered = l.quantity)"
        f" OR (l.standing = 'clear' AND ({clear} OR ({took_all})))"
        f" OR (l.standing = 'overridden' AND {upheld}))"
    )


def _refuse(
    table: str, event: str, dialect: str, when: str, words: str, *, name: str = ""
) -> list[str]:
    """Refuse an insert, update or delete of a table where a condition holds."""
    name = name or f"{table}_hold_{event}"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        ]
    row = "OLD" if event == "delete" else "NEW"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {when} THEN "
        f"RAISE EXCEPTION '{words}'; END IF; RETURN {row}; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def decided_steps(dialect: str) -> list[str]:
    """What somebody decided in a step of approving never changes, nor is it deleted."""
    table = "approvals"
    return (
        _refuse_update(table, dialect, "OLD.decided_at IS NOT NULL")
        + _refuse_delete(table, dialect)
        + _refuse_replacement(table, dialect, ["id", "request_id, round, step"])
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


def closed_audits(dialect: str) -> list[str]:
    """An audit that has ended stays as it is, with its list and what was ruled.

    Records, deliveries and photos are append-only by themselves: late ones may still
    come to lie beside it.
    """
    statements = _refuse_update("audits", dialect, _OVER.format("OLD.state"))
    statements += _refuse_delete("audits", dialect)
    statements += _refuse_replacement("audits", dialect, ["id"])
    for table in PARTS_OF_AUDITS:
        statements += _refuse_once_over(table, dialect)
    return statements


def _refuse_once_over(table: str, dialect: str) -> list[str]:
    """Refuse every insert, update and delete of rows whose audit has ended."""
    over = (
        "EXISTS (SELECT 1 FROM audits WHERE audits.id = {}.audit_id AND "
        + _OVER.format("audits.state")
        + ")"
    )
    begun = (
        "NOT EXISTS (SELECT 1 FROM audits WHERE audits.id = NEW.audit_id"
        " AND audits.state = 'planned')"
    )
    acts = {
        "insert": begun if table == LIST_OF_AUDITS else over.format("NEW"),
        "update": f"{over.format('OLD')} OR {over.format('NEW')}",
        "delete": "1 = 1" if table == LIST_OF_AUDITS else over.format("OLD"),
    }
    refusal = f"{table}: the audit does not take this any more"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_ended_{act} BEFORE {act.upper()} ON {table} "
            f"WHEN {when} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for act, when in acts.items()
        ]
    kept = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
    body = " ".join(
        f"IF TG_OP = '{act.upper()}' THEN IF {when} THEN "
        f"RAISE EXCEPTION '{refusal}'; END IF; RETURN {kept[act]}; END IF;"
        for act, when in acts.items()
    )
    return [
        f"CREATE FUNCTION {table}_ended() RETURNS trigger AS $$ "
        f"BEGIN {body} RETURN NULL; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {table}_ended BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_ended()",
        f"CREATE FUNCTION {table}_stay() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} stay'; END $$ LANGUAGE plpgsql",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_stay()",
    ]
