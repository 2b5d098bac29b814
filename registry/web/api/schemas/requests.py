"""Requests to buy, as the API shows and takes them."""

from __future__ import annotations

import marshmallow as ma

from registry.lists.of.requests import REQUESTS
from registry.procurement.actions.drafting import CONDITIONS, MOST_LINES
from registry.procurement.states import (
    OUTER_REASONS,
    CandidateKind,
    DeclineReason,
    LineState,
    OuterAnswerKind,
    RequestState,
    RulingKind,
)
from registry.web.api.schemas.assets import Named
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
from registry.web.base.lists import list_schema

RequestQuery = list_schema("Request", REQUESTS)


class NeedIn(StrictSchema):
    """One kind of thing that is needed."""

    text = Line(required=True, most=200, metadata={"example": "投影仪"})
    quantity = Whole(load_default=1, least=1, most=100_000)
    specification = Line(load_default="", most=400)
    item_type_id = Key(load_default=None)
    unit = Line(load_default="", most=20)
    place_id = Key(load_default=None)
    needed_by = Day(load_default=None)
    price = Money(load_default=None, metadata={"example": "4500.00"})
    budget = Line(load_default="", most=100)
    conditions = Many(Choice(CONDITIONS), load_default=list, most=3)


class RequestIn(StrictSchema):
    """What is needed and why; ``department_id`` for a department below one's own."""

    lines = Many(ma.fields.Nested(NeedIn), required=True, most=MOST_LINES)
    purpose = Notes(load_default="", most=1_000)
    urgent = Flag(load_default=False)
    department_id = Key(load_default=None)


class RedraftIn(StrictSchema):
    """A draft written anew."""

    lines = Many(ma.fields.Nested(NeedIn), required=True, most=MOST_LINES)
    purpose = Notes(load_default="", most=1_000)
    urgent = Flag(load_default=False)


class TakeIn(StrictSchema):
    """How many of a group are taken."""

    count = Whole(required=True, least=1, most=100_000)


class DeclineIn(StrictSchema):
    """Why a group, or so many of it, does not serve."""

    reason = Choice(DeclineReason, required=True)
    words = Notes(load_default="", most=1_000)
    count = Whole(load_default=None, least=1, most=100_000)
    different = Flag(
        load_default=False,
        metadata={"description": "It is another kind of thing: proposed as a lesson"},
    )


class RulingIn(StrictSchema):
    """What is ruled about a line; ``candidate_ids``: look-alikes that do serve."""

    kind = Choice(
        [each for each in RulingKind if each is not RulingKind.URGENT], required=True
    )
    words = Notes(load_default="", most=1_000)
    candidate_ids = Many(Key(), load_default=list, most=200)


class WhyOut(StrictSchema):
    """One thing that speaks for a group, or how it differs."""

    code = Line(required=True)
    words = ma.fields.String(required=True)
    against = Flag(required=True)


class AnswerOut(StrictSchema):
    """What was said about a group."""

    kind = Choice(("take", "decline"), required=True)
    count = Whole(required=True)
    reason = Choice(DeclineReason, required=True, allow_none=True)
    words = Notes(required=True, most=1_000)
    transfer = Line(required=True, most=40)
    answered_at = Moment(required=True)


class CandidateOut(StrictSchema):
    """Equal things of one place that would serve, or nearly."""

    id = Key(required=True)
    item_type = ma.fields.Nested(Named, required=True)
    department = ma.fields.Nested(Named, required=True)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    condition = Line(required=True, allow_none=True)
    kind = Choice(CandidateKind, required=True)
    count = Whole(required=True)
    left = Whole(required=True)
    must_answer = Flag(required=True)
    since = Moment(required=True, allow_none=True)
    until = Moment(required=True, allow_none=True)
    holder = Line(required=True)
    score = ma.fields.Float(required=True)
    reasons = Many(ma.fields.Nested(WhyOut), required=True, most=100)
    answers = Many(ma.fields.Nested(AnswerOut), required=True, most=1_000)


class OuterAnswerOut(StrictSchema):
    """What became of what another institution shows."""

    kind = Choice(OuterAnswerKind, required=True)
    count = Whole(required=True)
    reason = Choice(DeclineReason, required=True, allow_none=True)
    words = Notes(required=True, most=1_000)
    inquiry = Line(required=True, most=40)
    answered_at = Moment(required=True)


class OuterCandidateOut(StrictSchema):
    """What another institution shows that would serve: to be asked for or declined."""

    id = Key(required=True)
    card_id = Key(required=True)
    institution = Line(required=True)
    contact = Line(required=True)
    title = Line(required=True, most=800)
    condition = Line(required=True, allow_none=True)
    count = Whole(required=True)
    since = Moment(required=True)
    must_answer = Flag(required=True)
    inquiry_id = Key(required=True, allow_none=True)
    answer = ma.fields.Nested(OuterAnswerOut, required=True, allow_none=True)
    score = ma.fields.Float(required=True)
    reasons = Many(ma.fields.Nested(WhyOut), required=True, most=100)


class AskOwnerIn(StrictSchema):
    """How many one would like of it, and what for (the line's words unless given)."""

    count = Whole(required=True, least=1, most=1_000)
    words = Line(load_default="", most=400)


class DeclineOuterIn(StrictSchema):
    """Why it does not serve; whoever approves reads it."""

    reason = Choice(OUTER_REASONS, required=True)
    words = Notes(required=True, most=1_000)


class RulingOut(StrictSchema):
    """What was ruled about a line."""

    kind = Choice(RulingKind, required=True)
    words = Notes(required=True, most=1_000)
    ruled_by = ma.fields.Nested(Named, required=True)
    ruled_at = Moment(required=True)


class NeedOut(StrictSchema):
    """One line of a request, and how it stands before the check."""

    id = Key(required=True)
    text = Line(required=True, most=200)
    specification = Line(required=True, most=400)
    item_type = ma.fields.Nested(Named, required=True, allow_none=True)
    quantity = Whole(required=True)
    covered = Whole(required=True)
    to_buy = Whole(required=True)
    declined = Whole(required=True)
    unit = Line(required=True, most=20)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    needed_by = Day(required=True, allow_none=True)
    price = Money(required=True, allow_none=True, attribute="price_fen")
    budget = Line(required=True, most=100)
    conditions = Many(Choice(CONDITIONS), required=True, most=3)
    standing = Choice(LineState, required=True)
    vague = Flag(required=True)
    found = Many(ma.fields.Nested(CandidateOut), required=True, most=1_000)
    outside = Many(ma.fields.Nested(OuterCandidateOut), required=True, most=1_000)
    rulings = Many(ma.fields.Nested(RulingOut), required=True, most=1_000)


class RequestHead(StrictSchema):
    """A request without its lines."""

    id = Key(required=True)
    number = Line(required=True, metadata={"example": "SG2026-000012"})
    state = Choice(RequestState, required=True)
    requester = ma.fields.Nested(Named, required=True)
    department = ma.fields.Nested(Named, required=True)
    purpose = Notes(required=True, most=1_000)
    urgent = Flag(required=True)
    amount = Money(required=True, attribute="amount_fen")
    made_at = Moment(required=True)
    submitted_at = Moment(required=True, allow_none=True)
    thrown_back = Line(required=True)
    follows = Line(required=True)
    version = Whole(required=True)


class CheckOut(StrictSchema):
    """A check: its number, and what proves that it is what was frozen."""

    number = Line(required=True, metadata={"example": "HC2026-000031"})
    round = Whole(required=True)
    position = Whole(required=True)
    made_at = Moment(required=True)
    hash = Line(required=True)


class FollowerOut(StrictSchema):
    """A request that takes up what fell through, or was not ordered."""

    id = Key(required=True)
    number = Line(required=True, metadata={"example": "SG2026-000013"})
    state = Choice(RequestState, required=True)


class RequestOut(RequestHead):
    """A request with its lines, what was found for them, and its checks."""

    lines = Many(ma.fields.Nested(NeedOut), required=True, most=1_000)
    checks = Many(ma.fields.Nested(CheckOut), required=True, most=1_000)
    followed_by = Many(ma.fields.Nested(FollowerOut), required=True, most=1_000)


class RequestPage(ListPage):
    """A page of requests."""

    items = Many(ma.fields.Nested(RequestHead), required=True, most=200)


class HintAsked(StrictSchema):
    """What somebody would like to have."""

    text = Line(required=True, most=200, metadata={"example": "投影机"})
    specification = Line(load_default="", most=400)


class HintOut(StrictSchema):
    """Equal things of one place that lie idle and may serve."""

    item_type = ma.fields.Nested(Named, required=True)
    department = ma.fields.Nested(Named, required=True)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    condition = Line(required=True, allow_none=True)
    kind = Choice(CandidateKind, required=True)
    count = Whole(required=True)
    score = ma.fields.Float(required=True)
    must_answer = Flag(required=True)


class OuterMatchOut(StrictSchema):
    """Equal things that another institution shows and that may serve."""

    card_id = Key(required=True)
    title = Line(required=True, most=800)
    institution = Line(required=True)
    contact = Line(required=True)
    condition = Line(required=True, allow_none=True)
    count = Whole(required=True)
    since = Moment(required=True)
    score = ma.fields.Float(required=True)


class HintList(StrictSchema):
    """What lies idle and may serve, the best first: one's own, and others'."""

    items = Many(ma.fields.Nested(HintOut), required=True, most=1_000)
    outside = Many(ma.fields.Nested(OuterMatchOut), required=True, most=100)
