"""Keeping a tally of each institution in this process, caught up with the ledger.

A tally is counted anew when there is none, when the day changes, or when what all
assets share has changed; else the assets that entries since its position touched are
counted again. That it follows the same ledger is known by the hash at its position.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from registry.catalogue.classification import service_life
from registry.catalogue.models import AssetClass, ItemType
from registry.kernel.clock import start_of, today
from registry.kernel.errors import WrongState
from registry.ledger.queries import tallying
from registry.ledger.queries.tallying import Link
from registry.organisation.models import Institution
from registry.reports.rules.measures import Alike
from registry.reports.rules.tally import (
    HAPPENINGS,
    Counted,
    Happening,
    Printed,
    Tally,
    TypeFacts,
    counted_of,
    happening_of,
    life_of,
)
from registry.store.db import db, snapshot

log = structlog.get_logger("registry.reports")

LAST = 2**62
"""Beyond every position."""
MOST_ENTRIES = 20_000
"""After so many entries counting anew is as quick as catching up."""
MOST_KEPT = 24
"""Of so many institutions a process keeps the tally; the one longest unused goes."""
SLACK = timedelta(hours=1)
"""Longer than any transaction that prints labels."""

HARMLESS = {
    "item_type": frozenset({"add", "add_alias", "remove_alias", "merge", "take_in"}),
}
"""Entries about types that change nothing for the assets already there."""
SHARED = frozenset({"item_type", "class_table", "institution"})
"""Subjects on which many assets' figures depend at once."""


class _Kept:
    """The tallies of one database, each behind a lock of its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tallies: OrderedDict[int, Tally] = OrderedDict()
        self.locks: dict[int, threading.Lock] = {}

    def lock_of(self, institution_id: int) -> threading.Lock:
        with self.lock:
            return self.locks.setdefault(institution_id, threading.Lock())

    def take(self, institution_id: int) -> Tally | None:
        """The tally, which is kept no longer until it is put back whole."""
        with self.lock:
            return self.tallies.pop(institution_id, None)

    def put(self, institution_id: int, tally: Tally) -> None:
        with self.lock:
            self.tallies[institution_id] = tally
            while len(self.tallies) > MOST_KEPT:
                self.tallies.popitem(last=False)


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def kept_tally(institution_id: int) -> tuple[threading.Lock, Tally]:
    """The institution's tally as of now, and the lock to hold while reading it.

    Whoever holds the lock sees one position; others wait. Read little under it.
    """
    kept = _kept.setdefault(db.engine, _Kept())
    lock = kept.lock_of(institution_id)
    with lock, snapshot() as connection:
        tally = kept.take(institution_id)
        if tally is None or not _is_caught_up(connection, institution_id, tally):
            tally = counted_anew(connection, institution_id)
        kept.put(institution_id, tally)
    return lock, tally


def _is_caught_up(connection: sa.Connection, institution_id: int, tally: Tally) -> bool:
    """Catch up; False also where entries cannot be replayed, which proving tells."""
    try:
        return catch_up(connection, institution_id, tally)
    except (WrongState, LookupError, ValueError) as error:
        log.warning("tally_counted_anew", institution=institution_id, exc_info=error)
        return False


def counted_anew(connection: sa.Connection, institution_id: int) -> Tally:
    """A tally from all rows and entries as they are."""
    position, newest = tallying.last_entry(connection, institution_id)
    zone, currency = _house(connection, institution_id)
    tally = Tally(
        position=position,
        hash=newest,
        day=today(zone),
        zone=zone,
        currency=currency,
        types=_types(connection, institution_id),
    )
    _count_assets(connection, institution_id, tally)
    _count_days(connection, institution_id, tally)
    return tally


def _house(connection: sa.Connection, institution_id: int) -> tuple[str, str]:
    row = connection.execute(
        sa.select(Institution.time_zone, Institution.currency).where(
            Institution.id == institution_id
        )
    ).one()
    return row[0], row[1]


def _types(
    connection: sa.Connection, institution_id: int, ids: Iterable[int] | None = None
) -> dict[int, TypeFacts]:
    """What figures need of the item types, of all or of some."""
    classes = {
        key: (code, months)
        for key, code, months in connection.execute(
            sa.select(
                AssetClass.id, AssetClass.code, AssetClass.service_life_months
            ).where(AssetClass.institution_id == institution_id)
        )
    }
    lives = {code: months for code, months in classes.values() if months is not None}
    query = sa.select(
        ItemType.id,
        ItemType.class_id,
        ItemType.service_life_months,
        ItemType.is_labelled,
    ).where(ItemType.institution_id == institution_id)
    if ids is not None:
        query = query.where(ItemType.id.in_(sorted(set(ids))))
    found: dict[int, TypeFacts] = {}
    for key, class_id, months, is_labelled in connection.execute(query):
        code = classes[class_id][0] if class_id is not None else ""
        life = months
        if life is None and code:
            life = service_life(code, lives)
        found[key] = TypeFacts(code, life, bool(is_labelled))
    return found


def _count_assets(connection: sa.Connection, institution_id: int, tally: Tally) -> None:
    for group in tallying.groups_of_assets(connection, institution_id, tally.currency):
        key = (group.department_id, group.item_type_id)
        facts = tally.types.get(group.item_type_id)
        alike = Alike(
            state=group.state,
            condition=group.condition,
            acquired_on=group.acquired_on,
            life_months=life_of(group.service_life_months, facts),
            count=group.number,
            value_fen=group.value_fen,
            costed=group.costed,
            foreign=group.foreign,
            placed=group.placed,
            kept=group.kept,
        )
        tally.measure(key, alike)
    for department, kind, count in tallying.photographed_assets(
        connection, institution_id
    ):
        tally.note((department, kind), "has:photo", count)
    for asset_id, department, kind, state in tallying.printed_assets(
        connection, institution_id
    ):
        tally.printed.put(asset_id, printed=True)
        if state != "disposed":
            tally.note((department, kind), "has:label", 1)
    tally.printed_until = tallying.last_printed(connection, institution_id)


def _count_days(connection: sa.Connection, institution_id: int, tally: Tally) -> None:
    since = start_of(tally.first_day, tally.zone)
    happened = tallying.verbs_in_quarters(
        connection, institution_id, tuple(HAPPENINGS), since.astimezone(UTC)
    )
    for department, kind, verb, quarter, count in happened:
        moment = datetime.fromtimestamp(quarter * tallying.QUARTER, UTC)
        happening = happening_of(verb, _day(moment, tally))
        if happening is not None:
            tally.happen((department, kind), happening, count)


def _day(moment: datetime, tally: Tally) -> date:
    return moment.astimezone(ZoneInfo(tally.zone)).date()


def catch_up(connection: sa.Connection, institution_id: int, tally: Tally) -> bool:
    """Bring a tally to the newest position; False where it must be counted anew.

    A tally that could not be caught up may be half changed and is of no use.
    """
    last, newest = tallying.last_entry(connection, institution_id)
    if tally.day != today(tally.zone) or last < tally.position:
        return False
    if tallying.hash_at(connection, institution_id, tally.position) != tally.hash:
        return False
    if last == tally.position:
        return True
    if last - tally.position > MOST_ENTRIES:
        return False
    touched = tallying.touched_between(connection, institution_id, tally.position, last)
    if any(_is_shared(kind, verb) for kind, _subject, verb in touched):
        return False
    changed = {subject for kind, subject, _verb in touched if kind == "asset"}
    changed |= _newly_printed(connection, institution_id, tally, touched)
    _count_again(connection, institution_id, tally, changed, last)
    tally.position, tally.hash = last, newest
    return True


def _is_shared(kind: str, verb: str) -> bool:
    return kind in SHARED and verb not in HARMLESS.get(kind, ())


def _newly_printed(
    connection: sa.Connection,
    institution_id: int,
    tally: Tally,
    touched: Iterable[tuple[str, int, str]],
) -> set[int]:
    """Assets whose labels were printed meanwhile."""
    if not any(kind == "print_run" for kind, _subject, _verb in touched):
        return set()
    until = tally.printed_until
    since = until - SLACK if until is not None else None
    found = tallying.printed_since(connection, institution_id, since)
    moments = [at for _asset, at in found]
    tally.printed_until = max([*moments, *([until] if until else [])], default=None)
    return {asset for asset, _at in found if asset not in tally.printed}


def _count_again(
    connection: sa.Connection,
    institution_id: int,
    tally: Tally,
    changed: set[int],
    last: int,
) -> None:
    """Take assets out as they were at the tally's position, put them in as they are."""
    chains = dict(tallying.chains_of(connection, changed, last))
    now = {
        asset_id: tallying.standing_after(links) for asset_id, links in chains.items()
    }
    unknown = {each["item_type"] for each in now.values()} - set(tally.types)
    if unknown:
        tally.types |= _types(connection, institution_id, unknown)
    printed = tallying.printed_codes(
        connection, [each["code"] for each in now.values()]
    )
    for asset_id, links in chains.items():
        before = [link for link in links if link.position <= tally.position]
        if before:
            was = asset_id in tally.printed
            tally.count(
                _counted(tally, tallying.standing_after(before), before, printed=was),
                -1,
            )
        is_printed = now[asset_id]["code"] in printed
        tally.printed.put(asset_id, printed=is_printed)
        tally.count(_counted(tally, now[asset_id], links, printed=is_printed))


def counted_apart(
    connection: sa.Connection, like: Tally, asset_ids: Iterable[int]
) -> Tally:
    """A tally of some assets alone, as they are now, on the day of another tally."""
    ids = list(asset_ids)
    tally = replace(like, cells={}, days={}, printed=Printed())
    chains = dict(tallying.chains_of(connection, ids, LAST))
    now = {
        asset_id: tallying.standing_after(links) for asset_id, links in chains.items()
    }
    printed = tallying.printed_codes(
        connection, [each["code"] for each in now.values()]
    )
    for asset_id, links in chains.items():
        is_printed = now[asset_id]["code"] in printed
        tally.count(_counted(tally, now[asset_id], links, printed=is_printed))
    return tally


def _counted(
    tally: Tally, standing: Mapping[str, Any], links: Iterable[Link], *, printed: bool
) -> Counted:
    return counted_of(tally, standing, _happenings(tally, links), printed=printed)


def _happenings(tally: Tally, links: Iterable[Link]) -> Iterator[Happening]:
    for link in links:
        happening = happening_of(link.verb, _day(link.at, tally))
        if happening is not None:
            yield happening
