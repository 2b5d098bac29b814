"""Bringing a spreadsheet in: choose, confirm the headers, preview, apply, mend."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.interchange import actions, queries
from registry.interchange.actions.importing import KINDS, LEDGER, permission_for
from registry.interchange.actions.undoing import UNDO_JOB
from registry.interchange.models import Import
from registry.interchange.rules.fields import ATTRIBUTE, Fields
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.rules.reasons import reason_words
from registry.interchange.rules.vocabulary import STATUS_WORDS
from registry.interchange.sheets.reading import choices_from
from registry.interchange.sheets.registers import REGISTERS
from registry.interchange.sheets.templates import write_template
from registry.interchange.sheets.writing import MEDIA_TYPES
from registry.interchange.states import ImportState
from registry.jobs.actions import enqueue
from registry.jobs.queries import job as job_of
from registry.kernel.errors import Invalid, Missing, Refused
from registry.lists.of.imports import IMPORTS
from registry.web.base.routes import guarded, takes_imports
from registry.web.base.sessions import current_actor
from registry.web.pages.jobs import words_of
from registry.web.pages.lists.view import ListView, view_of
from registry.words import _, gettext
from registry.words.working import IMPORT_KINDS, import_kind_word, import_state_word

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

AT_ONCE_BYTES = 400_000
"""A file up to this size is checked while one waits; a larger one as a job."""


def _kinds() -> list[tuple[str, str]]:
    actor = current_actor()
    return [
        (kind, import_kind_word(kind))
        for kind in IMPORT_KINDS
        if kind in KINDS and actor.may(permission_for(kind))
    ]


@blueprint.get("")
@guarded(Permission.IMPORT_PEOPLE)
def index() -> str:
    """Choose a file; and what was brought in before."""
    return _index_page({})


def _index_page(errors: dict[str, str]) -> str:
    return render_template(
        "imports/index.html",
        kinds=_kinds(),
        chosen=request.form.get("kind") or request.args.get("kind") or LEDGER,
        errors=errors,
        imports=queries.imports_of(current_actor()),
        kind_word=import_kind_word,
        state_word=import_state_word,
    )


@blueprint.get("/earlier")
@guarded(Permission.IMPORT_PEOPLE)
def earlier() -> ResponseReturnValue:
    """Everything one has brought in."""
    view = view_of(IMPORTS)
    if not isinstance(view, ListView):
        return view
    return render_template("imports/earlier.html", view=view), view.status


@blueprint.post("")
@guarded(Permission.IMPORT_PEOPLE)
@takes_imports
def take() -> ResponseReturnValue:
    """Take a file and have it checked."""
    actor = current_actor()
    sent = request.files.get("file")
    kind = request.form.get("kind", LEDGER)
    if sent is None or not sent.filename:
        return _index_page({"file": _("请选一个文件。")}), 422
    content = sent.read()
    try:
        if len(content) <= AT_ONCE_BYTES:
            made = actions.take_checked(actor, kind, sent.filename, content)
        else:
            made, _job = actions.take_file(actor, kind, sent.filename, content)
    except Invalid as refusal:
        return _index_page({"file": _file_words(refusal)}), 422
    return redirect(url_for("imports.show", import_id=made.id), 303)


def _file_words(refusal: Refused) -> str:
    problems = getattr(refusal, "problems", {})
    for problem in problems.values():
        return reason_words(problem.code, problem.facts)
    return reason_words(refusal.code, refusal.facts)


@blueprint.get("/<int:import_id>")
@guarded(Permission.IMPORT_PEOPLE)
def show(import_id: int) -> str:
    """Where an import stands: its progress, its preview, or what came of it."""
    found = queries.import_of(current_actor(), import_id)
    job = job_of(current_actor(), found.job_id) if found.job_id else None
    page = {
        ImportState.CHECKING: "working",
        ImportState.APPLYING: "working",
        ImportState.CHECKED: "preview",
    }.get(ImportState(found.state), "done")
    if page == "working" and job is not None and job.state == "failed":
        page = "failed"
    return render_template(
        f"imports/{page}.html",
        found=found,
        summary=found.summary,
        job=job,
        words=words_of(job) if job else "",
        kind_word=import_kind_word(found.kind),
        fields=_field_options(found),
        statuses=_statuses(found),
        warned=_warned(found),
        refused=_refused(found),
        sheets=_sheets(found),
    )


def _fields_of(found: Import) -> Fields:
    return LEDGER_FIELDS if found.kind == LEDGER else REGISTERS[found.kind]


def _field_options(found: Import) -> list[tuple[str, str]]:
    """What a column may mean, for the page that confirms the headers."""
    options = [("", _("不导入这一列"))]
    if found.kind == LEDGER:
        options.append((ATTRIBUTE, _("作为其他参数保留")))
    return options + [
        (each.name, gettext(each.label)) for each in _fields_of(found).fields
    ]


def _sheets(found: Import) -> list[tuple[str, str]]:
    """The sheets of a workbook, the one that was read first."""
    summary = found.summary
    names = [summary.get("sheet", ""), *summary.get("other_sheets", [])]
    return [(name, name) for name in names]


def _statuses(found: Import) -> list[tuple[str, int]]:
    return [
        (_(STATUS_WORDS.get(status, status)), count)
        for status, count in found.summary.get("by_status", {}).items()
    ]


def _warned(found: Import) -> list[tuple[str, int]]:
    return [
        (reason_words(code, {"found": "…"}), count)
        for code, count in found.summary.get("warned", {}).items()
    ]


def _refused(found: Import) -> list[dict[str, Any]]:
    return [
        {**each, "words": reason_words(each["code"], each.get("facts", {}))}
        for each in found.counts.get("refused", [])
    ]


@blueprint.post("/<int:import_id>/columns")
@guarded(Permission.IMPORT_PEOPLE)
def columns(import_id: int) -> ResponseReturnValue:
    """Read the file again with the columns as a person says they are."""
    actor = current_actor()
    found = queries.import_of(actor, import_id)
    mapping = {
        column["index"]: request.form.get(f"column_{column['index']}", "") or None
        for column in found.summary.get("columns", [])
    }
    known = {name for name, _words in _field_options(found)}
    if any(name is not None and name not in known for name in mapping.values()):
        raise Invalid.field("columns", "not_a_choice")
    plan = dict(found.plan) | {"mapping": {str(k): v for k, v in mapping.items()}}
    sheet = request.form.get("sheet")
    if sheet and sheet != found.plan.get("sheet"):
        plan = {"sheet": sheet[:200], "encoding": found.plan.get("encoding")}
    try:
        actions.check(actor, import_id, _choices(found.kind, plan))
    except Invalid as refusal:
        flash(_file_words(refusal), "error")
    else:
        flash(_("已按您的选择重新核对。"), "done")
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _choices(kind: str, plan: dict[str, Any]) -> dict[str, Any]:
    if kind != LEDGER or "date_order" not in plan:
        return plan
    return choices_from(plan)


@blueprint.post("/<int:import_id>/confirm")
@guarded(Permission.IMPORT_PEOPLE)
def confirm(import_id: int) -> ResponseReturnValue:
    """Have it applied."""
    actions.confirm(current_actor(), import_id)
    return redirect(url_for("imports.show", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/cancel")
@guarded(Permission.IMPORT_PEOPLE)
def cancel(import_id: int) -> ResponseReturnValue:
    """Give it up; nothing of it is in the ledger."""
    actions.cancel(current_actor(), import_id)
    flash(_("已放弃，台账没有变。"), "done")
    return redirect(url_for("imports.index"), 303)


@blueprint.get("/<int:import_id>/rejects")
@guarded(Permission.IMPORT_PEOPLE)
def rejects(import_id: int) -> Response:
    """The refused rows as a file to mend and send again."""
    form = "csv" if request.args.get("form") == "csv" else "xlsx"
    content = actions.rejects_of(current_actor(), import_id, form)
    return _download(content, form, _("未导入的行"))


@blueprint.post("/<int:import_id>/undo")
@guarded(Permission.ASSET_CORRECT)
def undo(import_id: int) -> ResponseReturnValue:
    """Have an import taken back by correcting entries."""
    actor = current_actor()
    found = queries.import_of(actor, import_id)
    if found.state != ImportState.DONE:
        raise Missing(what="imports")
    title = _("撤销导入 %(name)s", name=found.file_name)
    job = enqueue(actor, UNDO_JOB, title=title, arguments={"import": import_id})
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/template/<kind>")
@guarded(Permission.IMPORT_PEOPLE)
def template(kind: str) -> Response:
    """An empty sheet with the right headers."""
    if kind not in KINDS:
        raise Missing(what="templates")
    out = io.BytesIO()
    write_template(out, kind)
    return _download(out.getvalue(), "xlsx", import_kind_word(kind))


def _download(content: bytes, form: str, title: str) -> Response:
    answer = Response(content, content_type=MEDIA_TYPES[form])
    name = quote(f"{title}.{form}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
