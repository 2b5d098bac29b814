"""Founding an institution, and changing what it is called and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import open_positions, record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_line, required_line
from registry.organisation import queries
from registry.organisation.actions.changing import apply_changes, expect_version
from registry.organisation.actions.departments import insert_department
from registry.organisation.models import Institution
from registry.organisation.rules import (
    clean_accent,
    clean_label_url,
    clean_time_zone,
)
from registry.store.transaction import transaction
from registry.words import LANGUAGES


def found_institution(
    slug: str, name: str, *, short_name: str = "", contact: str = ""
) -> Institution:
    """Create an institution with its root department, before anyone can sign in."""
    with transaction() as session:
        made = Institution(
            slug=required_line(slug, field="slug", most=40),
            name=required_line(name, field="name"),
            short_name=clean_line(short_name or name, most=40)[:40],
            contact=clean_line(contact),
            created_at=now(),
        )
        session.add(made)
        session.flush()
        open_positions(made.id)
        actor = Actor.system(made.id)
        record(actor, "institution", made.id, "found", {"name": made.name}, is_new=True)
        insert_department(actor, session, made.name, None, "", contact)
        return made


def change_institution(actor: Actor, version: int, **changes: Any) -> Institution:
    """Change name, short name, contact, accent, label address, zone or language."""
    with transaction() as session:
        found = queries.institution(actor.institution_id)
        actor.require(Permission.INSTITUTION_MANAGE, found)
        expect_version(found, version)
        known = {
            "name",
            "short_name",
            "contact",
            "accent",
            "label_url",
            "time_zone",
            "language",
        }
        wanted = {k: _cleaned(k, v) for k, v in changes.items() if k in known}
        facts = apply_changes(found, wanted)
        session.flush()
        record(actor, "institution", found.id, "change", facts)
        return found


CLEANED: dict[str, Callable[[str], str]] = {
    "accent": clean_accent,
    "label_url": clean_label_url,
    "time_zone": clean_time_zone,
}


def _cleaned(field: str, value: Any) -> Any:
    if field == "language" and value not in LANGUAGES:
        raise Invalid.field("language", "not_a_choice", found=str(value)[:40])
    return CLEANED[field](value) if field in CLEANED else value
