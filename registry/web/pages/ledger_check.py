"""Proving the ledger from a page: at once, or as a job where it is long."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.jobs import queries as jobs
from registry.jobs.actions import enqueue
from registry.jobs.models import Job, JobState
from registry.journal.queries import last_position, last_seal
from registry.kernel.clock import now
from registry.ledger.running import KIND, report
from registry.web.base.routes import at_most, guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.jobs import words_of
from registry.words import _
from registry.words.findings import finding_word

blueprint = Blueprint("ledger_check", __name__, url_prefix="/ledger-check")

AT_ONCE = 5_000
"""A ledger of so many entries is proved while one waits."""


@blueprint.get("")
@guarded(Permission.LEDGER_VERIFY)
def index() -> str:
    """How far the ledger goes, its last seal, and what was last found."""
    job = next(iter(jobs.jobs_of(current_actor(), kind=KIND, limit=1)), None)
    done = job is not None and job.state == JobState.DONE
    if job is not None and done:
        return _page(job=job, result=job.result, at=job.finished_at)
    return _page(job=job)


def _page(
    job: Job | None = None, result: dict[str, Any] | None = None, at: Any = None
) -> str:
    here = current_actor().institution_id
    running = job is not None and job.state in (JobState.WAITING, JobState.RUNNING)
    return render_template(
        "institution/check.html",
        position=last_position(here),
        seal=last_seal(here),
        result=result,
        at=at,
        job=job if running else None,
        failed=job is not None and job.state == JobState.FAILED,
        words=words_of(job) if job else "",
        finding_word=finding_word,
    )


@blueprint.post("")
@guarded(Permission.LEDGER_VERIFY)
@at_most(10, 600)
def check() -> ResponseReturnValue:
    """Prove the ledger now, or begin to."""
    actor = current_actor()
    if last_position(actor.institution_id) <= AT_ONCE:
        return _page(result=report(actor), at=now())
    enqueue(actor, KIND, title=_("台账核验"))
    return redirect(url_for("ledger_check.index"), 303)


@blueprint.get("/<int:job_id>/progress")
@guarded(Permission.LEDGER_VERIFY)
def progress(job_id: int) -> ResponseReturnValue:
    """How far the proof is, for the page that waits for it."""
    job = jobs.job(current_actor(), job_id)
    return jsonify(
        state=job.state,
        done=job.done,
        total=job.total,
        words=words_of(job),
        next_url=url_for("ledger_check.index"),
    )
