"""Filters by what is not on record of an asset, and by whether it has served its time.

They say the same as figures count: what a number leads to is as many as it says.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.classification import service_life
from registry.catalogue.models import AssetClass, ItemType
from registry.codes.models import Code
from registry.kernel.clock import today
from registry.ledger.models import Asset, Photo
from registry.organisation import queries as organisation
from registry.store.db import session

LACKS = ("place", "custodian", "cost", "photo", "label", "acquired_on", "class")
"""What an asset may lack. Only what is to bear a label can lack a printed one."""
UNKNOWN = "unknown"
"""The condition of an asset of which none is on record."""


def lacks(actor: Actor, what: str) -> sa.ColumnElement[bool]:
    """The condition on assets that lack something of ``LACKS``."""
    here = actor.institution_id
    plain = {
        "place": Asset.place_id,
        "custodian": Asset.custodian_id,
        "cost": Asset.cost_fen,
        "acquired_on": Asset.acquired_on,
    }
    if what in plain:
        return plain[what].is_(None)
    if what == "class":
        unclassed = sa.select(ItemType.id).where(
            ItemType.institution_id == here, ItemType.class_id.is_(None)
        )
        return Asset.item_type_id.in_(unclassed)
    if what == "photo":
        shown = sa.exists().where(
            Photo.institution_id == here,
            Photo.asset_id == Asset.id,
            Photo.removed_at.is_(None),
        )
        return ~shown
    labelled = sa.select(ItemType.id).where(
        ItemType.institution_id == here, ItemType.is_labelled.is_(True)
    )
    printed = sa.exists().where(Code.code == Asset.code, Code.printed_at.is_not(None))
    return sa.and_(~printed, Asset.item_type_id.in_(labelled))


def in_conditions(conditions: Iterable[str]) -> sa.ColumnElement[bool]:
    """The condition on assets of certain conditions, ``unknown`` being one."""
    wanted = set(conditions)
    known = Asset.condition.in_(sorted(wanted - {UNKNOWN}))
    if UNKNOWN in wanted:
        return sa.or_(known, Asset.condition.is_(None))
    return known


def has_outlived(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on assets whose service life is over.

    The life is the asset's own, else its type's, else that of the nearest class.
    """
    day = today(organisation.institution(actor.institution_id).time_zone)
    of_type = (
        sa.select(sa.func.coalesce(ItemType.service_life_months, _life_of_class(actor)))
        .where(ItemType.id == Asset.item_type_id)
        .scalar_subquery()
    )
    life = sa.func.coalesce(Asset.service_life_months, of_type)
    return sa.and_(Asset.acquired_on.is_not(None), _full_months(day) >= life)


def _life_of_class(actor: Actor) -> sa.ColumnElement[Any]:
    """The service life of an item type's class, as a column of the type."""
    rows = session().execute(
        sa.select(AssetClass.id, AssetClass.code, AssetClass.service_life_months).where(
            AssetClass.institution_id == actor.institution_id
        )
    )
    classes = list(rows)
    lives = {code: months for _id, code, months in classes if months is not None}
    by_life: dict[int, list[int]] = {}
    for class_id, code, _months in classes:
        months = service_life(code, lives)
        if months is not None:
            by_life.setdefault(months, []).append(class_id)
    if not by_life:
        return sa.cast(sa.null(), sa.Integer)
    return sa.case(
        *((ItemType.class_id.in_(ids), months) for months, ids in by_life.items())
    )


def _full_months(day: date) -> sa.ColumnElement[int]:
    """How many whole months an asset has been there on a day."""
    year = sa.cast(sa.extract("year", Asset.acquired_on), sa.Integer)
    month = sa.cast(sa.extract("month", Asset.acquired_on), sa.Integer)
    of_month = sa.cast(sa.extract("day", Asset.acquired_on), sa.Integer)
    months = (day.year * 12 + day.month) - (year * 12 + month)
    return months - sa.case((of_month > day.day, 1), else_=0)
