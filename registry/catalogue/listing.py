"""Item types and classes as lists: narrowed, in orders that indices give."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.models import AssetClass, ItemType
from registry.catalogue.queries import classes_below
from registry.store.paging import Order, Orders, Rows
from registry.store.searching import matching_ids

Condition = sa.ColumnElement[bool]

TYPE_ORDERS: Orders = {
    "name": Order((ItemType.name,)),
    "class": Order(
        (AssetClass.code, AssetClass.id),
        on=(ItemType.class_id, AssetClass.id),
        empty=ItemType.class_id,
    ),
    "newest": Order(falling=True),
}


@dataclass(frozen=True)
class TypeFilter:
    """What a list of item types is narrowed to; empty fields narrow nothing."""

    text: str = ""
    class_codes: tuple[str, ...] = ()
    """Each with all classes whose codes begin with it."""
    labelled: bool | None = None
    unclassed: bool = False
    priceless: bool = False
    """Only those of which nobody has said what a new one costs."""


def type_rows(actor: Actor, wanted: TypeFilter, sort: str) -> Rows[ItemType]:
    """Item types that stand for themselves, for everybody who has signed in."""
    here = actor.institution_id
    where: list[Condition] = []
    if wanted.text:
        where.append(ItemType.id.in_(matching_ids(here, "item_type", wanted.text)))
    if wanted.class_codes:
        below = [classes_below(actor, code) for code in wanted.class_codes]
        where.append(sa.or_(*(ItemType.class_id.in_(each) for each in below)))
    if wanted.labelled is not None:
        where.append(ItemType.is_labelled.is_(wanted.labelled))
    if wanted.unclassed:
        where.append(ItemType.class_id.is_(None))
    if wanted.priceless:
        where.append(ItemType.replacement_price_fen.is_(None))
    query = sa.select(ItemType).where(
        ItemType.institution_id == here, ItemType.merged_into_id.is_(None)
    )
    return Rows(query, ItemType.id, tuple(where))


CLASS_ORDERS: Orders = {"code": Order((AssetClass.code,))}


@dataclass(frozen=True)
class ClassFilter:
    """What a list of asset classes is narrowed to."""

    text: str = ""
    """A part of a name, or the beginning of a code."""
    parent_code: str = ""
    """Only those right below this one."""
    within: tuple[str, ...] = ()
    """Only these and whatever begins with their codes."""
    termed: bool | None = None
    """Whether a least service life is laid down for it."""


def class_rows(actor: Actor, wanted: ClassFilter, sort: str) -> Rows[AssetClass]:
    """Asset classes, for everybody who has signed in."""
    here = actor.institution_id
    where: list[Condition] = []
    if wanted.text:
        where.append(
            sa.or_(
                AssetClass.id.in_(matching_ids(here, "class", wanted.text)),
                AssetClass.code.startswith(wanted.text.upper(), autoescape=True),
            )
        )
    if wanted.parent_code:
        where.append(AssetClass.parent_code == wanted.parent_code)
    if wanted.within:
        below = [classes_below(actor, code) for code in wanted.within]
        where.append(sa.or_(*(AssetClass.id.in_(each) for each in below)))
    if wanted.termed is not None:
        none = AssetClass.service_life_months.is_(None)
        where.append(~none if wanted.termed else none)
    query = sa.select(AssetClass).where(AssetClass.institution_id == here)
    return Rows(query, AssetClass.id, tuple(where))
