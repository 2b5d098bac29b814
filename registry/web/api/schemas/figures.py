"""Figures as the API shows them."""

from __future__ import annotations

import marshmallow as ma

from registry.ledger.states import AssetState
from registry.reports.rules.figures import KINDS
from registry.reports.rules.measures import AGES, CONDITIONS, KEPT
from registry.web.base.fields import (
    Choice,
    Day,
    Key,
    Line,
    Many,
    Money,
    StrictSchema,
    Whole,
)

MOST_LINES = 10_000


class FiguresQuery(StrictSchema):
    """Of which department, with all below it, and of which class figures are asked."""

    department_id = Key(load_default=None)
    class_code = Line(load_default="", most=20)


class FiguresFileQuery(FiguresQuery):
    """The same as a file."""

    form = Choice(("xlsx", "csv"), load_default="xlsx")


class Amount(StrictSchema):
    """How many assets, and what they cost when they came."""

    count = Whole(required=True, most=10**12)
    value = Money(required=True, attribute="value_fen")


class FiguresOfState(Amount):
    """How many assets are in a state."""

    state = Choice(AssetState, required=True)


class FiguresOfDepartment(StrictSchema):
    """A department right below the one asked for, or that one itself (``is_own``)."""

    department_id = Key(required=True, allow_none=True, attribute="key")
    name = ma.fields.String(required=True)
    is_own = ma.fields.Boolean(required=True)
    whole = ma.fields.Nested(Amount, required=True)
    idle = ma.fields.Nested(Amount, required=True)


class FiguresOfClass(StrictSchema):
    """A class right below the one asked for; without code what has no class."""

    class_code = ma.fields.String(required=True, allow_none=True, attribute="key")
    name = ma.fields.String(required=True)
    is_own = ma.fields.Boolean(required=True)
    whole = ma.fields.Nested(Amount, required=True)
    idle = ma.fields.Nested(Amount, required=True)


class FiguresOfAge(StrictSchema):
    """How many were acquired so many whole years ago."""

    age = Choice(AGES, required=True)
    count = Whole(required=True, most=10**12)


class FiguresOfCondition(StrictSchema):
    """How many are in a condition, or of none on record."""

    condition = Choice(CONDITIONS, required=True)
    count = Whole(required=True, most=10**12)


class FiguresOfRecord(StrictSchema):
    """How many have something on record, of how many that should."""

    what = Choice(KEPT, required=True, attribute="key")
    count = Whole(required=True, most=10**12)
    of = Whole(required=True, most=10**12)


class FiguresOfLife(StrictSchema):
    """How many have outlived their service life, of those whose life is known."""

    count = Whole(required=True, most=10**12)
    of = Whole(required=True, most=10**12)
    value = Money(required=True, attribute="value_fen")


class FiguresOfDays(StrictSchema):
    """How often something happened: a number a day from ``first_day`` on."""

    what = Choice(KINDS, required=True)
    days = Many(Whole(), required=True, most=90)


class FiguresOut(StrictSchema):
    """Figures of what one may see, all of one position of the ledger.

    Everything but ``states`` leaves out what has been disposed of. Values are in
    ``currency``; ``foreign`` assets cost another one and are in no value.
    """

    position = Whole(required=True, most=10**18)
    day = Day(required=True)
    first_day = Day(required=True)
    currency = Line(required=True, metadata={"example": "CNY"})
    department_id = Key(required=True)
    whole = ma.fields.Nested(Amount, required=True)
    idle = ma.fields.Nested(Amount, required=True)
    states = Many(ma.fields.Nested(FiguresOfState), required=True, most=10)
    departments = Many(
        ma.fields.Nested(FiguresOfDepartment), required=True, most=MOST_LINES
    )
    classes = Many(ma.fields.Nested(FiguresOfClass), required=True, most=MOST_LINES)
    ages = Many(ma.fields.Nested(FiguresOfAge), required=True, most=10)
    outlived = ma.fields.Nested(FiguresOfLife, required=True)
    conditions = Many(ma.fields.Nested(FiguresOfCondition), required=True, most=10)
    coverage = Many(ma.fields.Nested(FiguresOfRecord), required=True, most=10)
    foreign = Whole(required=True, most=10**12)
    happened = Many(ma.fields.Nested(FiguresOfDays), required=True, most=10)
