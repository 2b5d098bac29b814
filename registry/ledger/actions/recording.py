"""The one writer of assets: an entry, and the row that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.journal.actions import name_of
from registry.journal.actions import record as write_entry
from registry.kernel.clock import now
from registry.kernel.errors import Missing, StaleVersion
from registry.ledger.errors import AssetEnded
from registry.ledger.events import AssetChanged, AssetTurnedIdle
from registry.ledger.models import Asset
from registry.ledger.rules.standing import (
    EMPTY,
    PEOPLE,
    PLAIN,
    REFERENCES,
    follow,
    state_after,
)
from registry.ledger.states import AssetState
from registry.organisation.models import Department, Person, Place
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction

KIND = "asset"
DATES = ("acquired_on", "warranty_until")


def locked(
    actor: Actor, asset_id: int, version: int | None = None, *, ended: bool = False
) -> Asset:
    """The asset under a row lock, at the version expected.

    Raises Missing, StaleVersion, and AssetEnded unless ``ended`` ones will do.
    """
    found = current_session().scalar(
        sa.select(Asset)
        .where(Asset.id == asset_id, Asset.institution_id == actor.institution_id)
        .with_for_update(of=Asset)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing(what="assets")
    if version is not None and found.version != version:
        raise StaleVersion(expected=version, found=found.version)
    if found.state == AssetState.DISPOSED and not ended:
        raise AssetEnded(number=found.number)
    return found


def record(
    actor: Actor,
    asset: Asset,
    verb: str,
    changes: Mapping[str, Any],
    *,
    effective_on: date | None = None,
    document: str | None = None,
    corrects: int | None = None,
    reason: str = "",
) -> None:
    """Append one entry to an asset's chain and bring its row up to date with it.

    ``changes`` are in the form of facts (see ``fact_of``); a verb of the state machine
    brings its new state itself. Claims and photos keep rows of their own, which the
    caller writes. Raises WrongState.
    """
    with transaction() as session:
        changes = with_state(asset.state, verb, changes)
        follow(EMPTY | {"state": asset.state}, verb, changes)
        was_idle = asset.state == AssetState.IDLE
        for field, value in changes.items():
            _set(asset, field, value)
        if "state" in changes:
            asset.state_since = _since(effective_on)
        asset.entries += 1
        asset.changed_at = now()
        session.flush()
        facts: dict[str, Any] = {"set": dict(changes)}
        if reason:
            facts["reason"] = reason
        write_entry(
            actor,
            KIND,
            asset.id,
            verb,
            facts,
            effective_on=effective_on,
            document=document,
            corrects=corrects,
        )
        session.expire(asset, ["item_type", "department", "place", *PEOPLE, "claim"])
        emit(AssetChanged(actor.institution_id, asset.id, verb, tuple(changes)))
        if asset.state == AssetState.IDLE and not was_idle:
            emit(AssetTurnedIdle(actor.institution_id, asset.id, asset.item_type_id))


def with_state(state: str, verb: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a verb together with the state it leads to, if it leads."""
    moved = state_after({"state": state}, verb)
    return {**changes, "state": str(moved)} if moved is not None else dict(changes)


def _set(asset: Asset, field: str, value: Any) -> None:
    if field in (*REFERENCES, *PEOPLE):
        setattr(asset, f"{field}_id", value["id"] if value else None)
    elif field in DATES:
        setattr(asset, field, date.fromisoformat(value) if value else None)
    elif field in PLAIN:
        setattr(asset, field, value)


def _since(effective_on: date | None) -> datetime:
    """Since when a state holds: the day it is effective on, or now."""
    if effective_on is None:
        return now()
    return datetime.combine(effective_on, time(0), UTC)


def fact_of(thing: ItemType | Department | Place | Person | None) -> Any:
    """How an entry names a thing: its id, and its name as it is now."""
    if thing is None:
        return None
    return {"id": thing.id, "name": _name_in_fact(thing)}


def _name_in_fact(thing: ItemType | Department | Place | Person) -> str:
    if isinstance(thing, Person):
        return name_of(thing.institution_id, thing.id, thing.name)
    if isinstance(thing, ItemType):
        return thing.title
    return thing.full_name if isinstance(thing, Place) else thing.name


def plain_fact(value: Any) -> Any:
    """A descriptive value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
