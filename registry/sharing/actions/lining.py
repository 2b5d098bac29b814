"""The line for a thing: whoever is first gets it when it comes free, at once.

``follow_claims`` hears of every entry of an asset. What the ledger says then counts:
holds, lines of transfers and loans whose claim is gone end, and the line moves.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.ledger.actions.claims import (
    end_expired,
    live_claim,
    release_claim,
    take_claim,
)
from registry.ledger.events import AssetChanged
from registry.ledger.models import Asset, Claim
from registry.ledger.states import PROMISED, AssetState, ClaimKind
from registry.organisation.models import Person
from registry.sharing.actions.ending import end_line
from registry.sharing.actions.standing import first_reservation, zone_of
from registry.sharing.events import HoldEnded, HoldGiven
from registry.sharing.models import Hold, Loan, TransferLine
from registry.sharing.rules.passing import end_of_day, hold_until, is_blocked
from registry.sharing.states import HoldState, LoanState
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction

KIND = "hold"
COMES_BACK = frozenset({AssetState.IDLE, AssetState.UNDER_REPAIR})
"""States of a thing for which it makes sense to stand in line."""


def open_hold(
    asset_id: int, state: HoldState, person_id: int | None = None
) -> Hold | None:
    """The first hold on an asset in a state, of one person or whomever."""
    query = sa.select(Hold).where(
        Hold.asset_id == asset_id, Hold.ended_at.is_(None), Hold.state == state
    )
    if person_id is not None:
        query = query.where(Hold.person_id == person_id)
    return current_session().scalar(
        query.order_by(Hold.id)
        .limit(1)
        .with_for_update(of=Hold)
        .execution_options(populate_existing=True)
    )


def end_hold(actor: Actor, found: Hold, verb: str, reason: str = "") -> None:
    """Let a hold end; its claim, if it has one, is ended by the caller."""
    with transaction() as session:
        found.follow(verb)
        found.ended_at = now()
        session.flush()
        facts: dict[str, object] = {"asset": found.asset_id}
        if reason:
            facts["reason"] = reason
        record(actor, KIND, found.id, verb, facts)
        if actor.person_id != found.person_id and verb in {
            "expire",
            "lapse",
            "release",
        }:
            emit(HoldEnded(found.institution_id, found.id, found.state))


def settle_expired(asset: Asset) -> None:
    """End the hold on a locked asset if its time is over, and let the line move."""
    with transaction():
        if end_expired(asset):
            _end_overtaken(asset, live_claim(asset.id))
            advance(asset)


def advance(asset: Asset) -> Hold | None:
    """Give a free, locked asset to whoever is first in line for it, if anybody is."""
    with transaction() as session:
        if asset.state != AssetState.IDLE or is_blocked(asset.restrictions):
            return None
        if live_claim(asset.id) is not None:
            return None
        zone = zone_of(asset.institution_id)
        day = today(zone)
        until = hold_until(day, zone)
        system = Actor.system(asset.institution_id)
        while (found := open_hold(asset.id, HoldState.WAITING)) is not None:
            person = session.get_one(Person, found.person_id)
            if person.left_on is not None:
                end_hold(system, found, "lapse")
                continue
            ahead = first_reservation(asset, until.date(), beside=person.id)
            if ahead is not None and ahead.from_on <= day:
                return None
            if ahead is not None:
                until = end_of_day(ahead.from_on - timedelta(days=1), zone)
            claim = take_claim(
                system,
                asset,
                ClaimKind.HOLD,
                person=person,
                department_id=found.department_id,
                until=until,
                purpose=found.purpose,
            )
            found.follow("hold")
            found.held_at, found.until, found.claim_id = now(), until, claim.id
            session.flush()
            record(system, KIND, found.id, "hold", {"asset": asset.id})
            emit(HoldGiven(found.institution_id, found.id))
            return found
        return None


def follow_claims(event: AssetChanged) -> None:
    """Bring holds, transfers, loans and the line in line with what an asset became."""
    if not {"claim", "state"} & set(event.fields):
        return
    if not current_session().scalar(_anything_of(event.institution_id, event.asset_id)):
        return
    with transaction() as session:
        asset = session.get_one(Asset, event.asset_id)
        system = Actor.system(event.institution_id)
        claim = live_claim(asset.id)
        kept = claim is not None and ClaimKind(claim.kind) in PROMISED
        if claim is not None and kept and asset.state != AssetState.IDLE:
            release_claim(system, asset, claim, reason="not_idle")
            claim = None
        _end_overtaken(asset, claim)
        if AssetState(asset.state) not in COMES_BACK:
            _send_home(system, asset)
        advance(asset)


def _anything_of(institution_id: int, asset_id: int) -> sa.Select[bool]:
    """Whether anybody holds a thing, waits for it, or has it on its way."""
    return sa.select(
        sa.or_(
            *(
                sa.exists().where(
                    model.institution_id == institution_id,
                    model.asset_id == asset_id,
                    model.ended_at.is_(None),
                )
                for model in (Hold, TransferLine, Loan)
            )
        )
    )


def _end_overtaken(asset: Asset, claim: Claim | None) -> None:
    """End what rested on a claim that is no more."""
    system = Actor.system(asset.institution_id)
    standing = (claim.id, claim.kind) if claim is not None else None
    held = open_hold(asset.id, HoldState.HELD)
    if held is not None and standing != (held.claim_id, ClaimKind.HOLD):
        over = held.until is not None and held.until <= now()
        end_hold(system, held, "expire" if over else "lapse")
    line = _live(TransferLine, asset.id)
    if line is not None and standing != (line.claim_id, ClaimKind.TRANSFER):
        end_line(system, line, "lapse")
    loan = current_session().scalar(
        sa.select(Loan)
        .where(
            Loan.institution_id == asset.institution_id,
            Loan.asset_id == asset.id,
            Loan.ended_at.is_(None),
            Loan.state == LoanState.OUT,
        )
        .with_for_update(of=Loan)
        .execution_options(populate_existing=True)
    )
    if loan is not None and standing != (loan.claim_id, ClaimKind.LOAN):
        loan.follow("return")
        loan.ended_at = now()
        current_session().flush()
        record(system, "loan", loan.id, "return", {"asset": asset.id})


def _live(model: type[TransferLine], asset_id: int) -> TransferLine | None:
    return current_session().scalar(
        sa.select(model)
        .where(
            model.asset_id == asset_id,
            model.ended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def _send_home(system: Actor, asset: Asset) -> None:
    """Nobody waits any longer for a thing that is not to be had."""
    while (found := open_hold(asset.id, HoldState.WAITING)) is not None:
        end_hold(system, found, "lapse")
