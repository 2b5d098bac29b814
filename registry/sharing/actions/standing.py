"""Whether a thing can be had: looked at under its lock, things locked in id order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.clock import today
from registry.kernel.errors import Invalid, Missing, Refused
from registry.ledger.actions.claims import live_claim, taken
from registry.ledger.models import Asset, Claim
from registry.ledger.states import AssetState, ClaimKind, Restriction
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person
from registry.sharing.errors import NotToBeHad, ReservedAhead, Restricted
from registry.sharing.models import Loan
from registry.sharing.rules.passing import MOST_AT_ONCE, is_blocked
from registry.sharing.states import LoanState
from registry.store.db import session as current_session


def lock_assets(actor: Actor, asset_ids: Iterable[int]) -> list[Asset]:
    """Some assets under lock, in the order of their ids; Missing if one is none."""
    ids = sorted(set(asset_ids))
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise Invalid.field("assets", "out_of_range", least=1, most=MOST_AT_ONCE)
    found = list(
        current_session().scalars(
            sa.select(Asset)
            .where(Asset.institution_id == actor.institution_id, Asset.id.in_(ids))
            .order_by(Asset.id)
            .with_for_update(of=Asset)
            .execution_options(populate_existing=True)
        )
    )
    if len(found) != len(ids):
        raise Missing(what="assets")
    return found


def zone_of(institution_id: int) -> str:
    """The time zone of an institution."""
    return organisation.institution(institution_id).time_zone


def somebody(actor: Actor) -> Person:
    """Who is asking, as a person: only people hold and borrow things."""
    if actor.person_id is None:
        raise Missing(what="people")
    return organisation.person(actor, actor.person_id)


def refusal_of(
    actor: Actor, asset: Asset, person_id: int | None, last_day: date | None
) -> Refused | None:
    """Why somebody cannot have a locked asset until a day (None: for good).

    What is kept for that person themselves is theirs to have.
    """
    if asset.state != AssetState.IDLE:
        return NotToBeHad(state=asset.state)
    if is_blocked(asset.restrictions):
        return Restricted(restriction=str(Restriction.SAFETY))
    claim = live_claim(asset.id)
    if claim is not None and not is_own_hold(claim, person_id):
        return taken_by(actor, asset, claim)
    ahead = first_reservation(asset, last_day, beside=person_id)
    if ahead is not None:
        return ReservedAhead(
            from_on=ahead.from_on.isoformat(), until_on=ahead.until_on.isoformat()
        )
    return None


def is_own_hold(claim: Claim, person_id: int | None) -> bool:
    """Whether a claim is a hold of this very person."""
    return (
        claim.kind == ClaimKind.HOLD
        and person_id is not None
        and claim.person_id == person_id
    )


def taken_by(actor: Actor, asset: Asset, claim: Claim) -> Refused:
    """The refusal that says who has a thing: the person, or just the department."""
    refusal = taken(claim)
    if not actor.may(Permission.ASSET_SEE, asset):
        home = (
            current_session().get(Department, claim.department_id)
            if claim.department_id is not None
            else None
        )
        refusal.facts["holder"] = home.name if home is not None else ""
    return refusal


def first_reservation(
    asset: Asset, last_day: date | None, *, beside: int | None = None
) -> Loan | None:
    """The first agreed loan still to begin, up to a day; one person's own apart."""
    day = today(zone_of(asset.institution_id))
    query = sa.select(Loan).where(
        Loan.institution_id == asset.institution_id,
        Loan.asset_id == asset.id,
        Loan.ended_at.is_(None),
        Loan.state == LoanState.RESERVED,
        Loan.until_on >= day,
    )
    if last_day is not None:
        query = query.where(Loan.from_on <= last_day)
    if beside is not None:
        query = query.where(
            sa.or_(Loan.borrower_id.is_(None), Loan.borrower_id != beside)
        )
    order = (Loan.from_on, Loan.id)
    return current_session().scalar(query.order_by(*order).limit(1))
