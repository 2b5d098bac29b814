"""Claims: taking a thing, changing for what, letting go of it; one live at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import name_of
from registry.kernel.clock import now
from registry.kernel.errors import Missing
from registry.kernel.text import clean_line
from registry.ledger.actions.recording import fact_of, locked, record
from registry.ledger.errors import AlreadyClaimed
from registry.ledger.models import Asset, Claim
from registry.ledger.states import ClaimKind
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person, Place
from registry.store.db import session as current_session
from registry.store.transaction import transaction


def live_claim(asset_id: int) -> Claim | None:
    """The claim on an asset that has not ended, under lock."""
    return current_session().scalar(
        sa.select(Claim)
        .where(Claim.asset_id == asset_id, Claim.ended_at.is_(None))
        .with_for_update()
    )


def open_claim(
    actor: Actor,
    asset: Asset,
    kind: ClaimKind,
    *,
    holder: str = "",
    person_id: int | None = None,
    department_id: int | None = None,
    until: datetime | None = None,
    purpose: str = "",
    document: str | None = None,
) -> Claim:
    """Take an exclusive hand on an asset; the caller records it. Raises AlreadyClaimed.

    A hold that has run out is ended first, by an entry of its own.
    """
    with transaction() as session:
        end_expired(asset)
        other = live_claim(asset.id)
        if other is not None:
            raise taken(other)
        made = Claim(
            institution_id=actor.institution_id,
            asset_id=asset.id,
            kind=str(kind),
            person_id=person_id,
            department_id=department_id,
            holder=clean_line(holder, field="holder"),
            purpose=clean_line(purpose, field="purpose", most=400),
            since=now(),
            until=until,
            document=document,
        )
        session.add(made)
        session.flush()
        return made


def claim_fact(claim: Claim) -> dict[str, Any]:
    """How an entry tells of a claim: its kind, and who has it if anybody is named."""
    fact: dict[str, Any] = {"kind": claim.kind}
    if claim.holder:
        fact["holder"] = name_of(claim.institution_id, claim.person_id, claim.holder)
    if claim.until is not None and claim.kind == ClaimKind.HOLD:
        fact["until"] = claim.until.isoformat()
    return fact


def taken(claim: Claim) -> AlreadyClaimed:
    """The refusal that says who has an asset, and until when."""
    facts: dict[str, Any] = {"kind": claim.kind, "holder": claim.holder}
    if claim.until is not None:
        facts["until"] = claim.until.isoformat()
    return AlreadyClaimed(**facts)


def is_expired(claim: Claim) -> bool:
    """Whether a claim is a hold whose time is over; nothing else runs out by itself."""
    return (
        claim.kind == ClaimKind.HOLD
        and claim.until is not None
        and claim.until <= now()
    )


def end_expired(asset: Asset) -> bool:
    """End the hold on a locked asset, by an entry, if its time is over; was it?"""
    with transaction():
        claim = live_claim(asset.id)
        if claim is None or not is_expired(claim):
            return False
        system = Actor.system(asset.institution_id)
        release_claim(system, asset, claim, reason="expired")
        return True


def take_claim(
    actor: Actor,
    asset: Asset,
    kind: ClaimKind,
    *,
    person: Person | None,
    department_id: int | None,
    holder: str = "",
    until: datetime | None = None,
    purpose: str = "",
    document: str | None = None,
) -> Claim:
    """Take a locked asset for somebody, by an entry; the caller has asked who may.

    Raises AlreadyClaimed.
    """
    with transaction():
        made = open_claim(
            actor,
            asset,
            kind,
            holder=person.name if person is not None else holder,
            person_id=person.id if person is not None else None,
            department_id=department_id,
            until=until,
            purpose=purpose,
            document=document,
        )
        changes = {"claim": claim_fact(made)}
        record(actor, asset, "claim", changes, document=document)
        return made


def change_claim(
    actor: Actor,
    asset: Asset,
    claim: Claim,
    kind: ClaimKind,
    *,
    until: datetime | None = None,
    document: str | None = None,
    reason: str = "",
) -> Claim:
    """Let a claim become one of another kind, or last until another moment.

    The same hand stays on the asset throughout. The caller has asked who may.
    """
    with transaction() as session:
        claim.kind = str(kind)
        claim.until = until
        claim.document = document or claim.document
        session.flush()
        changes = {"claim": claim_fact(claim)}
        record(actor, asset, "change_claim", changes, document=document, reason=reason)
        return claim


def release_claim(
    actor: Actor,
    asset: Asset,
    claim: Claim,
    *,
    reason: str = "",
    condition: str | None = None,
    document: str | None = None,
) -> None:
    """End a claim on a locked asset, by an entry; the caller has asked who may."""
    with transaction():
        close_claim(claim)
        changes: dict[str, Any] = {"claim": None}
        if condition is not None and condition != asset.condition:
            changes["condition"] = condition
        record(actor, asset, "release", changes, document=document, reason=reason)


def receive(
    actor: Actor,
    asset: Asset,
    claim: Claim,
    *,
    department: Department,
    custodian: Person | None,
    place: Place | None,
    document: str,
) -> None:
    """Put a transferred asset into its new department, hands and place, in one entry.

    It is in use from then on and nobody's claim is on it. The caller has asked who may.
    """
    with transaction():
        close_claim(claim)
        wanted = (
            ("department", department, asset.department_id),
            ("custodian", custodian, asset.custodian_id),
            ("user", None, asset.user_id),
            ("place", place, asset.place_id),
        )
        changes: dict[str, Any] = {
            field: fact_of(thing)
            for field, thing, before in wanted
            if (thing.id if thing is not None else None) != before
        }
        record(actor, asset, "receive", changes | {"claim": None}, document=document)


def close_claim(claim: Claim) -> None:
    """End a claim's row; the caller records it."""
    claim.ended_at = now()
    current_session().flush()


def complete_loan(
    actor: Actor,
    asset_id: int,
    *,
    person_id: int | None,
    holder: str = "",
    until: date | None = None,
    version: int | None = None,
) -> Asset:
    """Say who really has an asset that came into the ledger as lent to somebody."""
    with transaction() as session:
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_STATE, asset)
        claim = live_claim(asset.id)
        if claim is None or claim.kind != ClaimKind.LOAN:
            raise Missing(what="claims")
        if person_id is not None:
            holder = organisation.person(actor, person_id).name
        claim.person_id = person_id
        claim.holder = clean_line(holder, field="holder")
        claim.until = datetime.combine(until, time(23, 59), UTC) if until else None
        session.flush()
        fact: dict[str, Any] = {"kind": str(ClaimKind.LOAN)}
        if claim.holder:
            fact["holder"] = name_of(actor.institution_id, person_id, claim.holder)
        if until is not None:
            fact["until"] = until.isoformat()
        record(actor, asset, "change_claim", {"claim": fact})
        return asset


def end_loan(
    actor: Actor,
    asset_id: int,
    *,
    effective_on: date | None = None,
    version: int | None = None,
    document: str | None = None,
) -> Asset:
    """Record that a lent asset is back."""
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_STATE, asset)
        claim = live_claim(asset.id)
        if claim is None or claim.kind != ClaimKind.LOAN:
            raise Missing(what="claims")
        close_claim(claim)
        record(
            actor,
            asset,
            "release",
            {"claim": None},
            effective_on=effective_on,
            document=document,
        )
        return asset


def lend(
    actor: Actor,
    asset_id: int,
    *,
    person_id: int | None = None,
    holder: str = "",
    until: datetime | None = None,
    effective_on: date | None = None,
    version: int | None = None,
    document: str | None = None,
) -> Asset:
    """Record that an asset is out with somebody. Raises AlreadyClaimed."""
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_STATE, asset)
        if person_id is not None:
            holder = organisation.person(actor, person_id).name
        made = open_claim(
            actor,
            asset,
            ClaimKind.LOAN,
            holder=holder,
            person_id=person_id,
            until=until,
            document=document,
        )
        record(
            actor,
            asset,
            "claim",
            {"claim": claim_fact(made)},
            effective_on=effective_on,
            document=document,
        )
        return asset
