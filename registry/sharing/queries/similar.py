"""What lies idle under words like those that found nothing."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.matching import query_tokens
from registry.store.db import session
from registry.store.searching import SearchToken

MOST_SHOWN = 5
MOST_WEIGHED = 200


def similar_names(actor: Actor, text: str) -> list[str]:
    """Names of idle things that share part of a search, the likest first.

    For a search that found nothing: 投影机 leads to 投影仪.
    """
    wanted = sorted({token[:64] for token in query_tokens(text)})
    if not wanted or not actor.may(Permission.POOL_SEE):
        return []
    shared = sa.func.count()
    likest = (
        sa.select(SearchToken.target_id, shared.label("shared"))
        .where(
            SearchToken.institution_id == actor.institution_id,
            SearchToken.kind == "item_type",
            SearchToken.token.in_(wanted),
        )
        .group_by(SearchToken.target_id)
        .order_by(shared.desc(), SearchToken.target_id)
        .limit(MOST_WEIGHED)
        .subquery()
    )
    idle = sa.exists().where(
        Asset.institution_id == actor.institution_id,
        Asset.state == AssetState.IDLE,
        Asset.item_type_id == ItemType.id,
    )
    rows = session().scalars(
        sa.select(ItemType.name)
        .join(likest, likest.c.target_id == ItemType.id)
        .where(ItemType.merged_into_id.is_(None), idle)
        .order_by(likest.c.shared.desc(), ItemType.id)
    )
    return list(dict.fromkeys(rows))[:MOST_SHOWN]
