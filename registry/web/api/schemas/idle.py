"""The pool as the API shows it: cards by item type, and the things behind a card."""

from __future__ import annotations

import marshmallow as ma

from registry.ledger.states import Condition
from registry.sharing.queries import SORTS
from registry.sharing.rules.ages import Age
from registry.web.api.schemas.assets import AssetOut, Named
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    StrictSchema,
    Whole,
)


class PoolFilter(StrictSchema):
    """What of the pool one looks at."""

    q = Line(load_default="")
    class_code = Line(load_default="", most=20)
    department_id = Key(load_default=None)
    place_id = Key(load_default=None)
    condition = Many(Choice(Condition), load_default=list, most=10)
    free = Flag(
        load_default=False,
        metadata={"description": "Only what nobody has an exclusive hand on"},
    )
    age = Choice(Age)
    idle_from = Day(load_default=None)
    idle_to = Day(load_default=None)


class PoolQuery(PoolFilter):
    """What of the pool, in which order, and from where on."""

    sort = Choice(SORTS, load_default="newest")
    cursor = Line(load_default=None, most=500)
    limit = Whole(load_default=24, least=1, most=200)


class ThingsQuery(PoolFilter):
    """Which things of an item type, and from where on; idle longest first."""

    cursor = Line(load_default=None, most=500)
    limit = Whole(load_default=50, least=1, most=200)


class Contact(StrictSchema):
    """Whom to ask for a thing."""

    name = Line(required=True)
    phone = Line(required=True, most=40)


class SpotOut(StrictSchema):
    """Where some of the things are, whose they are, and whom to ask for them."""

    place = ma.fields.Nested(Named, required=True, allow_none=True)
    department = ma.fields.Nested(Named, required=True)
    count = Whole(required=True)
    officer = ma.fields.Nested(Contact, required=True, allow_none=True)


class ConditionCount(StrictSchema):
    """How many are in a condition."""

    condition = Choice(Condition, required=True, allow_none=True)
    count = Whole(required=True)


class CardOut(StrictSchema):
    """The idle things of one item type, as every colleague sees them."""

    item_type = ma.fields.Nested(Named, required=True)
    unit = Line(required=True, most=20, metadata={"example": "台"})
    class_code = Line(required=True, most=20)
    count = Whole(required=True)
    free = Whole(required=True)
    restricted = Whole(required=True)
    idle_since = Moment(required=True)
    idle_last = Moment(required=True)
    conditions = Many(ma.fields.Nested(ConditionCount), required=True)
    spots = Many(ma.fields.Nested(SpotOut), required=True, most=1_000)
    spot_count = Whole(required=True)
    photo_id = Key(required=True, allow_none=True)


class CardPage(StrictSchema):
    """A page of cards, the cursor of what follows, and how much there is in all."""

    items = Many(ma.fields.Nested(CardOut), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)
    groups = Whole(required=True)
    things = Whole(required=True)
    similar = Many(
        Line(),
        required=True,
        metadata={"description": "Names to look for instead, where nothing was found"},
    )


class GroupOut(StrictSchema):
    """One item type: its card, if anything of it is idle, and a page of the things."""

    card = ma.fields.Nested(CardOut, required=True, allow_none=True)
    items = Many(ma.fields.Nested(AssetOut), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class PoolExport(PoolFilter):
    """What of the pool to take out: by card or thing by thing, and as what."""

    item_type_id = Key(load_default=None)
    sort = Choice(SORTS, load_default="newest")
    by = Choice(("cards", "things"), load_default="cards")
    form = Choice(("xlsx", "csv"), load_default="xlsx")
