"""Having things kept for oneself for some days, and standing in line for them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
import structlog

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Missing
from registry.kernel.text import clean_line
from registry.ledger.actions.claims import live_claim, release_claim, take_claim
from registry.ledger.models import Asset
from registry.ledger.states import AssetState, ClaimKind, Restriction
from registry.sharing.actions.choosing import choose
from registry.sharing.actions.lining import (
    KIND,
    advance,
    end_hold,
    open_hold,
    settle_expired,
)
from registry.sharing.actions.standing import (
    lock_assets,
    refusal_of,
    somebody,
    zone_of,
)
from registry.sharing.errors import (
    InLineAlready,
    NotToBeHad,
    Restricted,
    TooManyHolds,
)
from registry.sharing.models import Hold
from registry.sharing.rules.passing import MOST_HOLDS, hold_until, is_blocked
from registry.sharing.states import HoldState
from registry.store.db import session as current_session
from registry.store.transaction import release, transaction

AT_ONCE = 200
"""Holds that one turn of the duty looks at."""

log = structlog.get_logger("registry.sharing")


def hold(
    actor: Actor,
    asset_ids: Iterable[int],
    *,
    count: int | None = None,
    purpose: str = "",
) -> list[Hold]:
    """Have idle things kept for oneself: all that are named, or any ``count`` of them.

    What the actor holds already stays as it is. Raises AlreadyClaimed, NotEnoughLeft,
    NotToBeHad, Restricted, ReservedAhead, TooManyHolds.
    """
    with transaction():
        actor.require(Permission.HOLD_TAKE)
        person = somebody(actor)
        words = clean_line(purpose, field="purpose", most=400)
        zone = zone_of(actor.institution_id)
        until = hold_until(today(zone), zone)
        assets = choose(actor, asset_ids, count, person.id, until.date())
        kept = [_own(asset, person.id) for asset in assets]
        _refuse_hoarding(actor, sum(1 for each in kept if each is None))
        return [
            each or _keep(actor, asset, words)
            for asset, each in zip(assets, kept, strict=True)
        ]


def _own(asset: Asset, person_id: int) -> Hold | None:
    return open_hold(asset.id, HoldState.HELD, person_id)


def _refuse_hoarding(actor: Actor, more: int) -> None:
    count = (
        current_session().scalar(
            sa.select(sa.func.count()).where(
                Hold.institution_id == actor.institution_id,
                Hold.person_id == actor.person_id,
                Hold.ended_at.is_(None),
            )
        )
        or 0
    )
    if count + more > MOST_HOLDS:
        raise TooManyHolds(most=MOST_HOLDS)


def _keep(actor: Actor, asset: Asset, words: str) -> Hold:
    session = current_session()
    person = somebody(actor)
    zone = zone_of(actor.institution_id)
    until = hold_until(today(zone), zone)
    waiting = open_hold(asset.id, HoldState.WAITING, person.id)
    if waiting is not None:
        end_hold(actor, waiting, "use")
    claim = take_claim(
        actor,
        asset,
        ClaimKind.HOLD,
        person=person,
        department_id=person.department_id,
        until=until,
        purpose=words,
    )
    made = Hold(
        institution_id=actor.institution_id,
        asset_id=asset.id,
        person_id=person.id,
        department_id=person.department_id,
        purpose=words,
        state=str(HoldState.HELD),
        asked_at=now(),
        held_at=now(),
        until=until,
        claim_id=claim.id,
    )
    session.add(made)
    session.flush()
    facts = {"asset": asset.id, "purpose": words}
    record(actor, KIND, made.id, "take", facts, is_new=True)
    return made


def stand_in_line(actor: Actor, asset_id: int, *, purpose: str = "") -> Hold:
    """Stand in line for a thing somebody else has; a free one is kept at once.

    Raises InLineAlready, NotToBeHad, Restricted, TooManyHolds.
    """
    with transaction() as session:
        actor.require(Permission.HOLD_TAKE)
        person = somebody(actor)
        words = clean_line(purpose, field="purpose", most=400)
        [asset] = lock_assets(actor, [asset_id])
        settle_expired(asset)
        if asset.state != AssetState.IDLE:
            raise NotToBeHad(state=asset.state)
        if is_blocked(asset.restrictions):
            raise Restricted(restriction=str(Restriction.SAFETY))
        for state in (HoldState.HELD, HoldState.WAITING):
            if open_hold(asset.id, state, person.id) is not None:
                raise InLineAlready
        _refuse_hoarding(actor, 1)
        zone = zone_of(actor.institution_id)
        last_day = hold_until(today(zone), zone).date()
        if refusal_of(actor, asset, person.id, last_day) is None:
            return _keep(actor, asset, words)
        made = Hold(
            institution_id=actor.institution_id,
            asset_id=asset.id,
            person_id=person.id,
            department_id=person.department_id,
            purpose=words,
            state=str(HoldState.WAITING),
            asked_at=now(),
        )
        session.add(made)
        session.flush()
        facts = {"asset": asset.id, "purpose": words}
        record(actor, KIND, made.id, "stand_in_line", facts, is_new=True)
        return made


def release_hold(actor: Actor, hold_id: int, *, reason: str = "") -> Hold:
    """No longer want a thing, or a place in line; the office may end anybody's.

    Whoever is next in line has the thing at once. Repeating it changes nothing.
    """
    with transaction() as session:
        seen = session.scalar(
            sa.select(Hold).where(
                Hold.id == hold_id, Hold.institution_id == actor.institution_id
            )
        )
        if seen is None:
            raise Missing(what="holds")
        [asset] = lock_assets(actor, [seen.asset_id])
        if actor.person_id is None or actor.person_id != seen.person_id:
            if not actor.may(Permission.ASSET_SEE, asset):
                raise Missing(what="holds")
            actor.require(Permission.HOLD_END, asset)
        else:
            actor.require(Permission.HOLD_TAKE)
        session.refresh(seen)
        if seen.ended_at is not None:
            return seen
        words = clean_line(reason, field="reason", most=1_000)
        claim = live_claim(asset.id)
        held = seen.state == HoldState.HELD
        end_hold(actor, seen, "release", words)
        if held and claim is not None and claim.id == seen.claim_id:
            release_claim(actor, asset, claim, reason=words)
        advance(asset)
        return seen


def end_expired_holds() -> int:
    """End the holds whose time is over, each for itself; how many.

    A duty of the installation. Each is looked at again under its lock.
    """
    due = current_session().execute(
        sa.select(Hold.institution_id, Hold.asset_id)
        .where(Hold.state == HoldState.HELD, Hold.until <= now())
        .order_by(Hold.until, Hold.id)
        .limit(AT_ONCE)
    )
    pairs = [(institution_id, asset_id) for institution_id, asset_id in due]
    release()
    for institution_id, asset_id in pairs:
        with transaction():
            [asset] = lock_assets(Actor.system(institution_id), [asset_id])
            settle_expired(asset)
    if pairs:
        log.info("holds_expired", count=len(pairs))
    return len(pairs)
