"""The outer pool, as the API shows and takes it."""

from __future__ import annotations

import marshmallow as ma

from registry.ledger.states import Condition
from registry.lists.of.outer import ASKED_OUTSIDE, INQUIRIES, OUTER, OWN_CARDS
from registry.sharing.states import InquiryState
from registry.web.api.schemas.assets import Named
from registry.web.api.schemas.listing import ListPage
from registry.web.base.fields import (
    Choice,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.lists import list_schema

OuterQuery = list_schema("OuterCard", OUTER)
OwnCardQuery = list_schema("OwnOuterCard", OWN_CARDS)
InquiryQuery = list_schema("OuterInquiry", INQUIRIES)
AskedQuery = list_schema("OuterAsked", ASKED_OUTSIDE)


class OuterKind(StrictSchema):
    """What a card shows: an item type as others may know it."""

    name = Line(required=True)
    brand = Line(required=True)
    model = Line(required=True)
    specification = Line(required=True, most=1_000)
    unit = Line(required=True)
    class_code = Line(required=True)


class OuterCardOut(StrictSchema):
    """Equal things that another institution shows; nothing says which they are."""

    id = Key(required=True)
    kind = ma.fields.Nested(OuterKind, required=True)
    condition = Choice(Condition, required=True, allow_none=True)
    count = Whole(required=True)
    since = Moment(required=True)
    institution = Line(required=True)
    contact = Line(required=True)
    has_photo = Flag(required=True)


class OuterPage(ListPage):
    """A page of cards."""

    items = Many(ma.fields.Nested(OuterCardOut), required=True, most=200)


class OwnThings(StrictSchema):
    """Which of one's own things stand behind a card."""

    card = ma.fields.Nested(OuterCardOut, required=True)
    asset_ids = Many(Key(), required=True, most=100_000)


class PublishIn(StrictSchema):
    """Idle things to be shown to other institutions."""

    asset_ids = Many(Key(), required=True, most=1_000)
    passing_over = Flag(
        load_default=False,
        metadata={"description": "Leave out what cannot be shown instead of refusing"},
    )


class TakenBackIn(StrictSchema):
    """Things to be shown no more."""

    asset_ids = Many(Key(), required=True, most=1_000)


class PublishedOut(StrictSchema):
    """The things that were shown, or taken back."""

    asset_ids = Many(Key(), required=True, most=1_000)


class AskOutsideIn(StrictSchema):
    """How many one would like, and what for."""

    count = Whole(required=True, least=1, most=1_000)
    words = Line(required=True, most=400)
    cause = Line(
        load_default="",
        most=60,
        metadata={"description": "The number of the purchase request it is for"},
    )


class PromiseIn(StrictSchema):
    """How many one can part with; they are put aside."""

    count = Whole(required=True, least=1, most=1_000)


class RefuseOutsideIn(StrictSchema):
    """Why not."""

    reason = Notes(required=True, most=1_000)


class GiveIn(StrictSchema):
    """Under which approval or agreement it leaves the ledger."""

    approval = Line(required=True, most=100)


class AskedOut(StrictSchema):
    """What one has asked of another institution."""

    id = Key(required=True)
    number = Line(required=True)
    card_id = Key(required=True)
    kind = ma.fields.Nested(OuterKind, required=True)
    institution = Line(required=True)
    from_institution = Line(required=True)
    asker = Line(required=True)
    contact = Line(required=True)
    count = Whole(required=True)
    words = Line(required=True, most=400)
    cause = Line(required=True)
    state = Choice(InquiryState, required=True)
    promised = Whole(required=True)
    reason = Notes(required=True, most=1_000)
    asked_at = Moment(required=True)
    answered_at = Moment(required=True, allow_none=True)
    approval = Line(required=True)
    document = Line(required=True)


class AskedPage(ListPage):
    """A page of what one has asked."""

    items = Many(ma.fields.Nested(AskedOut), required=True, most=200)


class InquiryOut(AskedOut):
    """What another institution asks, with which things are put aside for it."""

    answered_by = ma.fields.Nested(Named, required=True, allow_none=True)
    asset_ids = Many(Key(), required=True, most=1_000)
