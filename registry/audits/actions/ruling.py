"""Ruling on differences, and sending back what does not convince.

Who rules proposes; where something is written off or gained somebody else approves
(``actions.approving``), and only that writes the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.actions.asking import follow_steps, follow_untied
from registry.audits.actions.keeping import FINDING_KIND, locked_audit
from registry.audits.errors import NothingToRule
from registry.audits.models import Audit, AuditFinding, AuditItem
from registry.audits.queries.audits import sees_finding
from registry.audits.rules.differing import (
    SAYS_WHY,
    Group,
    may_rule,
)
from registry.audits.states import (
    FINDING,
    AuditState,
    Cause,
    FindingKind,
    FindingState,
    Outcome,
    Ruling,
)
from registry.catalogue import queries as catalogue
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing, WrongState
from registry.kernel.text import clean_notes
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
from registry.store.db import session as current_session
from registry.store.transaction import transaction

MOST_AT_ONCE = 1_000
LEAST_WORDS = 4


@dataclass(frozen=True)
class Entered:
    """As what a surplus shall be entered."""

    item_type_id: int | None = None
    department_id: int | None = None
    place_id: int | None = None
    custodian_id: int | None = None
    cost_fen: int | None = None
    acquired_on: date | None = None


@dataclass(frozen=True)
class Ruled:
    """What shall be done about some differences, and why they are there."""

    ruling: str
    cause: str
    words: str = ""
    place_id: int | None = None
    """Where things that were missing turned out to be."""
    custodian_id: int | None = None
    """Who keeps them from now on, where that is somebody else."""
    entered: Entered = field(default_factory=Entered)


def rule(
    actor: Actor,
    finding_ids: Sequence[int],
    asked: Ruled,
    *,
    versions: dict[int, int] | None = None,
) -> list[AuditFinding]:
    """Rule the same about some differences of one audit, all of them or none.

    What was ruled before and is not approved yet is ruled anew. Raises Invalid,
    NothingToRule, WrongState, Missing for what one may not see.
    """
    with transaction() as session:
        audit, rows = locked_findings(actor, finding_ids)
        for row in rows:
            actor.require(Permission.AUDIT_RULE, audit or row)
            FINDING.after(FindingState(row.state), "rule")
        words = _checked(actor, rows, asked)
        for row in rows:
            row.proposal = _proposal(actor, row, asked)
            row.judged_version = row.asset.version if row.asset else None
            row.cause, row.ruling = asked.cause, asked.ruling
            row.ruling_words = words
            row.came_back = False
            row.ruled_by_id, row.ruled_at = actor.person_id, now()
            row.state = str(FindingState.RULED)
        session.flush()
        for row in rows:
            facts: dict[str, Any] = {
                "ruling": row.ruling,
                "cause": row.cause,
                "words": words,
            }
            if row.proposal:
                facts |= {"proposal": row.proposal}
            record(actor, FINDING_KIND, row.id, "rule", facts)
        follow(actor, audit, rows)
        return rows


def send_back(
    actor: Actor, finding_ids: Sequence[int], words: str
) -> list[AuditFinding]:
    """Give rulings back to be ruled again, saying why. Raises Invalid, WrongState."""
    with transaction() as session:
        audit, rows = locked_findings(actor, finding_ids)
        text = clean_notes(words, field="words", most=1_000)
        if not text:
            raise Invalid.field("words", "required")
        for row in rows:
            actor.require(Permission.AUDIT_APPROVE, audit or row)
            FINDING.after(FindingState(row.state), "send_back")
            row.state = str(FindingState.OPEN)
            row.approved_by_id = row.approved_at = None
        session.flush()
        for row in rows:
            record(actor, FINDING_KIND, row.id, "send_back", {"words": text})
        follow(actor, audit, rows)
        return rows


def follow(actor: Actor, audit: Audit | None, rows: Sequence[AuditFinding]) -> None:
    """Let what comes next wait for whoever has it."""
    if audit is not None:
        follow_steps(actor, audit)
        return
    for row in rows:
        follow_untied(actor, row)


def locked_findings(
    actor: Actor, finding_ids: Sequence[int]
) -> tuple[Audit | None, list[AuditFinding]]:
    """Differences of one audit (or of none) under lock, after it and their assets.

    Raises Missing for what the actor may not see, Invalid for those of several audits.
    """
    session = current_session()
    ids = sorted(set(finding_ids))
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise Invalid.field("findings", "out_of_range", least=1, most=MOST_AT_ONCE)
    named = session.execute(
        sa.select(AuditFinding.id, AuditFinding.audit_id, AuditFinding.asset_id).where(
            AuditFinding.id.in_(ids),
            AuditFinding.institution_id == actor.institution_id,
        )
    ).all()
    if len(named) != len(ids):
        raise Missing(what="audit_findings")
    audits = {row.audit_id for row in named}
    if len(audits) != 1:
        raise Invalid.field("findings", "of_several_audits")
    [audit_id] = audits
    audit = locked_audit(actor, audit_id) if audit_id is not None else None
    if audit is not None and audit.state != AuditState.REVIEWING:
        raise WrongState(of="audit", state=audit.state, verb="rule")
    _lock_assets({row.asset_id for row in named if row.asset_id is not None})
    rows = list(
        session.scalars(
            sa.select(AuditFinding)
            .where(AuditFinding.id.in_(ids))
            .order_by(AuditFinding.id)
            .with_for_update(of=AuditFinding)
            .execution_options(populate_existing=True)
        )
    )
    if not all(sees_finding(actor, row) for row in rows):
        raise Missing(what="audit_findings")
    return audit, rows


def _lock_assets(asset_ids: set[int]) -> None:
    ids = sorted(asset_ids)
    for start in range(0, len(ids), 500):
        current_session().scalars(
            sa.select(Asset)
            .where(Asset.id.in_(ids[start : start + 500]))
            .order_by(Asset.id)
            .with_for_update(of=Asset)
            .execution_options(populate_existing=True)
        ).all()


def _checked(actor: Actor, rows: Sequence[AuditFinding], asked: Ruled) -> str:
    """The words of a ruling, once all of it fits all of what it is about."""
    if asked.ruling not in set(Ruling):
        raise Invalid.field("ruling", "not_a_choice", found=asked.ruling[:40])
    if asked.cause not in set(Cause):
        raise Invalid.field("cause", "not_a_choice", found=asked.cause[:40])
    for row in rows:
        if Ruling(asked.ruling) not in rulings_for(row):
            raise Invalid.field("ruling", "ruling_does_not_fit")
    words = clean_notes(asked.words, field="words", most=1_000)
    says_why = Ruling(asked.ruling) in SAYS_WHY or asked.cause == Cause.OTHER
    if says_why and len(words) < LEAST_WORDS:
        raise Invalid.field("words", "say_why")
    if asked.custodian_id is not None:
        who = organisation.person(actor, asked.custodian_id)
        if who.left_on is not None:
            raise Invalid.field("custodian_id", "has_left")
    return words


def rulings_for(row: AuditFinding) -> tuple[Ruling, ...]:
    """What may be ruled about a difference as the ledger is now."""
    state = row.asset.state if row.asset is not None else row.was
    group = row.group
    if group in (Group.MISSING, Group.NOT_FOUND) and state == AssetState.DISPOSED:
        return (Ruling.EXCUSE,)
    return may_rule(group, state)


def _proposal(actor: Actor, row: AuditFinding, asked: Ruled) -> dict[str, Any]:
    """What the ledger shall say afterwards, as plain values."""
    if asked.ruling == Ruling.REGISTER:
        return _entered(actor, row, asked.entered)
    if asked.ruling == Ruling.SET_CONDITION:
        return {"condition": row.condition}
    told: dict[str, Any] = {}
    if asked.ruling in (Ruling.MOVE, Ruling.PUT_BACK):
        place_id = asked.place_id or row.found_place_id
        if place_id is None:
            raise Invalid.field("place_id", "required")
        place = organisation.place(actor, place_id)
        told = {"place_id": place.id}
        if asked.custodian_id is not None:
            told["custodian_id"] = asked.custodian_id
    if row.asset_id is None and asked.ruling in (Ruling.MOVE, Ruling.MARK_MISSING):
        told["assets"] = _heap_now(row)
    return told


def _heap_now(row: AuditFinding) -> list[list[int]]:
    """The things of a heap that were not counted, each at its version."""
    found = (
        current_session()
        .execute(
            sa.select(Asset.id, Asset.version)
            .join(AuditItem, AuditItem.asset_id == Asset.id)
            .where(
                AuditItem.audit_id == row.audit_id,
                AuditItem.item_type_id == row.item_type_id,
                AuditItem.place_id == row.place_id
                if row.place_id is not None
                else AuditItem.place_id.is_(None),
                AuditItem.is_labelled.is_(False),
                AuditItem.outcome == str(Outcome.MISSING),
                Asset.state.not_in((str(AssetState.MISSING), str(AssetState.DISPOSED))),
            )
            .order_by(Asset.id)
            .with_for_update(of=Asset)
        )
        .all()
    )
    if not found:
        raise NothingToRule
    return [[asset_id, version] for asset_id, version in found]


def _entered(actor: Actor, row: AuditFinding, asked: Entered) -> dict[str, Any]:
    type_id = asked.item_type_id or row.item_type_id
    if type_id is None:
        raise Invalid.field("item_type_id", "required")
    department_id = asked.department_id or row.department_id
    if department_id is None:
        raise Invalid.field("department_id", "required")
    place_id = asked.place_id or row.found_place_id
    if place_id is None:
        raise Invalid.field("place_id", "required")
    catalogue.standing_type(actor, type_id)
    if organisation.department(actor, department_id).closed_on is not None:
        raise Invalid.field("department_id", "closed", name="")
    organisation.place(actor, place_id)
    if asked.custodian_id is not None:
        organisation.person(actor, asked.custodian_id)
    day = asked.acquired_on
    return {
        "item_type_id": type_id,
        "department_id": department_id,
        "place_id": place_id,
        "custodian_id": asked.custodian_id,
        "cost_fen": asked.cost_fen,
        "acquired_on": day.isoformat() if day else None,
        "condition": row.condition,
        "count": row.count,
    }


def note_not_found(
    institution_id: int,
    asset_id: int,
    *,
    source: str,
    words: str = "",
) -> None:
    """Keep that somebody looked for a thing at its place in vain.

    It stands until an audit finds it, or somebody rules on it; while it stands others
    who look in vain add nothing. The caller has asked who may say so.
    """
    with transaction() as session:
        actor = Actor.system(institution_id)
        asset = session.scalar(
            sa.select(Asset)
            .where(Asset.id == asset_id, Asset.institution_id == institution_id)
            .with_for_update(of=Asset)
        )
        if asset is None or asset.state in (AssetState.MISSING, AssetState.DISPOSED):
            return
        known = session.scalar(
            sa.select(AuditFinding.id).where(
                AuditFinding.institution_id == institution_id,
                AuditFinding.audit_id.is_(None),
                AuditFinding.asset_id == asset_id,
                AuditFinding.state.in_(
                    [
                        str(FindingState.OPEN),
                        str(FindingState.RULED),
                        str(FindingState.APPROVED),
                    ]
                ),
            )
        )
        if known is not None:
            return
        made = AuditFinding(
            institution_id=institution_id,
            kind=str(FindingKind.NOT_FOUND),
            state=str(FindingState.OPEN),
            asset_id=asset.id,
            department_id=asset.department_id,
            place_id=asset.place_id,
            words=words[:2_000],
            source=source[:60],
            was=asset.state,
            made_at=now(),
            proposal={},
        )
        session.add(made)
        session.flush()
        facts = {"asset": asset.id, "source": made.source}
        record(actor, FINDING_KIND, made.id, "open", facts, is_new=True)
        follow_untied(actor, made)
