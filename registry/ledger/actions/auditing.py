"""What the ledger is told after somebody counted and others ruled and approved.

The audit has asked who may, and that two people agreed where two are needed; it names
the document. Each is one entry by the one writer.
"""

from __future__ import annotations

from typing import Any

from registry.access.actor import Actor
from registry.ledger.actions.changing import claim_of_move
from registry.ledger.actions.recording import fact_of, locked, record
from registry.ledger.actions.registering import register_many, several
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft, known
from registry.ledger.states import ASSET, AssetState, Condition
from registry.organisation import queries as organisation
from registry.store.transaction import transaction


def tell_place(
    actor: Actor,
    asset_id: int,
    place_id: int,
    *,
    custodian_id: int | None = None,
    document: str,
    reason: str = "",
) -> bool:
    """Let an asset stand where it was seen, kept by whom; False if it is so already.

    One that was missing is in use again, in the same entry. Raises AssetEnded.
    """
    with transaction():
        asset = locked(actor, asset_id)
        changes: dict[str, Any] = {}
        if asset.place_id != place_id:
            changes["place"] = fact_of(organisation.place(actor, place_id))
        if custodian_id is not None and custodian_id != asset.custodian_id:
            changes["custodian"] = fact_of(organisation.person(actor, custodian_id))
        verb = "reassign" if "custodian" in changes else "move"
        if asset.state == AssetState.MISSING:
            verb = "put_in_use"
            changes |= claim_of_move(actor, asset, verb)
        elif not changes:
            return False
        record(actor, asset, verb, changes, document=document, reason=reason)
        return True


def tell_missing(
    actor: Actor, asset_id: int, *, document: str, reason: str = ""
) -> bool:
    """Let an asset be missing (盘亏待查); False if it is so already.

    Raises AssetEnded.
    """
    with transaction():
        asset = locked(actor, asset_id)
        if asset.state == AssetState.MISSING:
            return False
        ASSET.after(AssetState(asset.state), "report_missing")
        changes = claim_of_move(actor, asset, "report_missing")
        record(
            actor, asset, "report_missing", changes, document=document, reason=reason
        )
        return True


def tell_condition(
    actor: Actor, asset_id: int, condition: str, *, document: str, reason: str = ""
) -> bool:
    """Let an asset be as good as it was seen to be; False if it is so already."""
    with transaction():
        asset: Asset = locked(actor, asset_id)
        if asset.condition == condition:
            return False
        changes = {"condition": known("condition", condition, Condition)}
        record(actor, asset, "amend", changes, document=document, reason=reason)
        return True


def tell_surplus(
    actor: Actor, draft: AssetDraft, count: int, *, document: str
) -> list[int]:
    """Enter so many equal things that were found and in no books; their ids."""
    with transaction():
        return register_many(
            actor, several(draft, count), document=document, is_agreed=True
        )
