"""What was not spent because idle things were used, read off the received lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.policy import is_root
from registry.access.roles import Role
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.ledger.states import Method
from registry.organisation import queries as organisation
from registry.sharing.models import Transfer, TransferLine, TransferSide
from registry.sharing.queries.narrowing import start_of
from registry.sharing.rules.savings import Price, price_from
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows


def price_of(asset: Asset) -> Price | None:
    """For what a thing would be bought now, and how that is known."""
    kind = session().get_one(ItemType, asset.item_type_id)
    if kind.merged_into_id is not None:
        kind = session().get_one(ItemType, kind.merged_into_id)
    newest = session().scalar(
        sa.select(Asset.cost_fen)
        .where(
            Asset.institution_id == asset.institution_id,
            Asset.item_type_id.in_((asset.item_type_id, kind.id)),
            Asset.currency == asset.currency,
            Asset.method == Method.PURCHASE,
            Asset.cost_fen > 0,
            Asset.acquired_on.is_not(None),
        )
        .order_by(Asset.acquired_on.desc(), Asset.id.desc())
        .limit(1)
    )
    return price_from(kind.replacement_price_fen, newest, asset.cost_fen)


@dataclass(frozen=True)
class SavingFilter:
    """What a list of savings is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """The number of a transfer."""
    to_department_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None


SAVING_ORDERS: Orders = {"newest": Order((TransferLine.received_at,), falling=True)}
"""In which orders savings are listed; each has an index that gives it."""

WHOLE_HOUSE = (Role.AUDITOR, Role.FINANCE, Role.PRINCIPAL)
BELOW = (Role.ASSET_OFFICE, Role.DEPARTMENT_ASSET_OFFICER, Role.DEPARTMENT_HEAD)


def saving_rows(actor: Actor, wanted: SavingFilter, sort: str) -> Rows[TransferLine]:
    """What arrived by transfer and would have been bought, as far as one may see."""
    here = actor.institution_id
    conditions = [
        TransferLine.institution_id == here,
        TransferLine.received_at.is_not(None),
        TransferLine.saved_fen.is_not(None),
    ]
    seen = _seen(actor)
    if seen is not None:
        conditions.append(seen)
    if wanted.text:
        numbered = sa.select(Transfer.id).where(
            Transfer.institution_id == here, Transfer.number == wanted.text.upper()
        )
        conditions.append(TransferLine.transfer_id.in_(numbered))
    if wanted.to_department_id is not None:
        top = organisation.department(actor, wanted.to_department_id)
        conditions.append(_of_departments(here, [top.path], giving=False))
    if wanted.day_from is not None:
        conditions.append(TransferLine.received_at >= start_of(here, wanted.day_from))
    if wanted.day_to is not None:
        after = start_of(here, wanted.day_to + timedelta(days=1))
        conditions.append(TransferLine.received_at < after)
    return Rows(sa.select(TransferLine), TransferLine.id, tuple(conditions))


def _seen(actor: Actor) -> sa.ColumnElement[bool] | None:
    """What the policy lets the actor see, as a condition; None for all."""
    if actor.is_system:
        return None
    if not actor.may(Permission.SAVINGS_SEE):
        return sa.false()
    paths = actor.paths_of(*BELOW)
    if actor.holds(*WHOLE_HOUSE) or any(map(is_root, paths)):
        return None
    return _of_departments(actor.institution_id, paths, giving=True)


def _of_departments(
    here: int, paths: Sequence[str], *, giving: bool
) -> sa.ColumnElement[bool]:
    below = organisation.departments_below(here, paths)
    taking = sa.select(Transfer.id).where(
        Transfer.institution_id == here, Transfer.to_department_id.in_(below)
    )
    found = TransferLine.transfer_id.in_(taking)
    if not giving:
        return found
    sides = sa.select(TransferSide.id).where(
        TransferSide.institution_id == here, TransferSide.department_id.in_(below)
    )
    return sa.or_(found, TransferLine.side_id.in_(sides))


@dataclass(frozen=True)
class Saved:
    """How much was not spent, on how many things, and by which prices."""

    fen: int
    count: int
    by: dict[str, int]
    """How many things were priced in which way."""


def saved_in_all(actor: Actor, wanted: SavingFilter) -> Saved:
    """The sum of what a list of savings holds."""
    rows = saving_rows(actor, wanted, "newest")
    found = session().execute(
        sa.select(
            TransferLine.saved_by,
            sa.func.count(),
            sa.cast(sa.func.sum(TransferLine.saved_fen), sa.BigInteger),
        )
        .where(*rows.where)
        .group_by(TransferLine.saved_by)
        .order_by(TransferLine.saved_by)
    )
    by, total = {}, 0
    for how, count, fen in found:
        by[str(how)] = count
        total += fen or 0
    return Saved(total, sum(by.values()), by)
