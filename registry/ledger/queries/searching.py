"""One word of a search in the ledger, and where it is looked for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.store.searching import matching_ids


def of_word(actor: Actor, word: str, *, as_card: bool) -> sa.ColumnElement[bool]:
    """One word of a search: in the type, place, keeper, department, or a number.

    Of what is shown as a card the keeper and the serial are not searched.
    """
    here = actor.institution_id
    upper = word.upper()
    prefix = _prefix(upper)
    merged = sa.select(ItemType.id).where(
        ItemType.institution_id == here,
        ItemType.merged_into_id.in_(matching_ids(here, "item_type", word)),
    )
    asset = aliased(Asset)
    number = asset.asset_number
    conditions = [
        asset.item_type_id.in_(matching_ids(here, "item_type", word)),
        asset.item_type_id.in_(merged),
        asset.place_id.in_(matching_ids(here, "place", word)),
        asset.department_id.in_(matching_ids(here, "department", word)),
        sa.and_(number >= upper, number < prefix),
        sa.and_(number >= word, number < _prefix(word)),
        asset.code == upper.replace("-", ""),
    ]
    if not as_card:
        conditions += [
            asset.custodian_id.in_(matching_ids(here, "person", word)),
            asset.serial == word,
        ]
    each = [
        sa.select(asset.id).where(asset.institution_id == here, condition)
        for condition in conditions
    ]
    return Asset.id.in_(sa.union_all(*each))


def _prefix(text: str) -> str:
    """The first text after all that begin with this one, for a range on an index."""
    return text + "\U0010ffff"
