"""Choosing among things under their locks: just these, or any so many of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from registry.access.actor import Actor
from registry.kernel.errors import Invalid
from registry.ledger.models import Asset
from registry.sharing.actions.lining import settle_expired
from registry.sharing.actions.standing import lock_assets, refusal_of
from registry.sharing.errors import NotEnoughLeft
from registry.sharing.rules.passing import MOST_AT_ONCE


def choose(
    actor: Actor,
    asset_ids: Iterable[int],
    count: int | None,
    person_id: int | None,
    last_day: date | None,
) -> list[Asset]:
    """Lock some assets, and give those that can be had; any ``count`` of them if given.

    Raises the first refusal, or NotEnoughLeft where any ``count`` would have done.
    """
    ids = list(asset_ids)
    if count is not None and not 1 <= count <= MOST_AT_ONCE:
        raise Invalid.field("count", "out_of_range", least=1, most=MOST_AT_ONCE)
    chosen: list[Asset] = []
    for asset in lock_assets(actor, ids):
        if count is not None and len(chosen) == count:
            break
        settle_expired(asset)
        refusal = refusal_of(actor, asset, person_id, last_day)
        if refusal is None:
            chosen.append(asset)
        elif count is None:
            raise refusal
    if count is not None and len(chosen) < count:
        raise NotEnoughLeft(left=len(chosen), wanted=count)
    return chosen
