"""What lies idle, or seems to, as the API shows and takes it."""

from __future__ import annotations

import marshmallow as ma

from registry.ledger.states import Condition
from registry.sharing.queries import SORTS
from registry.sharing.queries.suspects import SORTS as SUSPECT_SORTS
from registry.sharing.rules.ages import Age
from registry.sharing.states import Answer, QuestionState, Reason, Signal
from registry.web.api.schemas.assets import AssetOut, Named
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


class SignOut(StrictSchema):
    """A sign that a thing lies idle, since a day."""

    signal = Choice(Signal, required=True)
    since = Day(required=True)
    source = Line(required=True, metadata={"example": "PD2026-000001"})
    words = ma.fields.String(
        required=True, metadata={"example": "2026年3月5日起一直放在库房"}
    )


class SuspectOut(StrictSchema):
    """A thing in use that seems to lie idle."""

    asset = ma.fields.Nested(AssetOut, required=True)
    signs = Many(ma.fields.Nested(SignOut), required=True)
    since = Day(required=True)
    found_on = Day(required=True)
    question_id = Key(required=True, allow_none=True)


class SuspectNarrowing(StrictSchema):
    """Which suspects one looks at."""

    q = Line(load_default="")
    signal = Choice(Signal)
    department_id = Key(load_default=None)
    place_id = Key(load_default=None)
    class_code = Line(load_default="", most=20)
    asked = Flag(load_default=None)


class SuspectQuery(SuspectNarrowing):
    """Which suspects, in which order, and from where on."""

    sort = Choice(SUSPECT_SORTS, load_default="signs")
    cursor = Line(load_default=None, most=500)
    limit = Whole(load_default=50, least=1, most=200)


class SuspectExport(SuspectNarrowing):
    """Which suspects to take out, and as what."""

    form = Choice(("xlsx", "csv"), load_default="xlsx")


class SuspectPage(StrictSchema):
    """A page of suspects and the cursor of what follows."""

    items = Many(ma.fields.Nested(SuspectOut), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class AskIn(StrictSchema):
    """Which suspects to ask about now."""

    asset_ids = Many(Key(), required=True, most=1_000)


class AskingOut(StrictSchema):
    """What one person was asked about at once."""

    id = Key(required=True)
    person_id = Key(required=True, allow_none=True)
    department_id = Key(required=True)
    count = Whole(required=True)
    asked_at = Moment(required=True)


class AskingList(StrictSchema):
    """What was asked, of whom."""

    items = Many(ma.fields.Nested(AskingOut), required=True, most=1_000)


class HolderOut(StrictSchema):
    """Somebody who has a question now, and since when."""

    person_id = Key(required=True)
    name = Line(required=True)
    since = Moment(required=True)


class QuestionOut(StrictSchema):
    """Whether a thing is in use: asked, and what came of it."""

    id = Key(required=True)
    asking_id = Key(required=True)
    asset = ma.fields.Nested(AssetOut, required=True)
    state = Choice(QuestionState, required=True)
    signs = Many(ma.fields.Nested(SignOut), required=True)
    asked_at = Moment(required=True)
    asked_first = ma.fields.Nested(Named, required=True, allow_none=True)
    holders = Many(ma.fields.Nested(HolderOut), required=True)
    waited_hours = Whole(required=True, allow_none=True)
    reason = Choice(Reason, required=True, allow_none=True)
    words = Notes(required=True)
    answered_by = ma.fields.Nested(Named, required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)
    overtaken_by = Line(required=True, most=40)


class QuestionNarrowing(StrictSchema):
    """Which questions one looks at."""

    state = Choice(QuestionState, load_default="open")
    department_id = Key(load_default=None)
    person_id = Key(load_default=None)


class QuestionQuery(QuestionNarrowing):
    """Which questions, and from where on."""

    cursor = Line(load_default=None, most=500)
    limit = Whole(load_default=50, least=1, most=200)


class QuestionExport(QuestionNarrowing):
    """Which questions to take out, and as what."""

    form = Choice(("xlsx", "csv"), load_default="xlsx")


class QuestionPage(StrictSchema):
    """A page of questions and the cursor of what follows."""

    items = Many(ma.fields.Nested(QuestionOut), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class QuestionList(StrictSchema):
    """The open questions one has been asked."""

    items = Many(ma.fields.Nested(QuestionOut), required=True, most=500)


class IdleAnswerIn(StrictSchema):
    """The same answer to some questions."""

    question_ids = Many(Key(), required=True, most=200)
    answer = Choice(Answer, required=True)
    reason = Choice(Reason)
    words = Notes(load_default="", most=1_000, metadata={"example": "月考时印卷子要用"})
    condition = Choice(Condition)


class AnsweredOut(StrictSchema):
    """What became of an answer: questions it counted for, and those it was late for."""

    done = Many(Key(), required=True)
    late = Many(Key(), required=True)
    document = ma.fields.String(required=True, allow_none=True)


class SumOut(StrictSchema):
    """How many things, what they cost, and of how many no cost is known."""

    count = Whole(required=True)
    value = Money(required=True, attribute="fen")
    unpriced = Whole(required=True)


class ShareOut(StrictSchema):
    """What lies, and seems to lie, idle of a department."""

    department = ma.fields.Nested(Named, required=True)
    idle = ma.fields.Nested(SumOut, required=True)
    suspected = ma.fields.Nested(SumOut, required=True)
    in_use = Whole(required=True)


class PlaceSum(StrictSchema):
    """What lies idle in a place and all that is in it."""

    place = ma.fields.Nested(Named, required=True)
    idle = ma.fields.Nested(SumOut, required=True)


class ClassSum(StrictSchema):
    """What lies idle of a broad class."""

    class_code = Line(required=True, most=20)
    name = Line(required=True)
    idle = ma.fields.Nested(SumOut, required=True)


class AgeSum(StrictSchema):
    """What has lain idle for so long."""

    age = Choice(Age, required=True)
    idle = ma.fields.Nested(SumOut, required=True)


class OverviewOut(StrictSchema):
    """What lies idle, added up in every way one asks about it."""

    idle = ma.fields.Nested(SumOut, required=True)
    suspected = ma.fields.Nested(SumOut, required=True)
    in_use = Whole(required=True)
    departments = Many(ma.fields.Nested(ShareOut), required=True, most=100_000)
    places = Many(ma.fields.Nested(PlaceSum), required=True, most=100_000)
    nowhere = ma.fields.Nested(SumOut, required=True)
    classes = Many(ma.fields.Nested(ClassSum), required=True, most=10_000)
    unclassed = ma.fields.Nested(SumOut, required=True)
    ages = Many(ma.fields.Nested(AgeSum), required=True)
    open_questions = Whole(required=True)


class PolicyIn(StrictSchema):
    """How idle things are found and asked about."""

    asks = Flag()
    signals = Many(Choice(Signal), most=10)
    stored_months = Whole(most=120)
    quiet_months = Whole(least=1, most=120)
    repaired_months = Whole(most=120)
    ask_again_months = Whole(least=1, most=120)
    batch = Whole(least=1, most=100)
    answer_hours = Whole(least=1, most=400)
    exempt_classes = Many(Line(most=20), most=200)
    still_classes = Many(Line(most=20), most=200)
    exempt_types = Many(Key(), most=200)
    used_places = Many(Key(), most=200)


class PolicyOut(PolicyIn):
    """How idle things are found and asked about in an institution."""

    version = Whole(required=True)
