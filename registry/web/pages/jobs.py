"""Long work: how far it is, what came of it, and the file it made."""

from __future__ import annotations

from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from registry.jobs import actions, queries
from registry.jobs.models import Job, JobState
from registry.jobs.running import may_begin_again
from registry.lists.of.jobs import JOBS
from registry.web.base.routes import signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.words import N_, _, sentence
from registry.words.working import job_kind_word

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")

STAGES = {
    "drawing": N_("正在排版标签：%(done)s / %(total)s"),
    "checking": N_("正在核对：%(done)s / %(total)s"),
    "applying": N_("正在登记：%(done)s / %(total)s"),
    "changing": N_("正在变更：%(done)s / %(total)s"),
    "undoing": N_("正在撤销：%(done)s / %(total)s"),
    "writing": N_("正在写出：%(done)s / %(total)s"),
    "sending": N_("正在送往打印机：%(done)s / %(total)s"),
    "proving": N_("正在核验：%(done)s / %(total)s 条记录"),
}
ENDS = {
    JobState.WAITING: N_("正在排队，马上开始。"),
    JobState.RUNNING: N_("正在进行……"),
    JobState.DONE: N_("已完成。"),
    JobState.CANCELLED: N_("已取消。"),
    JobState.FAILED: N_("没有做成。"),
}


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """Long work, newest first: one's own, for administrators everybody's too."""
    view = view_of(JOBS)
    if not isinstance(view, ListView):
        return view
    return render_template("jobs/index.html", view=view, words_of=words_of), view.status


@blueprint.get("/<int:job_id>")
@signed_in
def show(job_id: int) -> str:
    """A job's progress, or what came of it."""
    job = queries.job(current_actor(), job_id)
    return render_template(
        "jobs/show.html",
        job=job,
        words=words_of(job),
        over=job.state not in (JobState.WAITING, JobState.RUNNING),
        next_url=onward if (onward := next_of(job)) != _here(job) else None,
        files=[each for each in queries.files_of(job) if each.role != "source"],
        again=may_begin_again(job),
        job_kind_word=job_kind_word,
        prints=bool(job.arguments.get("printer")),
    )


@blueprint.get("/<int:job_id>/progress")
@signed_in
def progress(job_id: int) -> ResponseReturnValue:
    """How far a job is, for the page that follows it."""
    job = queries.job(current_actor(), job_id)
    return jsonify(
        state=job.state,
        done=job.done,
        total=job.total,
        words=words_of(job),
        next_url=next_of(job),
    )


def _here(job: Job) -> str:
    return url_for("jobs.show", job_id=job.id)


def next_of(job: Job) -> str:
    """Where somebody who waited for a job goes on."""
    if job.kind in ("import_check", "import_apply", "import_undo"):
        return url_for("imports.show", import_id=job.arguments["import"])
    if job.kind in ("bulk_plan", "bulk_carry_out"):
        return url_for("bulk.show", bulk_id=job.arguments["bulk"])
    if job.kind == "verify" and job.person_id == current_actor().person_id:
        return url_for("ledger_check.index")
    if job.kind == "document_undo" and job.state == JobState.DONE:
        return url_for("documents.show", document_id=job.arguments["document"])
    return url_for("jobs.show", job_id=job.id)


def words_of(job: Job) -> str:
    """How far a job is, in words."""
    state = JobState(job.state)
    if state is JobState.FAILED and job.refusal:
        return sentence(job.refusal["code"], job.refusal.get("facts", {}))
    if state is JobState.RUNNING and job.stage in STAGES:
        return _(STAGES[job.stage], done=job.done, total=job.total)
    return _(ENDS[state])


@blueprint.post("/<int:job_id>/cancel")
@signed_in
def cancel(job_id: int) -> ResponseReturnValue:
    """Ask a job to stop."""
    actions.cancel(current_actor(), job_id)
    flash(_("正在停下；已经做好的部分会保留。"), "done")
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.post("/<int:job_id>/again")
@signed_in
def begin_again(job_id: int) -> ResponseReturnValue:
    """Queue a job once more that failed or was stopped."""
    job = actions.begin_again(current_actor(), job_id)
    return redirect(next_of(job), 303)


@blueprint.get("/<int:job_id>/files/<role>")
@signed_in
def file(job_id: int, role: str) -> Response:
    """A file that a job has made."""
    job = queries.job(current_actor(), job_id)
    found = queries.file_of(job, role[:20])
    answer = Response(found.content, mimetype=found.media_type)
    name = quote(found.name)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
