"""Showing idle things to other institutions, and taking them back.

What is shown lies idle, free and unrestricted. As soon as that is no longer so, it is
shown no more, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Missing, Refused
from registry.ledger.actions.claims import live_claim
from registry.ledger.events import AssetChanged
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.sharing.actions.carding import (
    count_again,
    locked_card,
    offered_assets,
    open_thing,
)
from registry.sharing.actions.inquiring import lose
from registry.sharing.actions.lining import settle_expired
from registry.sharing.actions.standing import lock_assets, refusal_of
from registry.sharing.errors import NobodyOutside, Restricted
from registry.sharing.models import OuterCard, OuterThing
from registry.sharing.queries.outer import has_others
from registry.sharing.states import OuterThingState
from registry.store.db import session as current_session
from registry.store.transaction import transaction

KIND = "outer_thing"
CONCERNS = frozenset({"claim", "state", "item_type", "condition", "restrictions"})


def publish(
    actor: Actor, asset_ids: Iterable[int], *, passing_over: bool = False
) -> list[OuterThing]:
    """Show idle things to the other institutions; what is shown already stays so.

    ``passing_over`` leaves out what cannot be shown. Otherwise raises NotToBeHad,
    AlreadyClaimed, Restricted, ReservedAhead. NobodyOutside where there is no other.
    """
    with transaction():
        actor.require(Permission.OUTER_PUBLISH)
        if not has_others(actor.institution_id):
            raise NobodyOutside
        found = []
        for asset in sorted(lock_assets(actor, asset_ids), key=_card_key):
            settle_expired(asset)
            known = open_thing(asset.id)
            if known is not None:
                found.append(known)
                continue
            refusal = _refusal(actor, asset)
            if refusal is None:
                found.append(_show(actor, asset))
            elif not passing_over:
                raise refusal
        return found


def _card_key(asset: Asset) -> tuple[int, str]:
    """Cards are locked in one order by everybody, whichever things come first."""
    return asset.item_type.standing.id, asset.condition or ""


def _refusal(actor: Actor, asset: Asset) -> Refused | None:
    if asset.restrictions:
        return Restricted(restriction=asset.restrictions[0])
    return refusal_of(actor, asset, None, None)


def _show(actor: Actor, asset: Asset) -> OuterThing:
    session = current_session()
    card = _card_for(asset)
    made = OuterThing(
        institution_id=asset.institution_id,
        asset_id=asset.id,
        card_id=card.id,
        state=str(OuterThingState.OFFERED),
        published_at=now(),
        published_by_id=actor.person_id,
    )
    session.add(made)
    session.flush()
    count_again(card)
    record(actor, KIND, made.id, "publish", {"asset": asset.id}, is_new=True)
    return made


def _card_for(asset: Asset) -> OuterCard:
    """The card a locked asset belongs on, under lock; made if there is none."""
    session = current_session()
    type_id, condition = _card_key(asset)
    found = session.scalar(
        sa.select(OuterCard)
        .where(
            OuterCard.institution_id == asset.institution_id,
            OuterCard.item_type_id == type_id,
            OuterCard.condition == condition,
        )
        .with_for_update(of=OuterCard)
        .execution_options(populate_existing=True)
    )
    if found is None:
        found = OuterCard(
            institution_id=asset.institution_id,
            item_type_id=type_id,
            condition=condition,
            count=0,
            since=now(),
        )
        session.add(found)
        session.flush()
    return found


def withdraw_from_outside(actor: Actor, asset_ids: Iterable[int]) -> list[OuterThing]:
    """Show things no more; what is promised is refused first. Repeats harmlessly."""
    with transaction():
        actor.require(Permission.OUTER_PUBLISH)
        gone = []
        for asset in sorted(lock_assets(actor, asset_ids), key=_card_key):
            found = open_thing(asset.id)
            if found is not None:
                _end(actor, found, "withdraw")
                gone.append(found)
        return gone


def withdraw_card(actor: Actor, card_id: int) -> int:
    """Show nothing of a card any more; how many things that were."""
    with transaction() as session:
        actor.require(Permission.OUTER_PUBLISH)
        card = session.scalar(
            sa.select(OuterCard).where(
                OuterCard.id == card_id,
                OuterCard.institution_id == actor.institution_id,
            )
        )
        if card is None:
            raise Missing(what="outer_cards")
        ids = offered_assets(card)
        return len(withdraw_from_outside(actor, ids)) if ids else 0


def _end(actor: Actor, found: OuterThing, verb: str) -> None:
    with transaction() as session:
        found.follow(verb)
        found.ended_at = now()
        session.flush()
        count_again(locked_card(found.card_id))
        record(actor, KIND, found.id, verb, {"asset": found.asset_id})


def follow_outside(event: AssetChanged) -> None:
    """What is no longer free and idle is shown no more; what is otherwise, as it is."""
    if not CONCERNS & set(event.fields):
        return
    found = open_thing(event.asset_id)
    if found is None:
        return
    with transaction() as session:
        system = Actor.system(event.institution_id)
        asset = session.get_one(Asset, event.asset_id)
        claim = live_claim(asset.id)
        mine = claim.id if claim is not None else None
        idle = asset.state == AssetState.IDLE
        if found.state == OuterThingState.PROMISED:
            if not idle or mine != found.claim_id:
                lose(system, asset, found, claim if mine == found.claim_id else None)
        elif not idle or claim is not None or asset.restrictions:
            _end(system, found, "overtake")
        else:
            _put_on_its_card(asset, found)


def _put_on_its_card(asset: Asset, found: OuterThing) -> None:
    with transaction() as session:
        card = _card_for(asset)
        if card.id == found.card_id:
            return
        before = found.card_id
        found.card_id = card.id
        session.flush()
        for each in sorted((before, card.id)):
            count_again(locked_card(each))
