"""What somebody wants and where they stand: holds, places in line, free things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.kernel.clock import now, today
from registry.ledger.models import Asset, Claim
from registry.ledger.states import ClaimKind, Restriction
from registry.organisation import queries as organisation
from registry.sharing.models import Hold, Loan
from registry.sharing.queries.narrowing import PoolFilter, in_pool
from registry.sharing.rules.passing import MOST_AT_ONCE
from registry.sharing.states import HoldState, LoanState
from registry.store.db import session

OPEN = (HoldState.WAITING, HoldState.HELD)


@dataclass(frozen=True)
class Wish:
    """A hold or a place in line, and how many come before it."""

    hold: Hold
    ahead: int


@dataclass(frozen=True)
class Line:
    """How things stand for one person with one thing."""

    own: Hold | None
    ahead: int
    """How many stand before them, or would."""
    booked: tuple[Loan, ...]
    """Loans agreed for days to come, the next first; whose they are is not for all."""


def wishes_of(actor: Actor, limit: int = 200) -> list[Wish]:
    """What the actor has kept or stands in line for, what ends first on top."""
    rows = (
        session()
        .scalars(
            sa.select(Hold)
            .where(
                Hold.institution_id == actor.institution_id,
                Hold.person_id == actor.person_id,
                Hold.ended_at.is_(None),
            )
            .options(
                joinedload(Hold.asset)
                .joinedload(Asset.item_type)
                .joinedload(ItemType.merged_into),
                joinedload(Hold.asset).joinedload(Asset.department),
                joinedload(Hold.asset).joinedload(Asset.place),
            )
            .order_by(Hold.until.is_(None), Hold.until, Hold.id)
            .limit(limit)
        )
        .all()
    )
    before = _before(rows)
    return [Wish(each, before.get(each.id, 0)) for each in rows]


def _before(holds: Sequence[Hold]) -> dict[int, int]:
    """How many come before each place in line: who waits longer, and who has it."""
    waiting = [each.id for each in holds if each.state == HoldState.WAITING]
    if not waiting:
        return {}
    other = sa.orm.aliased(Hold)
    rows = session().execute(
        sa.select(Hold.id, sa.func.count(other.id))
        .join(
            other,
            sa.and_(
                other.asset_id == Hold.asset_id,
                other.ended_at.is_(None),
                other.state == HoldState.WAITING,
                other.id < Hold.id,
            ),
            isouter=True,
        )
        .where(Hold.id.in_(waiting))
        .group_by(Hold.id)
    )
    return {hold_id: count + 1 for hold_id, count in rows}


def line_for(actor: Actor, asset: Asset) -> Line:
    """How things stand for the actor with a thing."""
    own = session().scalar(
        sa.select(Hold).where(
            Hold.asset_id == asset.id,
            Hold.person_id == actor.person_id,
            Hold.ended_at.is_(None),
        )
    )
    waiting = sa.select(sa.func.count()).where(
        Hold.asset_id == asset.id,
        Hold.ended_at.is_(None),
        Hold.state == HoldState.WAITING,
    )
    if own is not None:
        waiting = waiting.where(Hold.id < own.id)
    count = session().scalar(waiting) or 0
    claimed = asset.claim is not None and not _is_over(asset.claim)
    held = own is not None and own.state == HoldState.HELD
    day = today(organisation.institution(actor.institution_id).time_zone)
    booked = session().scalars(
        sa.select(Loan)
        .where(
            Loan.institution_id == actor.institution_id,
            Loan.asset_id == asset.id,
            Loan.state == LoanState.RESERVED,
            Loan.until_on >= day,
        )
        .order_by(Loan.from_on, Loan.id)
        .limit(10)
    )
    return Line(own, 0 if held else count + int(claimed), tuple(booked))


def _is_over(claim: Claim) -> bool:
    """Whether a claim is a hold whose time is over, though nobody has ended it yet."""
    if claim.kind != ClaimKind.HOLD or claim.until is None:
        return False
    return claim.until <= now()


def free_ids(actor: Actor, wanted: PoolFilter, most: int = MOST_AT_ONCE) -> list[int]:
    """The ids of what lies idle, can go to others and nobody has a hand on."""
    told = sa.cast(Asset.restrictions, sa.Text)
    live = sa.select(Claim.asset_id).where(
        Claim.institution_id == actor.institution_id,
        Claim.ended_at.is_(None),
        sa.or_(
            Claim.kind != ClaimKind.HOLD,
            Claim.until.is_(None),
            Claim.until > now(),
        ),
        sa.or_(
            Claim.kind != ClaimKind.HOLD,
            Claim.person_id.is_(None),
            Claim.person_id != actor.person_id,
        ),
    )
    return list(
        session().scalars(
            sa.select(Asset.id)
            .where(
                *in_pool(actor, wanted),
                Asset.id.not_in(live),
                told.not_like(f'%"{Restriction.SAFETY}"%'),
            )
            .order_by(Asset.id)
            .limit(most)
        )
    )


def count_wishes(actor: Actor) -> int:
    """How much the actor has kept for them or stands in line for."""
    return (
        session().scalar(
            sa.select(sa.func.count()).where(
                Hold.institution_id == actor.institution_id,
                Hold.person_id == actor.person_id,
                Hold.ended_at.is_(None),
            )
        )
        or 0
    )
