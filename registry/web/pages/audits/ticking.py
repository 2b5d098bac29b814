"""Counting on plain pages: a place's list to tick, and what one keeps oneself.

For browsers without scripts, old phones and desks; a phone with scripts walks.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.audits import actions, queries
from registry.audits.actions import Delivery, Result
from registry.audits.models import Audit
from registry.audits.queries.counting import by_place
from registry.audits.queries.naming import names_told
from registry.audits.queries.sampling import own_counts
from registry.audits.queries.ticking import MOST, counts_only_own, tick_list
from registry.audits.states import RecordKind, TickReason, Verdict
from registry.kernel.clock import isoformat, now
from registry.web.base.fields import Choice, Key, Line, Many, StrictSchema, Whole
from registry.web.base.forms import Form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.audits.blueprints import blueprint
from registry.words import _, ngettext, sentence
from registry.words.auditing import round_word, tick_word, verdict_words

GOOD = (Verdict.HERE, Verdict.COUNTED, Verdict.CLOSED, Verdict.REOPENED, Verdict.UNDONE)


class WhereQuery(StrictSchema):
    """Which place is counted; what one keeps oneself without."""

    place = Key(load_default=None, allow_none=True)


class TickDraft(StrictSchema):
    """Things that were seen without being scanned."""

    place = Key(load_default=None, allow_none=True)
    seen = Many(Key(), load_default=list, most=MOST)
    reason = Choice(TickReason, load_default=TickReason.NO_CAMERA)


class CodeDraft(StrictSchema):
    """A code that was read off a label, or brought by a hand-held scanner."""

    place = Key(load_default=None, allow_none=True)
    code = Line(load_default="", most=500)


class HeapDraft(StrictSchema):
    """So many of something without labels."""

    place = Key(load_default=None, allow_none=True)
    here = Key(required=True)
    item_type = Key(required=True)
    count = Whole(required=True, most=100_000)


class ActDraft(StrictSchema):
    """What else is said of a place, or taken back."""

    place = Key(load_default=None, allow_none=True)
    kind = Choice(
        (RecordKind.CLOSE_PLACE, RecordKind.REOPEN_PLACE, RecordKind.UNDO),
        required=True,
    )
    undoes = Line(load_default="", most=36)


@blueprint.get("/<int:audit_id>/list")
@guarded(Permission.AUDIT_COUNT)
def ticking(audit_id: int) -> ResponseReturnValue:
    """The places one may count in; for whoever counts their own, straight to it."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    actor.require(Permission.AUDIT_COUNT, found)
    if counts_only_own(actor, found):
        return redirect(url_for("audits.own", audit_id=audit_id), 303)
    return render_template(
        "audits/ticking.html",
        found=found,
        places=[each for each in by_place(actor, found) if each.place],
        own=own_counts(found, actor.person_id) if actor.person_id else [],
    )


@blueprint.get("/<int:audit_id>/list/place")
@guarded(Permission.AUDIT_COUNT)
def place_list(audit_id: int) -> str:
    """What shall be in one place, to be ticked."""
    return _list_page(audit_id, query_values(WhereQuery)["place"], own=False)


@blueprint.get("/<int:audit_id>/list/own")
@guarded(Permission.AUDIT_COUNT)
def own(audit_id: int) -> str:
    """What one keeps oneself, to be ticked."""
    return _list_page(audit_id, None, own=True)


def _list_page(audit_id: int, place_id: int | None, *, own: bool) -> str:
    actor = current_actor()
    shown = tick_list(actor, audit_id, place_id, own=own)
    parts = own_counts(shown.audit, actor.person_id) if own else []
    mine = actor.person_id
    return render_template(
        "audits/tick.html",
        found=shown.audit,
        shown=shown,
        own=own,
        part=parts[0] if parts else None,
        round_name=round_word(shown.round.kind),
        reasons=[(str(each), tick_word(each)) for each in TickReason],
        usual=str(TickReason.NO_CAMERA),
        place_id=place_id or "",
        undoable={
            each.asset_id
            for each in shown.seen
            if each.found_by_id == mine and each.record_key
        },
    )


@blueprint.post("/<int:audit_id>/list/tick")
@guarded(Permission.AUDIT_COUNT)
def tick(audit_id: int) -> ResponseReturnValue:
    """Tick some things of a list as seen."""
    form = read_form(TickDraft)
    if form.ok:
        place_id = form.values["place"]
        drafts = [
            {
                "kind": "tick",
                "asset_id": asset_id,
                "place_id": place_id,
                "reason": str(form.values["reason"]),
            }
            for asset_id in form.values["seen"]
        ]
        if not drafts:
            flash(_("还没有勾上任何一件。"), "warning")
        elif taken := _send(audit_id, drafts):
            count = sum(each.problem is None for each in taken)
            flash(ngettext("记下了 %(num)s 件。", "记下了 %(num)s 件。", count), "done")
    return _back(audit_id, form)


@blueprint.post("/<int:audit_id>/list/code")
@guarded(Permission.AUDIT_COUNT)
def scan_typed(audit_id: int) -> ResponseReturnValue:
    """A typed code, counted where one is; what it is is said at once."""
    form = read_form(CodeDraft)
    if form.ok and form.values["code"]:
        draft = {"kind": "scan", "code": form.values["code"]}
        _say(_send(audit_id, [draft | {"place_id": form.values["place"]}]))
    return _back(audit_id, form)


@blueprint.post("/<int:audit_id>/list/count")
@guarded(Permission.AUDIT_COUNT)
def count_heap(audit_id: int) -> ResponseReturnValue:
    """So many of something without labels are here."""
    form = read_form(HeapDraft)
    if form.ok:
        draft = {
            "kind": "count",
            "item_type_id": form.values["item_type"],
            "place_id": form.values["here"],
            "count": form.values["count"],
        }
        _say(_send(audit_id, [draft]))
    else:
        flash(_("请写一个数，没有就写 0。"), "error")
    return _back(audit_id, form)


@blueprint.post("/<int:audit_id>/list/act")
@guarded(Permission.AUDIT_COUNT)
def tick_act(audit_id: int) -> ResponseReturnValue:
    """Close a place, open it again, or take something back."""
    form = read_form(ActDraft)
    if form.ok:
        kind = form.values["kind"]
        draft: dict[str, Any] = {"kind": str(kind)}
        if kind == RecordKind.UNDO:
            draft["undoes"] = form.values["undoes"]
        else:
            draft["place_id"] = form.values["place"]
        _say(_send(audit_id, [draft]))
    return _back(audit_id, form)


@blueprint.post("/<int:audit_id>/list/done")
@guarded(Permission.AUDIT_COUNT)
def own_done(audit_id: int) -> ResponseReturnValue:
    """Say that one has looked at everything one keeps."""
    actor = current_actor()
    queries.audit(actor, audit_id)
    actions.say_done(actor, audit_id)
    flash(_("已确认，谢谢。没有找到的由盘点负责人接着查。"), "done")
    return redirect(url_for("audits.own", audit_id=audit_id), 303)


def _send(audit_id: int, drafts: list[dict[str, Any]]) -> list[Result]:
    """Take records as of a phone of one's own: the page is one."""
    actor = current_actor()
    found: Audit = queries.audit(actor, audit_id)
    walk = uuid.uuid5(uuid.NAMESPACE_URL, f"page:{found.id}:{actor.person_id}")
    at = isoformat(now())
    records = [{"id": str(uuid.uuid4()), "at": at, **each} for each in drafts]
    return actions.take_records(actor, found.id, Delivery(str(walk), records)).results


def _say(taken: list[Result]) -> None:
    people, places = names_told(current_actor(), [each.told for each in taken])
    for each in taken:
        if each.problem is not None:
            name, problem = each.problem
            flash(sentence(problem.code, {"field": name, **problem.facts}), "error")
        elif each.verdict is not None:
            names = {
                "by": people.get(each.told.get("by") or 0, ""),
                "place": places.get(each.told.get("place") or 0, ""),
            }
            words = verdict_words(str(each.verdict), {**each.told, **names})
            flash(words, "done" if each.verdict in GOOD else "warning")


def _back(audit_id: int, form: Form) -> ResponseReturnValue:
    """To the list one came from."""
    place = str(form.given.get("place") or "")
    if place.isdecimal():
        where = url_for("audits.place_list", audit_id=audit_id, place=place)
    else:
        where = url_for("audits.own", audit_id=audit_id)
    return redirect(where, 303)
