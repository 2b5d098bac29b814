"""What was not spent because idle things were used, read off the received lines."""

from __future__ import annotations

import sqlalchemy as sa

from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.ledger.states import Method
from registry.sharing.rules.savings import Price, price_from
from registry.store.db import session


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
