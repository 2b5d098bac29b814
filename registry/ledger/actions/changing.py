"""Changing what is true of an asset: description, place, people, state, corrections."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.codes.actions import claim_blank, replace
from registry.codes.models import CodeKind
from registry.journal.queries import entries_of
from registry.kernel.checkcodes import read_code
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_notes, required_line
from registry.ledger.actions.claims import (
    claim_fact,
    close_claim,
    end_expired,
    live_claim,
    open_claim,
    taken,
)
from registry.ledger.actions.recording import KIND, fact_of, locked, plain_fact, record
from registry.ledger.errors import (
    NotCorrectable,
    NothingChanges,
    NumberTaken,
)
from registry.ledger.models import Asset, Claim, Photo
from registry.ledger.queries.history import changes_of, corrections_among
from registry.ledger.rules.drafts import AMENDABLE, clean_changes, known
from registry.ledger.rules.standing import taken_back
from registry.ledger.states import (
    ASSET,
    PROMISED,
    UNCLAIMED_ONLY,
    AssetState,
    ClaimKind,
    Condition,
)
from registry.organisation import queries as organisation
from registry.store.transaction import transaction

PERMISSION_OF_MOVE = {
    "put_in_use": Permission.ASSET_STATE,
    "mark_idle": Permission.ASSET_STATE,
    "send_to_repair": Permission.ASSET_STATE,
    "report_missing": Permission.ASSET_STATE,
    "propose_disposal": Permission.ASSET_PROPOSE_DISPOSAL,
    "dispose": Permission.ASSET_DISPOSE,
}


def amend(
    actor: Actor,
    asset_id: int,
    version: int | None,
    changes: dict[str, Any],
    *,
    document: str | None = None,
) -> Asset:
    """Change fields that describe an asset (see ``AMENDABLE``).

    Raises Invalid, NothingChanges, NumberTaken, StaleVersion.
    """
    with transaction() as session:
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_AMEND, asset)
        unknown = set(changes) - set(AMENDABLE)
        if unknown:
            raise Invalid.field(min(unknown), "unknown_field")
        zone = organisation.institution(actor.institution_id).time_zone
        cleaned = clean_changes(changes, today(zone))
        if cleaned.get("asset_number") == "":
            raise Invalid.field("asset_number", "required")
        facts = _differences(actor, asset, cleaned)
        if not facts:
            raise NothingChanges
        _refuse_taken(session, asset, facts)
        record(actor, asset, "amend", facts, document=document)
        return asset


def _differences(actor: Actor, asset: Asset, cleaned: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for field, value in cleaned.items():
        if field == "item_type_id":
            if value != asset.item_type_id:
                kind = catalogue.standing_type(actor, value)
                facts["item_type"] = fact_of(kind)
            continue
        if plain_fact(value) != plain_fact(getattr(asset, field)):
            facts[field] = plain_fact(value)
    return facts


def _refuse_taken(session: Session, asset: Asset, facts: dict[str, Any]) -> None:
    """NumberTaken where the number an asset is to get is another one's."""
    if not {"asset_number", "sub_number"} & facts.keys():
        return
    number = facts.get("asset_number", asset.asset_number)
    sub_number = facts.get("sub_number", asset.sub_number)
    taken = session.scalar(
        sa.select(Asset.id).where(
            Asset.institution_id == asset.institution_id,
            Asset.asset_number == number,
            Asset.sub_number == sub_number,
            Asset.id != asset.id,
        )
    )
    if taken is not None:
        raise NumberTaken(number=number, sub_number=sub_number)


def move(
    actor: Actor,
    asset_id: int,
    place_id: int | None,
    *,
    version: int | None = None,
    effective_on: date | None = None,
    document: str | None = None,
) -> Asset:
    """Record that an asset stands elsewhere."""
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_MOVE, asset)
        if place_id == asset.place_id:
            raise NothingChanges
        place = organisation.place(actor, place_id) if place_id is not None else None
        changes = {"place": fact_of(place)}
        record(
            actor, asset, "move", changes, effective_on=effective_on, document=document
        )
        return asset


def assign(
    actor: Actor,
    asset_id: int,
    *,
    custodian_id: int | None,
    user_id: int | None,
    version: int | None = None,
    effective_on: date | None = None,
    document: str | None = None,
) -> Asset:
    """Record who keeps and who uses an asset, inside its department."""
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_ASSIGN, asset)
        changes = _people(actor, asset, custodian_id, user_id)
        if not changes:
            raise NothingChanges
        record(
            actor,
            asset,
            "assign",
            changes,
            effective_on=effective_on,
            document=document,
        )
        return asset


def hand_to(
    actor: Actor,
    asset_id: int,
    *,
    custodian_id: int,
    version: int | None = None,
    document: str | None = None,
) -> Asset:
    """Record another custodian; who uses the asset stays."""
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_ASSIGN, asset)
        return assign(
            actor,
            asset_id,
            custodian_id=custodian_id,
            user_id=asset.user_id,
            document=document,
        )


def let_use(
    actor: Actor,
    asset_id: int,
    *,
    user_id: int | None,
    version: int | None = None,
    document: str | None = None,
) -> Asset:
    """Record another user; who keeps the asset stays."""
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.ASSET_ASSIGN, asset)
        return assign(
            actor,
            asset_id,
            custodian_id=asset.custodian_id,
            user_id=user_id,
            document=document,
        )


def restrict(
    actor: Actor,
    asset_id: int,
    restriction: str,
    *,
    lift: bool = False,
    version: int | None = None,
    document: str | None = None,
) -> Asset:
    """Add a restriction to those of an asset, or ``lift`` it; the others stay."""
    with transaction():
        asset = locked(actor, asset_id, version)
        wanted = [each for each in asset.restrictions if each != restriction]
        if not lift:
            wanted = [*asset.restrictions, *({restriction} - set(asset.restrictions))]
        changes = {"restrictions": tuple(wanted)}
        return amend(actor, asset_id, None, changes, document=document)


def _people(
    actor: Actor, asset: Asset, custodian_id: int | None, user_id: int | None
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for field, wanted in (("custodian", custodian_id), ("user", user_id)):
        if wanted == getattr(asset, f"{field}_id"):
            continue
        who = organisation.person(actor, wanted) if wanted is not None else None
        if who is not None and who.left_on is not None:
            raise Invalid.field(f"{field}_id", "has_left")
        changes[field] = fact_of(who)
    return changes


def reassign(
    actor: Actor,
    asset_id: int,
    department_id: int,
    *,
    custodian_id: int | None = None,
    place_id: int | None = None,
    version: int | None = None,
    reason: str = "",
    document: str | None = None,
) -> Asset:
    """Put an asset into another department, with custodian and place, in one entry."""
    with transaction():
        asset = locked(actor, asset_id, version)
        target = organisation.department(actor, department_id)
        actor.require(Permission.ASSET_REASSIGN, asset)
        actor.require(Permission.ASSET_REASSIGN, target)
        if target.closed_on is not None:
            raise Invalid.field("department_id", "closed", name=target.name)
        _refuse_promised(asset)
        changes: dict[str, Any] = {}
        if target.id != asset.department_id:
            changes["department"] = fact_of(target)
        changes |= _people(actor, asset, custodian_id, None)
        if place_id is not None and place_id != asset.place_id:
            changes["place"] = fact_of(organisation.place(actor, place_id))
        if not changes:
            raise NothingChanges
        words = clean_notes(reason, field="reason", most=1_000)
        record(actor, asset, "reassign", changes, reason=words, document=document)
        return asset


def _refuse_promised(asset: Asset) -> None:
    """AlreadyClaimed for what somebody is to get: it goes nowhere else meanwhile."""
    end_expired(asset)
    claim = live_claim(asset.id)
    if claim is not None and ClaimKind(claim.kind) in PROMISED:
        raise taken(claim)


def change_state(
    actor: Actor,
    asset_id: int,
    verb: str,
    *,
    version: int | None = None,
    reason: str = "",
    condition: str | None = None,
    effective_on: date | None = None,
    document: str | None = None,
) -> Asset:
    """Carry out a move of the state machine, opening or ending a repair's claim.

    ``condition`` is how the thing was found on that occasion, if somebody looked.
    """
    with transaction():
        if verb not in ASSET.moves:
            raise Invalid.field("verb", "not_a_choice", found=verb[:40])
        asset = locked(actor, asset_id, version)
        actor.require(PERMISSION_OF_MOVE[verb], asset)
        ASSET.after(AssetState(asset.state), verb)
        changes = claim_of_move(actor, asset, verb)
        if condition is not None and condition != asset.condition:
            changes["condition"] = known("condition", condition, Condition)
        record(
            actor,
            asset,
            verb,
            changes,
            reason=clean_notes(reason, field="reason", most=1_000),
            effective_on=effective_on,
            document=document,
        )
        return asset


def stands_in_the_way(claim: Claim, verb: str) -> bool:
    """Whether a claim keeps its asset from a move of the owner's."""
    if verb == "put_in_use":
        return ClaimKind(claim.kind) in PROMISED
    return verb in UNCLAIMED_ONLY


def claim_of_move(actor: Actor, asset: Asset, verb: str) -> dict[str, Any]:
    """What a move does to the claim on an asset; AlreadyClaimed if it is in the way."""
    end_expired(asset)
    claim = live_claim(asset.id)
    if claim is not None and claim.kind == ClaimKind.REPAIR:
        close_claim(claim)
        claim = None
        changes: dict[str, Any] = {"claim": None}
    else:
        changes = {}
    if claim is not None and stands_in_the_way(claim, verb):
        raise taken(claim)
    if verb == "send_to_repair":
        changes["claim"] = claim_fact(open_claim(actor, asset, ClaimKind.REPAIR))
    return changes


def correct(
    actor: Actor,
    asset_id: int,
    number: int,
    *,
    version: int | None = None,
    reason: str,
    document: str | None = None,
) -> Asset:
    """Take back what entry ``number`` changed, by a new entry that names it.

    Fields changed again since stay as they are, unless by the same ``document``, which
    is then taken back as a whole. Raises NotCorrectable if none is left, AlreadyClaimed
    where somebody was promised the thing meanwhile.
    """
    with transaction() as session:
        asset = locked(actor, asset_id, version, ended=True)
        actor.require(Permission.ASSET_CORRECT, asset)
        words = required_line(reason, field="reason", most=1_000)
        entries = entries_of(KIND, asset.id)
        same = {e.number for e in entries if document and e.document == document}
        history = [(e.verb, changes_of(e)) for e in entries]
        changes = taken_back(history, number, corrections_among(entries), same)
        if not changes:
            raise NotCorrectable(number=number)
        _refuse_taken(session, asset, changes)
        _refuse_ended(actor, changes)
        _refuse_claimed(asset, changes)
        _restore_claim(actor, asset, changes)
        _restore_photos(session, asset, changes)
        record(
            actor,
            asset,
            "correct",
            changes,
            corrects=number,
            reason=words,
            document=document,
        )
        return asset


def _refuse_claimed(asset: Asset, changes: dict[str, Any]) -> None:
    """AlreadyClaimed where the state to return to leaves no room for a claim of now."""
    if "state" not in changes:
        return
    end_expired(asset)
    claim = live_claim(asset.id)
    if claim is None or claim.kind == ClaimKind.REPAIR:
        return
    to_repair = changes["state"] == AssetState.UNDER_REPAIR
    if to_repair or ClaimKind(claim.kind) in PROMISED:
        raise taken(claim)


def _refuse_ended(actor: Actor, changes: dict[str, Any]) -> None:
    """Invalid for bringing a thing back to where, or to whom, nothing goes any more."""
    found = {name: changes[name] for name in ("department", "place") if name in changes}
    for name, value in found.items():
        if value is None:
            continue
        where = getattr(organisation, name)(actor, value["id"])
        if where.closed_on is not None:
            raise Invalid.field(f"{name}_id", "closed", name=where.name)
    for who in ("custodian", "user"):
        value = changes.get(who)
        if value and organisation.person(actor, value["id"]).left_on is not None:
            raise Invalid.field(f"{who}_id", "has_left")


def withdraw(
    actor: Actor, asset_id: int, *, reason: str, document: str | None = None
) -> Asset:
    """Take a registration back that should not have been made.

    The thing leaves the ledger and gives its number back, so that it can be entered
    again. Raises NotCorrectable where something was recorded of it since, other than
    under the same ``document``.
    """
    with transaction():
        asset = locked(actor, asset_id, ended=True)
        actor.require(Permission.ASSET_CORRECT, asset)
        if _built_upon(asset, document):
            raise NotCorrectable(number=1)
        words = required_line(reason, field="reason", most=1_000)
        changes: dict[str, Any] = {
            "state": str(AssetState.DISPOSED),
            "asset_number": f"{asset.asset_number[:48]}~{asset.id}",
        }
        claim = live_claim(asset.id)
        if claim is not None:
            close_claim(claim)
            changes["claim"] = None
        record(
            actor,
            asset,
            "correct",
            changes,
            corrects=1,
            reason=words,
            document=document,
        )
        return asset


def _built_upon(asset: Asset, document: str | None) -> bool:
    """Whether anything but its registration, and what came with it, is recorded."""
    if document is None or asset.entries == 1:
        return asset.entries != 1
    return any(entry.document != document for entry in entries_of(KIND, asset.id))


def _restore_claim(actor: Actor, asset: Asset, changes: dict[str, Any]) -> None:
    """Bring the claim in line with the state a correction returns to."""
    state = changes.get("state", asset.state)
    wanted = changes["claim"]["kind"] if changes.get("claim") else None
    if wanted in PROMISED:
        # What was promised to somebody is asked for anew, not brought back.
        del changes["claim"]
        wanted = None
    claim = live_claim(asset.id)
    over = claim is not None and claim.kind == ClaimKind.REPAIR
    over = over and state != AssetState.UNDER_REPAIR
    if claim is not None and (over or "claim" in changes):
        close_claim(claim)
        changes["claim"] = None
        claim = None
    if claim is None and (wanted or state == AssetState.UNDER_REPAIR):
        kind = ClaimKind(wanted) if wanted else ClaimKind.REPAIR
        changes["claim"] = claim_fact(open_claim(actor, asset, kind))


def _restore_photos(session: Session, asset: Asset, changes: dict[str, Any]) -> None:
    if "photos" not in changes:
        return
    for photo in session.scalars(
        sa.select(Photo).where(
            Photo.institution_id == asset.institution_id, Photo.asset_id == asset.id
        )
    ):
        wanted = photo.sha256 in changes["photos"]
        if not wanted and photo.removed_at is None:
            photo.removed_at = now()
        elif wanted:
            photo.removed_at = None
    session.flush()


def take_blank(
    actor: Actor, asset_id: int, text: str, *, version: int | None = None
) -> Asset:
    """Let the blank label stuck on an asset be its label from now on.

    Raises CodeMistyped, CodeUnknown, CodeTaken, CodeRetired.
    """
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.BLANK_CLAIM, asset)
        code = read_code(text)
        claim_blank(actor.institution_id, code, CodeKind.ASSET, asset.id)
        record(actor, asset, "relabel", {"code": code})
        return asset


def replace_label(
    actor: Actor, asset_id: int, *, version: int | None = None, reason: str = ""
) -> Asset:
    """Give an asset a new code because its label must no longer be believed."""
    with transaction():
        asset = locked(actor, asset_id, version)
        actor.require(Permission.LABEL_PRINT, asset)
        code = replace(actor.institution_id, CodeKind.ASSET, asset.id)
        words = clean_notes(reason, field="reason", most=1_000)
        record(actor, asset, "relabel", {"code": code}, reason=words)
        return asset
