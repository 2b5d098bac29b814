"""What seems to lie idle and by which signs; asking; the questions that run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.interchange.actions.suspects import export_questions as questions_table
from registry.interchange.actions.suspects import export_suspects as suspects_table
from registry.interchange.sheets.writing import FORMATS
from registry.kernel.errors import Invalid
from registry.organisation import queries as organisation
from registry.sharing import actions
from registry.sharing.actions.asking import MOST_AT_ONCE
from registry.sharing.errors import NothingToAsk
from registry.sharing.models import IdleQuestion, Suspicion
from registry.sharing.queries import classes_in_use
from registry.sharing.queries.questions import (
    QuestionFilter,
    count_questions,
    open_questions_about,
    questions_page,
)
from registry.sharing.queries.suspects import (
    SORTS,
    SuspectFilter,
    askable_ids,
    count_suspects,
    suspects_page,
)
from registry.sharing.states import QuestionState, Signal
from registry.waiting.queries import calendar_of, holders_of, open_waits, waited
from registry.web.base.fields import Choice, Key, Line, Many, StrictSchema
from registry.web.base.forms import query_values, read_form
from registry.web.base.paging import address_with
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.idle.blueprints import idleness
from registry.web.pages.idle.files import file_of
from registry.web.pages.idle.menus import orders, plain_files
from registry.web.pages.idle.pool import class_name, turn
from registry.web.pages.picking import department_options
from registry.words import _, sentence
from registry.words.idling import question_word, sign_words, signal_word
from registry.words.steps import clock_words

COUNTED = 10_000


class SuspectQuery(StrictSchema):
    """Which suspects one looks at, as it stands in the address."""

    q = Line(load_default="")
    signal = Choice(Signal, load_default=None)
    department = Key(load_default=None)
    place = Key(load_default=None)
    class_code = Line(load_default="", most=20)
    asked = Choice(("yes", "no"), load_default=None)
    sort = Choice(SORTS, load_default="signs")
    cursor = Line(load_default=None, most=500)


def filter_of(values: dict[str, Any]) -> SuspectFilter:
    """The filter that an address asks for."""
    return SuspectFilter(
        text=values["q"],
        signal=values["signal"] or "",
        department_id=values["department"],
        place_id=values["place"],
        class_code=values["class_code"],
        asked=None if values["asked"] is None else values["asked"] == "yes",
    )


@idleness.get("/suspects")
@guarded(Permission.IDLE_SEE)
def suspects() -> str:
    """What seems to lie idle, with its signs, and who is being asked about it."""
    actor = current_actor()
    values = query_values(SuspectQuery)
    wanted = filter_of(values)
    page = suspects_page(actor, wanted, sort=values["sort"], cursor=values["cursor"])
    total = count_suspects(actor, wanted, COUNTED + 1)
    return render_template(
        "idle/suspects.html",
        page=page,
        rows=_rows(page.rows),
        values=values,
        total=total if total <= COUNTED else None,
        active=_active(values),
        columns=_columns(values["sort"]),
        orders=orders(
            {"signs": _("最像闲置的在前"), "since": _("最早有迹象的在前")},
            values["sort"],
        ),
        exports=plain_files("idleness.export_suspects"),
        signals=[(str(each), signal_word(each)) for each in Signal],
        departments=department_options(),
        classes=[(each.code, class_name(each)) for each in classes_in_use(actor)],
        next_url=turn(page.next_cursor),
        previous_url=turn(page.previous_cursor),
        may_ask=actor.may(Permission.IDLE_ASK),
    )


def _rows(found: Sequence[Suspicion]) -> list[dict[str, Any]]:
    """Suspects as the list shows them."""
    questions = open_questions_about([row.asset_id for row in found])
    return [
        {
            "id": row.asset_id,
            "name": row.asset.item_type.standing.title,
            "asset": row.asset,
            "signs": [sign_words(sign) for sign in row.signs],
            "since": row.since,
            "question": questions.get(row.asset_id),
        }
        for row in found
    ]


def _columns(sort: str) -> list[dict[str, Any]]:
    def column(key: str, label: str, by: str | None = None, **more: Any) -> Any:
        found: dict[str, Any] = {"key": key, "label": label, **more}
        if by is not None:
            found["sort_url"] = address_with(sort=by, cursor=None)
            if by == sort:
                found["sorted"] = "descending" if SORTS[by][1] else "ascending"
        return found

    return [
        column("name", _("资产名称"), phone="title"),
        column("signs", _("迹象"), "signs"),
        column("asked", _("询问"), phone="chip"),
        column("place", _("存放地点")),
        column("department", _("使用部门"), phone="plain"),
        column("custodian", _("保管人")),
        column("since", _("最早自"), "since", phone="none", wide=True),
        column("cost", _("原值"), number=True, phone="none", wide=True),
    ]


def _active(values: dict[str, Any]) -> list[tuple[str, str]]:
    actor = current_actor()
    found: list[tuple[str, str]] = []

    def say(name: str, words: str) -> None:
        found.append((words, address_with(**{name: None, "cursor": None})))

    if values["q"]:
        say("q", _("查找“%(text)s”", text=values["q"]))
    if values["signal"]:
        say("signal", signal_word(values["signal"]))
    if values["department"]:
        say("department", organisation.department(actor, values["department"]).name)
    if values["place"]:
        say("place", organisation.place(actor, values["place"]).full_name)
    if values["class_code"]:
        say("class_code", _("分类 %(code)s", code=values["class_code"]))
    if values["asked"]:
        say("asked", _("正在问") if values["asked"] == "yes" else _("还没问"))
    return found


class AskForm(SuspectQuery):
    """The suspects that were ticked, or all that the filter lets through."""

    asset = Many(Key(), load_default=list, most=200)
    scope = Choice(("filtered",), load_default=None)


@idleness.post("/suspects/ask")
@guarded(Permission.IDLE_ASK)
def ask() -> ResponseReturnValue:
    """Ask now about what was ticked, or about all that was filtered."""
    actor = current_actor()
    form = read_form(AskForm)
    back = url_for("idleness.suspects", **_kept(request.form))
    if not form.ok:
        raise Invalid(problems=form.problems)
    ids = form.values["asset"]
    if form.values["scope"] == "filtered":
        ids = askable_ids(actor, filter_of(form.values), MOST_AT_ONCE + 1)
        if len(ids) > MOST_AT_ONCE:
            flash(
                _("一次最多问 %(most)s 件，请先缩小范围。", most=MOST_AT_ONCE),
                "warning",
            )
            return redirect(back, 303)
    if not ids:
        flash(_("先勾选要问的资产。"), "warning")
        return redirect(back, 303)
    try:
        made = actions.ask(actor, ids)
    except NothingToAsk as refusal:
        flash(sentence(refusal.code), "warning")
        return redirect(back, 303)
    count, people = sum(each.count for each in made), len(made)
    told = _(
        "已向 %(people)s 人发出询问，共 %(count)s 件。", people=people, count=count
    )
    flash(told, "done")
    return redirect(back, 303)


def _kept(sent: Any) -> dict[str, Any]:
    """What narrowed the list one comes from."""
    names = ("q", "signal", "department", "place", "class_code", "asked", "sort")
    return {name: sent[name] for name in names if sent.get(name)}


class QuestionQuery(StrictSchema):
    """Which questions one looks at, as it stands in the address."""

    state = Choice(QuestionState, load_default="open")
    department = Key(load_default=None)
    person = Key(load_default=None)
    cursor = Line(load_default=None, most=500)


@idleness.get("/questions")
@guarded(Permission.IDLE_SEE)
def questions() -> str:
    """The questions that run, who has each and how long; or how they ended."""
    actor = current_actor()
    values = query_values(QuestionQuery)
    wanted = _questions_wanted(values)
    page = questions_page(actor, wanted, cursor=values["cursor"])
    total = count_questions(actor, wanted, COUNTED + 1)
    return render_template(
        "idle/questions.html",
        page=page,
        rows=_question_rows(page.rows),
        values=values,
        total=total if total <= COUNTED else None,
        states=[
            (
                question_word(state),
                url_for("idleness.questions", state=str(state)),
                str(state) == values["state"],
            )
            for state in QuestionState
        ],
        departments=department_options(),
        exports=plain_files("idleness.export_questions"),
        next_url=turn(page.next_cursor),
        previous_url=turn(page.previous_cursor),
    )


def _questions_wanted(values: dict[str, Any]) -> QuestionFilter:
    return QuestionFilter(
        state=values["state"],
        department_id=values["department"],
        person_id=values["person"],
    )


def _question_rows(found: Sequence[IdleQuestion]) -> list[dict[str, Any]]:
    """Questions as the list shows them, with who has the open ones."""
    here = current_actor().institution_id
    steps = open_waits(here, "idle_asking", {row.asking_id for row in found})
    holders = holders_of(list(steps.values()))
    calendar = calendar_of(here)
    rows = []
    for row in found:
        step = steps.get(row.asking_id) if row.closed_at is None else None
        clock = clock_words(waited(step, calendar)) if step else None
        rows.append(
            {
                "id": row.id,
                "name": row.asset.item_type.standing.title,
                "question": row,
                "signs": [sign_words(sign) for sign in row.signs],
                "holders": [each.name for each in holders[step.id]] if step else [],
                "clock": clock,
                "late": step is not None and step.state == "overdue",
            }
        )
    return rows


class SuspectExport(SuspectQuery):
    """Which suspects to take out, and as what."""

    form = Choice(FORMATS, load_default="xlsx")


@idleness.get("/suspects/export")
@guarded(Permission.IDLE_SEE)
def export_suspects() -> Response:
    """What seems to lie idle, as it is filtered, as a file."""
    values = query_values(SuspectExport)
    table = suspects_table(current_actor(), filter_of(values))
    return file_of(table, values["form"], _("疑似闲置"))


class QuestionExport(QuestionQuery):
    """Which questions to take out, and as what."""

    form = Choice(FORMATS, load_default="xlsx")


@idleness.get("/questions/export")
@guarded(Permission.IDLE_SEE)
def export_questions() -> Response:
    """The questions as they are filtered, as a file."""
    values = query_values(QuestionExport)
    wanted = _questions_wanted(values)
    return file_of(
        questions_table(current_actor(), wanted), values["form"], _("闲置询问")
    )
