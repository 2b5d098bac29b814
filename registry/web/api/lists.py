"""How one likes one's lists, in the API: columns chosen, filters kept."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.kernel.errors import Missing
from registry.lists import actions, queries
from registry.lists.description import Listing
from registry.lists.of import LISTINGS
from registry.store.paging import order_names
from registry.web.api.schemas import lists as shapes
from registry.web.base.api import ApiBlueprint
from registry.web.base.lists import canonical_query
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.words import _

blueprint = ApiBlueprint(
    "api_lists", __name__, url_prefix="/lists", description="How one likes one's lists"
)


def _named(name: str) -> Listing[Any, Any]:
    found = LISTINGS.get(name)
    if found is None:
        raise Missing(what="lists")
    if found.permission is not None:
        current_actor().require(found.permission)
    return found


def _shown(listing: Listing[Any, Any]) -> dict[str, Any]:
    return {
        "name": listing.name,
        "title": _(listing.title),
        "sorts": order_names(listing.orders),
        "columns": [
            {
                "key": column.key,
                "label": _(column.label),
                "kind": str(column.kind),
                "sort": column.sort,
                "usual": column.shown,
            }
            for column in listing.columns_for(current_actor())
        ],
    }


@blueprint.get("")
@guarded(Permission.LIST_ARRANGE)
@blueprint.response(200, shapes.ListList)
def index() -> dict[str, Any]:
    """Every list one may see, with its columns and orders."""
    actor = current_actor()
    return {
        "items": [
            _shown(each)
            for each in LISTINGS.values()
            if each.permission is None or actor.may(each.permission)
        ]
    }


@blueprint.get("/<name>/columns")
@guarded(Permission.LIST_ARRANGE)
@blueprint.response(200, shapes.ColumnsOut)
def columns(name: str) -> dict[str, Any]:
    """The columns in which one sees a list."""
    return _columns(_named(name))


def _columns(listing: Listing[Any, Any]) -> dict[str, Any]:
    actor = current_actor()
    shown = queries.chosen_columns(actor, listing)
    return {
        "columns": [column.key for column in shown],
        "chosen": queries.chosen_keys(actor, listing) is not None,
    }


@blueprint.put("/<name>/columns")
@guarded(Permission.LIST_ARRANGE)
@blueprint.arguments(shapes.ColumnsIn)
@blueprint.response(200, shapes.ColumnsOut)
def choose_columns(given: dict[str, Any], name: str) -> dict[str, Any]:
    """See a list in these columns from now on; nobody else's list changes."""
    listing = _named(name)
    actions.choose_columns(current_actor(), listing, given["columns"])
    return _columns(listing)


@blueprint.delete("/<name>/columns")
@guarded(Permission.LIST_ARRANGE)
@blueprint.response(204)
def reset_columns(name: str) -> None:
    """See a list as it is usually shown."""
    actions.reset_columns(current_actor(), _named(name))


@blueprint.get("/<name>/filters")
@guarded(Permission.LIST_ARRANGE)
@blueprint.response(200, shapes.KeptFilterList)
def filters(name: str) -> dict[str, Any]:
    """The filters one keeps for a list."""
    return {"items": queries.kept_filters(current_actor(), _named(name))}


@blueprint.post("/<name>/filters")
@guarded(Permission.LIST_ARRANGE)
@blueprint.arguments(shapes.KeptFilterIn)
@blueprint.response(201, shapes.KeptFilterOut)
def keep_filter(given: dict[str, Any], name: str) -> Any:
    """Keep what a list is narrowed to; what the list does not know is left out."""
    listing, actor = _named(name), current_actor()
    query = canonical_query(listing, actor, given["query"])
    return actions.keep_filter(actor, listing, given["name"], query)


@blueprint.delete("/<name>/filters/<int:filter_id>")
@guarded(Permission.LIST_ARRANGE)
@blueprint.response(204)
def drop_filter(name: str, filter_id: int) -> None:
    """Keep a filter no longer."""
    _named(name)
    actions.drop_filter(current_actor(), filter_id)
