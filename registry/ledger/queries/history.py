"""An asset's history as people read it: who, when, and old → new."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.models import Entry
from registry.journal.queries import entries_of, names_behind
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.ledger.rules.standing import EMPTY, PEOPLE, taken_back
from registry.organisation import queries as organisation

FORGOTTEN = None


@dataclass(frozen=True)
class Change:
    """One field's value before and after; names where facts hold references."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Line:
    """One entry as people read it."""

    number: int
    verb: str
    at: datetime
    effective_on: date | None
    actor_id: int | None
    actor: str | None
    door: str
    document: str | None
    corrects: int | None
    reason: str
    changes: tuple[Change, ...]
    correctable: bool
    hash: str


def changes_of(entry: Entry) -> dict[str, Any]:
    """What an asset's entry set."""
    changes: dict[str, Any] = json.loads(entry.facts).get("set", {})
    return changes


def corrections_among(entries: Iterable[Entry]) -> dict[int, int]:
    """Which entry each correcting one of an asset names, by number."""
    return {e.number: e.corrects for e in entries if e.corrects is not None}


def history(actor: Actor, asset: Asset) -> list[Line]:
    """The entries of an asset, newest first; for those who may see everything."""
    if not actor.may(Permission.ASSET_SEE, asset):
        raise Missing(what="assets")
    entries = entries_of("asset", asset.id)
    names = _names(asset.institution_id, entries)
    pairs = [(entry.verb, changes_of(entry)) for entry in entries]
    mended = corrections_among(entries)
    lines, standing = [], dict(EMPTY)
    for entry, (_, changes) in zip(entries, pairs, strict=True):
        shown = tuple(
            Change(
                field,
                shown_fact(field, standing[field], names),
                shown_fact(field, v, names),
            )
            for field, v in changes.items()
            if standing[field] != v
        )
        standing |= changes
        back = bool(taken_back(pairs, entry.number, mended))
        back = back and entry.verb != "relabel"
        lines.append(_line(entry, shown, names, back))
    return lines[::-1]


def _line(
    entry: Entry, shown: tuple[Change, ...], names: dict[str, str], back: bool
) -> Line:
    return Line(
        number=entry.number,
        verb=entry.verb,
        at=entry.at,
        effective_on=entry.effective_on,
        actor_id=entry.actor_id,
        actor=names.get(entry.actor_name or ""),
        door=entry.door,
        document=entry.document,
        corrects=entry.corrects,
        reason=json.loads(entry.facts).get("reason", ""),
        changes=shown,
        correctable=back,
        hash=entry.hash,
    )


def _names(institution_id: int, entries: list[Entry]) -> dict[str, str]:
    wanted = {entry.actor_name for entry in entries if entry.actor_name}
    for entry in entries:
        changes = changes_of(entry)
        wanted |= {changes[f]["name"] for f in PEOPLE if changes.get(f)}
        claim = changes.get("claim") or {}
        wanted |= {claim["holder"]} if claim.get("holder") else set()
    return names_behind(institution_id, wanted)


def shown_fact(field: str, value: Any, names: dict[str, str]) -> Any:
    """A fact as people read it: the name of what it refers to, if it is still held."""
    if not isinstance(value, dict):
        return value
    if field in PEOPLE:
        return names.get(value["name"], FORGOTTEN)
    if field == "claim":
        return {**value, "holder": names.get(value.get("holder", ""))}
    return value.get("name", value)


def officer_names(asset: Asset, on: date) -> list[str]:
    """Who answers for an asset's department, the nearest first."""
    people = organisation.officers_of(asset.institution_id, asset.department.path, on)
    return [person.name for person in people]
