"""Item types and asset classes in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import marshmallow as ma
from sqlalchemy.orm import selectinload

from registry.access.permissions import Permission
from registry.catalogue import actions, queries
from registry.catalogue.actions import TypeDraft
from registry.catalogue.models import ItemType
from registry.lists.of.classes import CLASSES
from registry.lists.of.types import TYPES
from registry.web.api.listing import listing_page
from registry.web.api.schemas.histories import SubjectHistory, history_of
from registry.web.api.schemas.listing import ListPage
from registry.web.api.versioned import versioned
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import Flag, Key, Line, Many, Money, StrictSchema, Whole
from registry.web.base.lists import list_schema
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.versions import etag

blueprint = ApiBlueprint(
    "api_catalogue", __name__, url_prefix="", description="Kinds of things"
)


class TypeIn(StrictSchema):
    """What an item type is."""

    name = Line(required=True)
    brand = Line(load_default="")
    model = Line(load_default="")
    specification = Line(load_default="")
    unit = Line(load_default="", most=20)
    class_id = Key(load_default=None, allow_none=True)
    service_life_months = Whole(load_default=None, allow_none=True, most=1_200)
    replacement_price = Money(load_default=None, allow_none=True)
    is_labelled = Flag(load_default=True)


class TypeOut(TypeIn):
    """An item type as it is."""

    id = Key(required=True)
    title = Line(required=True, most=1_000)
    aliases = Many(ma.fields.String(), required=True, most=10_000)
    merged_into_id = Key(required=True, allow_none=True)
    version = Whole(required=True)


class TypePage(ListPage):
    """A page of item types."""

    items = Many(ma.fields.Nested(TypeOut), required=True)


TypeQuery = list_schema("Type", TYPES)
"""What the list of item types is narrowed to, and from where on."""


class AliasIn(StrictSchema):
    """Another name by which people ask for it."""

    alias = Line(required=True)


class MergeIn(StrictSchema):
    """What an item type really is."""

    into_id = Key(required=True)


class ClassOut(StrictSchema):
    """A class of the classification."""

    id = Key(required=True)
    edition = Line(required=True)
    code = Line(required=True)
    name = Line(required=True)
    name_en = Line(required=True)
    parent_code = Line(required=True)
    service_life_months = Whole(required=True, allow_none=True)


class ClassPage(ListPage):
    """A page of classes."""

    items = Many(ma.fields.Nested(ClassOut), required=True)


class ClassesLoaded(StrictSchema):
    """How many classes are new, and how many have changed."""

    added = Whole(required=True)
    changed = Whole(required=True)


ClassQuery = list_schema("Class", CLASSES)
"""What the list of classes is narrowed to, and from where on."""


def type_out(found: ItemType) -> dict[str, Any]:
    """An item type as the API shows it."""
    shown = {name: getattr(found, name) for name in TypeDraft.__annotations__}
    shown["replacement_price"] = shown.pop("replacement_price_fen")
    return shown | {
        "id": found.id,
        "title": found.title,
        "aliases": [each.alias for each in found.aliases],
        "merged_into_id": found.merged_into_id,
        "version": found.version,
    }


def _draft(given: dict[str, Any]) -> TypeDraft:
    price = given.pop("replacement_price")
    return TypeDraft(**given, replacement_price_fen=price)


@blueprint.get("/item-types")
@signed_in
@blueprint.arguments(TypeQuery, location="query")
@blueprint.response(200, TypePage)
def types(asked: dict[str, Any]) -> dict[str, Any]:
    """Item types, narrowed and in an order, a page at a time."""
    return listing_page(TYPES, asked, _types_out, (selectinload(ItemType.aliases),))


def _types_out(found: Sequence[ItemType]) -> list[dict[str, Any]]:
    return [type_out(each) for each in found]


@blueprint.post("/item-types")
@guarded(Permission.TYPE_MANAGE)
@blueprint.arguments(TypeIn)
@blueprint.response(201, TypeOut)
def add_type(given: dict[str, Any]) -> Any:
    """Add an item type."""
    made = actions.add_type(current_actor(), _draft(given))
    return type_out(made), 201, etag(made.version)


@blueprint.get("/item-types/<int:type_id>")
@signed_in
@blueprint.response(200, TypeOut)
def item_type(type_id: int) -> Any:
    """One item type."""
    found = queries.item_type(current_actor(), type_id)
    return type_out(found), 200, etag(found.version)


@blueprint.put("/item-types/<int:type_id>")
@guarded(Permission.TYPE_MANAGE)
@blueprint.arguments(TypeIn)
@blueprint.response(200, TypeOut)
@versioned
def change_type(given: dict[str, Any], type_id: int, version: int) -> Any:
    """Change an item type."""
    actor = current_actor()
    found = actions.change_type(actor, type_id, version, _draft(given))
    return type_out(found), 200, etag(found.version)


@blueprint.post("/item-types/<int:type_id>/aliases")
@guarded(Permission.TYPE_MANAGE)
@blueprint.arguments(AliasIn)
@blueprint.response(201, TypeOut)
def add_alias(given: dict[str, Any], type_id: int) -> dict[str, Any]:
    """Let an item type be found by another name."""
    actions.add_alias(current_actor(), type_id, given["alias"])
    return type_out(queries.item_type(current_actor(), type_id))


@blueprint.delete("/item-types/<int:type_id>/aliases")
@guarded(Permission.TYPE_MANAGE)
@blueprint.arguments(AliasIn, location="query")
@blueprint.response(204)
def remove_alias(asked: dict[str, Any], type_id: int) -> None:
    """Let an item type no longer be found by a name."""
    actions.remove_alias(current_actor(), type_id, asked["alias"])


@blueprint.get("/item-types/<int:type_id>/history")
@guarded(Permission.TYPE_MANAGE)
@blueprint.response(200, SubjectHistory)
def type_history(type_id: int) -> dict[str, Any]:
    """What became of an item type, newest first."""
    return history_of("item_type", queries.item_type(current_actor(), type_id).id)


@blueprint.post("/item-types/<int:type_id>/merge")
@guarded(Permission.TYPE_MERGE)
@blueprint.arguments(MergeIn)
@blueprint.response(200, TypeOut)
def merge(given: dict[str, Any], type_id: int) -> dict[str, Any]:
    """Declare that an item type is another one."""
    into = actions.merge_types(current_actor(), type_id, given["into_id"])
    return type_out(into)


@blueprint.get("/asset-classes")
@signed_in
@blueprint.arguments(ClassQuery, location="query")
@blueprint.response(200, ClassPage)
def classes(asked: dict[str, Any]) -> dict[str, Any]:
    """Classes, narrowed and by code, a page at a time."""
    return listing_page(CLASSES, asked)


@blueprint.post("/asset-classes/starting")
@guarded(Permission.CLASS_LOAD)
@blueprint.response(200, ClassesLoaded)
def load_starting_classes() -> dict[str, int]:
    """Load the main classes the product brings; a whole table comes as an import."""
    added, changed = actions.load_starting_classes(current_actor())
    return {"added": added, "changed": changed}
