"""What entries about assets mean to whom: it changed, it is gone, it can be had.

Whoever sees an asset in full is told of each of its entries; whoever saw it in full
before an entry and does not after is told that it is gone. Of what lies idle every
colleague is told what the card in the pool shows, and no more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.models import Entry
from registry.journal.news import Event, News, Telling
from registry.ledger.models import Asset, LabelReport
from registry.ledger.states import AssetState
from registry.organisation.models import Department

WHOSE = ("department", "custodian", "user", "state")
"""The fields that decide who sees an asset, and whether it is in the pool."""
ON_CARD = {
    "asset_number",
    "claim",
    "code",
    "condition",
    "department",
    "item_type",
    "photos",
    "place",
    "restrictions",
    "state",
    "sub_number",
}
"""The fields that the card in the pool shows every colleague."""

Standing = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose an asset was at one moment: what the policy looks at."""

    institution_id: int
    department_path: str
    custodian_id: int | None
    user_id: int | None
    is_idle: bool


@dataclass(frozen=True, slots=True)
class AssetNews:
    """Whose an asset was before and after an entry."""

    before: Whose | None
    after: Whose
    is_on_card: bool
    """Whether the entry changed what the card in the pool shows."""

    @property
    def was_idle(self) -> bool:
        return self.before is not None and self.before.is_idle


def tell_asset(actor: Actor, news: News) -> Event | None:
    """What an entry of an asset tells a reader."""
    about: AssetNews = news.about
    own = f"asset:{news.subject_id}"
    pool = about.is_on_card and (about.was_idle or about.after.is_idle)
    in_pool = ("pool",) if pool and actor.reads("ledger") else ()
    if actor.may(Permission.ASSET_SEE, about.after):
        return news.told("assets", own, *in_pool)
    if about.before is not None and actor.may(Permission.ASSET_SEE, about.before):
        return news.told("assets", own, *in_pool, verb="gone")
    if in_pool:
        return news.told(own, *in_pool, verb=_verb_of_card(about))
    return None


def _verb_of_card(about: AssetNews) -> str:
    """What happened to a card in the pool."""
    if about.was_idle != about.after.is_idle:
        return "idle" if about.after.is_idle else "gone"
    return "change"


def look_at_assets(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, AssetNews]:
    """By position, whose the assets were before and after each entry.

    Not as the rows stand now, since later entries may have been written meanwhile, but
    as the entries themselves say.
    """
    steps: list[tuple[int, set[str], Standing | None, Standing]] = []
    standings = _standings_before(connection, entries)
    for entry in entries:
        before = standings.get(entry.subject_id)
        changes = json.loads(entry.facts).get("set", {})
        after = (before or dict.fromkeys(WHOSE)) | _of_interest(changes)
        steps.append((entry.position, set(changes), before, after))
        standings[entry.subject_id] = after
    paths = _paths(connection, [each for step in steps for each in step[2:] if each])
    return {
        position: AssetNews(
            _whose(institution_id, before, paths) if before else None,
            _whose(institution_id, after, paths),
            bool(fields & ON_CARD),
        )
        for position, fields, before, after in steps
    }


def _of_interest(changes: Mapping[str, Any]) -> Standing:
    """Whose an asset is from now on, as far as an entry sets it: ids for references."""
    found: Standing = {}
    for field in WHOSE:
        if field in changes:
            value = changes[field]
            found[field] = value["id"] if isinstance(value, dict) else value
    return found


def _standings_before(
    connection: sa.Connection, entries: Sequence[Any]
) -> dict[int, Standing]:
    """Whose each asset was before its first entry here; nothing for new ones."""
    first: dict[int, int] = {}
    last: dict[int, Any] = {}
    moved: set[int] = set()
    for entry in entries:
        first.setdefault(entry.subject_id, entry.number)
        last[entry.subject_id] = entry.number
        if _of_interest(json.loads(entry.facts).get("set", {})):
            moved.add(entry.subject_id)
    known = [asset_id for asset_id, number in first.items() if number > 1]
    found = _as_rows_say(connection, [e for e in known if e not in moved], last)
    return found | _as_entries_say(
        connection, {e: first[e] for e in known if e not in found}
    )


def _as_rows_say(
    connection: sa.Connection, asset_ids: Sequence[int], last: Mapping[int, int]
) -> dict[int, Standing]:
    """From the rows of assets that none of these entries, and no later one, moved."""
    if not asset_ids:
        return {}
    rows = connection.execute(
        sa.select(
            Asset.id,
            Asset.department_id,
            Asset.custodian_id,
            Asset.user_id,
            Asset.state,
            Asset.entries,
        ).where(Asset.id.in_(asset_ids))
    )
    return {
        asset_id: dict(zip(WHOSE, whose, strict=True))
        for asset_id, *whose, count in rows
        if count == last[asset_id]
    }


def _as_entries_say(
    connection: sa.Connection, before: Mapping[int, int]
) -> dict[int, Standing]:
    """From all entries of some assets before a number of each."""
    if not before:
        return {}
    rows = connection.execute(
        sa.select(Entry.subject_id, Entry.number, Entry.facts)
        .where(Entry.subject_kind == "asset", Entry.subject_id.in_(list(before)))
        .order_by(Entry.subject_id, Entry.number)
    )
    found: dict[int, Standing] = {}
    for asset_id, number, facts in rows:
        if number < before[asset_id]:
            standing = found.setdefault(asset_id, dict.fromkeys(WHOSE))
            standing |= _of_interest(json.loads(facts).get("set", {}))
    return found


def _paths(
    connection: sa.Connection, standings: Sequence[Standing]
) -> dict[int | None, str]:
    """The paths of departments as the tree is now: so roles are held."""
    ids = {standing["department"] for standing in standings}
    rows = connection.execute(
        sa.select(Department.id, Department.path).where(Department.id.in_(ids))
    )
    return {department_id: path for department_id, path in rows}  # noqa: C416 - typed


def _whose(
    institution_id: int, standing: Standing, paths: Mapping[int | None, str]
) -> Whose:
    return Whose(
        institution_id,
        paths.get(standing["department"], ""),
        standing["custodian"],
        standing["user"],
        standing["state"] == AssetState.IDLE,
    )


@dataclass(frozen=True, slots=True)
class ReportNews:
    """Whose asset a report from a label is about."""

    institution_id: int
    department_path: str


def tell_report(actor: Actor, news: News) -> Event | None:
    """A report waits for whoever may settle it."""
    if news.about is None or not actor.may(Permission.REPORT_HANDLE, news.about):
        return None
    return news.told("waiting")


def look_at_reports(
    connection: sa.Connection, institution_id: int, entries: Sequence[Any]
) -> dict[int, ReportNews]:
    """By position, whose asset each report is about."""
    rows = connection.execute(
        sa.select(LabelReport.id, Department.path)
        .join(Asset, Asset.id == LabelReport.asset_id)
        .join(Department, Department.id == Asset.department_id)
        .where(LabelReport.id.in_({entry.subject_id for entry in entries}))
    )
    paths = {report_id: path for report_id, path in rows}  # noqa: C416 - typed
    return {
        entry.position: ReportNews(institution_id, paths[entry.subject_id])
        for entry in entries
        if entry.subject_id in paths
    }


TELLINGS = (
    Telling("asset", tell_asset, look_at_assets),
    Telling("label_report", tell_report, look_at_reports),
)
