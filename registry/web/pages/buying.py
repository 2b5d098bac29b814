"""Ordering what was approved, and taking goods in: they become assets with labels."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Invalid, Refused
from registry.kernel.money import amount_text
from registry.ledger.queries import find_scanned
from registry.lists.of.buying import BUYING
from registry.organisation import queries as organisation
from registry.procurement.actions import buying as actions
from registry.procurement.actions.buying import Arrived, Wanted
from registry.procurement.errors import CostsMore, OtherKind
from registry.procurement.models.orders import OrderLine, PurchaseOrder
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries import orders as queries
from registry.procurement.queries.requests import request as request_of
from registry.procurement.states import RequestState
from registry.web.base.fields import (
    Day,
    Flag,
    Key,
    Line,
    Money,
    Notes,
    StrictSchema,
    Whole,
)
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.approvals.parts import buying_of, summary_of
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import (
    settle_person,
    settle_place,
    settle_type,
    title_of,
)
from registry.web.pages.rechecking import NotNow, on_fresh_check
from registry.words import _, sentence

blueprint = Blueprint("buying", __name__, url_prefix="/buying")

MOST = 10_000
MOST_REPLACED = 50


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """What is to be ordered, and what is on its way."""
    view = view_of(BUYING)
    if not isinstance(view, ListView):
        return view
    return render_template("buying/index.html", view=view), view.status


@blueprint.get("/requests/<int:request_id>")
@signed_in
def show(request_id: int) -> str:
    """The orders of a request: what was ordered, what came, what is still missing."""
    actor = current_actor()
    found = request_of(actor, request_id)
    may_order = actor.may(Permission.ORDER_PLACE, found.department)
    buying = buying_of(found)
    return render_template(
        "buying/show.html",
        request=found,
        summary=summary_of(found),
        buying=buying,
        may_order=may_order
        and found.state in (RequestState.APPROVED, RequestState.ORDERED)
        and buying["left"] > 0,
        may_close=may_order and found.state == RequestState.ORDERED,
        may_receive=actor.may(Permission.ORDER_RECEIVE, found.department)
        and found.state == RequestState.ORDERED,
        closed=found.state == RequestState.CLOSED,
    )


# Ordering


class OrderForm(StrictSchema):
    """An order: from whom, under what number; how many and at what price by line."""

    supplier = Line(required=True)
    reference = Line(load_default="", most=60)
    ordered_on = Day(load_default=None)
    note = Notes(load_default="", most=1_000)


def _order_form(found: PurchaseRequest) -> type[StrictSchema]:
    """The form with two fields for each line of a request."""
    fields: dict[str, Any] = {}
    for line in found.lines:
        fields[f"quantity_{line.id}"] = Whole(least=0, most=MOST, load_default=0)
        fields[f"price_{line.id}"] = Money(load_default=None)
    return type("OrderFormOfRequest", (OrderForm,), fields)


@blueprint.get("/requests/<int:request_id>/order")
@guarded(Permission.ORDER_PLACE)
def order_form(request_id: int) -> str:
    """Order: with what is left to buy, at the estimated prices."""
    found = request_of(current_actor(), request_id)
    left = queries.left_to_order(found)
    given: dict[str, Any] = {"ordered_on": _today().isoformat()}
    for line in found.lines:
        given[f"quantity_{line.id}"] = left[line.id]
        given[f"price_{line.id}"] = (
            "" if line.price_fen is None else amount_text(line.price_fen)
        )
    return _order_page(found, blank_form(**given))


def _today() -> Any:
    return today(organisation.institution(current_actor().institution_id).time_zone)


def _order_page(
    found: PurchaseRequest, form: Form, more: CostsMore | None = None
) -> str:
    left = queries.left_to_order(found)
    return render_template(
        "buying/order.html",
        request=found,
        summary=summary_of(found),
        lines=[(line, left[line.id]) for line in found.lines if left[line.id]],
        form=form,
        more=sentence(more.code, more.facts) if more else "",
        total=amount_text(more.facts["total_fen"]) if more else "",
    )


@blueprint.post("/requests/<int:request_id>/order")
@guarded(Permission.ORDER_PLACE)
def order(request_id: int) -> ResponseReturnValue:
    """Place the order."""
    found = request_of(current_actor(), request_id)
    form = read_form(_order_form(found))
    wanted = [_wanted(form, line.id) for line in found.lines]
    if form.ok:
        values = form.values
        try:
            made = on_fresh_check(
                request_id,
                lambda: actions.place_order(
                    current_actor(),
                    request_id,
                    supplier=values["supplier"],
                    reference=values["reference"],
                    ordered_on=values["ordered_on"],
                    note=values["note"],
                    lines=[each for each in wanted if each is not None],
                ),
            )
            flash(_("已登记订购：%(number)s。", number=made.number), "done")
            return redirect(url_for("buying.show", request_id=request_id), 303)
        except NotNow as refusal:
            flash(refusal.words, "warning")
            return redirect(url_for("requests.show", request_id=request_id), 303)
        except CostsMore as refusal:
            return _order_page(found, form, refusal), 409
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
            return redirect(url_for("buying.show", request_id=request_id), 303)
    return _order_page(found, form), 422


def _wanted(form: Form, line_id: int) -> Wanted | None:
    """What is wanted of a line; a price is asked for where something is."""
    count = form.values.get(f"quantity_{line_id}") or 0
    price = form.values.get(f"price_{line_id}")
    if not count:
        return None
    if price is None:
        form.refuse(f"price_{line_id}", "required")
        return None
    return Wanted(line_id, count, price)


class More(StrictSchema):
    """What it really costs."""

    total = Money(required=True)


@blueprint.post("/requests/<int:request_id>/ask-more")
@guarded(Permission.ORDER_PLACE)
def ask_more(request_id: int) -> ResponseReturnValue:
    """Let those agree who must, since it costs more."""
    form = read_form(More)
    if form.ok:
        try:
            found = actions.ask_for_more(
                current_actor(), request_id, form.values["total"]
            )
            words = _("已按新的价格重新提交审批。")
            if found.state == RequestState.ORDERED:
                words = _("没订的已按新的价格另立申请；已订的照旧。")
            flash(words, "done")
        except Invalid:
            flash(_("新的总价要比已订的多。"), "warning")
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
    return redirect(url_for("buying.show", request_id=request_id), 303)


@blueprint.get("/requests/<int:request_id>/close")
@guarded(Permission.ORDER_PLACE)
def close_form(request_id: int) -> str:
    """Close a request of which the rest will not come."""
    return _close_page(request_id, blank_form())


def _close_page(request_id: int, form: Form) -> str:
    found = request_of(current_actor(), request_id)
    return render_template(
        "buying/close.html", request=found, summary=summary_of(found), form=form
    )


class Closed(StrictSchema):
    """Why the rest will not come."""

    reason = Notes(required=True, most=1_000)


@blueprint.post("/requests/<int:request_id>/close")
@guarded(Permission.ORDER_PLACE)
def close(request_id: int) -> ResponseReturnValue:
    """Close it."""
    form = read_form(Closed)
    if form.ok:
        try:
            actions.close_request(current_actor(), request_id, **form.values)
            flash(_("已办结。"), "done")
            return redirect(url_for("buying.show", request_id=request_id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
            return redirect(url_for("buying.show", request_id=request_id), 303)
    return _close_page(request_id, form), 422


# Taking in


class ReceiptForm(StrictSchema):
    """When it came, and in place of what."""

    received_on = Day(load_default=None)
    replaces = Notes(load_default="", most=4_000)
    why = Notes(load_default="", most=1_000)


def _receipt_form(lines: list[OrderLine]) -> type[StrictSchema]:
    """The form with the fields of each line that is still to come."""
    fields: dict[str, Any] = {}
    for each in lines:
        fields[f"count_{each.id}"] = Whole(least=0, most=1_000, load_default=0)
        fields[f"type_{each.id}"] = Key(load_default=None)
        fields[f"type_{each.id}_text"] = Line(load_default="")
        fields[f"make_{each.id}"] = Flag(load_default=False)
        fields[f"place_{each.id}"] = Key(load_default=None)
        fields[f"place_{each.id}_text"] = Line(load_default="")
        fields[f"keeper_{each.id}"] = Key(load_default=None)
        fields[f"keeper_{each.id}_text"] = Line(load_default="")
        fields[f"cost_{each.id}"] = Money(load_default=None)
        fields[f"warranty_{each.id}"] = Day(load_default=None)
        fields[f"serials_{each.id}"] = Notes(load_default="", most=20_000)
    return type("ReceiptFormOfOrder", (ReceiptForm,), fields)


@blueprint.get("/orders/<int:order_id>/receive")
@guarded(Permission.ORDER_RECEIVE)
def receive_form(order_id: int) -> str:
    """Take in what came: how many, what it is, where it stands."""
    found = queries.order(current_actor(), order_id)
    about = request_of(current_actor(), found.request_id)
    texts = {line.id: line for line in about.lines}
    given: dict[str, Any] = {"received_on": _today().isoformat()}
    for each in found.lines:
        asked = texts[each.line_id]
        given[f"count_{each.id}"] = each.missing
        given[f"type_{each.id}"] = asked.item_type_id or ""
        given[f"type_{each.id}_text"] = (
            title_of("type", asked.item_type_id) if asked.item_type_id else asked.text
        )
    return _receive_page(found, about, blank_form(**given))


def _receive_page(
    found: PurchaseOrder,
    about: PurchaseRequest,
    form: Form,
    other: OtherKind | None = None,
) -> str:
    texts = {line.id: line.text for line in about.lines}
    return render_template(
        "buying/receive.html",
        order=found,
        request=about,
        lines=[(each, texts[each.line_id]) for each in found.lines if each.missing],
        form=form,
        other=sentence(other.code, other.facts) if other else "",
        asks_why=other.facts["may_say_why"] if other else bool(form.given.get("why")),
    )


@blueprint.post("/orders/<int:order_id>/receive")
@guarded(Permission.ORDER_RECEIVE)
def receive(order_id: int) -> ResponseReturnValue:
    """Enter what came into the ledger, and offer its labels."""
    found = queries.order(current_actor(), order_id)
    about = request_of(current_actor(), found.request_id)
    lines = [each for each in found.lines if each.missing]
    form = read_form(_receipt_form(lines))
    arrived = [_arrived(form, each) for each in lines]
    replaces = _replaced(form)
    if form.ok:
        try:
            made = actions.receive(
                current_actor(),
                order_id,
                [each for each in arrived if each is not None],
                received_on=form.values["received_on"],
                replaces=replaces,
                why=form.values["why"],
            )
            return redirect(url_for("buying.receipt", receipt_id=made.id), 303)
        except Invalid as refusal:
            form.add(refusal, count=f"count_{lines[0].id}" if lines else "count")
        except OtherKind as refusal:
            return _receive_page(found, about, form, refusal), 409
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
            return redirect(url_for("buying.show", request_id=about.id), 303)
    return _receive_page(found, about, form), 422


def _arrived(form: Form, line: OrderLine) -> Arrived | None:
    key = line.id
    kind, new_type = _type_of(form, key)
    place = settle_place(form, f"place_{key}")
    keeper = settle_person(form, f"keeper_{key}")
    values = form.values
    count = values.get(f"count_{key}") or 0
    if not count:
        return None
    if kind is None and not new_type:
        form.refuse(f"type_{key}", "required")
        return None
    serials = str(values.get(f"serials_{key}") or "").split()
    return Arrived(
        order_line_id=key,
        count=count,
        item_type_id=kind,
        new_type=new_type,
        place_id=place,
        custodian_id=keeper,
        cost_fen=values.get(f"cost_{key}"),
        serials=tuple(serials),
        warranty_until=values.get(f"warranty_{key}"),
    )


def _type_of(form: Form, key: int) -> tuple[int | None, str]:
    """The item type chosen; or the name of one that is to be made."""
    name = f"type_{key}"
    text = str(form.given.get(f"{name}_text") or "").strip()
    picked = form.values.get(name)
    if form.values.get(f"make_{key}") and text and not isinstance(picked, int):
        form.values.pop(name, None)
        form.values.pop(f"{name}_text", None)
        return None, text
    return settle_type(form, name), ""


def _replaced(form: Form) -> list[int]:
    """The assets named as replaced, by number or code, one to a line."""
    texts = str(form.values.get("replaces") or "").split()
    if len(texts) > MOST_REPLACED:
        form.refuse("replaces", "too_many", most=MOST_REPLACED)
        return []
    found = []
    for text in texts:
        try:
            one = find_scanned(current_actor(), text).asset
        except Refused:
            one = None
        if one is None:
            form.refuse("replaces", "no_such_choice", found=text[:40])
            return []
        found.append(one.id)
    return found


@blueprint.get("/receipts/<int:receipt_id>")
@signed_in
def receipt(receipt_id: int) -> str:
    """What came, as assets; their labels are one press away."""
    actor = current_actor()
    found = queries.receipt(actor, receipt_id)
    one = queries.order(actor, found.order_id)
    about = request_of(actor, one.request_id)
    return render_template(
        "buying/receipt.html",
        found=found,
        order=one,
        request=about,
        assets=queries.received_ids([found])[found.id],
        missing=sum(line.missing for line in one.lines),
        may_print=actor.may(Permission.LABEL_PRINT, about.department),
        closed=about.state == RequestState.CLOSED,
    )
