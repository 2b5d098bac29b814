"""Four ways of numbering ledger entries, for ``positions.py`` to measure.

Every one does what a change to an asset does: lock and read the subject's head, make
the canonical body, hash it, insert one entry. Only the number's origin differs.
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa

META = sa.MetaData()
POSITIONS = sa.Table(
    "positions",
    META,
    sa.Column("institution_id", sa.Integer, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
)
SUBJECTS = sa.Table(
    "subjects",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
)
ENTRIES = sa.Table(
    "entries",
    META,
    sa.Column(
        "id",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.Identity(),
        primary_key=True,
    ),
    sa.Column("institution_id", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger),
    sa.Column("subject_id", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("institution_id", "position"),
    sa.UniqueConstraint("subject_id", "number"),
)
SUBJECTS_PER_WRITER = 200
FACTS = {
    "place": {"id": 812, "code": "B2-301", "name": "实验楼 301"},
    "department": {"id": 14, "name": "教务处"},
    "keeper": {"id": 77, "name": "3f9c" * 16},
    "state": ["in_use", "idle"],
    "reason": "换装新投影机，旧机入公物仓待调剂",
}

_STEP = (
    sa.update(POSITIONS)
    .where(POSITIONS.c.institution_id == sa.bindparam("institution"))
    .values(last=POSITIONS.c.last + sa.bindparam("count"))
    .returning(POSITIONS.c.last)
)
_HEAD = (
    sa.update(SUBJECTS)
    .where(SUBJECTS.c.id == sa.bindparam("subject"))
    .values(number=SUBJECTS.c.number + 1)
    .returning(SUBJECTS.c.number, SUBJECTS.c.head)
)
_FOLLOW = (
    sa.update(SUBJECTS)
    .where(SUBJECTS.c.id == sa.bindparam("subject"))
    .values(head=sa.bindparam("hash"))
)
_ADVISORY = sa.text("SELECT pg_advisory_xact_lock(:institution)")


def _take_position(connection: sa.Connection, institution: int, count: int) -> int:
    return connection.execute(
        _STEP, {"institution": institution, "count": count}
    ).scalar_one()


def _make_entries(
    connection: sa.Connection, institution: int, subjects: list[int]
) -> list[dict[str, object]]:
    made = []
    for subject in subjects:
        number, head = connection.execute(_HEAD, {"subject": subject}).one()
        body = json.dumps(
            {"subject": subject, "number": number, "facts": FACTS, "previous": head},
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        own = hashlib.sha256(body.encode()).hexdigest()
        connection.execute(_FOLLOW, {"subject": subject, "hash": own})
        made.append(
            {
                "institution_id": institution,
                "subject_id": subject,
                "number": number,
                "body": body,
                "previous_hash": head,
                "hash": own,
            }
        )
    return made


def counter_last(connection, institution, subjects) -> None:
    """The counter row is the last thing locked; commit follows at once."""
    rows = _make_entries(connection, institution, subjects)
    last = _take_position(connection, institution, len(rows))
    for position, row in enumerate(rows, last - len(rows) + 1):
        row["position"] = position
    connection.execute(sa.insert(ENTRIES), rows)


def counter_first(connection, institution, subjects) -> None:
    """The same, but the counter row is locked before the work is done."""
    last = _take_position(connection, institution, len(subjects))
    rows = _make_entries(connection, institution, subjects)
    for position, row in enumerate(rows, last - len(rows) + 1):
        row["position"] = position
    connection.execute(sa.insert(ENTRIES), rows)


def sequence(connection, institution, subjects) -> None:
    """The database's own numbering: handed out at insert, not at commit."""
    rows = _make_entries(connection, institution, subjects)
    connection.execute(sa.insert(ENTRIES), rows)


def advisory(connection, institution, subjects) -> None:
    """An advisory lock taken last, then the database's own numbering."""
    rows = _make_entries(connection, institution, subjects)
    connection.execute(_ADVISORY, {"institution": institution})
    connection.execute(sa.insert(ENTRIES), rows)


SCHEMES = {
    scheme.__name__: scheme
    for scheme in (counter_last, counter_first, sequence, advisory)
}
