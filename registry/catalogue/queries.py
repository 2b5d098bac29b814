"""Reading the catalogue, always inside one institution."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from registry.access.actor import Actor
from registry.catalogue.classification import normalise, prefix_of
from registry.catalogue.models import AssetClass, ItemType
from registry.kernel.errors import Missing
from registry.matching.records import Record
from registry.store.db import session
from registry.store.searching import matching_ids

BATCH = 500


def item_type(actor: Actor, type_id: int) -> ItemType:
    """An item type of the actor's institution, as it is (merged or not)."""
    found = session().scalar(
        sa.select(ItemType).where(
            ItemType.id == type_id, ItemType.institution_id == actor.institution_id
        )
    )
    if found is None:
        raise Missing(what="item_types")
    return found


def standing_type(actor: Actor, type_id: int) -> ItemType:
    """The item type that stands for another one: itself, or what it was merged into."""
    found = item_type(actor, type_id)
    return found.merged_into or found


def same_types(institution_id: int, type_id: int) -> sa.Select[int]:
    """A select of an item type's id and of all that were merged into it."""
    return sa.select(ItemType.id).where(
        ItemType.institution_id == institution_id,
        sa.or_(ItemType.id == type_id, ItemType.merged_into_id == type_id),
    )


def search_types(
    actor: Actor,
    text: str = "",
    *,
    class_code: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> list[ItemType]:
    """Unmerged item types by name, narrowed by a forgiving search or class; a page."""
    query = sa.select(ItemType).where(
        ItemType.institution_id == actor.institution_id,
        ItemType.merged_into_id.is_(None),
    )
    query = query.options(selectinload(ItemType.aliases))
    if text:
        query = query.where(
            ItemType.id.in_(matching_ids(actor.institution_id, "item_type", text))
        )
    if class_code:
        query = query.where(
            ItemType.class_id.in_(_classes_below(actor.institution_id, class_code))
        )
    if after is not None:
        query = query.where(sa.tuple_(ItemType.name, ItemType.id) > after)
    query = query.order_by(ItemType.name, ItemType.id).limit(limit)
    return list(session().scalars(query))


def _classes_below(institution_id: int, code: str) -> sa.Select[int]:
    return sa.select(AssetClass.id).where(
        AssetClass.institution_id == institution_id,
        AssetClass.code.startswith(prefix_of(normalise(code) or code)),
    )


def classes_below(actor: Actor, code: str) -> sa.Select[int]:
    """A select of the ids of a class and those whose codes begin with its own."""
    return _classes_below(actor.institution_id, code)


def types_by_identity(institution_id: int, identities: Iterable[str]) -> dict[str, int]:
    """Which of these identities are known, and as which item type."""
    wanted = sorted(set(identities))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), BATCH):
        rows = session().execute(
            sa.select(ItemType.identity, ItemType.id).where(
                ItemType.institution_id == institution_id,
                ItemType.merged_into_id.is_(None),
                ItemType.identity.in_(wanted[start : start + BATCH]),
            )
        )
        found.update((identity, type_id) for identity, type_id in rows)
    return found


def asset_class(actor: Actor, class_id: int) -> AssetClass:
    """A class of the actor's institution."""
    found = session().scalar(
        sa.select(AssetClass).where(
            AssetClass.id == class_id,
            AssetClass.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="asset_classes")
    return found


def class_by_code(actor: Actor, code: str) -> AssetClass | None:
    """A class by its code, if the institution's table has it."""
    return session().scalar(
        sa.select(AssetClass).where(
            AssetClass.institution_id == actor.institution_id, AssetClass.code == code
        )
    )


def classes(
    actor: Actor,
    *,
    parent_code: str | None = None,
    text: str = "",
    after: str = "",
    limit: int = 100,
) -> list[AssetClass]:
    """Classes by code: those right below a parent, or those that match a search."""
    query = sa.select(AssetClass).where(
        AssetClass.institution_id == actor.institution_id, AssetClass.code > after
    )
    if parent_code is not None:
        query = query.where(AssetClass.parent_code == parent_code)
    if text:
        query = query.where(
            sa.or_(
                AssetClass.id.in_(matching_ids(actor.institution_id, "class", text)),
                AssetClass.code.startswith(text.upper()),
            )
        )
    return list(session().scalars(query.order_by(AssetClass.code).limit(limit)))


def count_classes(actor: Actor) -> int:
    """How many classes the institution's table has."""
    return (
        session().scalar(
            sa.select(sa.func.count()).where(
                AssetClass.institution_id == actor.institution_id
            )
        )
        or 0
    )


def to_match() -> tuple[ExecutableOption, ...]:
    """What is loaded with item types whose records are made.

    Not a constant: made on import it would ask for tables that are not known yet.
    """
    return selectinload(ItemType.aliases), joinedload(ItemType.asset_class)


def record_of(found: ItemType) -> Record:
    """An item type as the matcher needs it."""
    return Record(
        key=str(found.id),
        name=found.name,
        brand=found.brand,
        model=found.model,
        specification=found.specification,
        aliases=tuple(alias.alias for alias in found.aliases),
        class_code=found.asset_class.code if found.asset_class else "",
    )
