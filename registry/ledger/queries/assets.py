"""One asset, by id or code, with everything a page of it shows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, undefer

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.errors import Missing
from registry.ledger.models import Asset, FoundSet, Photo
from registry.store.db import session

WHOLE = (
    joinedload(Asset.item_type),
    joinedload(Asset.department),
    joinedload(Asset.place),
    joinedload(Asset.custodian),
    joinedload(Asset.user),
    joinedload(Asset.claim),
)


def asset(actor: Actor, asset_id: int) -> Asset:
    """An asset of the actor's institution, whatever they may see of it."""
    found = session().scalar(
        _one(), {"asset_id": asset_id, "here": actor.institution_id}
    )
    if found is None or actor.is_stranger:
        raise Missing(what="assets")
    return found


@cache
def _one() -> sa.Select[Asset]:
    return (
        sa.select(Asset)
        .where(
            Asset.id == sa.bindparam("asset_id"),
            Asset.institution_id == sa.bindparam("here"),
        )
        .options(*WHOLE)
    )


def asset_seen(actor: Actor, asset_id: int) -> Asset:
    """An asset of which the actor may see everything; Missing otherwise."""
    found = asset(actor, asset_id)
    if not actor.may(Permission.ASSET_SEE, found):
        raise Missing(what="assets")
    return found


def asset_by_code(code: str) -> Asset | None:
    """The asset that bears a code now, in whatever institution."""
    return session().scalar(sa.select(Asset).where(Asset.code == code).options(*WHOLE))


def photos_of(found: Asset) -> list[Photo]:
    """The photos shown of an asset, oldest first, without their bytes."""
    return list(
        session().scalars(
            sa.select(Photo)
            .where(
                Photo.institution_id == found.institution_id,
                Photo.asset_id == found.id,
                Photo.removed_at.is_(None),
            )
            .order_by(Photo.id)
        )
    )


def photo_ids(actor: Actor, asset_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the photos shown of some assets, oldest first; of each, perhaps none.

    The caller has seen to it that the assets are the actor's to see.
    """
    found: dict[int, list[int]] = {asset_id: [] for asset_id in asset_ids}
    values = {"here": actor.institution_id, "ids": list(found)}
    for row in session().execute(_photo_ids(), values):
        found[row.asset_id].append(row.id)
    return found


@cache
def _photo_ids() -> sa.Select[int, int]:
    return (
        sa.select(Photo.asset_id, Photo.id)
        .where(
            Photo.institution_id == sa.bindparam("here"),
            Photo.asset_id.in_(sa.bindparam("ids", expanding=True)),
            Photo.removed_at.is_(None),
        )
        .order_by(Photo.id)
    )


def photo(actor: Actor, photo_id: int, *, thumbnail: bool) -> Photo:
    """A photo with the bytes asked for; any colleague may see it."""
    wanted = Photo.thumbnail if thumbnail else Photo.image
    found = session().scalar(
        sa.select(Photo)
        .where(
            Photo.id == photo_id,
            Photo.institution_id == actor.institution_id,
            Photo.removed_at.is_(None),
        )
        .options(undefer(wanted))
    )
    if found is None or actor.is_stranger:
        raise Missing(what="photos")
    return found


def first_photos(asset_ids: list[int]) -> dict[int, int]:
    """The id of the first photo shown of each of these assets, where there is one."""
    if not asset_ids:
        return {}
    rows = session().execute(
        sa.select(Photo.asset_id, sa.func.min(Photo.id))
        .join(
            Asset,
            sa.and_(
                Asset.institution_id == Photo.institution_id, Asset.id == Photo.asset_id
            ),
        )
        .where(Asset.id.in_(asset_ids), Photo.removed_at.is_(None))
        .group_by(Photo.asset_id)
    )
    return {asset_id: photo_id for asset_id, photo_id in rows}  # noqa: C416 - typed


def found_set(actor: Actor, set_id: int) -> FoundSet | None:
    """A set of assets the actor has named themselves; None for anybody else's."""
    found = session().get(FoundSet, set_id)
    if found is None or found.institution_id != actor.institution_id:
        return None
    return found if found.person_id == actor.person_id else None
