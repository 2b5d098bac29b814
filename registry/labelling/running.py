"""Printing many labels as a job: drawn while whoever asked does something else."""

from __future__ import annotations

from typing import Any

from registry.access.actor import Actor, Door
from registry.jobs.actions import enqueue, keep_file
from registry.jobs.models import Job
from registry.jobs.running import Run, handler
from registry.labelling import queries
from registry.labelling.actions.printing import Printed, print_assets, print_places
from registry.labelling.models import Printer
from registry.labelling.rules import Choice
from registry.organisation.queries import actor_of_person
from registry.words import _

KIND = "labels"


def arguments_of(
    what: str,
    ids: list[int],
    choice: Choice,
    base_url: str,
    printer_id: int | None = None,
) -> dict[str, Any]:
    """What a job of many labels is told; with a printer they are handed to it."""
    return {
        "printer": printer_id,
        "what": what,
        "ids": ids,
        "medium": choice.medium,
        "start_cell": choice.start_cell,
        "copies": choice.copies,
        "fields": list(choice.fields),
        "base_url": base_url,
    }


def begin_printing(
    actor: Actor,
    what: str,
    ids: list[int],
    choice: Choice,
    base_url: str,
    printer: Printer | None = None,
) -> Job:
    """Queue the labels of ``assets`` or ``places``, as a file or for a printer."""
    title = _("打印 %(count)s 张标签", count=len(ids))
    if printer is not None:
        name = printer.name
        title = _("在“%(name)s”上打印 %(count)s 张标签", name=name, count=len(ids))
    key = printer.id if printer else None
    told = arguments_of(what, ids, choice, base_url, key)
    return enqueue(actor, KIND, title=title, arguments=told)


@handler(KIND, again=True)
def print_many(run: Run) -> dict[str, Any]:
    """Draw the labels of a job and keep them with it, or hand them to a printer."""
    job, given = run.job, run.job.arguments
    actor = actor_of_person(job.institution_id, job.person_id, Door(job.door))
    choice = Choice(
        medium=given["medium"],
        start_cell=given["start_cell"],
        copies=given["copies"],
        fields=tuple(given["fields"]),
    )
    total, key = len(given["ids"]), given.get("printer")
    printer = queries.printer(actor, key) if key else None
    stage = "sending" if printer else "drawing"
    act = print_assets if given["what"] == "assets" else print_places
    printed: Printed = act(
        actor,
        given["ids"],
        choice,
        given["base_url"],
        printer=printer,
        progress=lambda done: run.progress(min(done, total), total, stage),
    )
    keep_file(job, "result", printed.name, printed.media_type, printed.content)
    return {"count": total, "run": printed.run.id}
