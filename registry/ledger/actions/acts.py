"""What can be done to many assets: what each act takes, foresees and carries out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.clock import today
from registry.kernel.errors import Forbidden, Invalid, Refused
from registry.kernel.text import clean_notes
from registry.ledger.actions.changing import (
    PERMISSION_OF_MOVE,
    amend,
    change_state,
    hand_to,
    let_use,
    move,
    reassign,
    restrict,
    stands_in_the_way,
)
from registry.ledger.actions.claims import is_expired, taken
from registry.ledger.actions.recording import plain_fact
from registry.ledger.errors import AssetEnded
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import clean_changes, known
from registry.ledger.states import (
    ASSET,
    PROMISED,
    AssetState,
    ClaimKind,
    Outcome,
    Restriction,
)
from registry.organisation import queries as organisation

How = dict[str, Any]
"""What an act was given, as plain JSON values."""

FIELDS = (
    "condition",
    "method",
    "funding",
    "acquired_on",
    "service_life_months",
    "warranty_until",
)
"""What describes many assets alike, so that it can be amended of all of them."""


@dataclass(frozen=True)
class Act:
    """One thing that can be done to many assets."""

    permission: Permission
    needs: tuple[str, ...]
    foresee: Callable[[Asset, How], bool]
    """Whether it would change an asset; may raise what the act would refuse with."""
    carry_out: Callable[[Actor, int, How, dict[str, Any]], Any]
    """The same for good; the last are version and document."""
    takes: tuple[str, ...] = ()
    """What may be given besides what it needs."""


def _moves(asset: Asset, how: How) -> bool:
    return bool(asset.place_id != how["place_id"])


def _hands(asset: Asset, how: How) -> bool:
    return bool(asset.custodian_id != how["custodian_id"])


def _lets_use(asset: Asset, how: How) -> bool:
    return bool(asset.user_id != how["user_id"])


def _reassigns(asset: Asset, how: How) -> bool:
    claim = asset.claim
    if claim is not None and not is_expired(claim) and claim.kind in PROMISED:
        raise taken(claim)
    place_id = how.get("place_id") or asset.place_id
    now = (asset.department_id, asset.custodian_id, asset.user_id, asset.place_id)
    return now != (how["department_id"], how.get("custodian_id"), None, place_id)


def _turns(verb: str) -> Callable[[Asset, How], bool]:
    def foresee(asset: Asset, how: How) -> bool:
        state = AssetState(asset.state)
        if state == ASSET.moves[verb][1]:
            return False
        ASSET.after(state, verb)
        claim = asset.claim
        if claim is None or is_expired(claim) or claim.kind == ClaimKind.REPAIR:
            return True
        if stands_in_the_way(claim, verb):
            raise taken(claim)
        return True

    return foresee


def _amends(asset: Asset, how: How) -> bool:
    return any(
        plain_fact(getattr(asset, field)) != value
        for field, value in how["changes"].items()
    )


def _restricts(asset: Asset, how: How) -> bool:
    return how["restriction"] not in asset.restrictions


def _lifts(asset: Asset, how: How) -> bool:
    return how["restriction"] in asset.restrictions


def _amend(actor: Actor, asset_id: int, how: How, rest: dict[str, Any]) -> Any:
    changes = {
        field: date.fromisoformat(value)
        if field in ("acquired_on", "warranty_until") and value
        else value
        for field, value in how["changes"].items()
    }
    version = rest.pop("version")
    return amend(actor, asset_id, version, changes, **rest)


def _turn(verb: str) -> Act:
    return Act(
        PERMISSION_OF_MOVE[verb],
        (),
        _turns(verb),
        lambda actor, asset_id, how, rest: change_state(
            actor, asset_id, verb, **how, **rest
        ),
        takes=("reason",),
    )


ACTS: Mapping[str, Act] = {
    "move": Act(
        Permission.ASSET_MOVE,
        ("place_id",),
        _moves,
        lambda actor, asset_id, how, rest: move(
            actor, asset_id, how["place_id"], **rest
        ),
    ),
    "hand_to": Act(
        Permission.ASSET_ASSIGN,
        ("custodian_id",),
        _hands,
        lambda actor, asset_id, how, rest: hand_to(actor, asset_id, **how, **rest),
    ),
    "let_use": Act(
        Permission.ASSET_ASSIGN,
        ("user_id",),
        _lets_use,
        lambda actor, asset_id, how, rest: let_use(actor, asset_id, **how, **rest),
    ),
    "reassign": Act(
        Permission.ASSET_REASSIGN,
        ("department_id",),
        _reassigns,
        lambda actor, asset_id, how, rest: reassign(
            actor,
            asset_id,
            how["department_id"],
            **{name: value for name, value in how.items() if name != "department_id"},
            **rest,
        ),
        takes=("custodian_id", "place_id", "reason"),
    ),
    **{verb: _turn(verb) for verb in ASSET.moves},
    "amend": Act(Permission.ASSET_AMEND, ("changes",), _amends, _amend),
    "restrict": Act(
        Permission.ASSET_AMEND,
        ("restriction",),
        _restricts,
        lambda actor, asset_id, how, rest: restrict(actor, asset_id, **how, **rest),
    ),
    "lift_restriction": Act(
        Permission.ASSET_AMEND,
        ("restriction",),
        _lifts,
        lambda actor, asset_id, how, rest: restrict(
            actor, asset_id, **how, lift=True, **rest
        ),
    ),
}


def settled(actor: Actor, name: str, given: Mapping[str, Any]) -> How:
    """What an act was given, looked at and made plain.

    Raises Invalid, Missing for what is not there, Forbidden for a department that is
    not the actor's to give to.
    """
    act = ACTS.get(name)
    if act is None:
        raise Invalid.field("act", "not_a_choice", found=name[:40])
    how = {
        key: given[key]
        for key in (*act.needs, *act.takes)
        if given.get(key) not in (None, "")
    }
    for key in act.needs:
        if key not in how:
            raise Invalid.field(key, "required")
    _look(actor, how)
    if "changes" in how:
        how["changes"] = _plain_changes(actor, how["changes"])
    if "restriction" in how:
        known("restriction", how["restriction"], Restriction)
    if "reason" in how:
        how["reason"] = clean_notes(how["reason"], field="reason", most=1_000)
    return how


def _look(actor: Actor, how: How) -> None:
    """The places, people and department named are there, and may be used."""
    if "place_id" in how:
        place = organisation.place(actor, how["place_id"])
        if place.closed_on is not None:
            raise Invalid.field("place_id", "closed", name=place.name)
    for key in ("custodian_id", "user_id"):
        if key in how and organisation.person(actor, how[key]).left_on is not None:
            raise Invalid.field(key, "has_left")
    if "department_id" in how:
        target = organisation.department(actor, how["department_id"])
        actor.require(Permission.ASSET_REASSIGN, target)
        if target.closed_on is not None:
            raise Invalid.field("department_id", "closed", name=target.name)


def _plain_changes(actor: Actor, changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(changes) - set(FIELDS))
    if unknown or not changes:
        name = unknown[0] if unknown else "changes"
        raise Invalid.field(name, "unknown_field" if unknown else "required")
    zone = organisation.institution(actor.institution_id).time_zone
    cleaned = clean_changes(dict(changes), today(zone))
    return {field: plain_fact(value) for field, value in cleaned.items()}


def foreseen(
    actor: Actor, asset: Asset, name: str, how: How
) -> tuple[Outcome, str, dict[str, Any]]:
    """What an act would do to an asset as it is: the outcome, and why it is refused."""
    act = ACTS[name]
    try:
        if asset.state == AssetState.DISPOSED:
            raise AssetEnded(number=asset.number)
        if not actor.may(act.permission, asset):
            raise Forbidden(permission=str(act.permission))
        changes = act.foresee(asset, how)
    except Refused as refusal:
        return Outcome.REFUSED, refusal.code, refusal.facts
    return (Outcome.PLANNED if changes else Outcome.UNCHANGED), "", {}
