"""Photos of assets: shown to colleagues, added and taken away by who keeps them."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.images import clean_photo
from registry.kernel.errors import Invalid
from registry.ledger import actions, queries
from registry.web.base.handing import photo_shown
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.ledger.blueprints import ledger
from registry.words import _, ngettext

MOST_AT_ONCE = 6


@ledger.get("/photos/<int:photo_id>")
@signed_in
def photo(photo_id: int) -> Response:
    """A photo's bytes, as an image and nothing else."""
    small = request.args.get("small") == "1"
    found = queries.photo(current_actor(), photo_id, thumbnail=small)
    content = found.thumbnail if small else found.image
    return photo_shown(content, f"photo-{found.id}", "max-age=86400")


@ledger.post("/<int:asset_id>/photos")
@guarded(Permission.ASSET_PHOTO)
def add_photos(asset_id: int) -> ResponseReturnValue:
    """Add photos; each is re-encoded before anything is written."""
    actor = current_actor()
    asset = queries.asset_seen(actor, asset_id)
    actor.require(Permission.ASSET_PHOTO, asset)
    sent = [each for each in request.files.getlist("photo") if each.filename]
    if not 1 <= len(sent) <= MOST_AT_ONCE:
        raise Invalid.field("photo", "choose_photos", most=MOST_AT_ONCE)
    cleaned = [clean_photo(each.read()) for each in sent]
    for each in cleaned:
        actions.add_photo(actor, asset_id, each)
    count = len(cleaned)
    flash(ngettext("已添加 %(num)s 张照片。", "已添加 %(num)s 张照片。", count), "done")
    return redirect(url_for("ledger.show", asset_id=asset_id), 303)


@ledger.post("/<int:asset_id>/photos/<int:photo_id>/remove")
@guarded(Permission.ASSET_PHOTO)
def remove_photo(asset_id: int, photo_id: int) -> ResponseReturnValue:
    """Take a photo away from view."""
    actions.remove_photo(current_actor(), asset_id, photo_id)
    flash(_("照片已移除。"), "done")
    return redirect(url_for("ledger.show", asset_id=asset_id), 303)
