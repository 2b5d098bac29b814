"""Holds, transfers and loans, as the API shows and takes them."""

from __future__ import annotations

import marshmallow as ma

from registry.ledger.states import Condition
from registry.lists.of.loans import LOANS
from registry.lists.of.savings import SAVINGS
from registry.lists.of.transfers import TRANSFERS
from registry.lists.of.wanted import WANTED
from registry.sharing.states import (
    HoldState,
    LoanState,
    Pricing,
    TransferLineState,
    TransferState,
    WantedState,
)
from registry.web.api.schemas.assets import AssetOut, Named
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

TransferQuery = list_schema("Transfer", TRANSFERS)
LoanQuery = list_schema("Loan", LOANS)
SavingQuery = list_schema("Saving", SAVINGS)
WantedQuery = list_schema("Wanted", WANTED)


class Chosen(StrictSchema):
    """Things by their ids, or any so many free ones of an item type."""

    asset_ids = Many(Key(), load_default=list, most=1_000)
    item_type_id = Key(load_default=None)
    department_id = Key(
        load_default=None,
        metadata={"description": "Of an item type, only this department's things"},
    )
    place_id = Key(
        load_default=None,
        metadata={"description": "Of an item type, only what stands here"},
    )
    count = Whole(
        load_default=None,
        least=1,
        most=1_000,
        metadata={"description": "Any so many of them; without it, all that are named"},
    )
    purpose = Line(load_default="", most=400)


class HoldIn(Chosen):
    """What is to be kept for oneself."""


class LineIn(StrictSchema):
    """The thing one stands in line for."""

    asset_id = Key(required=True)
    purpose = Line(load_default="", most=400)


class ReasonIn(StrictSchema):
    """Why."""

    reason = Notes(load_default="", most=1_000)


class HoldOut(StrictSchema):
    """Something kept for one, or a place in line: how many come before it."""

    id = Key(required=True)
    asset = ma.fields.Nested(AssetOut, required=True)
    state = Choice(HoldState, required=True)
    ahead = Whole(required=True)
    purpose = Line(required=True, most=400)
    asked_at = Moment(required=True)
    until = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)


class HoldList(StrictSchema):
    """What one has kept for oneself and stands in line for."""

    items = Many(ma.fields.Nested(HoldOut), required=True, most=1_000)


class TransferIn(Chosen):
    """What is to go to a department, and into whose hands and which place there.

    For an item type ``department_id`` and ``place_id`` narrow what is chosen from.
    """

    to_department_id = Key(required=True)
    custodian_id = Key(load_default=None)
    to_place_id = Key(load_default=None)


class TransferLineOut(StrictSchema):
    """One thing of a transfer, and how far it is."""

    asset = ma.fields.Nested(AssetOut, required=True)
    state = Choice(TransferLineState, required=True)
    from_department = ma.fields.Nested(Named, required=True)
    reason = Notes(required=True, most=1_000)
    wiped = Flag(required=True)
    answered_at = Moment(required=True, allow_none=True)
    handed_at = Moment(required=True, allow_none=True)
    received_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)


class TransferHead(StrictSchema):
    """A transfer without its lines."""

    id = Key(required=True)
    number = Line(required=True, metadata={"example": "DB2026-000012"})
    state = Choice(TransferState, required=True)
    from_departments = Many(ma.fields.Nested(Named), required=True, most=1_000)
    to_department = ma.fields.Nested(Named, required=True)
    custodian = ma.fields.Nested(Named, required=True, allow_none=True)
    place = ma.fields.Nested(Named, required=True, allow_none=True)
    requester = ma.fields.Nested(Named, required=True, allow_none=True)
    purpose = Line(required=True, most=400)
    cause = Line(required=True, most=60)
    count = Whole(required=True)
    requested_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)


class TransferOut(TransferHead):
    """A transfer with everything that is in it."""

    lines = Many(ma.fields.Nested(TransferLineOut), required=True, most=1_000)


class TransferPage(ListPage):
    """A page of transfers."""

    items = Many(ma.fields.Nested(TransferHead), required=True, most=200)


class LinesIn(StrictSchema):
    """Things of a transfer."""

    asset_ids = Many(Key(), required=True, most=1_000)


class AgreeIn(StrictSchema):
    """Things that may go; without any, all one answers for."""

    asset_ids = Many(Key(), load_default=None, allow_none=True, most=1_000)


class RefuseIn(AgreeIn):
    """Things that may not go, and why; without any, all one answers for."""

    reason = Notes(required=True, most=1_000)


class CancelIn(AgreeIn):
    """Things no longer wanted; without any, all that have not arrived."""

    reason = Notes(load_default="", most=1_000)


class GiveAwayIn(LinesIn):
    """Things given away; ``wiped``: the data on them was erased."""

    wiped = Flag(load_default=False)


class ReceiveIn(LinesIn):
    """Things that have come, and where they are put, if not as the transfer says."""

    custodian_id = Key(load_default=None)
    place_id = Key(load_default=None)


class LoanAsked(StrictSchema):
    """A thing one would like to borrow, and for which days."""

    asset_id = Key(required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    purpose = Line(load_default="", most=400)


class LendIn(LoanAsked):
    """A thing that is lent, to whom and for which days; at once unless said."""

    from_on = Day(load_default=None)
    borrower_id = Key(load_default=None)
    borrower = Line(
        load_default="",
        metadata={"description": "Who has it, where it is nobody of the institution"},
    )


class ExtendIn(StrictSchema):
    """The new last day of a loan."""

    until_on = Day(required=True)


class ReturnIn(StrictSchema):
    """How a thing came back."""

    condition = Choice(Condition)


class LoanOut(StrictSchema):
    """A loan: what, to whom, for which days, and how it stands."""

    id = Key(required=True)
    asset = ma.fields.Nested(AssetOut, required=True)
    state = Choice(LoanState, required=True)
    borrower = ma.fields.Nested(Named, required=True, allow_none=True)
    borrower_name = Line(required=True)
    from_on = Day(required=True)
    until_on = Day(required=True)
    purpose = Line(required=True, most=400)
    reason = Notes(required=True, most=1_000)
    asked_at = Moment(required=True)
    handed_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)


class LoanPage(ListPage):
    """A page of loans."""

    items = Many(ma.fields.Nested(LoanOut), required=True, most=200)


class SavingOut(StrictSchema):
    """One thing that was not bought, for how much, and how that is known."""

    transfer_id = Key(required=True)
    transfer_number = Line(required=True, metadata={"example": "DB2026-000012"})
    asset_id = Key(required=True)
    name = Line(required=True, most=1_000)
    from_department = ma.fields.Nested(Named, required=True)
    to_department = ma.fields.Nested(Named, required=True)
    received_at = Moment(required=True)
    saved = Money(required=True)
    saved_by = Choice(Pricing, required=True)


class SavingPage(ListPage):
    """A page of savings, and what all that are narrowed to come to."""

    items = Many(ma.fields.Nested(SavingOut), required=True, most=200)
    total = Money(required=True)
    things = Whole(required=True)


class WantedIn(StrictSchema):
    """What one looks for: in words, or an item type; how many, until when."""

    text = Line(load_default="")
    item_type_id = Key(load_default=None)
    quantity = Whole(load_default=1, least=1, most=1_000)
    until_on = Day(required=True)
    note = Line(load_default="", most=400)


class OfferIn(StrictSchema):
    """The thing one has."""

    asset_id = Key(required=True)


class EndingIn(StrictSchema):
    """Whether one has found it."""

    met = Flag(required=True)


class WantedHead(StrictSchema):
    """What somebody looks for."""

    id = Key(required=True)
    text = Line(required=True)
    item_type = ma.fields.Nested(Named, required=True, allow_none=True)
    quantity = Whole(required=True)
    until_on = Day(required=True)
    note = Line(required=True, most=400)
    state = Choice(WantedState, required=True)
    person = ma.fields.Nested(Named, required=True)
    department = ma.fields.Nested(Named, required=True)
    asked_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)


class WantedOut(WantedHead):
    """The same with what was found, and the item types lying idle that serve it."""

    found = Many(ma.fields.Nested(AssetOut), required=True, most=1_000)
    item_type_ids = Many(Key(), required=True, most=1_000)


class WantedPage(ListPage):
    """A page of what people look for."""

    items = Many(ma.fields.Nested(WantedHead), required=True, most=200)


class FeedOut(StrictSchema):
    """The secret address of one's calendar, told once."""

    address = ma.fields.String(
        required=True,
        metadata={"example": "https://zc.example.edu.cn/calendars/kept-nowhere.ics"},
    )
