"""Founding an institution, and changing what it is called and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
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
from registry.organisation.models import FactorFor, Institution
from registry.organisation.rules import (
    FACTOR_DAYS,
    clean_accent,
    clean_label_url,
    clean_time_zone,
)
from registry.store.transaction import transaction
from registry.words import LANGUAGES

FACTOR_AFTER = timedelta(days=FACTOR_DAYS)


def found_institution(
    slug: str,
    name: str,
    *,
    short_name: str = "",
    contact: str = "",
    factor_for: FactorFor = FactorFor.DECIDERS,
) -> Institution:
    """Create an institution with its root department, before anyone can sign in.

    A second factor is asked of administrators and deciders, two weeks from now on.
    """
    with transaction() as session:
        made = Institution(
            slug=required_line(slug, field="slug", most=40),
            name=required_line(name, field="name"),
            short_name=clean_line(short_name or name, most=40)[:40],
            contact=clean_line(contact),
            factor_for=str(factor_for),
            factor_from=now() + FACTOR_AFTER,
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
    """Change name, short name, contact, accent, label address, zone or language.

    Also of whom a second factor is asked; of whom it was not before have two weeks.
    """
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
            "factor_for",
        }
        wanted = {k: _cleaned(k, v) for k, v in changes.items() if k in known}
        before = FactorFor(found.factor_for)
        facts = apply_changes(found, wanted)
        if _asks_more(before, FactorFor(found.factor_for)):
            found.factor_from = now() + FACTOR_AFTER
        session.flush()
        record(actor, "institution", found.id, "change", facts)
        return found


def _asks_more(before: FactorFor, after: FactorFor) -> bool:
    widening = list(FactorFor)
    return widening.index(after) > widening.index(before)


CLEANED: dict[str, Callable[[str], str]] = {
    "accent": clean_accent,
    "label_url": clean_label_url,
    "time_zone": clean_time_zone,
}


def _cleaned(field: str, value: Any) -> Any:
    known = {"language": list(LANGUAGES), "factor_for": [str(x) for x in FactorFor]}
    if field in known and value not in known[field]:
        raise Invalid.field(field, "not_a_choice", found=str(value)[:40])
    return CLEANED[field](value) if field in CLEANED else value
