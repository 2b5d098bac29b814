"""Who hears of an audit: those who see the whole of it, on their open pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.models import Audit, AuditFinding, AuditPerson
from registry.journal.news import Event, News, Telling
from registry.organisation.models import Department


@dataclass(frozen=True, slots=True)
class About:
    """Which audit an entry is about, as the policy looks at it."""

    institution_id: int
    audit_id: int
    department_path: str
    lead_id: int | None
    member_ids: frozenset[int]
    counter_ids: frozenset[int]


def tell_audit(actor: Actor, news: News) -> Event | None:
    """Whoever sees an audit or counts in it hears that it went on."""
    about: About | None = news.about
    if about is None:
        return None
    seen = actor.may(Permission.AUDIT_SEE, about)
    if not seen and not actor.may(Permission.AUDIT_COUNT, about):
        return None
    return news.told("audits", f"audit:{about.audit_id}")


def look_at_audits(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, About]:
    """By position, the audits that entries of theirs are about."""
    ids = {entry.position: entry.subject_id for entry in entries}
    return _about(connection, institution_id, ids)


def look_at_syncs(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, About]:
    """By position, the audits that deliveries belong to."""
    ids = {entry.position: json.loads(entry.facts).get("audit") for entry in entries}
    return _about(connection, institution_id, ids)


def look_at_findings(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, About]:
    """By position, the audits that findings belong to."""
    rows = connection.execute(
        sa.select(AuditFinding.id, AuditFinding.audit_id).where(
            AuditFinding.id.in_({entry.subject_id for entry in entries})
        )
    )
    audits = {finding_id: audit_id for finding_id, audit_id in rows}  # noqa: C416 - typed
    ids = {entry.position: audits.get(entry.subject_id) for entry in entries}
    return _about(connection, institution_id, ids)


def _about(
    connection: sa.Connection, institution_id: int, ids: dict[int, int | None]
) -> dict[int, About]:
    wanted = sorted({each for each in ids.values() if each is not None})
    people: dict[int, list[tuple[int, str]]] = {}
    for audit_id, person_id, part in connection.execute(
        sa.select(AuditPerson.audit_id, AuditPerson.person_id, AuditPerson.part).where(
            AuditPerson.audit_id.in_(wanted), AuditPerson.removed_at.is_(None)
        )
    ):
        people.setdefault(audit_id, []).append((person_id, part))
    rows = connection.execute(
        sa.select(Audit.id, Department.path, Audit.lead_id)
        .join(Department, Department.id == Audit.department_id)
        .where(Audit.institution_id == institution_id, Audit.id.in_(wanted))
    )
    known = {
        audit_id: About(
            institution_id,
            audit_id,
            path,
            lead_id,
            frozenset(each for each, _ in people.get(audit_id, ())),
            frozenset(
                each for each, part in people.get(audit_id, ()) if part == "counter"
            ),
        )
        for audit_id, path, lead_id in rows
    }
    return {
        position: known[audit_id]
        for position, audit_id in ids.items()
        if audit_id in known
    }


TELLINGS = (
    Telling("audit", tell_audit, look_at_audits, changes_rights=True),
    Telling("audit_sync", tell_audit, look_at_syncs),
    Telling("audit_finding", tell_audit, look_at_findings),
)
