"""Lending and borrowing: the list, asking, one loan with what can be done with it."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.ledger.models import Asset
from registry.ledger.queries import asset as asset_of
from registry.ledger.states import AssetState, Condition
from registry.lists.of.loans import LOANS
from registry.organisation import queries as organisation
from registry.sharing import actions
from registry.sharing.models import Loan
from registry.sharing.queries.loans import loan_of
from registry.sharing.queries.wishes import line_for
from registry.sharing.states import LOAN, LoanState
from registry.web.base.fields import Choice, Day, Key, Line, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import settle_person
from registry.web.pages.sharing.answering import done, refused
from registry.web.pages.sharing.blueprints import loans
from registry.words import _, terms


@loans.get("")
@guarded(Permission.LOAN_SEE)
def index() -> ResponseReturnValue:
    """What is lent of one's departments, and what one has borrowed."""
    view = view_of(LOANS)
    if not isinstance(view, ListView):
        return view
    return render_template("sharing/loans.html", view=view), view.status


class About(StrictSchema):
    """The thing one wants to borrow or lend."""

    asset = Key(required=True)


class Days(About):
    """From when until when, for what, and to whom where one lends oneself."""

    from_on = Day(required=True)
    until_on = Day(required=True)
    purpose = Line(load_default="", most=400)
    do = Choice(("ask", "lend"), load_default="ask")
    person = Key(load_default=None)
    person_text = Line()
    borrower = Line(load_default="")


@loans.get("/new")
@guarded(Permission.LOAN_ASK)
def new() -> str:
    """The form that asks to borrow a thing, or lends it to somebody."""
    asset = asset_of(current_actor(), query_values(About)["asset"])
    return _new_page(asset, blank_form(from_on=_today()))


def _today() -> Any:
    actor = current_actor()
    return today(organisation.institution(actor.institution_id).time_zone)


def _new_page(asset: Asset, form: Form) -> str:
    actor = current_actor()
    return render_template(
        "sharing/loan_new.html",
        asset=asset,
        form=form,
        may_ask=asset.state == AssetState.IDLE,
        may_lend=actor.may(Permission.LOAN_DECIDE, asset),
        booked=line_for(actor, asset).booked,
    )


@loans.post("/new")
@guarded(Permission.LOAN_ASK)
def ask() -> ResponseReturnValue:
    """Ask to borrow a thing, or lend it."""
    form = read_form(Days)
    person_id = settle_person(form, "person")
    if "asset" not in form.values:
        return refused(Invalid(problems=form.problems), url_for("idle.index"))
    actor, given = current_actor(), form.values
    asset = asset_of(actor, given["asset"])
    lends = given.get("do") == "lend"
    if form.ok and lends and person_id is None and not given["borrower"]:
        form.refuse("person", "required")
    if form.ok:
        days = {name: given[name] for name in ("from_on", "until_on", "purpose")}
        try:
            if lends:
                made = actions.lend_out(
                    actor,
                    asset.id,
                    borrower_id=person_id,
                    borrower=given["borrower"],
                    **days,
                )
            else:
                made = actions.ask_for_loan(actor, asset.id, **days)
            return done(_said(made), url_for("loans.show", loan_id=made.id))
        except Invalid as refusal:
            form.add(refusal, borrower_id="person")
        except Conflict as refusal:
            form.refuse("from_on", refusal.code, **refusal.facts)
    return _new_page(asset, form), 422


def _said(made: Loan) -> str:
    return {
        LoanState.REQUESTED: _("已提交，等对方答复。"),
        LoanState.RESERVED: _("已约好，这几天别人借不走。"),
        LoanState.OUT: _("已借出，到期前会提醒归还。"),
    }[LoanState(made.state)]


@loans.get("/<int:loan_id>")
@guarded(Permission.LOAN_ASK)
def show(loan_id: int) -> str:
    """A loan: who has the thing, until when, and what can be done."""
    return _page(loan_of(current_actor(), loan_id), Form())


def _page(found: Loan, form: Form) -> str:
    actor = current_actor()
    decides = actor.may(Permission.LOAN_DECIDE, found.asset)
    mine = actor.person_id is not None and found.borrower_id == actor.person_id
    return render_template(
        "sharing/loan.html",
        loan=found,
        form=form,
        verbs=set(LOAN.open_verbs(LoanState(found.state))),
        decides=decides,
        mine=mine,
        late=found.state == LoanState.OUT and found.until_on < _today(),
        can_go_out=found.state == LoanState.RESERVED,
        conditions=[
            {"value": str(each), "label": terms.condition_word(each)}
            for each in Condition
        ],
    )


class Step(StrictSchema):
    """One step of a loan, with what it needs."""

    do = Choice(
        ("agree", "refuse", "cancel", "hand_out", "extend", "return"), required=True
    )
    reason = Notes(load_default="", most=1_000)
    until_on = Day(load_default=None)
    condition = Choice(Condition, load_default=None)


@loans.post("/<int:loan_id>")
@guarded(Permission.LOAN_ASK)
def step(loan_id: int) -> ResponseReturnValue:
    """Agree, refuse, cancel, hand out, extend or take back."""
    form = read_form(Step)
    actor, given = current_actor(), form.values
    found = loan_of(actor, loan_id)
    here = url_for("loans.show", loan_id=loan_id)
    verb = given.get("do")
    if form.ok and verb == "extend" and given["until_on"] is None:
        form.refuse("until_on", "required")
    if not form.ok:
        return _page(found, form), 422
    try:
        if verb == "agree":
            actions.agree_to_loan(actor, loan_id)
        elif verb == "refuse":
            actions.refuse_loan(actor, loan_id, reason=given["reason"])
        elif verb == "cancel":
            actions.cancel_loan(actor, loan_id, reason=given["reason"])
        elif verb == "hand_out":
            actions.hand_out(actor, loan_id)
        elif verb == "extend":
            actions.extend_loan(actor, loan_id, until_on=given["until_on"])
        else:
            actions.return_loan(actor, loan_id, condition=given["condition"])
    except Invalid as refusal:
        form.add(refusal)
        return _page(loan_of(actor, loan_id), form), 422
    except (Conflict, Forbidden) as refusal:
        return refused(refusal, here)
    if verb == "return" and given["condition"] in {Condition.POOR, Condition.BROKEN}:
        return done(
            _("已归还。东西不太好，要送修的话请在这里办。"),
            url_for("ledger.show", asset_id=found.asset_id),
        )
    return done(_("已记下。"), here)
