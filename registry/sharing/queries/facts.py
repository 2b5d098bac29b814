"""What is known of things in use, as the rules of signals take it.

Since when something stands in a store, and whether it came back from repair, is read
off its entries: they know, also of what happened before anybody looked for idle things.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from registry.catalogue.models import AssetClass, ItemType
from registry.journal.models import Entry
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
from registry.organisation.models import Person, Place
from registry.sharing.models import AssetLife
from registry.sharing.queries.narrowing import claimed, start_of
from registry.sharing.rules.ages import months_before
from registry.sharing.rules.policies import Policy
from registry.sharing.rules.signals import Facts
from registry.store.db import session

ASSET = "asset"
PLACING = ("register", "move", "reassign", "correct")
"""The verbs of an asset's entries that may say where it stands."""
PUT_IN_USE = "put_in_use"


@dataclass(frozen=True)
class Known:
    """One thing in use: what the rules take, and who would be asked about it."""

    asset_id: int
    item_type_id: int
    department_id: int
    place_id: int | None
    custodian_id: int | None
    user_id: int | None
    cost_fen: int
    facts: Facts


def candidates(institution_id: int, policy: Policy, today: date) -> list[int]:
    """The ids of the things that might give a sign, in one pass over the ledger.

    Everything for which the rules find a sign is among them; many others are as well.
    """
    return list(
        session().scalars(
            sa.select(Asset.id)
            .outerjoin(Place, Place.id == Asset.place_id)
            .outerjoin(Person, Person.id == Asset.custodian_id)
            .outerjoin(AssetLife, AssetLife.asset_id == Asset.id)
            .where(
                *_in_hand(institution_id),
                _might_give_a_sign(institution_id, policy, today),
            )
            .order_by(Asset.id)
        )
    )


def known_things(
    institution_id: int, policy: Policy, ids: Iterable[int]
) -> list[Known]:
    """Those of some things that are in use and without a claim, by id."""
    rows = session().execute(_known_columns(institution_id, ids)).all()
    zone = ZoneInfo(organisation.institution(institution_id).time_zone)
    stored = {row.id for row in rows if _is_stored(row, policy)}
    placed = _placed_on(sorted(stored), zone)
    return [
        _known(row, zone, in_store=row.id in stored, placed_on=placed.get(row.id))
        for row in rows
    ]


def _is_stored(row: Any, policy: Policy) -> bool:
    """Whether a thing stands in a store, and not in one that is used daily."""
    used = any(f"/{place_id}/" in row.place_path for place_id in policy.used_places)
    return bool(row.is_store) and not used


def _in_hand(institution_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Things one could ask about: in use, and nobody has an exclusive hand on them."""
    return (
        Asset.institution_id == institution_id,
        Asset.state == AssetState.IN_USE,
        Asset.id.not_in(claimed()),
    )


def _known_columns(
    institution_id: int, ids: Iterable[int]
) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Asset.id,
            Asset.department_id,
            Asset.place_id,
            Asset.custodian_id,
            Asset.user_id,
            Asset.cost_fen,
            Asset.changed_at,
            sa.func.coalesce(Place.is_store, sa.false()).label("is_store"),
            sa.func.coalesce(Place.path, "").label("place_path"),
            Person.left_on,
            sa.func.coalesce(ItemType.merged_into_id, ItemType.id).label("standing"),
            ItemType.is_labelled,
            AssetClass.code.label("class_code"),
            AssetLife.scanned_on,
            AssetLife.unused_on,
            AssetLife.unused_by,
            AssetLife.replaced_on,
            AssetLife.replaced_by,
            AssetLife.answered_on,
            AssetLife.rested_until,
            Entry.verb,
            Entry.at,
            Entry.effective_on,
            Entry.facts,
        )
        .join(ItemType, ItemType.id == Asset.item_type_id)
        .join(Entry, _is_last())
        .outerjoin(AssetClass, AssetClass.id == ItemType.class_id)
        .outerjoin(Place, Place.id == Asset.place_id)
        .outerjoin(Person, Person.id == Asset.custodian_id)
        .outerjoin(AssetLife, AssetLife.asset_id == Asset.id)
        .where(*_in_hand(institution_id), Asset.id.in_(sorted(set(ids))))
        .order_by(Asset.id)
    )


def _is_last() -> sa.ColumnElement[bool]:
    """The condition on entries that leaves an asset's last one."""
    return sa.and_(
        Entry.subject_kind == ASSET,
        Entry.subject_id == Asset.id,
        Entry.number == Asset.entries,
    )


def _might_give_a_sign(
    institution_id: int, policy: Policy, today: date
) -> sa.ColumnElement[bool]:
    still = months_before(today, policy.quiet_months) + timedelta(days=1)
    put_in_use = sa.exists().where(_is_last(), Entry.verb == PUT_IN_USE)
    return sa.or_(
        Place.is_store.is_(True),
        Person.left_on.is_not(None),
        AssetLife.unused_on.is_not(None),
        AssetLife.replaced_on.is_not(None),
        Asset.changed_at < start_of(institution_id, still),
        put_in_use,
    )


def _known(
    row: Any, zone: ZoneInfo, *, in_store: bool, placed_on: date | None
) -> Known:
    facts = Facts(
        changed_on=_day(row.changed_at, zone),
        in_store=in_store,
        placed_on=placed_on,
        scanned_on=row.scanned_on,
        keeper_left_on=row.left_on,
        repaired_on=_repaired_on(row, zone),
        unused_on=row.unused_on,
        unused_by=row.unused_by or "",
        replaced_on=row.replaced_on,
        replaced_by=row.replaced_by or "",
        answered_on=row.answered_on,
        rested_until=row.rested_until,
        is_labelled=row.is_labelled,
        item_type_id=row.standing,
        class_code=row.class_code or "",
    )
    return Known(
        asset_id=row.id,
        item_type_id=row.standing,
        department_id=row.department_id,
        place_id=row.place_id,
        custodian_id=row.custodian_id,
        user_id=row.user_id,
        cost_fen=row.cost_fen or 0,
        facts=facts,
    )


def _repaired_on(row: Any, zone: ZoneInfo) -> date | None:
    """The day a thing came back from repair, if that was the last there is of it.

    Nothing else that puts a thing to use ends a claim: it is the one of the repair.
    """
    if row.verb != PUT_IN_USE:
        return None
    changes = json.loads(row.facts).get("set", {})
    return _told_day(row.at, row.effective_on, zone) if "claim" in changes else None


def _placed_on(asset_ids: Sequence[int], zone: ZoneInfo) -> dict[int, date]:
    """Since when things stand where they stand, by the last entry that says where."""
    if not asset_ids:
        return {}
    rows = session().execute(
        sa.select(Entry.subject_id, Entry.at, Entry.effective_on, Entry.facts)
        .where(
            Entry.subject_kind == ASSET,
            Entry.subject_id.in_(asset_ids),
            Entry.verb.in_(PLACING),
        )
        .order_by(Entry.subject_id, Entry.number)
    )
    placed: dict[int, date] = {}
    for asset_id, at, effective_on, facts in rows:
        if "place" in json.loads(facts).get("set", {}):
            placed[asset_id] = _told_day(at, effective_on, zone)
    return placed


def _told_day(at: datetime, effective_on: date | None, zone: ZoneInfo) -> date:
    return effective_on or _day(at, zone)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
