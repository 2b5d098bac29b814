"""The pool in the API: cards by item type, the things behind one, all as a file."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Response

from registry.access.permissions import Permission
from registry.interchange.actions.pool import export_cards, export_things
from registry.interchange.sheets.writing import MEDIA_TYPES, table_file
from registry.kernel.clock import today
from registry.organisation import queries as organisation
from registry.sharing import queries
from registry.sharing.queries import Card, PoolFilter, Spot
from registry.sharing.rules.ages import Age, days_of
from registry.web.api.assets import assets_out
from registry.web.api.files import BYTES, handed_out
from registry.web.api.idle.blueprints import blueprint
from registry.web.api.schemas import idle as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.words import _

PIECE = 64 * 1024


def filter_of(asked: dict[str, Any]) -> PoolFilter:
    """The filter that a query asks for; days said outright go before an age."""
    actor = current_actor()
    zone = organisation.institution(actor.institution_id).time_zone
    first, last = (
        days_of(Age(asked["age"]), today(zone)) if "age" in asked else (None, None)
    )
    return PoolFilter(
        text=asked["q"],
        class_code=asked["class_code"],
        department_id=asked["department_id"],
        place_id=asked["place_id"],
        conditions=tuple(asked["condition"]),
        free=asked["free"],
        idle_from=asked["idle_from"] or first,
        idle_to=asked["idle_to"] or last,
    )


def card_out(card: Card) -> dict[str, Any]:
    """A card as the API shows it."""
    kind = card.kind
    return {
        "item_type": named(kind, kind.title),
        "unit": kind.unit,
        "class_code": kind.asset_class.code if kind.asset_class else "",
        "count": card.count,
        "free": card.free,
        "restricted": card.restricted,
        "idle_since": card.oldest,
        "idle_last": card.newest,
        "conditions": [
            {"condition": condition, "count": count}
            for condition, count in card.conditions
        ],
        "spots": [_spot_out(spot) for spot in card.spots],
        "spot_count": card.spot_count,
        "photo_id": card.photo_id,
    }


def _spot_out(spot: Spot) -> dict[str, Any]:
    return {
        "place": named(spot.place, spot.place.full_name if spot.place else ""),
        "department": named(spot.department, spot.department.name),
        "count": spot.count,
        "officer": spot.officer,
    }


@blueprint.get("")
@guarded(Permission.POOL_SEE)
@blueprint.arguments(shapes.PoolQuery, location="query")
@blueprint.response(200, shapes.CardPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """What lies idle in the institution, one card for each item type."""
    actor, wanted = current_actor(), filter_of(asked)
    window = queries.shop_window(
        actor,
        wanted,
        sort=asked["sort"],
        near=queries.home_campus(actor),
        cursor=asked["cursor"],
        size=asked["limit"],
    )
    empty = not window.page.rows and wanted.text
    return {
        "items": [card_out(card) for card in window.page.rows],
        "next_cursor": window.page.next_cursor,
        "groups": window.groups,
        "things": window.things,
        "similar": queries.similar_names(actor, wanted.text) if empty else [],
    }


@blueprint.get("/types/<int:type_id>")
@guarded(Permission.POOL_SEE)
@blueprint.arguments(shapes.ThingsQuery, location="query")
@blueprint.response(200, shapes.GroupOut)
def group(asked: dict[str, Any], type_id: int) -> dict[str, Any]:
    """The idle things of one item type: where, whom to ask, and each by itself."""
    actor = current_actor()
    kind = queries.pool_type(actor, type_id)
    wanted = replace(filter_of(asked), item_type_id=kind.id)
    card = queries.card_of_type(actor, wanted, kind)
    page = queries.things(actor, wanted, cursor=asked["cursor"], size=asked["limit"])
    return {
        "card": card_out(card) if card else None,
        "items": assets_out(page.rows),
        "next_cursor": page.next_cursor,
    }


@blueprint.get("/export")
@guarded(Permission.EXPORT_RUN)
@blueprint.arguments(shapes.PoolExport, location="query")
@blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])
def export(asked: dict[str, Any]) -> Response:
    """The pool as a workbook or delimited text, by item type or thing by thing."""
    actor, wanted = current_actor(), filter_of(asked)
    if asked["item_type_id"] is not None:
        kind = queries.pool_type(actor, asked["item_type_id"])
        wanted = replace(wanted, item_type_id=kind.id)
    if asked["by"] == "things":
        columns, rows = export_things(actor, wanted)
    else:
        near = queries.home_campus(actor)
        columns, rows = export_cards(actor, wanted, sort=asked["sort"], near=near)
    title, form = _("闲置资产"), asked["form"]
    out = table_file(form, columns, rows, title)
    pieces = iter(partial(out.read, PIECE), b"")
    answer = handed_out(pieces, MEDIA_TYPES[form], f"{title}.{form}")
    answer.call_on_close(out.close)
    return answer
