"""One word of a search in the ledger, and where it is looked for."""

from __future__ import annotations

import sqlalchemy as sa

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
    hidden = [
        Asset.custodian_id.in_(matching_ids(here, "person", word)),
        Asset.serial == word,
    ]
    return sa.or_(
        Asset.item_type_id.in_(matching_ids(here, "item_type", word)),
        Asset.item_type_id.in_(merged),
        Asset.place_id.in_(matching_ids(here, "place", word)),
        Asset.department_id.in_(matching_ids(here, "department", word)),
        sa.and_(Asset.asset_number >= upper, Asset.asset_number < prefix),
        sa.and_(Asset.asset_number >= word, Asset.asset_number < _prefix(word)),
        Asset.code == upper.replace("-", ""),
        *([] if as_card else hidden),
    )


def _prefix(text: str) -> str:
    """The first text after all that begin with this one, for a range on an index."""
    return text + "\U0010ffff"
