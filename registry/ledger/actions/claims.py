"""The rows of claims; the entries that open and end them are written by others."""

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
from registry.ledger.actions.recording import locked, record
from registry.ledger.errors import AlreadyClaimed
from registry.ledger.models import Asset, Claim
from registry.ledger.states import ClaimKind
from registry.organisation import queries as organisation
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
    until: datetime | None = None,
    purpose: str = "",
    document: str | None = None,
) -> dict[str, Any]:
    """Take an exclusive hand on an asset; the fact of it. Raises AlreadyClaimed."""
    with transaction() as session:
        other = live_claim(asset.id)
        if other is not None:
            raise AlreadyClaimed(kind=other.kind, holder=other.holder)
        session.add(
            Claim(
                institution_id=actor.institution_id,
                asset_id=asset.id,
                kind=str(kind),
                person_id=person_id,
                holder=clean_line(holder, field="holder"),
                purpose=clean_line(purpose, field="purpose", most=400),
                since=now(),
                until=until,
                document=document,
            )
        )
        session.flush()
        fact: dict[str, Any] = {"kind": str(kind)}
        if holder:
            fact["holder"] = name_of(actor.institution_id, person_id, holder)
        return fact


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
        fact = open_claim(
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
            {"claim": fact},
            effective_on=effective_on,
            document=document,
        )
        return asset
