"""Adding photos to an asset and taking them away; the bytes were made safe before."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.images import Photo as CleanPhoto
from registry.kernel.clock import now
from registry.kernel.errors import Missing
from registry.ledger.actions.recording import locked, record
from registry.ledger.errors import TooManyPhotos
from registry.ledger.models import Asset, Photo
from registry.store.db import session as current_session
from registry.store.transaction import transaction

MOST_PHOTOS = 12


def add_photo(actor: Actor, asset_id: int, photo: CleanPhoto) -> Photo:
    """Add a cleaned photo; the same photo twice is one. Raises TooManyPhotos."""
    with transaction() as session:
        asset = locked(actor, asset_id)
        actor.require(Permission.ASSET_PHOTO, asset)
        shown = _shown(asset)
        known = next((each for each in shown if each.sha256 == photo.sha256), None)
        if known is not None:
            return known
        if len(shown) >= MOST_PHOTOS:
            raise TooManyPhotos(most=MOST_PHOTOS)
        made = Photo(
            institution_id=actor.institution_id,
            asset_id=asset.id,
            sha256=photo.sha256,
            width=photo.width,
            height=photo.height,
            image=photo.data,
            thumbnail=photo.thumbnail,
            added_at=now(),
        )
        session.add(made)
        session.flush()
        hashes = [each.sha256 for each in shown] + [made.sha256]
        record(actor, asset, "add_photo", {"photos": hashes})
        return made


def remove_photo(actor: Actor, asset_id: int, photo_id: int) -> None:
    """Take a photo away from view; its bytes stay as evidence."""
    with transaction() as session:
        asset = locked(actor, asset_id)
        actor.require(Permission.ASSET_PHOTO, asset)
        shown = _shown(asset)
        gone = next((each for each in shown if each.id == photo_id), None)
        if gone is None:
            raise Missing(what="photos")
        gone.removed_at = now()
        session.flush()
        hashes = [each.sha256 for each in shown if each.id != photo_id]
        record(actor, asset, "remove_photo", {"photos": hashes})


def _shown(asset: Asset) -> list[Photo]:
    return list(
        current_session().scalars(
            sa.select(Photo)
            .where(
                Photo.institution_id == asset.institution_id,
                Photo.asset_id == asset.id,
                Photo.removed_at.is_(None),
            )
            .order_by(Photo.id)
        )
    )
