"""What passers-by tell us from a label, and how it is settled."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record as write_entry
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.kernel.text import clean_line, clean_notes, required_line
from registry.ledger.events import ReportMade
from registry.ledger.models import Asset, LabelReport
from registry.store.transaction import emit, transaction

KINDS = ("problem", "found")


def report_from_label(
    actor: Actor, asset: Asset, kind: str, words: str, contact: str = ""
) -> LabelReport:
    """Tell the department about a problem or a find; open to strangers."""
    with transaction() as session:
        if kind not in KINDS:
            raise Invalid.field("kind", "not_a_choice", found=kind[:40])
        made = LabelReport(
            institution_id=asset.institution_id,
            asset_id=asset.id,
            kind=kind,
            words=clean_notes(
                required_line(words, field="words", most=1_000), field="words"
            ),
            contact=clean_line(contact, field="contact"),
            made_at=now(),
            made_by_id=actor.person_id,
        )
        session.add(made)
        session.flush()
        facts = {"asset": asset.id, "kind": kind}
        write_entry(actor, "label_report", made.id, "make", facts, is_new=True)
        emit(ReportMade(made.institution_id, made.id, asset.id))
        return made


def settle_report(actor: Actor, report_id: int, answer: str) -> LabelReport:
    """Note what was done about a report."""
    with transaction() as session:
        found = session.scalar(
            sa.select(LabelReport)
            .where(
                LabelReport.id == report_id,
                LabelReport.institution_id == actor.institution_id,
            )
            .with_for_update(of=LabelReport)
        )
        if found is None:
            raise Missing(what="label_reports")
        actor.require(Permission.REPORT_HANDLE, found)
        if found.handled_at is not None:
            return found
        found.answer = clean_notes(answer, field="answer", most=1_000)
        found.handled_at = now()
        found.handled_by_id = actor.person_id
        session.flush()
        write_entry(actor, "label_report", found.id, "settle", {})
        return found
