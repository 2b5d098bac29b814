"""The words of a search in the ledger, and where each is looked for."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.store.searching import matching_ids


def of_words(
    actor: Actor, words: Sequence[str], *, as_card: bool
) -> sa.ColumnElement[bool]:
    """What has each word: in the type, place, keeper, department, or a number.

    Of what is shown as a card the keeper and the serial are not searched. What several
    words find is met as sets: PostgreSQL, which takes them for a few, would otherwise
    gather what one finds anew for each thing that another one has found.
    """
    found = [_of_word(actor, word, as_card=as_card) for word in words]
    if len(found) == 1:
        return Asset.id.in_(found[0])
    each = (sa.select(one.subquery().c.id) for one in found)
    return Asset.id.in_(sa.intersect(*each))


def _of_word(actor: Actor, word: str, *, as_card: bool) -> sa.CompoundSelect[int]:
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
    return sa.union_all(*each)


def _prefix(text: str) -> str:
    """The first text after all that begin with this one, for a range on an index."""
    return text + "\U0010ffff"
