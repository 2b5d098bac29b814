"""An import from its file to its last row: taken, checked, confirmed, applied."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from registry.access.actor import Actor, Door
from registry.access.permissions import Permission
from registry.interchange.actions.applying import BATCH, Applier, existing
from registry.interchange.actions.references import References
from registry.interchange.actions.registers import (
    apply_register,
    check_register,
    read_register,
)
from registry.interchange.models import Import
from registry.interchange.queries import first_document, import_of
from registry.interchange.rules.expansion import expand
from registry.interchange.rules.ledger import LedgerRow
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.sheets.reading import (
    LedgerReading,
    choices_from,
    read_ledger,
)
from registry.interchange.sheets.registers import REGISTERS
from registry.interchange.sheets.rejects import write_rejects
from registry.interchange.states import IMPORT, ImportState
from registry.jobs.actions import enqueue
from registry.jobs.models import Job
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Invalid
from registry.ledger.actions import open_document
from registry.ledger.actions.asking import still_may
from registry.store.transaction import transaction

LEDGER = "ledger"
KINDS = (LEDGER, *REGISTERS)
MOST_SHOWN = 500
MOST_NAMES = 60
CHECK_JOB, APPLY_JOB = "import_check", "import_apply"


class NotNow(Conflict):
    """The import is not at the step at which this can be done."""

    code = "import_not_now"


def permission_for(kind: str) -> Permission:
    """What one must be allowed to do to bring in a kind of sheet."""
    return Permission.IMPORT_RUN if kind == LEDGER else Permission.IMPORT_PEOPLE


def take_file(actor: Actor, kind: str, name: str, content: bytes) -> tuple[Import, Job]:
    """Keep a file and have it checked by a job; nothing of it is in the ledger yet."""
    with transaction():
        made = keep_file(actor, kind, name, content)
        return made, _ask_for_check(actor, made)


def keep_file(actor: Actor, kind: str, name: str, content: bytes) -> Import:
    """Keep a file that the caller has checked at once."""
    with transaction() as session:
        actor.require(permission_for(kind))
        made = _made_of(actor, kind, name, content)
        session.add(made)
        session.flush()
        return made


def take_checked(actor: Actor, kind: str, name: str, content: bytes) -> Import:
    """Read a small file at once and keep it with what would come of it.

    Of a file that cannot be read nothing is kept: whoever sent it is told right away.
    """
    actor.require(permission_for(kind))
    made = _made_of(actor, kind, name, content)
    made.plan, made.summary = _looked_at(actor, made, {})
    with transaction() as session:
        session.add(made)
        made.move("check")
        session.flush()
        return made


def _made_of(actor: Actor, kind: str, name: str, content: bytes) -> Import:
    """A file as it is kept."""
    if kind not in KINDS:
        raise Invalid.field("kind", "not_a_choice", found=kind[:40])
    if not content:
        raise Invalid.field("file", "sheet_empty")
    return Import(
        institution_id=actor.institution_id,
        person_id=actor.person_id,
        kind=kind,
        file_name=name.replace("\0", "")[-200:],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        state=str(IMPORT.start),
        created_at=now(),
    )


def _ask_for_check(actor: Actor, found: Import) -> Job:
    with transaction() as session:
        job = enqueue(
            actor,
            CHECK_JOB,
            title=found.file_name,
            arguments={"import": found.id},
        )
        found.job_id = job.id
        session.flush()
        return job


def check(
    actor: Actor, import_id: int, choices: Mapping[str, Any] | None = None
) -> Import:
    """Read the file whole and say what would come of it; choices are a person's."""
    found = import_of(actor, import_id, content=True)
    actor.require(permission_for(found.kind))
    if found.state not in (ImportState.CHECKING, ImportState.CHECKED):
        raise NotNow(state=found.state)
    plan, summary = _looked_at(actor, found, choices or {})
    with transaction() as session:
        found = import_of(actor, import_id)
        found.plan, found.summary = plan, summary
        found.move("check")
        session.flush()
        return found


def _looked_at(
    actor: Actor, found: Import, choices: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """How a file is read, and what would come of it."""
    if found.kind == LEDGER:
        return _check_ledger(actor, found, choices)
    return check_register(actor, found.kind, found.content, choices)


def _check_ledger(
    actor: Actor, found: Import, choices: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    reading = read_ledger(found.content, **choices)
    return reading.plan.choices(), _summary(actor, found, reading)


def _summary(actor: Actor, found: Import, reading: LedgerReading) -> dict[str, Any]:
    """What an import would do, as plain values for the preview."""
    tally, layout = reading.tally, reading.layout
    names = References(actor)
    fresh, known, sample = _compare(actor, reading, first_document(found) or "?")
    return {
        "sheet": layout.sheet_name,
        "other_sheets": list(layout.other_sheets),
        "header_rows": list(layout.header_rows),
        "encoding": reading.plan.encoding,
        "date_order": reading.plan.date_order.value,
        "date_order_proved": reading.plan.date_order_proved,
        "columns": [
            {
                "index": column.index,
                "header": column.header,
                "field": column.field,
                "sure": column.sure,
                "samples": list(column.samples),
            }
            for column in layout.columns
        ],
        "data_rows": reading.data_rows,
        "valid_rows": tally.valid_rows,
        "assets": tally.assets,
        "cost": tally.cost,
        "by_status": dict(tally.by_status),
        "rejected_count": len(reading.rejected),
        "rejected": [
            {"row": r.row, "number": r.asset_number, "words": r.words}
            for r in reading.rejected[:MOST_SHOWN]
        ],
        "warned": dict(tally.warned),
        "warnings": [
            {"row": w.row, "words": w.words} for w in reading.warnings[:MOST_SHOWN]
        ],
        "skipped": len(tally.skipped),
        "new_assets": fresh,
        "known_assets": known,
        "new_departments": _fresh(tally.departments, names.departments),
        "new_places": _fresh(tally.places, names.places),
        "new_people": _fresh(
            {name: count for (name, _), count in tally.people.items()}, names.people
        ),
        "item_types": len(tally.item_types),
        "sample": sample,
    }


def _fresh(met: Mapping[str, int], known: Mapping[str, Any]) -> dict[str, Any]:
    """The names met that are not known yet: how many, and the first of them."""
    new = sorted(name for name in met if name not in known)
    return {"count": len(new), "names": new[:MOST_NAMES]}


def _compare(
    actor: Actor, reading: LedgerReading, document: str
) -> tuple[int, int, list[dict[str, str]]]:
    """How many things are new, how many are there already, and the first few rows."""
    fresh = known = 0
    sample: list[dict[str, str]] = []
    for rows in _batches(_numbered(reading.rows(), document)):
        there = existing(actor, rows)
        for row in rows:
            if len(sample) < 8:
                sample.append(_shown(row))
            for one in expand(row):
                if (one.asset_number, one.sub_number) in there:
                    known += 1
                else:
                    fresh += 1
    return fresh, known, sample


def _shown(row: LedgerRow) -> dict[str, str]:
    return {
        "number": row.asset_number,
        "name": " ".join(filter(None, (row.name, row.brand, row.model))),
        "quantity": str(row.quantity),
        "department": row.department,
        "place": row.place,
        "custodian": row.custodian,
        "status": row.status,
    }


def _numbered(rows: Iterator[LedgerRow], document: str) -> Iterator[LedgerRow]:
    """Rows of a sheet that has no asset numbers bear their document's and their own.

    The same file brought in again means the same things, since it keeps the document
    under which it first came in.
    """
    for row in rows:
        if row.asset_number:
            yield row
        else:
            yield replace(row, asset_number=f"{document}-{row.row:05d}")


def _batches(rows: Iterator[LedgerRow]) -> Iterator[list[LedgerRow]]:
    """Rows in batches that make about so many things each, a long batch row alone."""
    batch: list[LedgerRow] = []
    things = 0
    for row in rows:
        if batch and things + row.quantity > BATCH:
            yield batch
            batch, things = [], 0
        batch.append(row)
        things += row.quantity
    if batch:
        yield batch


def confirm(actor: Actor, import_id: int) -> Job:
    """Have a checked import applied under one document."""
    with transaction() as session:
        found = import_of(actor, import_id)
        actor.require(permission_for(found.kind))
        found.move("confirm")
        document = open_document(actor, "import", found.file_name)
        job = enqueue(
            actor,
            APPLY_JOB,
            title=found.file_name,
            arguments={"import": found.id},
        )
        found.document = document.number
        found.job_id = job.id
        session.flush()
        return job


def apply(actor: Actor, import_id: int, progress: Any = None) -> dict[str, Any]:
    """Bring a confirmed import in, batch by batch, going on where it was left.

    Each batch is a transaction of its own that also notes how far it came, so that a
    crash between two of them neither loses a row nor doubles one; batches of several
    imports take turns. Each asks again whether the actor may: what was brought in
    before a role was taken away stays.
    """
    found = import_of(actor, import_id, content=True)
    if found.state != ImportState.APPLYING or found.document is None:
        raise NotNow(state=found.state)
    still_may(actor, permission_for(found.kind))
    worker = replace(actor, is_system=True, door=Door.IMPORT)
    if found.kind != LEDGER:
        made = apply_register(worker, found.kind, found.content, found.plan)
        return _finish(actor, import_id, made, [])
    reading = read_ledger(found.content, **choices_from(found.plan))
    names = References(worker)
    given = set(reading.layout.positions)
    counts: Counter[str] = Counter(found.counts.get("by_kind", {}))
    refused = list(found.counts.get("refused", []))
    done = sum(counts.values())
    numbered = _numbered(reading.rows(), first_document(found) or found.document)
    for rows in _batches(_later(numbered, found.applied_row)):
        applier = Applier(worker, found.document, given, names)
        with transaction() as session, names.in_turn():
            still_may(actor, permission_for(found.kind))
            applier.apply(rows)
            counts += applier.counts
            refused = (refused + applier.refused)[:MOST_SHOWN]
            row = import_of(actor, import_id)
            row.applied_row = rows[-1].row
            row.counts = {"by_kind": dict(counts), "refused": refused}
            session.flush()
        done = sum(counts.values())
        if progress is not None:
            progress(done, reading.tally.assets, "applying")
    return _finish(actor, import_id, dict(counts), refused)


def _later(rows: Iterator[LedgerRow], after: int) -> Iterator[LedgerRow]:
    return (row for row in rows if row.row > after)


def _finish(
    actor: Actor, import_id: int, counts: Mapping[str, int], refused: list[Any]
) -> dict[str, Any]:
    with transaction() as session:
        found = import_of(actor, import_id)
        found.move("finish")
        found.counts = {"by_kind": dict(counts), "refused": refused}
        session.flush()
        return {"import": import_id, **dict(counts)}


def cancel(actor: Actor, import_id: int) -> Import:
    """Give up an import before it was confirmed."""
    with transaction() as session:
        found = import_of(actor, import_id)
        found.move("cancel")
        session.flush()
        return found


def rejects_of(actor: Actor, import_id: int, form: str = "xlsx") -> bytes:
    """The refused rows as a file to mend and send again."""
    found = import_of(actor, import_id, content=True)
    out = io.BytesIO()
    if found.kind == LEDGER:
        reading = read_ledger(found.content, **choices_from(found.plan))
        order = reading.plan.date_order
        write_rejects(out, form, reading, LEDGER_FIELDS, date_order=order)
    else:
        register = read_register(found.kind, found.content, found.plan)
        write_rejects(out, form, register, REGISTERS[found.kind])
    return out.getvalue()
