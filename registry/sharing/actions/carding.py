"""Cards of the outer pool and the things behind them, under lock.

A card counts what is on offer behind it.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from registry.kernel.clock import now
from registry.sharing.models import OuterCard, OuterThing
from registry.sharing.queries.outer import on_offer
from registry.store.db import session as current_session


def open_thing(asset_id: int) -> OuterThing | None:
    """The open row of a thing that is shown or promised, under lock."""
    return current_session().scalar(
        sa.select(OuterThing)
        .where(OuterThing.asset_id == asset_id, OuterThing.ended_at.is_(None))
        .with_for_update(of=OuterThing)
        .execution_options(populate_existing=True)
    )


def locked_card(card_id: int) -> OuterCard:
    """A card under lock; its things have been locked before."""
    return (
        current_session()
        .scalars(
            sa.select(OuterCard)
            .where(OuterCard.id == card_id)
            .with_for_update(of=OuterCard)
            .execution_options(populate_existing=True)
        )
        .one()
    )


def count_again(card: OuterCard) -> None:
    """Bring the count of a locked card in line with the things behind it."""
    session = current_session()
    count = session.scalar(sa.select(sa.func.count()).where(*on_offer(card)))
    if count and not card.count:
        card.since = now()
    card.count = count or 0
    session.flush()


def offered_assets(card: OuterCard) -> Sequence[int]:
    """The ids of the assets that are on offer behind a card, in order."""
    return (
        current_session()
        .scalars(
            sa.select(OuterThing.asset_id)
            .where(*on_offer(card))
            .order_by(OuterThing.asset_id)
        )
        .all()
    )
