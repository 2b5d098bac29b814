"""Assets in the API: lists, one, new ones, acts on one and on many, history, photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, url_for

from registry.access.permissions import Permission
from registry.images import clean_photo
from registry.kernel.errors import Invalid, Missing
from registry.ledger import actions, queries
from registry.ledger.models import Asset
from registry.ledger.queries import Filter, Sight
from registry.ledger.rules.drafts import AssetDraft
from registry.lists.of.assets import ASSETS
from registry.sharing.actions import adopt_loan
from registry.web.api.files import BYTES, PhotoIn, handed_out
from registry.web.api.schemas import assets as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.versioned import version_offered, versioned
from registry.web.base.api import ApiBlueprint
from registry.web.base.lists import listed, values_of_api
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.versions import etag

blueprint = ApiBlueprint(
    "api_assets", __name__, url_prefix="/assets", description="Things in the ledger"
)


def assets_out(assets: Sequence[Asset]) -> list[dict[str, Any]]:
    """Assets as far as whoever asks may see each of them."""
    photos = queries.photo_ids(current_actor(), [asset.id for asset in assets])
    return [_shown(asset, photos[asset.id]) for asset in assets]


def asset_out(asset: Asset) -> dict[str, Any]:
    """An asset as far as whoever asks may see it."""
    return assets_out([asset])[0]


def _shown(asset: Asset, photos: list[int]) -> dict[str, Any]:
    full = queries.sight_of(current_actor(), asset) is Sight.FULL
    kind = asset.item_type.standing
    shown: dict[str, Any] = {
        "id": asset.id,
        "code": asset.code,
        "asset_number": asset.asset_number,
        "sub_number": asset.sub_number,
        "item_type": named(kind, kind.title),
        "state": asset.state,
        "state_since": asset.state_since,
        "condition": asset.condition,
        "department": named(asset.department, asset.department.name),
        "place": named(asset.place, asset.place.full_name if asset.place else ""),
        "restrictions": asset.restrictions,
        "sight": "full" if full else "colleague",
    }
    return shown | _full(asset, photos) if full else shown


def _full(asset: Asset, photos: list[int]) -> dict[str, Any]:
    plain = (
        "version",
        "serial",
        "currency",
        "acquired_on",
        "method",
        "funding",
        "service_life_months",
        "warranty_until",
        "attributes",
        "note",
        "claim",
    )
    people = {
        field: named(person, person.name if person else "")
        for field, person in (("custodian", asset.custodian), ("user", asset.user))
    }
    return (
        {name: getattr(asset, name) for name in plain}
        | people
        | {
            "cost": asset.cost_fen,
            "photos": photos,
        }
    )


def _answer(asset: Asset, status: int = 200) -> Any:
    found = queries.asset(current_actor(), asset.id)
    return asset_out(found), status, etag(found.version)


def filter_of(asked: dict[str, Any]) -> Filter:
    """What a query narrows the list of assets to."""
    wanted = ASSETS.narrowed_to(values_of_api(ASSETS, asked))
    return replace(wanted, pool=True) if asked["pool"] else wanted


@blueprint.get("")
@signed_in
@blueprint.arguments(shapes.AssetQuery, location="query")
@blueprint.response(200, shapes.AssetPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The assets one may see in full, or with ``pool`` everything idle, as cards."""
    page = queries.list_assets(
        current_actor(),
        filter_of(asked),
        sort=asked["sort"],
        cursor=asked["cursor"],
        size=asked["limit"],
        counts=asked["count"],
    )
    return listed(page, asked, assets_out)


@blueprint.post("/found")
@guarded(Permission.ASSET_SEE)
@blueprint.arguments(shapes.NumbersIn)
@blueprint.response(201, shapes.FoundSetOut)
def name_assets(given: dict[str, Any]) -> Any:
    """Keep just the assets that some numbers name, to list them with ``found``."""
    return actions.name_assets(current_actor(), "\n".join(given["numbers"]))


@blueprint.post("")
@guarded(Permission.ASSET_REGISTER)
@blueprint.arguments(shapes.AssetIn)
@blueprint.response(201, shapes.Made)
def register(given: dict[str, Any]) -> Any:
    """Enter new things; several equal ones share a number and split the cost."""
    count = given.pop("count")
    if "cost" in given:
        given["cost_fen"] = given.pop("cost")
    given["restrictions"] = tuple(given.get("restrictions", ()))
    ids = actions.register(current_actor(), AssetDraft(**given), count=count)
    where = url_for("api_assets.show", asset_id=ids[0])
    return {"ids": ids}, 201, {"Location": where}


@blueprint.get("/<int:asset_id>")
@signed_in
@blueprint.response(200, shapes.AssetOut)
def show(asset_id: int) -> Any:
    """One asset, as far as one may see it."""
    asset = queries.asset(current_actor(), asset_id)
    return asset_out(asset), 200, etag(asset.version)


@blueprint.patch("/<int:asset_id>")
@guarded(Permission.ASSET_AMEND)
@blueprint.arguments(shapes.Describing)
@blueprint.response(200, shapes.AssetOut)
@versioned
def amend(changes: dict[str, Any], asset_id: int, version: int) -> Any:
    """Change what describes an asset."""
    if "cost" in changes:
        changes["cost_fen"] = changes.pop("cost")
    if "restrictions" in changes:
        changes["restrictions"] = tuple(changes["restrictions"])
    return _answer(actions.amend(current_actor(), asset_id, version, changes))


@blueprint.post("/<int:asset_id>/move")
@guarded(Permission.ASSET_MOVE)
@blueprint.arguments(shapes.Move)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def move(given: dict[str, Any], asset_id: int, version: int | None) -> Any:
    """Record that an asset stands elsewhere."""
    return _answer(actions.move(current_actor(), asset_id, version=version, **given))


@blueprint.post("/<int:asset_id>/assign")
@guarded(Permission.ASSET_ASSIGN)
@blueprint.arguments(shapes.Assignment)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def assign(given: dict[str, Any], asset_id: int, version: int | None) -> Any:
    """Record who keeps and who uses an asset."""
    return _answer(actions.assign(current_actor(), asset_id, version=version, **given))


@blueprint.post("/<int:asset_id>/reassign")
@guarded(Permission.ASSET_REASSIGN)
@blueprint.arguments(shapes.Reassignment)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def reassign(given: dict[str, Any], asset_id: int, version: int | None) -> Any:
    """Put an asset into another department."""
    target = given.pop("department_id")
    return _answer(
        actions.reassign(current_actor(), asset_id, target, version=version, **given)
    )


@blueprint.post("/<int:asset_id>/state")
@signed_in
@blueprint.arguments(shapes.StateMove)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def change_state(given: dict[str, Any], asset_id: int, version: int | None) -> Any:
    """Carry out a move of the state machine."""
    verb = given.pop("verb")
    return _answer(
        actions.change_state(current_actor(), asset_id, verb, version=version, **given)
    )


@blueprint.post("/<int:asset_id>/correct")
@guarded(Permission.ASSET_CORRECT)
@blueprint.arguments(shapes.Correction)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def correct(given: dict[str, Any], asset_id: int, version: int | None) -> Any:
    """Take back what an entry changed, by a new entry that names it."""
    actor = current_actor()
    return _answer(actions.correct(actor, asset_id, version=version, **given))


@blueprint.post("/<int:asset_id>/label")
@guarded(Permission.BLANK_CLAIM)
@blueprint.arguments(shapes.BlankLabel)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def take_blank(given: dict[str, Any], asset_id: int, version: int | None) -> Any:
    """Let a blank label be the asset's label from now on."""
    return _answer(
        actions.take_blank(current_actor(), asset_id, given["code"], version=version)
    )


@blueprint.put("/<int:asset_id>/loan")
@guarded(Permission.ASSET_STATE)
@blueprint.arguments(shapes.LoanIn)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def complete_loan(given: dict[str, Any], asset_id: int, version: int | None) -> Any:
    """Say who has an asset that came into the ledger as lent."""
    return _answer(adopt_loan(current_actor(), asset_id, version=version, **given))


@blueprint.delete("/<int:asset_id>/loan")
@guarded(Permission.ASSET_STATE)
@blueprint.response(200, shapes.AssetOut)
@version_offered
def end_loan(asset_id: int, version: int | None) -> Any:
    """Record that a lent asset is back."""
    return _answer(actions.end_loan(current_actor(), asset_id, version=version))


@blueprint.get("/<int:asset_id>/history")
@guarded(Permission.ASSET_SEE)
@blueprint.response(200, shapes.History)
def history(asset_id: int) -> dict[str, Any]:
    """Everything that happened to an asset, newest first."""
    actor = current_actor()
    asset = queries.asset_seen(actor, asset_id)
    return {"items": queries.history(actor, asset)}


@blueprint.post("/acts")
@signed_in
@blueprint.arguments(shapes.BulkMove)
@blueprint.response(200, shapes.DocumentOut)
def act_on_many(given: dict[str, Any]) -> Any:
    """Do the same to many assets under one document: all of them, or none."""
    actor, ids, act = current_actor(), given["asset_ids"], given["act"]
    if act == "move":
        place = given["place_id"]
        return actions.act_on_many(actor, ids, actions.move, place_id=place)
    if act == "hand_to":
        if given["custodian_id"] is None:
            raise Invalid.field("custodian_id", "required")
        keeper = given["custodian_id"]
        return actions.act_on_many(actor, ids, actions.hand_to, custodian_id=keeper)
    return actions.act_on_many(
        actor, ids, actions.change_state, verb=act, reason=given["reason"]
    )


@blueprint.get("/<int:asset_id>/photos")
@guarded(Permission.ASSET_SEE)
@blueprint.response(200, shapes.PhotoList)
def photos(asset_id: int) -> dict[str, Any]:
    """The photos of an asset, oldest first."""
    found = queries.asset_seen(current_actor(), asset_id)
    return {"items": queries.photos_of(found)}


@blueprint.post("/<int:asset_id>/photos")
@guarded(Permission.ASSET_PHOTO)
@blueprint.arguments(PhotoIn, location="files")
@blueprint.response(201, shapes.Made)
def add_photo(sent: dict[str, Any], asset_id: int) -> dict[str, Any]:
    """Add a photo; it is drawn anew, so that nothing hidden in it is kept."""
    actor = current_actor()
    actor.require(Permission.ASSET_PHOTO, queries.asset_seen(actor, asset_id))
    made = actions.add_photo(actor, asset_id, clean_photo(sent["photo"].read()))
    return {"ids": [made.id]}


@blueprint.get("/photos/<int:photo_id>")
@signed_in
@blueprint.arguments(shapes.PhotoQuery, location="query")
@blueprint.response(200, BYTES, content_type="image/jpeg")
def photo(asked: dict[str, Any], photo_id: int) -> Response:
    """A photo's bytes."""
    small = asked["small"]
    found = queries.photo(current_actor(), photo_id, thumbnail=small)
    return handed_out(found.thumbnail if small else found.image, "image/jpeg")


@blueprint.delete("/<int:asset_id>/photos/<int:photo_id>")
@guarded(Permission.ASSET_PHOTO)
@blueprint.response(204)
def remove_photo(asset_id: int, photo_id: int) -> None:
    """Take a photo away from view."""
    actor = current_actor()
    asset = queries.asset_seen(actor, asset_id)
    if not any(each.id == photo_id for each in queries.photos_of(asset)):
        raise Missing(what="photos")
    actions.remove_photo(actor, asset_id, photo_id)
