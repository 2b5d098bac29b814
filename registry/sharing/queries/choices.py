"""What one can choose from when narrowing the pool: the classes and campuses."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.classification import ancestors
from registry.catalogue.models import AssetClass, ItemType
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation.models import Place, PlaceKind
from registry.store.db import session


def classes_in_pool(actor: Actor) -> list[AssetClass]:
    """The broad classes under which something lies idle, by code."""
    idle = sa.exists().where(
        Asset.institution_id == actor.institution_id,
        Asset.state == AssetState.IDLE,
        Asset.item_type_id == ItemType.id,
    )
    codes = session().scalars(
        sa.select(AssetClass.code)
        .join(ItemType, ItemType.class_id == AssetClass.id)
        .where(ItemType.institution_id == actor.institution_id, idle)
        .distinct()
    )
    return _broad_classes(actor, codes)


def _broad_classes(actor: Actor, codes: Iterable[str]) -> list[AssetClass]:
    return list(
        session().scalars(
            sa.select(AssetClass)
            .where(
                AssetClass.institution_id == actor.institution_id,
                AssetClass.code.in_({broad_class(code) for code in codes}),
            )
            .order_by(AssetClass.code)
        )
    )


def broad_class(code: str) -> str:
    """The class right below the top that a class belongs to: computers, furniture."""
    chain = (code, *ancestors(code))
    return chain[-2] if len(chain) > 1 else code


def campuses(actor: Actor) -> list[Place]:
    """The campuses in use, by name; none where there is only one."""
    found = list(
        session().scalars(
            sa.select(Place)
            .where(
                Place.institution_id == actor.institution_id,
                Place.kind == PlaceKind.CAMPUS,
                Place.closed_on.is_(None),
            )
            .order_by(Place.name, Place.id)
        )
    )
    return found if len(found) > 1 else []


def classes_in_use(actor: Actor) -> list[AssetClass]:
    """The broad classes of all item types, by code."""
    codes = session().scalars(
        sa.select(AssetClass.code)
        .join(ItemType, ItemType.class_id == AssetClass.id)
        .where(ItemType.institution_id == actor.institution_id)
        .distinct()
    )
    return _broad_classes(actor, codes)
