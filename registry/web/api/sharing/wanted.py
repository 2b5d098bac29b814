"""What people look for, in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.access.permissions import Permission
from registry.lists.of.wanted import WANTED
from registry.sharing import actions
from registry.sharing.models import Wanted
from registry.sharing.queries.wanting import (
    WHOLE,
    finds_of,
    types_that_serve,
    wanted_of,
)
from registry.web.api.assets import assets_out
from registry.web.api.listing import listing_page
from registry.web.api.schemas import sharing as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.sharing.blueprints import blueprint
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor


def wanted_out(found: Wanted) -> dict[str, Any]:
    """A notice as every colleague sees it."""
    plain = (
        "id",
        "text",
        "quantity",
        "until_on",
        "note",
        "state",
        "asked_at",
        "ended_at",
    )
    kind = found.item_type
    return {name: getattr(found, name) for name in plain} | {
        "item_type": named(kind, kind.title if kind else ""),
        "person": named(found.person, found.person.name),
        "department": named(found.department, found.department.name),
    }


def _all_out(found: Sequence[Wanted]) -> list[dict[str, Any]]:
    return [wanted_out(each) for each in found]


def _whole_out(wanted_id: int) -> dict[str, Any]:
    found = wanted_of(current_actor(), wanted_id)
    open_still = found.ended_at is None
    return wanted_out(found) | {
        "found": assets_out([each.asset for each in finds_of(found)]),
        "item_type_ids": types_that_serve(found) if open_still else [],
    }


@blueprint.get("/wanted")
@guarded(Permission.WANTED_POST)
@blueprint.arguments(shapes.WantedQuery, location="query")
@blueprint.response(200, shapes.WantedPage)
def wanted_notices(asked: dict[str, Any]) -> dict[str, Any]:
    """What people look for."""
    return listing_page(WANTED, asked, _all_out, WHOLE)


@blueprint.post("/wanted")
@guarded(Permission.WANTED_POST)
@blueprint.arguments(shapes.WantedIn)
@blueprint.response(201, shapes.WantedOut)
def post_wanted(given: dict[str, Any]) -> dict[str, Any]:
    """Say what one looks for, how many, until when."""
    made = actions.post_wanted(current_actor(), given.pop("text"), **given)
    return _whole_out(made.id)


@blueprint.get("/wanted/<int:wanted_id>")
@guarded(Permission.WANTED_POST)
@blueprint.response(200, shapes.WantedOut)
def wanted_notice(wanted_id: int) -> dict[str, Any]:
    """A notice, what was found for it, and which idle item types serve it now."""
    return _whole_out(wanted_id)


@blueprint.post("/wanted/<int:wanted_id>/offer")
@guarded(Permission.WANTED_POST)
@blueprint.arguments(shapes.OfferIn)
@blueprint.response(200, shapes.WantedOut)
def offer(given: dict[str, Any], wanted_id: int) -> dict[str, Any]:
    """Say that one has it: the thing turns idle, and whoever looks is told."""
    actions.offer(current_actor(), wanted_id, given["asset_id"])
    return _whole_out(wanted_id)


@blueprint.post("/wanted/<int:wanted_id>/end")
@guarded(Permission.WANTED_POST)
@blueprint.arguments(shapes.EndingIn)
@blueprint.response(200, shapes.WantedOut)
def end_wanted(given: dict[str, Any], wanted_id: int) -> dict[str, Any]:
    """Say that one has found it, or no longer looks."""
    actions.end_wanted(current_actor(), wanted_id, met=given["met"])
    return _whole_out(wanted_id)
