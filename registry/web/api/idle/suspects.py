"""What seems to lie idle, and the questions about it, in the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import Response

from registry.access.permissions import Permission
from registry.interchange.actions.suspects import export_questions as questions_table
from registry.interchange.actions.suspects import export_suspects as suspects_table
from registry.interchange.sheets.writing import MEDIA_TYPES, table_file
from registry.sharing import actions
from registry.sharing.actions import Reply
from registry.sharing.models import IdleQuestion, Suspicion
from registry.sharing.queries.overview import Overview
from registry.sharing.queries.overview import overview as look
from registry.sharing.queries.policies import policy_of, policy_version
from registry.sharing.queries.questions import (
    QuestionFilter,
    asked_of,
    count_open,
    open_questions_about,
    questions_page,
)
from registry.sharing.queries.questions import question as question_of
from registry.sharing.queries.suspects import SuspectFilter, suspects_page
from registry.waiting.queries import calendar_of, holders_of, open_waits, waited
from registry.web.api.assets import asset_out
from registry.web.api.files import BYTES, handed_out
from registry.web.api.idle.blueprints import blueprint
from registry.web.api.schemas import idle as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.versioned import versioned
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.versions import etag
from registry.words import _
from registry.words.idling import sign_words

PIECE = 64 * 1024


@blueprint.get("/overview")
@guarded(Permission.IDLE_SEE)
@blueprint.response(200, shapes.OverviewOut)
def overview() -> dict[str, Any]:
    """What lies idle by department, place, class and age, with its value."""
    actor = current_actor()
    return _overview_out(look(actor)) | {"open_questions": count_open(actor)}


def _overview_out(found: Overview) -> dict[str, Any]:
    return {
        "idle": found.idle,
        "suspected": found.suspected,
        "in_use": found.in_use,
        "departments": [
            {
                "department": named(each.department, each.department.name),
                "idle": each.idle,
                "suspected": each.suspected,
                "in_use": each.in_use,
            }
            for each in found.departments
        ],
        "places": [
            {"place": named(place, place.full_name), "idle": sums}
            for place, sums in found.places
        ],
        "nowhere": found.nowhere,
        "classes": [
            {"class_code": each.code, "name": each.name, "idle": sums}
            for each, sums in found.classes
        ],
        "unclassed": found.unclassed,
        "ages": [{"age": str(age), "idle": sums} for age, sums in found.ages],
    }


def _suspects_wanted(asked: dict[str, Any]) -> SuspectFilter:
    return SuspectFilter(
        text=asked["q"],
        signal=asked.get("signal", ""),
        department_id=asked["department_id"],
        place_id=asked["place_id"],
        class_code=asked["class_code"],
        asked=asked["asked"],
    )


@blueprint.get("/suspects")
@guarded(Permission.IDLE_SEE)
@blueprint.arguments(shapes.SuspectQuery, location="query")
@blueprint.response(200, shapes.SuspectPage)
def suspects(asked: dict[str, Any]) -> dict[str, Any]:
    """Things in use that seem to lie idle, with the signs they give."""
    page = suspects_page(
        current_actor(),
        _suspects_wanted(asked),
        sort=asked["sort"],
        cursor=asked["cursor"],
        size=asked["limit"],
    )
    questions = open_questions_about([row.asset_id for row in page.rows])
    items = [_suspect_out(row, questions.get(row.asset_id)) for row in page.rows]
    return {"items": items, "next_cursor": page.next_cursor}


def _suspect_out(row: Suspicion, asked: IdleQuestion | None) -> dict[str, Any]:
    return {
        "asset": asset_out(row.asset),
        "signs": _signs_out(row.signs),
        "since": row.since,
        "found_on": row.found_on,
        "question_id": asked.id if asked else None,
    }


def _signs_out(signs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "signal": sign["signal"],
            "since": date.fromisoformat(sign["since"]),
            "source": sign.get("source", ""),
            "words": sign_words(sign),
        }
        for sign in signs
    ]


@blueprint.post("/suspects/ask")
@guarded(Permission.IDLE_ASK)
@blueprint.arguments(shapes.AskIn)
@blueprint.response(201, shapes.AskingList)
def ask(given: dict[str, Any]) -> dict[str, Any]:
    """Ask about some suspects now; each person gets one bundle."""
    return {"items": actions.ask(current_actor(), given["asset_ids"])}


@blueprint.get("/suspects/export")
@guarded(Permission.IDLE_SEE)
@blueprint.arguments(shapes.SuspectExport, location="query")
@blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])
def export_suspects(asked: dict[str, Any]) -> Response:
    """What seems to lie idle, as it is filtered, as a file."""
    table = suspects_table(current_actor(), _suspects_wanted(asked))
    return _file(table, asked["form"], _("疑似闲置"))


def _file(table: Any, form: str, title: str) -> Response:
    columns, rows = table
    out = table_file(form, columns, rows, title)
    pieces = iter(partial(out.read, PIECE), b"")
    answer = handed_out(pieces, MEDIA_TYPES[form], f"{title}.{form}")
    answer.call_on_close(out.close)
    return answer


@blueprint.get("/asked")
@signed_in
@blueprint.response(200, shapes.QuestionList)
def asked() -> dict[str, Any]:
    """The open questions one has been asked oneself."""
    return {"items": _questions_out(asked_of(current_actor()))}


def _questions_wanted(asked: dict[str, Any]) -> QuestionFilter:
    return QuestionFilter(
        state=asked["state"],
        department_id=asked["department_id"],
        person_id=asked["person_id"],
    )


@blueprint.get("/questions")
@guarded(Permission.IDLE_SEE)
@blueprint.arguments(shapes.QuestionQuery, location="query")
@blueprint.response(200, shapes.QuestionPage)
def questions(asked: dict[str, Any]) -> dict[str, Any]:
    """The questions about things one oversees: open ones, or how they ended."""
    page = questions_page(
        current_actor(),
        _questions_wanted(asked),
        cursor=asked["cursor"],
        size=asked["limit"],
    )
    return {"items": _questions_out(page.rows), "next_cursor": page.next_cursor}


def _questions_out(found: Sequence[IdleQuestion]) -> list[dict[str, Any]]:
    here = current_actor().institution_id
    steps = open_waits(here, "idle_asking", {row.asking_id for row in found})
    holders = holders_of(list(steps.values()))
    calendar = calendar_of(here)
    items = []
    for row in found:
        step = steps.get(row.asking_id) if row.closed_at is None else None
        hours = int(waited(step, calendar).total_seconds() // 3600) if step else None
        first = row.asking.person
        items.append(
            {
                "id": row.id,
                "asking_id": row.asking_id,
                "asset": asset_out(row.asset),
                "state": row.state,
                "signs": _signs_out(row.signs),
                "asked_at": row.asked_at,
                "asked_first": named(first, first.name if first else ""),
                "holders": holders[step.id] if step else [],
                "waited_hours": hours,
                "reason": row.reason,
                "words": row.words,
                "answered_by": named(
                    row.answered_by, row.answered_by.name if row.answered_by else ""
                ),
                "closed_at": row.closed_at,
                "overtaken_by": row.overtaken_by,
            }
        )
    return items


@blueprint.get("/questions/<int:question_id>")
@signed_in
@blueprint.response(200, shapes.QuestionOut)
def question(question_id: int) -> dict[str, Any]:
    """One question one was asked, may answer, or oversees."""
    return _questions_out([question_of(current_actor(), question_id)])[0]


@blueprint.post("/questions/answers")
@guarded(Permission.IDLE_ANSWER)
@blueprint.arguments(shapes.IdleAnswerIn)
@blueprint.response(200, shapes.AnsweredOut)
def answer(given: dict[str, Any]) -> dict[str, Any]:
    """Answer one question, or several alike; idle things are marked in the ledger."""
    ids = given.pop("question_ids")
    answered = actions.answer(current_actor(), ids, Reply(**given))
    return {
        "done": [each.id for each in answered.done],
        "late": [each.id for each in answered.late],
        "document": answered.document,
    }


@blueprint.post("/questions/<int:question_id>/withdraw")
@guarded(Permission.IDLE_ASK)
@blueprint.response(200, shapes.QuestionOut)
def withdraw(question_id: int) -> dict[str, Any]:
    """No longer ask about a thing."""
    actor = current_actor()
    actions.withdraw(actor, question_id)
    return _questions_out([question_of(actor, question_id)])[0]


@blueprint.get("/questions/export")
@guarded(Permission.IDLE_SEE)
@blueprint.arguments(shapes.QuestionExport, location="query")
@blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])
def export_questions(asked: dict[str, Any]) -> Response:
    """The questions as they are filtered, as a file."""
    table = questions_table(current_actor(), _questions_wanted(asked))
    return _file(table, asked["form"], _("闲置询问"))


def _policy_out() -> dict[str, Any]:
    here = current_actor().institution_id
    chosen = policy_of(here)
    return {
        name: getattr(chosen, name) for name in shapes.PolicyIn().declared_fields
    } | {"version": policy_version(here)}


@blueprint.get("/policy")
@guarded(Permission.IDLE_POLICY)
@blueprint.response(200, shapes.PolicyOut)
def policy() -> Any:
    """How idle things are found and asked about."""
    found = _policy_out()
    return found, 200, etag(found["version"])


@blueprint.patch("/policy")
@guarded(Permission.IDLE_POLICY)
@blueprint.arguments(shapes.PolicyIn)
@blueprint.response(200, shapes.PolicyOut)
@versioned
def change_policy(given: dict[str, Any], version: int) -> Any:
    """Choose how idle things are found and asked about; what is not named stays."""
    actions.change_policy(current_actor(), version, **given)
    found = _policy_out()
    return found, 200, etag(found["version"])
