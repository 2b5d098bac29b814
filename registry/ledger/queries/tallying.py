"""What figures are counted from: all assets in groups, and chains of some of them.

Everything here reads one institution whole and looks at nobody's sight: whoever asks
narrows. It reads by a connection of its own, so that all of it is of one moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from registry.codes.models import Code, CodeKind
from registry.journal.models import Entry
from registry.ledger.models import Asset, Photo
from registry.ledger.rules.standing import Standing, bare, replay
from registry.ledger.states import AssetState

BATCH = 500
QUARTER = 900
"""Seconds: every time zone in use differs from UTC by whole quarters of an hour."""
SLACK = timedelta(days=1)
"""Entries are in order of commit; their times may differ from it by less than this."""


class Group(NamedTuple):
    """Assets that are alike in all that figures ask; amounts are fen of the house."""

    department_id: int
    item_type_id: int
    state: str
    condition: str | None
    acquired_on: date | None
    service_life_months: int | None
    number: int
    value_fen: int
    costed: int
    foreign: int
    placed: int
    kept: int


class Link(NamedTuple):
    """One entry of an asset, as far as figures need it."""

    position: int
    verb: str
    at: datetime
    changes: dict[str, Any]


def groups_of_assets(
    connection: sa.Connection, institution_id: int, currency: str
) -> Iterator[Group]:
    """Every asset of an institution, disposed ones too, alike ones together.

    Costs in another currency than the house's are counted, not added up.
    """
    home = Asset.currency == currency
    alike = (
        Asset.department_id,
        Asset.item_type_id,
        Asset.state,
        Asset.condition,
        Asset.acquired_on,
        Asset.service_life_months,
    )
    value = sa.func.sum(sa.case((home, Asset.cost_fen), else_=0))
    foreign = sa.and_(~home, Asset.cost_fen.is_not(None))
    rows = connection.execute(
        sa.select(
            *alike,
            sa.func.count(),
            sa.cast(sa.func.coalesce(value, 0), sa.BigInteger),
            sa.func.count(Asset.cost_fen),
            sa.func.count(sa.case((foreign, 1))),
            sa.func.count(Asset.place_id),
            sa.func.count(Asset.custodian_id),
        )
        .where(Asset.institution_id == institution_id)
        .group_by(*alike)
    )
    return map(Group._make, rows)


def photographed_assets(
    connection: sa.Connection, institution_id: int
) -> list[tuple[int, int, int]]:
    """(department, item type, how many) of assets not disposed of that have a photo."""
    rows = connection.execute(
        sa.select(
            Asset.department_id,
            Asset.item_type_id,
            sa.func.count(sa.distinct(Asset.id)),
        )
        .join(Photo, Photo.asset_id == Asset.id)
        .where(
            Photo.institution_id == institution_id,
            Photo.removed_at.is_(None),
            Asset.state != AssetState.DISPOSED,
        )
        .group_by(Asset.department_id, Asset.item_type_id)
    )
    return [(department, kind, count) for department, kind, count in rows]


def printed_assets(
    connection: sa.Connection, institution_id: int
) -> list[tuple[int, int, int, str]]:
    """(asset, department, item type, state) of those whose label was printed."""
    rows = connection.execute(
        sa.select(Asset.id, Asset.department_id, Asset.item_type_id, Asset.state)
        .join(Code, Code.code == Asset.code)
        .where(
            Code.institution_id == institution_id,
            Code.kind == CodeKind.ASSET,
            Code.printed_at.is_not(None),
        )
    )
    return [(key, department, kind, state) for key, department, kind, state in rows]


def printed_since(
    connection: sa.Connection, institution_id: int, since: datetime | None
) -> list[tuple[int, datetime]]:
    """(asset, when) of labels in use that were first printed since a moment."""
    query = sa.select(Code.target_id, Code.printed_at).where(
        Code.institution_id == institution_id,
        Code.kind == CodeKind.ASSET,
        Code.retired_at.is_(None),
        Code.printed_at.is_not(None),
    )
    if since is not None:
        query = query.where(Code.printed_at >= since)
    rows = connection.execute(query)
    return [(key, at) for key, at in rows if key is not None and at is not None]


def last_printed(connection: sa.Connection, institution_id: int) -> datetime | None:
    """When a label of an asset was last printed for the first time."""
    return connection.scalar(
        sa.select(sa.func.max(Code.printed_at)).where(
            Code.institution_id == institution_id, Code.kind == CodeKind.ASSET
        )
    )


def printed_codes(connection: sa.Connection, codes: Iterable[str]) -> set[str]:
    """Which of these codes have been printed."""
    found: set[str] = set()
    for part in _parts(sorted(set(codes))):
        found |= set(
            connection.scalars(
                sa.select(Code.code).where(
                    Code.code.in_(part), Code.printed_at.is_not(None)
                )
            )
        )
    return found


def verbs_in_quarters(
    connection: sa.Connection,
    institution_id: int,
    verbs: Sequence[str],
    since: datetime,
) -> Iterator[tuple[int, int, str, int, int]]:
    """(department, item type, verb, quarter hour, how many) of acts since a moment.

    Departments and types are those the assets have now. A quarter is counted from 1970.
    """
    first = position_before(connection, institution_id, since - SLACK)
    quarter = _quarter(connection)
    rows = connection.execute(
        sa.select(
            Asset.department_id,
            Asset.item_type_id,
            Entry.verb,
            quarter,
            sa.func.count(),
        )
        .join(Asset, Asset.id == Entry.subject_id)
        .where(
            Entry.institution_id == institution_id,
            Entry.position > first,
            Entry.subject_kind == "asset",
            Entry.verb.in_(verbs),
            Entry.at >= since,
        )
        .group_by(Asset.department_id, Asset.item_type_id, Entry.verb, quarter)
    )
    for department, kind, verb, when, count in rows:
        yield department, kind, verb, int(when), count


def quarter_of(moment: datetime) -> int:
    """In which quarter of an hour since 1970 a moment lies."""
    return int(moment.timestamp()) // QUARTER


def _quarter(connection: sa.Connection) -> sa.ColumnElement[Any]:
    if connection.dialect.name == "sqlite":
        seconds = sa.cast(sa.func.strftime("%s", Entry.at), sa.Integer)
        return sa.cast(seconds / QUARTER, sa.Integer)
    return sa.func.floor(sa.extract("epoch", Entry.at) / QUARTER)


def position_before(
    connection: sa.Connection, institution_id: int, moment: datetime
) -> int:
    """A position before which nothing was entered at or after ``moment``, by halving.

    Exact but for how far times and order of commit differ.
    """
    low, high = 0, last_entry(connection, institution_id)[0]
    while low < high:
        middle = (low + high + 1) // 2
        at = connection.scalar(
            sa.select(Entry.at).where(
                Entry.institution_id == institution_id, Entry.position == middle
            )
        )
        if at is not None and at < moment:
            low = middle
        else:
            high = middle - 1
    return low


def last_entry(connection: sa.Connection, institution_id: int) -> tuple[int, str]:
    """The position and hash of the newest entry; (0, "") before the first."""
    row = connection.execute(
        sa.select(Entry.position, Entry.hash)
        .where(Entry.institution_id == institution_id)
        .order_by(Entry.position.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (0, "")


def hash_at(
    connection: sa.Connection, institution_id: int, position: int
) -> str | None:
    """The hash of the entry at a position; None if there is none."""
    return connection.scalar(
        sa.select(Entry.hash).where(
            Entry.institution_id == institution_id, Entry.position == position
        )
    )


def touched_between(
    connection: sa.Connection, institution_id: int, after: int, last: int
) -> list[tuple[str, int, str]]:
    """(kind, subject, verb) of the entries after one position, up to another."""
    rows = connection.execute(
        sa.select(Entry.subject_kind, Entry.subject_id, Entry.verb).where(
            Entry.institution_id == institution_id,
            Entry.position > after,
            Entry.position <= last,
        )
    )
    return [(kind, subject_id, verb) for kind, subject_id, verb in rows]


def chains_of(
    connection: sa.Connection, asset_ids: Iterable[int], last: int
) -> Iterator[tuple[int, list[Link]]]:
    """The entries of some assets up to a position, asset by asset."""
    for part in _parts(sorted(set(asset_ids))):
        rows = connection.execute(
            sa.select(
                Entry.subject_id,
                Entry.position,
                Entry.verb,
                Entry.at,
                Entry.facts,
            )
            .where(
                Entry.subject_kind == "asset",
                Entry.subject_id.in_(part),
                Entry.position <= last,
            )
            .order_by(Entry.subject_id, Entry.number)
        )
        for asset_id, links in groupby(rows, key=lambda row: row.subject_id):
            yield asset_id, [_link(row) for row in links]


def standing_after(links: Iterable[Link]) -> Standing:
    """What an asset's entries, replayed, say it is: ids instead of names.

    Raises WrongState or ValueError where they cannot be replayed.
    """
    return bare(replay((link.verb, link.changes) for link in links))


def _link(row: Any) -> Link:
    return Link(row.position, row.verb, row.at, json.loads(row.facts).get("set", {}))


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]
