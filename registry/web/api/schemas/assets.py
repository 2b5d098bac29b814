"""Assets as the API takes and shows them; each circle of sight has its own shape."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from registry.ledger.states import (
    ASSET,
    AssetState,
    ClaimKind,
    Condition,
    Method,
    Restriction,
)
from registry.lists.of.assets import ASSETS
from registry.web.api.schemas.listing import ListPage
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Money,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import filter_schema, list_schema


class Named(StrictSchema):
    """Something referred to: its id and what it is called."""

    id = Key(required=True)
    name = Line(required=True, most=1_000)


class ClaimOut(StrictSchema):
    """Who has an exclusive hand on an asset."""

    kind = Choice(ClaimKind, required=True)
    holder = Line(required=True)
    since = Moment(required=True)
    until = Moment(allow_none=True, required=True)


class AssetCard(StrictSchema):
    """What every colleague sees of an asset: the pool card."""

    id = Key(required=True)
    code = Line(required=True, metadata={"example": "K7Q4M2XNT"})
    asset_number = Line(required=True, metadata={"example": "ZC2026-000123"})
    sub_number = Whole(required=True)
    item_type = ma.fields.Nested(Named, required=True)
    state = Choice(AssetState, required=True)
    state_since = Moment(required=True)
    condition = Choice(Condition, required=True, allow_none=True)
    department = ma.fields.Nested(Named, required=True)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    restrictions = Many(Choice(Restriction), required=True)
    sight = Choice(("colleague", "full"), required=True)


class AssetOut(AssetCard):
    """An asset; what only the next circle sees is left out of a card."""

    version = Whole(least=1)
    serial = Line()
    custodian = ma.fields.Nested(Named, allow_none=True)
    user = ma.fields.Nested(Named, allow_none=True)
    cost = Money(allow_none=True)
    currency = Line(most=3)
    acquired_on = Day(allow_none=True)
    method = Choice(Method, allow_none=True)
    funding = Line()
    service_life_months = Whole(allow_none=True)
    warranty_until = Day(allow_none=True)
    attributes = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())
    note = Notes()
    claim = ma.fields.Nested(ClaimOut, allow_none=True)
    photos = Many(Key())


class AssetPage(ListPage):
    """A page of assets and the cursor of what follows."""

    items = Many(ma.fields.Nested(AssetOut), required=True, most=200)


_POOL = {"pool": Flag(load_default=False, metadata={"description": "The idle pool"})}

AssetFilter = filter_schema("Asset", ASSETS, **_POOL)
"""What a list of assets is narrowed to."""

AssetQuery = list_schema("Asset", ASSETS, **_POOL)
"""What a list of assets is narrowed to, in which order, and from where on."""


class NumbersIn(StrictSchema):
    """Asset numbers, label codes or serials."""

    numbers = Many(Line(most=200), required=True, most=5_000)


class FoundSetOut(StrictSchema):
    """A set of assets named one by one, for ``found``; and what names nothing."""

    id = Key(required=True)
    asked = Whole(required=True)
    found = Whole(required=True)
    unknown_ = Many(
        ma.fields.String(),
        required=True,
        most=5_000,
        attribute="unknown",
        data_key="unknown",
    )


class Describing(StrictSchema):
    """Fields that describe an asset."""

    asset_number = Line(most=60)
    sub_number = Whole(most=999_999)
    item_type_id = Key()
    serial = Line()
    condition = Choice(Condition, allow_none=True)
    cost = Money(allow_none=True, metadata={"example": "4500.00"})
    acquired_on = Day(allow_none=True)
    method = Choice(Method, allow_none=True)
    funding = Line()
    service_life_months = Whole(allow_none=True, most=1_200)
    warranty_until = Day(allow_none=True)
    attributes = ma.fields.Dict(
        keys=ma.fields.String(validate=ma.validate.Length(1, 60)),
        values=ma.fields.String(validate=ma.validate.Length(1, 1_000)),
        validate=ma.validate.Length(max=60),
    )
    restrictions = Many(Choice(Restriction), most=10)
    note = Notes()


class AssetIn(Describing):
    """New things: several equal ones share a number."""

    item_type_id = Key(required=True)
    department_id = Key(required=True)
    asset_number = Line(most=60, load_default="")
    place_id = Key(load_default=None, allow_none=True)
    custodian_id = Key(load_default=None, allow_none=True)
    user_id = Key(load_default=None, allow_none=True)
    state = Choice(("in_use", "idle"), load_default="in_use")
    count = Whole(least=1, most=1_000, load_default=1)


class Made(StrictSchema):
    """The ids of what was made, in order."""

    ids = Many(Key(), required=True, most=1_000)


class PhotoOut(StrictSchema):
    """A photo of an asset; its bytes are asked for by themselves."""

    id = Key(required=True)
    width = Whole(required=True)
    height = Whole(required=True)
    added_at = Moment(required=True)


class PhotoList(StrictSchema):
    """The photos of an asset."""

    items = Many(ma.fields.Nested(PhotoOut), required=True)


class PhotoQuery(StrictSchema):
    """In which size."""

    small = Flag(load_default=False)


class Move(StrictSchema):
    """Where an asset stands from now on."""

    place_id = Key(required=True, allow_none=True)
    effective_on = Day(load_default=None, allow_none=True)


class Assignment(StrictSchema):
    """Who keeps and who uses an asset."""

    custodian_id = Key(required=True, allow_none=True)
    user_id = Key(required=True, allow_none=True)
    effective_on = Day(load_default=None, allow_none=True)


class Reassignment(StrictSchema):
    """Which department has an asset from now on."""

    department_id = Key(required=True)
    custodian_id = Key(load_default=None, allow_none=True)
    place_id = Key(load_default=None, allow_none=True)
    reason = Notes(load_default="", most=1_000)


class StateMove(StrictSchema):
    """A move of the state machine."""

    verb = Choice(ASSET.moves, required=True)
    reason = Notes(load_default="", most=1_000)
    effective_on = Day(load_default=None, allow_none=True)


class Correction(StrictSchema):
    """Which entry is taken back, and why."""

    number = Whole(least=2, required=True)
    reason = Line(required=True, most=1_000)


class BlankLabel(StrictSchema):
    """The code of the blank label that an asset bears from now on."""

    code = Line(required=True, most=60, metadata={"example": "K7Q4-M2XN-T"})


class LoanIn(StrictSchema):
    """To whom an asset is lent."""

    person_id = Key(load_default=None, allow_none=True)
    holder = Line(load_default="")
    until = Day(load_default=None, allow_none=True)


class ChangeOut(StrictSchema):
    """One field before and after."""

    field = Line(required=True)
    before = ma.fields.Raw(required=True, allow_none=True)
    after = ma.fields.Raw(required=True, allow_none=True)


class EntryOut(StrictSchema):
    """One entry of an asset's history."""

    number = Whole(required=True)
    verb = Line(required=True)
    at = Moment(required=True)
    effective_on = Day(required=True, allow_none=True)
    actor = ma.fields.String(required=True, allow_none=True)
    door = Line(required=True)
    document = ma.fields.String(required=True, allow_none=True)
    corrects = Whole(required=True, allow_none=True)
    reason = ma.fields.String(required=True)
    changes = Many(ma.fields.Nested(ChangeOut), required=True, most=60)
    hash = Line(required=True)


class History(StrictSchema):
    """The entries of an asset, newest first."""

    items = Many(ma.fields.Nested(EntryOut), required=True, most=100_000)


class BulkMove(StrictSchema):
    """The same act for many assets, under one document; all or none."""

    asset_ids = Many(Key(), required=True, most=1_000)
    act = Choice(("move", "hand_to", *ASSET.moves), required=True)
    place_id = Key(load_default=None, allow_none=True)
    custodian_id = Key(load_default=None, allow_none=True)
    reason = Notes(load_default="", most=1_000)


class DocumentOut(StrictSchema):
    """A document under which many assets were changed."""

    number = Line(required=True, metadata={"example": "PL2026-000012"})
    count = Whole(required=True)


def named(thing: Any, name: str) -> dict[str, Any] | None:
    """A reference as the API shows it."""
    return None if thing is None else {"id": thing.id, "name": name}
