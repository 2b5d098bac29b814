"""The outer pool as lists: what others show, what one shows, what is asked for."""

from __future__ import annotations

from operator import attrgetter as own

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.interchange.rules.fields import Kind
from registry.ledger.states import Condition
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.sharing.models import OuterCard, OuterInquiry
from registry.sharing.queries.outer import (
    INQUIRY_ORDERS,
    OUTER_ORDERS,
    InquiryFilter,
    OuterFilter,
    inquiries_from,
    inquiries_to,
    outer_rows,
    own_card_rows,
)
from registry.sharing.states import InquiryState
from registry.words import N_
from registry.words.passing import INQUIRY_STATES, inquiry_word
from registry.words.terms import CONDITIONS, condition_word

__all__ = ["ASKED_OUTSIDE", "INQUIRIES", "OUTER", "OWN_CARDS"]

_KIND = joinedload(OuterCard.item_type).joinedload(ItemType.merged_into)
_OF_INQUIRY = joinedload(OuterInquiry.card).options(_KIND)


def _condition(found: OuterCard) -> str:
    return condition_word(found.condition) if found.condition else ""


_TITLE = Column(
    "name",
    N_("品名"),
    lambda found: found.item_type.standing.title,
    phone="title",
    loads=(_KIND,),
)
_COUNT = Column("count", N_("件数"), own("count"), kind=Kind.WHOLE)
_CONDITION = Column("condition", N_("新旧"), _condition)
_SINCE = Column(
    "since",
    N_("公开时间"),
    own("since"),
    kind=Kind.MOMENT,
    sort="newest",
    phone="none",
)
_CONDITIONS = FilterField(
    "condition",
    N_("新旧"),
    Narrows.CHOICES,
    "conditions",
    choices={str(each): CONDITIONS[each] for each in Condition},
)

OUTER: Listing[OuterFilter, OuterCard] = Listing(
    name="outer",
    title=N_("外单位可用"),
    wanted=OuterFilter,
    rows=outer_rows,
    orders=OUTER_ORDERS,
    usual="newest",
    permission=Permission.OUTER_ASK,
    columns=(
        _TITLE,
        _COUNT,
        _CONDITION,
        Column(
            "institution",
            N_("所属单位"),
            lambda found: found.institution.name,
            loads=(joinedload(OuterCard.institution),),
        ),
        Column(
            "contact",
            N_("联系"),
            lambda found: found.institution.contact,
            loads=(joinedload(OuterCard.institution),),
            phone="none",
        ),
        _SINCE,
    ),
    filters=(SEARCH, _CONDITIONS),
    topics="outer",
)

OWN_CARDS: Listing[OuterFilter, OuterCard] = Listing(
    name="outer_own",
    title=N_("对外公开的闲置"),
    wanted=OuterFilter,
    rows=own_card_rows,
    orders=OUTER_ORDERS,
    usual="newest",
    permission=Permission.OUTER_PUBLISH,
    columns=(_TITLE, _COUNT, _CONDITION, _SINCE),
    filters=(SEARCH, _CONDITIONS),
    topics="sharing pool",
)

_NUMBER = Column("number", N_("单号"), own("number"), kind=Kind.TEXT)
_WHAT = Column(
    "name",
    N_("要什么"),
    lambda found: found.card.item_type.standing.title,
    phone="title",
    loads=(_OF_INQUIRY,),
)
_STATE = Column(
    "state", N_("状态"), lambda found: inquiry_word(found.state), phone="chip"
)
_WANTED = Column("count", N_("要几件"), own("count"), kind=Kind.WHOLE)
_AGREED = Column(
    "promised", N_("同意几件"), own("promised"), kind=Kind.WHOLE, phone="none"
)
_ASKED = Column(
    "asked_at",
    N_("询问时间"),
    own("asked_at"),
    kind=Kind.MOMENT,
    sort="newest",
    phone="none",
)
_STATES = FilterField(
    "state",
    N_("状态"),
    Narrows.CHOICES,
    "states",
    choices={str(each): INQUIRY_STATES[each] for each in InquiryState},
)

INQUIRIES: Listing[InquiryFilter, OuterInquiry] = Listing(
    name="outer_inquiries",
    title=N_("外单位来询"),
    wanted=InquiryFilter,
    rows=inquiries_to,
    orders=INQUIRY_ORDERS,
    usual="newest",
    permission=Permission.OUTER_ANSWER,
    columns=(
        _WHAT,
        _STATE,
        Column(
            "from",
            N_("哪个单位要"),
            lambda found: found.from_institution.name,
            loads=(joinedload(OuterInquiry.from_institution),),
        ),
        _WANTED,
        _AGREED,
        _NUMBER,
        _ASKED,
    ),
    filters=(SEARCH, _STATES),
    topics="sharing",
)

ASKED_OUTSIDE: Listing[InquiryFilter, OuterInquiry] = Listing(
    name="outer_asked",
    title=N_("向外单位要的"),
    wanted=InquiryFilter,
    rows=inquiries_from,
    orders=INQUIRY_ORDERS,
    usual="newest",
    permission=Permission.OUTER_ASK,
    columns=(
        _WHAT,
        _STATE,
        Column(
            "of",
            N_("向哪个单位"),
            lambda found: found.institution.name,
            loads=(joinedload(OuterInquiry.institution),),
        ),
        _WANTED,
        _AGREED,
        _NUMBER,
        _ASKED,
    ),
    filters=(SEARCH, _STATES),
    topics="sharing",
)
