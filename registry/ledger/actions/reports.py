"""What passers-by tell us from a label, and how it is settled."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record as write_entry
from registry.kernel.clock import isoformat, now
from registry.kernel.errors import Invalid, Missing
from registry.kernel.text import clean_line, clean_notes, required_line
from registry.ledger.errors import ReportSettled
from registry.ledger.events import ReportMade
from registry.ledger.models import Asset, LabelReport
from registry.store.transaction import emit, transaction
from registry.waiting.actions import begin, finish
from registry.waiting.queries import ladder, open_wait

KIND = "label_report"
STEPS = {"problem": "settle_report", "found": "settle_find"}
KINDS = tuple(STEPS)
HOURS = 8
"""Working hours after which somebody further up is asked."""


def report_from_label(
    actor: Actor, asset: Asset, kind: str, words: str, contact: str = ""
) -> LabelReport:
    """Tell the department about a problem or a find; open to strangers.

    Of another institution's thing one tells as a stranger: who one is at home is not
    theirs to know.
    """
    if actor.institution_id != asset.institution_id:
        actor = Actor.stranger(asset.institution_id).through(actor.door)
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
        write_entry(actor, KIND, made.id, "make", facts, is_new=True)
        _ask_for_an_answer(actor, asset, made)
        emit(ReportMade(made.institution_id, made.id, asset.id))
        return made


def _ask_for_an_answer(actor: Actor, asset: Asset, made: LabelReport) -> None:
    """Let a report wait for the officers of the department, and those above them."""
    begin(
        actor,
        subject_kind=KIND,
        subject_id=made.id,
        step=STEPS[made.kind],
        rungs=ladder(asset.institution_id, asset.department_path),
        hours=HOURS,
        department_id=asset.department_id,
        facts={"name": asset.item_type.name, "number": asset.number},
    )


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
            raise ReportSettled(at=isoformat(found.handled_at))
        found.answer = clean_notes(answer, field="answer", most=1_000)
        found.handled_at = now()
        found.handled_by_id = actor.person_id
        session.flush()
        write_entry(actor, KIND, found.id, "settle", {})
        step = open_wait(found.institution_id, KIND, found.id, STEPS[found.kind])
        if step is not None:
            finish(actor, step, "settled")
        return found
