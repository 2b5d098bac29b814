"""Orders, receipts and certificates, as the API shows and takes them."""

from __future__ import annotations

import marshmallow as ma

from registry.lists.of.buying import BUYING
from registry.lists.of.certificates import CERTIFICATES_ISSUED
from registry.procurement.states import CertificateStatus, RequestState
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


class OrderedIn(StrictSchema):
    """So many of one line of a request, at a price for each."""

    line_id = Key(required=True)
    quantity = Whole(least=1, most=100_000, required=True)
    price = Money(required=True, metadata={"example": "4500.00"})


class OrderIn(StrictSchema):
    """An order: from whom, under what number, what of it."""

    supplier = Line(required=True, metadata={"example": "华视科技"})
    reference = Line(load_default="", most=60)
    ordered_on = Day(load_default=None, allow_none=True)
    note = Notes(load_default="", most=1_000)
    lines = Many(ma.fields.Nested(OrderedIn), required=True, most=200)


class OrderLineOut(StrictSchema):
    """A line of an order, and how many of it have come."""

    id = Key()
    line_id = Key()
    quantity = Whole()
    price = Money(attribute="price_fen")
    received = Whole()
    missing = Whole()


class ReceiptOut(StrictSchema):
    """Goods that came and became assets, under one document."""

    id = Key()
    order_id = Key()
    document = Line()
    received_at = Moment()
    count = Whole()
    asset_ids = Many(Key(), most=1_000)
    request_state = Line()


class OrderOut(StrictSchema):
    """An order with what has come of it."""

    id = Key()
    request_id = Key()
    number = Line()
    supplier = Line()
    reference = Line()
    ordered_on = Day()
    ordered_at = Moment()
    total = Money(attribute="total_fen")
    note = Notes()
    lines = Many(ma.fields.Nested(OrderLineOut))


class OrderList(StrictSchema):
    """The orders of a request."""

    items = Many(ma.fields.Nested(OrderOut))


class MoreIn(StrictSchema):
    """What it really costs."""

    total = Money(required=True, metadata={"example": "15000.00"})


class CloseIn(StrictSchema):
    """Why the rest will not come."""

    reason = Notes(required=True, most=1_000)


class ArrivedIn(StrictSchema):
    """Goods that came for one line of an order: of a type, or of one to be made."""

    order_line_id = Key(required=True)
    count = Whole(least=1, most=1_000, required=True)
    item_type_id = Key(load_default=None, allow_none=True)
    new_type = Line(load_default="")
    place_id = Key(load_default=None, allow_none=True)
    custodian_id = Key(load_default=None, allow_none=True)
    cost = Money(load_default=None, allow_none=True, attribute="cost_fen")
    serials = Many(Line(most=200), load_default=list, most=1_000)
    warranty_until = Day(load_default=None, allow_none=True)
    is_idle = Flag(load_default=False)


class TakenIn(StrictSchema):
    """What came, and in place of which assets."""

    arrived = Many(ma.fields.Nested(ArrivedIn), required=True, most=200)
    received_on = Day(load_default=None, allow_none=True)
    replaces = Many(Key(), load_default=list, most=50)
    why = Notes(
        load_default="",
        most=1_000,
        metadata={
            "description": "Why something else than asked for was bought, where the "
            "like may lie idle; of somebody of the asset office who did not ask."
        },
    )


class StatedRow(StrictSchema):
    """A caption and a text."""

    caption = Line(most=1_000)
    text = Notes()


class StatedPart(StrictSchema):
    """A titled part of a certificate."""

    heading = Line(most=1_000)
    rows = Many(ma.fields.Nested(StatedRow), most=5_000)


class VerifiedOut(StrictSchema):
    """What a certificate is worth now; no names, places, prices or free words."""

    code = Line(metadata={"example": "K7Q4M2XNT"})
    status = Choice(CertificateStatus)
    newest = Line()
    issued_at = Moment()
    institution = Line()
    parts = Many(ma.fields.Nested(StatedPart), most=1_000)


CertificateQuery = list_schema("Certificate", CERTIFICATES_ISSUED)
BuyingQuery = list_schema("Buying", BUYING)


class CertificateHead(StrictSchema):
    """A certificate as the list shows it; opening it looks for new matches too."""

    id = Key(required=True)
    code = Line(required=True, metadata={"example": "K7Q4M2XNT"})
    status = Choice(CertificateStatus, required=True)
    request_id = Key(required=True)
    request_number = Line(required=True, metadata={"example": "CG-2026-0012"})
    request_state = Choice(RequestState, required=True)
    department = ma.fields.Nested(Named, required=True)
    what = ma.fields.String(required=True, metadata={"example": "投影仪 × 3"})
    amount = Money(required=True)
    issued_at = Moment(required=True)


class CertificatePage(ListPage):
    """A page of certificates."""

    items = Many(ma.fields.Nested(CertificateHead), required=True, most=200)


class CertificateOut(VerifiedOut):
    """A certificate in full, for who may see its request."""

    id = Key()
    request_id = Key()
    hash = Line()
    content = ma.fields.Dict(keys=ma.fields.String())
