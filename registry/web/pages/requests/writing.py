"""Writing down what one needs; what lies idle is shown while one writes."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.money import amount_text
from registry.ledger.queries import first_photos
from registry.procurement.actions.drafting import (
    CONDITIONS,
    LineDraft,
    change_request,
    make_request,
    submit,
    withdraw,
)
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.names import names_of
from registry.procurement.queries.outside import OuterHit, hints_outside
from registry.procurement.queries.requests import request as request_of
from registry.procurement.queries.searching import Hit, Wanted, hints
from registry.procurement.states import RequestState
from registry.sharing.queries.outer import photos_of
from registry.web.base.fields import Choice as OneOf
from registry.web.base.fields import (
    Day,
    Flag,
    Line,
    Many,
    Money,
    Notes,
    StrictSchema,
    Whole,
    key_in,
)
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.rechecking import recheck_now
from registry.web.pages.requests.blueprints import blueprint
from registry.web.pages.sharing.answering import done, refused
from registry.words import _, ngettext
from registry.words.asking import found_word, purchase_condition_word
from registry.words.terms import condition_word

ROWS = 10
"""So many things can be written on one form; more go on another request."""
MOST_HINTS = 5


def _fields() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number in range(1, ROWS + 1):
        found |= {
            f"text_{number}": Line(load_default="", most=200),
            f"quantity_{number}": Whole(load_default=None, least=1, most=100_000),
            f"specification_{number}": Line(load_default="", most=400),
            f"price_{number}": Money(load_default=None),
            f"budget_{number}": Line(load_default="", most=100),
            f"needed_by_{number}": Day(load_default=None),
        }
    return found


class _RequestForm(StrictSchema):
    """What is written on a request, apart from its lines."""

    purpose = Notes(load_default="", most=1_000)
    urgent = Flag(load_default=False)
    conditions = Many(OneOf(CONDITIONS), load_default=list, most=3)
    version = Whole(load_default=None)
    rows = Whole(load_default=1, least=1, most=ROWS)
    do = OneOf(("submit", "save", "more", "look"), load_default="submit")


RequestForm = type("RequestForm", (_RequestForm,), _fields())


class HintsAsked(StrictSchema):
    """What somebody has written so far."""

    text = Line(load_default="", most=200)
    specification = Line(load_default="", most=400)


@blueprint.get("/hints")
@guarded(Permission.REQUEST_MAKE)
def hint() -> ResponseReturnValue:
    """What lies idle and would serve what is being written, for the script."""
    asked = query_values(HintsAsked)
    return jsonify(groups=_groups(Wanted(asked["text"], asked["specification"])))


def _groups(wanted: Wanted) -> list[dict[str, Any]]:
    """One's own things, then those of others; what is empty is left out."""
    actor = current_actor()
    own = hints(actor.institution_id, wanted)
    others = hints_outside(actor, wanted)
    groups = (
        {"words": _said(own), "items": shown_hints(own)},
        {"words": _said_outside(others), "items": shown_outside(others)},
    )
    return [each for each in groups if each["words"]]


def _said(found: list[Hit]) -> str:
    count = sum(len(hit.group.asset_ids) for hit in found)
    if not count:
        return ""
    return ngettext(
        "可能有 %(num)s 件闲置的能用：", "可能有 %(num)s 件闲置的能用：", count
    )


def _said_outside(found: list[OuterHit]) -> str:
    count = sum(hit.card.count for hit in found)
    if not count:
        return ""
    return ngettext(
        "外单位可能有 %(num)s 件能用，提交后可以问对方要：",
        "外单位可能有 %(num)s 件能用，提交后可以问对方要：",
        count,
    )


def shown_outside(found: list[OuterHit]) -> list[dict[str, Any]]:
    """Cards of other institutions as the form shows them."""
    cards = [hit.card for hit in found[:MOST_HINTS]]
    photos = photos_of([card.id for card in cards]) if cards else {}
    return [
        {
            "title": card.item_type.standing.title,
            "note": " · ".join(
                filter(
                    None,
                    [
                        ngettext("%(num)s 件", "%(num)s 件", card.count),
                        condition_word(card.condition) if card.condition else "",
                        card.institution.name,
                    ],
                )
            ),
            "url": url_for("outer.card", card_id=card.id),
            "photo": url_for("outer.photo", card_id=card.id, small=1)
            if card.id in photos
            else "",
        }
        for card in cards
    ]


def shown_hints(found: list[Hit]) -> list[dict[str, Any]]:
    """Groups as the form shows them: what, how many, where, and in whose hands."""
    names = names_of([hit.group for hit in found[:MOST_HINTS]])
    photos = first_photos([hit.group.asset_ids[0] for hit in found[:MOST_HINTS]])
    items = []
    for hit in found[:MOST_HINTS]:
        group = hit.group
        photo = photos.get(group.asset_ids[0])
        items.append(
            {
                "title": names.title(group),
                "note": " · ".join(
                    filter(
                        None,
                        [
                            ngettext("%(num)s 件", "%(num)s 件", len(group.asset_ids)),
                            found_word(str(group.kind)),
                            condition_word(group.condition) if group.condition else "",
                            group.holder,
                            names.department(group),
                            names.place(group),
                        ],
                    )
                ),
                "url": url_for("idle.group", type_id=group.type_id),
                "photo": url_for("ledger.photo", photo_id=photo, small=1)
                if photo
                else "",
            }
        )
    return items


class NewAsked(StrictSchema):
    """What the form begins with."""

    text = Line(load_default="", most=200)
    rows = Whole(load_default=1, least=1, most=ROWS)
    """As many as what is half-written has; they are put back by the page."""


@blueprint.get("/new")
@guarded(Permission.REQUEST_MAKE)
def new() -> str:
    """The form, empty."""
    asked = query_values(NewAsked)
    return _page(_blank(asked["rows"], text_1=asked["text"]))


def _blank(rows: int, **given: Any) -> Form:
    """The form with so many rows, of each one until somebody says how many."""
    one_each = {f"quantity_{number}": "1" for number in range(1, rows + 1)}
    return blank_form(**{**one_each, **given, "rows": rows})


@blueprint.post("/new")
@guarded(Permission.REQUEST_MAKE)
def create() -> ResponseReturnValue:
    """Write the request down, and have idle stock looked through."""
    form = read_form(RequestForm)
    if form.values.get("do") in ("more", "look"):
        return _page(_once_more(form))
    drafts = _drafts(form)
    if not form.ok:
        return _page(form), 422
    try:
        made = make_request(
            current_actor(),
            drafts,
            purpose=form.values["purpose"],
            urgent=form.values["urgent"],
        )
    except Invalid as refusal:
        form.add(refusal, text="text_1", quantity="quantity_1", price="price_1")
        return _page(form), 422
    return _written(made, form)


@blueprint.get("/<int:request_id>/edit")
@guarded(Permission.REQUEST_ANSWER)
def edit(request_id: int) -> ResponseReturnValue:
    """The form of a draft."""
    found = request_of(current_actor(), request_id)
    if found.state != RequestState.DRAFT:
        return redirect(url_for("requests.show", request_id=found.id), 303)
    given = _given(found)
    given["rows"] = max(query_values(NewAsked)["rows"], given["rows"])
    return _page(_blank(**given), found)


@blueprint.post("/<int:request_id>/edit")
@guarded(Permission.REQUEST_ANSWER)
def change(request_id: int) -> ResponseReturnValue:
    """Write a draft anew."""
    actor = current_actor()
    found = request_of(actor, request_id)
    form = read_form(RequestForm)
    if form.values.get("do") in ("more", "look"):
        return _page(_once_more(form), found)
    drafts = _drafts(form)
    if not form.ok:
        return _page(form, found), 422
    try:
        change_request(
            actor,
            found.id,
            form.values["version"] or found.version,
            drafts,
            purpose=form.values["purpose"],
            urgent=form.values["urgent"],
        )
    except Invalid as refusal:
        form.add(refusal, text="text_1", quantity="quantity_1", price="price_1")
        return _page(form, found), 422
    except Conflict as refusal:
        return refused(refusal, url_for("requests.edit", request_id=found.id))
    return _written(found, form)


def _written(found: PurchaseRequest, form: Form) -> ResponseReturnValue:
    there = url_for("requests.show", request_id=found.id)
    if form.values["do"] == "save":
        return done(_("已存为草稿 %(number)s。", number=found.number), there)
    return _submitted(found.id, there)


def _submitted(request_id: int, there: str) -> ResponseReturnValue:
    try:
        found = submit(current_actor(), request_id)
    except Conflict as refusal:
        return refused(refusal, there)
    except Invalid as refusal:
        return refused(refusal, there)
    words = {
        RequestState.ANSWERING: _("已核对闲置。请看下面的结果。"),
        RequestState.APPROVING: _("已核对：没有可用的闲置，已送审批。"),
    }
    return done(words.get(RequestState(found.state), _("已提交。")), there)


@blueprint.post("/<int:request_id>/submit")
@guarded(Permission.REQUEST_ANSWER)
def send(request_id: int) -> ResponseReturnValue:
    """Submit a draft as it stands."""
    found = request_of(current_actor(), request_id)
    return _submitted(found.id, url_for("requests.show", request_id=found.id))


@blueprint.post("/<int:request_id>/withdraw")
@guarded(Permission.REQUEST_ANSWER)
def take_back(request_id: int) -> ResponseReturnValue:
    """Ask for it no longer."""
    found = request_of(current_actor(), request_id)
    there = url_for("requests.show", request_id=found.id)
    try:
        withdraw(current_actor(), found.id)
    except Conflict as refusal:
        return refused(refusal, there)
    return done(_("已撤回。要过来的闲置还会照常来。"), there)


@blueprint.post("/<int:request_id>/recheck")
@guarded(Permission.REQUEST_SEE)
def look_again(request_id: int) -> ResponseReturnValue:
    """Make the check again, if it no longer tells the truth."""
    found = request_of(current_actor(), request_id)
    there = url_for("requests.show", request_id=found.id)
    try:
        return done(recheck_now(found.id).words, there)
    except Conflict as refusal:
        return refused(refusal, there)


def _once_more(form: Form) -> Form:
    """The form as it was sent, with a row more or with what lies idle beside it."""
    rows = form.values.get("rows") or 1
    if form.values.get("do") == "more":
        rows = min(ROWS, rows + 1)
        form.given[f"quantity_{rows}"] = form.given.get(f"quantity_{rows}") or "1"
    form.given["rows"] = rows
    form.problems = {}
    form.values["look"] = form.values.get("do") == "look"
    return form


def _drafts(form: Form) -> list[LineDraft]:
    """The lines that say something; the first has to."""
    values, drafts = form.values, []
    for number in range(1, ROWS + 1):
        text = values.get(f"text_{number}") or ""
        if not text:
            continue
        quantity = values.get(f"quantity_{number}")
        if quantity is None and f"quantity_{number}" not in form.problems:
            form.refuse(f"quantity_{number}", "required")
            continue
        drafts.append(
            LineDraft(
                text,
                quantity or 1,
                specification=values.get(f"specification_{number}") or "",
                price_fen=values.get(f"price_{number}"),
                budget=values.get(f"budget_{number}") or "",
                needed_by=values.get(f"needed_by_{number}"),
                conditions=tuple(values.get("conditions") or ()),
            )
        )
    if not drafts:
        form.refuse("text_1", "required")
    return drafts


def _given(found: PurchaseRequest) -> dict[str, Any]:
    lines = [line for line in found.lines if line.quantity][:ROWS]
    given: dict[str, Any] = {
        "purpose": found.purpose,
        "urgent": found.urgent,
        "version": found.version,
        "rows": max(1, len(lines)),
        "conditions": lines[0].conditions if lines else [],
    }
    for number, line in enumerate(lines, start=1):
        given |= _given_line(line, number)
    return given


def _given_line(line: PurchaseLine, number: int) -> dict[str, Any]:
    price = line.price_fen
    return {
        f"text_{number}": line.text,
        f"quantity_{number}": str(line.quantity),
        f"specification_{number}": line.specification,
        f"price_{number}": amount_text(price) if price is not None else "",
        f"budget_{number}": line.budget,
        f"needed_by_{number}": line.needed_by.isoformat() if line.needed_by else "",
    }


def _page(form: Form, found: PurchaseRequest | None = None) -> str:
    written = [n for n in range(1, ROWS + 1) if form.given.get(f"text_{n}")]
    rows = min(ROWS, max([key_in(form.given.get("rows")) or 1, *written]))
    looks = form.values.get("look")
    looked: dict[int, list[dict[str, Any]]] = {}
    for number in range(1, rows + 1) if looks else ():
        wanted = Wanted(
            str(form.given.get(f"text_{number}") or "")[:200],
            str(form.given.get(f"specification_{number}") or "")[:400],
        )
        looked[number] = _groups(wanted)
    return render_template(
        "requests/write.html",
        form=form,
        found=found,
        rows=rows,
        most=ROWS,
        looked=looked,
        looks=looks,
        conditions=[(each, purchase_condition_word(each)) for each in CONDITIONS],
        action=request.path,
    )
