"""Transfers one may see: one's departments', and what one asked for or keeps."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.sharing.models import Transfer, TransferLine, TransferSide
from registry.store.db import session

WHOLE = (
    joinedload(Transfer.to_department),
    joinedload(Transfer.requester),
    joinedload(Transfer.custodian),
    joinedload(Transfer.place),
    selectinload(Transfer.sides).joinedload(TransferSide.department),
)


def transfer_of(actor: Actor, transfer_id: int) -> Transfer:
    """A transfer the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(Transfer)
        .where(
            Transfer.id == transfer_id,
            Transfer.institution_id == actor.institution_id,
        )
        .options(*WHOLE)
    )
    if found is None or not may_see(actor, found):
        raise Missing(what="transfers")
    return found


def may_see(actor: Actor, found: Transfer) -> bool:
    """Whether the actor sees a transfer: from where it comes, or to where it goes."""
    return (
        actor.may(Permission.TRANSFER_SEE, found)
        or any(
            actor.may(Permission.TRANSFER_SEE, side.department) for side in found.sides
        )
        or _keeps_some(actor, found)
    )


def _keeps_some(actor: Actor, found: Transfer) -> bool:
    """Whether something of it is still in the actor's hands."""
    if actor.person_id is None or not actor.reads("sharing"):
        return False
    return bool(
        session().scalar(
            sa.select(TransferLine.id)
            .join(Asset, Asset.id == TransferLine.asset_id)
            .where(
                TransferLine.transfer_id == found.id,
                TransferLine.ended_at.is_(None),
                Asset.custodian_id == actor.person_id,
            )
            .limit(1)
        )
    )


def lines_of(actor: Actor, found: Transfer) -> Sequence[TransferLine]:
    """The lines of a transfer one sees, in the order of the document."""
    return (
        session()
        .scalars(
            sa.select(TransferLine)
            .where(
                TransferLine.institution_id == actor.institution_id,
                TransferLine.transfer_id == found.id,
            )
            .options(
                joinedload(TransferLine.side).joinedload(TransferSide.department),
                joinedload(TransferLine.asset)
                .joinedload(Asset.item_type)
                .joinedload(ItemType.merged_into),
                joinedload(TransferLine.asset).joinedload(Asset.department),
                joinedload(TransferLine.asset).joinedload(Asset.place),
                joinedload(TransferLine.asset).joinedload(Asset.custodian),
            )
            .order_by(TransferLine.id)
        )
        .all()
    )


def transfers_by_cause(institution_id: int, cause: str) -> Sequence[Transfer]:
    """The transfers that something caused, such as a purchase request; for features.

    Whoever shows them asks whether the reader may see what caused them.
    """
    return (
        session()
        .scalars(
            sa.select(Transfer)
            .where(Transfer.institution_id == institution_id, Transfer.cause == cause)
            .options(*WHOLE, selectinload(Transfer.lines))
            .order_by(Transfer.id)
        )
        .all()
    )
