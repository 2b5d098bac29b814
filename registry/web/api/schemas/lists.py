"""Lists and how one likes them, as the API takes and shows them."""

from __future__ import annotations

import marshmallow as ma

from registry.web.base.fields import Flag, Key, Line, Many, Moment, StrictSchema


class ColumnOut(StrictSchema):
    """One thing that a list can show of each row."""

    key = Line(required=True, metadata={"example": "warranty_until"})
    label = Line(required=True)
    kind = Line(required=True)
    sort = Line(required=True, metadata={"description": "The order of its heading"})
    usual = Flag(required=True, metadata={"description": "Shown unless one chose"})


class ListOut(StrictSchema):
    """A list there is, with all it can show and how it can be ordered."""

    name = Line(required=True, metadata={"example": "assets"})
    title = Line(required=True)
    columns = Many(ma.fields.Nested(ColumnOut), required=True)
    sorts = Many(ma.fields.String(), required=True)


class ListList(StrictSchema):
    """Every list that is for oneself."""

    items = Many(ma.fields.Nested(ListOut), required=True)


class ColumnsIn(StrictSchema):
    """The columns one wants to see, in their order."""

    columns = Many(
        Line(most=40),
        required=True,
        most=100,
        metadata={"example": ["name", "number", "warranty_until"]},
    )


class ColumnsOut(StrictSchema):
    """The columns one sees, and whether one chose them."""

    columns = Many(ma.fields.String(), required=True)
    chosen = Flag(required=True)


class KeptFilterIn(StrictSchema):
    """What a list is narrowed to, under a name; an earlier one of it is replaced."""

    name = Line(required=True, most=60, metadata={"example": "待报废的电脑"})
    query = Line(
        required=True,
        most=4_000,
        metadata={
            "example": "state=pending_disposal",
            "description": "As it stands in the address of the list's page",
        },
    )


class KeptFilterOut(KeptFilterIn):
    """A filter one keeps."""

    id = Key(required=True)
    kept_at = Moment(required=True)


class KeptFilterList(StrictSchema):
    """The filters one keeps for a list, by name."""

    items = Many(ma.fields.Nested(KeptFilterOut), required=True)
