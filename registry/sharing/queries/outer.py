"""What other institutions show, what they ask for; each side sees its own and no more.

Of another institution's things a card is all that is ever read here: item type,
condition, how many, since when, a photo, and how to reach the asset office.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.catalogue.queries import to_match
from registry.kernel.errors import Missing
from registry.ledger.models import Asset, Claim, Photo
from registry.organisation.models import Institution
from registry.sharing.models import OuterCard, OuterInquiry, OuterThing
from registry.sharing.queries.narrowing import PoolFilter, in_pool
from registry.sharing.states import InquiryState, OuterThingState
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

MOST_WORDS = 8
SHOWN = OuterCard.count > sa.literal_column("0")
"""The cards that are shown now, as their index is told."""


def _of_others(institution_id: int) -> sa.ColumnElement[bool]:
    """The cards of other institutions, found institution by institution."""
    others = sa.select(Institution.id).where(Institution.id != institution_id)
    return OuterCard.institution_id.in_(others)


WHOLE_CARD = (
    joinedload(OuterCard.institution),
    joinedload(OuterCard.item_type).joinedload(ItemType.merged_into),
    joinedload(OuterCard.item_type).joinedload(ItemType.asset_class),
)
WHOLE_INQUIRY = (
    joinedload(OuterInquiry.card)
    .joinedload(OuterCard.item_type)
    .joinedload(ItemType.merged_into),
    joinedload(OuterInquiry.institution),
    joinedload(OuterInquiry.from_institution),
)


def has_others(institution_id: int) -> bool:
    """Whether the installation has an institution beside this one."""
    other = sa.select(Institution.id).where(Institution.id != institution_id).limit(1)
    return session().scalar(other) is not None


def sees_outside(actor: Actor) -> bool:
    """Whether there is anything outside to be seen by whoever asks."""
    return actor.may(Permission.OUTER_ASK) and has_others(actor.institution_id)


def require_outside(actor: Actor) -> None:
    """Missing where there is nothing outside: the installation has one institution."""
    if not sees_outside(actor):
        raise Missing


@dataclass(frozen=True)
class OuterFilter:
    """What of the outer pool one looks at; empty fields narrow nothing."""

    text: str = ""
    """Words of what it is, or of an institution's name."""
    conditions: tuple[str, ...] = ()


OUTER_ORDERS: Orders = {"newest": Order(falling=True)}
"""In which orders cards are listed."""


def outer_rows(actor: Actor, wanted: OuterFilter, sort: str) -> Rows[OuterCard]:
    """The cards that other institutions show."""
    conditions = [
        SHOWN,
        _of_others(actor.institution_id),
        sa.true() if actor.may(Permission.OUTER_ASK) else sa.false(),
    ]
    return _cards(wanted, conditions)


def own_card_rows(actor: Actor, wanted: OuterFilter, sort: str) -> Rows[OuterCard]:
    """The cards that one's own institution shows; its asset office's to see."""
    conditions = [
        SHOWN,
        OuterCard.institution_id == actor.institution_id,
        sa.true() if actor.may(Permission.OUTER_PUBLISH) else sa.false(),
    ]
    return _cards(wanted, conditions)


def _cards(
    wanted: OuterFilter, conditions: list[sa.ColumnElement[bool]]
) -> Rows[OuterCard]:
    for word in wanted.text.split()[:MOST_WORDS]:
        texts = (
            ItemType.name,
            ItemType.brand,
            ItemType.model,
            ItemType.specification,
        )
        named = sa.select(ItemType.id).where(
            ItemType.id == OuterCard.item_type_id,
            sa.or_(*(text.icontains(word, autoescape=True) for text in texts)),
        )
        house = sa.select(Institution.id).where(
            Institution.id == OuterCard.institution_id,
            Institution.name.icontains(word, autoescape=True),
        )
        conditions.append(sa.or_(named.exists(), house.exists()))
    if wanted.conditions:
        conditions.append(OuterCard.condition.in_(wanted.conditions))
    return Rows(sa.select(OuterCard), OuterCard.id, tuple(conditions))


def card_of(actor: Actor, card_id: int) -> OuterCard:
    """A card that another institution shows now; Missing otherwise."""
    found = session().scalar(
        sa.select(OuterCard)
        .where(
            OuterCard.id == card_id,
            _of_others(actor.institution_id),
            SHOWN,
        )
        .options(*WHOLE_CARD)
    )
    if found is None or not actor.may(Permission.OUTER_ASK):
        raise Missing(what="outer_cards")
    return found


def own_card(actor: Actor, card_id: int) -> OuterCard:
    """A card that one's own institution shows or has shown; its office's to see."""
    found = session().scalar(
        sa.select(OuterCard)
        .where(
            OuterCard.id == card_id,
            OuterCard.institution_id == actor.institution_id,
        )
        .options(*WHOLE_CARD)
    )
    if found is None or not actor.may(Permission.OUTER_PUBLISH):
        raise Missing(what="outer_cards")
    return found


def photo_of(actor: Actor, card_id: int) -> Photo:
    """The photo of one of the things behind a card that one may see."""
    if not actor.may(Permission.OUTER_PUBLISH) or not _is_own(actor, card_id):
        card_of(actor, card_id)
    photos = photos_of([card_id])
    if card_id not in photos:
        raise Missing(what="photos")
    return session().get_one(Photo, photos[card_id])


def _is_own(actor: Actor, card_id: int) -> bool:
    found = session().get(OuterCard, card_id)
    return found is not None and found.institution_id == actor.institution_id


def photos_of(card_ids: Collection[int]) -> dict[int, int]:
    """By card, the id of the first photo of a thing on offer behind it."""
    rows = session().execute(
        sa.select(OuterThing.card_id, sa.func.min(Photo.id))
        .select_from(OuterCard)
        .join(
            OuterThing,
            sa.and_(
                OuterThing.institution_id == OuterCard.institution_id,
                OuterThing.card_id == OuterCard.id,
            ),
        )
        .join(
            Photo,
            sa.and_(
                Photo.institution_id == OuterThing.institution_id,
                Photo.asset_id == OuterThing.asset_id,
            ),
        )
        .where(
            OuterCard.id.in_(sorted(card_ids)),
            OuterThing.state == str(OuterThingState.OFFERED),
            Photo.removed_at.is_(None),
        )
        .group_by(OuterThing.card_id)
    )
    return dict(rows.all())


def shown_outside(actor: Actor, asset: Asset) -> OuterThing | None:
    """How a thing of one's own stands outside, for whoever may show it."""
    if not actor.may(Permission.OUTER_PUBLISH):
        return None
    return session().scalar(
        sa.select(OuterThing).where(
            OuterThing.asset_id == asset.id,
            OuterThing.institution_id == actor.institution_id,
            OuterThing.ended_at.is_(None),
        )
    )


def on_offer(card: OuterCard) -> tuple[sa.ColumnElement[bool], ...]:
    """Which things stand behind a card now."""
    return (
        OuterThing.institution_id == card.institution_id,
        OuterThing.card_id == card.id,
        OuterThing.state == str(OuterThingState.OFFERED),
    )


def things_behind(actor: Actor, card: OuterCard) -> Sequence[OuterThing]:
    """Which things are on offer behind one's own card."""
    if card.institution_id != actor.institution_id:
        raise Missing(what="outer_cards")
    return (
        session()
        .scalars(
            sa.select(OuterThing)
            .where(*on_offer(card))
            .options(joinedload(OuterThing.asset).joinedload(Asset.place))
            .order_by(OuterThing.asset_id)
        )
        .all()
    )


def _publishable(actor: Actor, wanted: PoolFilter) -> list[sa.ColumnElement[bool]]:
    """What of a look into the pool could be shown outside and is not yet."""
    shown, claimed = (
        sa.exists().where(model.asset_id == Asset.id, model.ended_at.is_(None))
        for model in (OuterThing, Claim)
    )
    return [
        *in_pool(actor, replace(wanted, free=False)),
        sa.cast(Asset.restrictions, sa.Text) == "[]",
        sa.not_(shown),
        sa.not_(claimed),
        sa.true() if actor.may(Permission.OUTER_PUBLISH) else sa.false(),
    ]


def count_publishable(actor: Actor, wanted: PoolFilter) -> list[tuple[ItemType, int]]:
    """How many things of each item type could be shown outside, the most first."""
    standing = sa.func.coalesce(ItemType.merged_into_id, ItemType.id)
    counted = sa.func.count()
    rows = session().execute(
        sa.select(standing, counted)
        .select_from(Asset)
        .join(ItemType, ItemType.id == Asset.item_type_id)
        .where(*_publishable(actor, wanted))
        .group_by(standing)
        .order_by(counted.desc(), standing)
    )
    counts = dict(rows.all())
    kinds = session().scalars(sa.select(ItemType).where(ItemType.id.in_(counts)))
    known = {kind.id: kind for kind in kinds}
    return [(known[type_id], count) for type_id, count in counts.items()]


def publishable(
    actor: Actor,
    wanted: PoolFilter,
    type_ids: Collection[int] | None,
    limit: int,
) -> list[int]:
    """The assets that could be shown outside; of some item types only, if given."""
    query = sa.select(Asset.id).where(*_publishable(actor, wanted))
    if type_ids is not None:
        meant = sa.select(ItemType.id).where(
            sa.or_(
                ItemType.id.in_(sorted(type_ids)),
                ItemType.merged_into_id.in_(sorted(type_ids)),
            )
        )
        query = query.where(Asset.item_type_id.in_(meant))
    return list(session().scalars(query.order_by(Asset.id).limit(limit)))


# Inquiries: the same row from two sides


@dataclass(frozen=True)
class InquiryFilter:
    """What a list of inquiries is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """A number."""
    states: tuple[str, ...] = ()


INQUIRY_ORDERS: Orders = {"newest": Order(falling=True)}
"""In which orders inquiries are listed."""


def inquiries_to(actor: Actor, wanted: InquiryFilter, sort: str) -> Rows[OuterInquiry]:
    """What other institutions ask of one's own; its asset office's to see."""
    mine = OuterInquiry.institution_id == actor.institution_id
    seen = sa.true() if actor.may(Permission.OUTER_ANSWER) else sa.false()
    return _inquiries(wanted, [mine, seen])


def inquiries_from(
    actor: Actor, wanted: InquiryFilter, sort: str
) -> Rows[OuterInquiry]:
    """What one has asked of others; the asset office sees everybody's."""
    return _inquiries(wanted, [_asked_by(actor)])


def _asked_by(actor: Actor) -> sa.ColumnElement[bool]:
    mine = OuterInquiry.from_institution_id == actor.institution_id
    if not actor.may(Permission.OUTER_ASK):
        return sa.false()
    if actor.may(Permission.OUTER_ANSWER):
        return mine
    return sa.and_(mine, OuterInquiry.asked_by_id == actor.person_id)


def _inquiries(
    wanted: InquiryFilter, conditions: list[sa.ColumnElement[bool]]
) -> Rows[OuterInquiry]:
    if wanted.text:
        conditions.append(OuterInquiry.number.contains(wanted.text, autoescape=True))
    if wanted.states:
        conditions.append(OuterInquiry.state.in_(wanted.states))
    return Rows(sa.select(OuterInquiry), OuterInquiry.id, tuple(conditions))


def inquiry_to(actor: Actor, inquiry_id: int) -> OuterInquiry:
    """What another institution asks of one's own; Missing otherwise."""
    mine = OuterInquiry.institution_id == actor.institution_id
    return _inquiry(inquiry_id, mine, seen=actor.may(Permission.OUTER_ANSWER))


def inquiry_from(actor: Actor, inquiry_id: int) -> OuterInquiry:
    """What was asked of another institution; Missing for what is others' to see."""
    return _inquiry(inquiry_id, _asked_by(actor), seen=True)


def _inquiry(
    inquiry_id: int, condition: sa.ColumnElement[bool], *, seen: bool
) -> OuterInquiry:
    found = session().scalar(
        sa.select(OuterInquiry)
        .where(OuterInquiry.id == inquiry_id, condition)
        .options(*WHOLE_INQUIRY)
    )
    if found is None or not seen:
        raise Missing(what="outer_inquiries")
    return found


def things_promised(actor: Actor, found: OuterInquiry) -> Sequence[OuterThing]:
    """Which things are put aside for an inquiry, or were given; the owner's to see."""
    if found.institution_id != actor.institution_id:
        raise Missing(what="outer_inquiries")
    return (
        session()
        .scalars(
            sa.select(OuterThing)
            .where(
                OuterThing.inquiry_id == found.id,
                OuterThing.state.in_(
                    [str(OuterThingState.PROMISED), str(OuterThingState.GIVEN)]
                ),
            )
            .options(joinedload(OuterThing.asset).joinedload(Asset.place))
            .order_by(OuterThing.asset_id)
        )
        .all()
    )


def count_inquiries(actor: Actor) -> int:
    """How many of other institutions' inquiries have no answer yet."""
    if not actor.may(Permission.OUTER_ANSWER):
        return 0
    query = sa.select(sa.func.count()).where(
        OuterInquiry.institution_id == actor.institution_id,
        OuterInquiry.state == str(InquiryState.ASKED),
    )
    return session().scalar(query) or 0


# For the check before a purchase


def shown_by_others(institution_id: int) -> dict[int, int]:
    """The item types that other institutions show, each with its version."""
    rows = session().execute(
        sa.select(ItemType.id, ItemType.version)
        .join(OuterCard, OuterCard.item_type_id == ItemType.id)
        .where(SHOWN, _of_others(institution_id))
    )
    return dict(rows.all())


def types_shown(type_ids: Collection[int]) -> Sequence[ItemType]:
    """Some item types with what the matcher reads of them."""
    return (
        session()
        .scalars(
            sa.select(ItemType)
            .where(ItemType.id.in_(sorted(type_ids)))
            .options(*to_match())
            .execution_options(populate_existing=True)
        )
        .all()
    )


def cards_of_types(institution_id: int, type_ids: Collection[int]) -> list[OuterCard]:
    """The cards of some item types that others show, in a steady order."""
    if not type_ids:
        return []
    return list(
        session().scalars(
            sa.select(OuterCard)
            .where(
                OuterCard.item_type_id.in_(sorted(type_ids)),
                _of_others(institution_id),
                SHOWN,
            )
            .options(*WHOLE_CARD)
            .order_by(OuterCard.id)
        )
    )
