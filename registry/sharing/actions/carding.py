"""A card of the outer pool counts what is on offer behind it, under its own lock."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from registry.kernel.clock import now
from registry.sharing.models import OuterCard, OuterThing
from registry.sharing.states import OuterThingState
from registry.store.db import session as current_session


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
    count = session.scalar(
        sa.select(sa.func.count()).where(
            OuterThing.institution_id == card.institution_id,
            OuterThing.card_id == card.id,
            OuterThing.state == str(OuterThingState.OFFERED),
        )
    )
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
            .where(
                OuterThing.institution_id == card.institution_id,
                OuterThing.card_id == card.id,
                OuterThing.state == str(OuterThingState.OFFERED),
            )
            .order_by(OuterThing.asset_id)
        )
        .all()
    )
