"""Approving what was ruled: the ledger follows in one act, under one document.

Everything is locked, then looked at, then written: what was changed since it was ruled
comes back to be ruled again, the rest is carried out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from registry.access.actor import Actor, Door
from registry.access.permissions import Permission
from registry.audits.actions.gathering import come_back
from registry.audits.actions.keeping import FINDING_KIND
from registry.audits.actions.ruling import follow, locked_findings
from registry.audits.errors import NeedsAnother
from registry.audits.models import Audit, AuditFinding
from registry.audits.rules.differing import needs_two
from registry.audits.states import FINDING, FindingState, Ruling
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.ledger.actions import open_document
from registry.ledger.actions.auditing import (
    tell_condition,
    tell_missing,
    tell_place,
    tell_surplus,
)
from registry.ledger.models import Asset, Document
from registry.ledger.rules.drafts import AssetDraft
from registry.ledger.states import AssetState, Method
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.words import N_, gettext

TITLE = N_("盘点改账：%(audit)s")
TITLE_UNTIED = N_("没找到的资产处理")


@dataclass
class Approved:
    """What became of an approval."""

    applied: list[AuditFinding] = field(default_factory=list)
    came_back: list[AuditFinding] = field(default_factory=list)
    """Changed since they were ruled: nothing was done about them."""
    document: Document | None = None
    """Under which the ledger was changed, if it was."""


def approve(actor: Actor, finding_ids: Sequence[int]) -> Approved:
    """Approve rulings and have the ledger follow them at once, under one document.

    Raises NeedsAnother where two people are needed and the actor is the first,
    WrongState for what is not ruled, AlreadyClaimed for what somebody was promised.
    """
    with transaction():
        audit, rows = locked_findings(actor, finding_ids)
        for row in rows:
            actor.require(Permission.AUDIT_APPROVE, audit or row)
            FINDING.after(FindingState(row.state), "approve")
            if needs_two(row.kind, row.ruling) and row.ruled_by_id == actor.person_id:
                raise NeedsAnother(finding=row.id)
        done = Approved()
        stale = {row.id for row in rows if not _stands(row)}
        act = _Act(actor, audit, done)
        for row in rows:
            if row.id in stale:
                come_back(actor, row)
                done.came_back.append(row)
            else:
                act.carry_out(row)
        act.let_others_stand(rows)
        follow(actor, audit, rows)
        return done


def _stands(row: AuditFinding) -> bool:
    """Whether what was judged is as it was when it was ruled."""
    if row.asset is not None:
        return row.asset.version == row.judged_version
    judged = dict(row.proposal.get("assets", ()))
    if not judged:
        return True
    known = current_session().execute(
        sa.select(Asset.id, Asset.version)
        .where(Asset.id.in_(sorted(judged)))
        .order_by(Asset.id)
        .with_for_update(of=Asset)
    )
    return {asset_id: version for asset_id, version in known} == judged  # noqa: C416 - typed


class _Act:
    """One act on the ledger after an audit; its document is opened when needed."""

    def __init__(self, actor: Actor, audit: Audit | None, done: Approved) -> None:
        self.approver = actor
        self.writer = actor.through(Door.AUDIT)
        self.audit = audit
        self.done = done

    @property
    def number(self) -> str:
        """The number of the document, opened by asking for it."""
        if self.done.document is None:
            title = (
                gettext(TITLE, audit=self.audit.title)
                if self.audit is not None
                else gettext(TITLE_UNTIED)
            )
            self.done.document = open_document(self.writer, "audit", title[:200])
        return self.done.document.number

    def carry_out(self, row: AuditFinding) -> None:
        """Approve one ruling and do what it says."""
        session = current_session()
        FINDING.after(FindingState(row.state), "approve")
        row.approved_by_id, row.approved_at = self.approver.person_id, now()
        row.state = str(FindingState.APPROVED)
        changed = sum(self._write(row))
        FINDING.after(FindingState(row.state), "apply")
        row.state = str(FindingState.APPLIED)
        row.settled_at = now()
        if changed and self.done.document is not None:
            row.document = self.done.document.number
            self.done.document.count += changed
        session.flush()
        facts = {"document": row.document, "changed": changed}
        record(self.approver, FINDING_KIND, row.id, "approve", facts)
        self.done.applied.append(row)

    def let_others_stand(self, rows: Sequence[AuditFinding]) -> None:
        """What this act itself changed does not bring other rulings of it back."""
        if self.audit is None or self.done.document is None:
            return
        for row in rows:
            if row.asset is None or row.document is None:
                continue
            current_session().execute(
                sa.update(AuditFinding)
                .where(
                    AuditFinding.audit_id == self.audit.id,
                    AuditFinding.asset_id == row.asset_id,
                    AuditFinding.state == str(FindingState.RULED),
                    AuditFinding.judged_version == row.judged_version,
                )
                .values(judged_version=row.asset.version)
                .execution_options(synchronize_session=False)
            )

    def _write(self, row: AuditFinding) -> Iterator[int]:
        """How many assets each thing it says has changed."""
        ruling, told, why = row.ruling, row.proposal, row.ruling_words
        assets = [row.asset_id] if row.asset_id is not None else []
        assets += [asset_id for asset_id, _ in told.get("assets", ())]
        if ruling == Ruling.REGISTER:
            yield self._enter(row)
        for asset_id in assets:
            if ruling in (Ruling.MOVE, Ruling.PUT_BACK):
                yield tell_place(
                    self.writer,
                    asset_id,
                    told["place_id"],
                    custodian_id=told.get("custodian_id"),
                    document=self.number,
                    reason=why,
                )
            elif ruling == Ruling.MARK_MISSING:
                yield tell_missing(
                    self.writer, asset_id, document=self.number, reason=why
                )
            elif ruling == Ruling.SET_CONDITION:
                yield tell_condition(
                    self.writer,
                    asset_id,
                    told["condition"],
                    document=self.number,
                    reason=why,
                )

    def _enter(self, row: AuditFinding) -> int:
        told = row.proposal
        day = told.get("acquired_on")
        draft = AssetDraft(
            item_type_id=told["item_type_id"],
            department_id=told["department_id"],
            place_id=told["place_id"],
            custodian_id=told.get("custodian_id"),
            cost_fen=told.get("cost_fen"),
            acquired_on=date.fromisoformat(day) if day else None,
            condition=told.get("condition"),
            method=Method.SURPLUS,
            state=AssetState.IN_USE,
            note=row.ruling_words,
        )
        made = tell_surplus(
            self.writer, draft, int(told["count"]), document=self.number
        )
        row.made_asset_id = made[0]
        return len(made)
