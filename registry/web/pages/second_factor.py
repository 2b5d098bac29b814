"""One's second factor, and the second step of signing in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

import labels
from registry.auth import actions, queries
from registry.auth.errors import FactorIsAsked, HalfOver
from registry.auth.rules.second_factor import FEW_CODES
from registry.kernel.errors import Invalid, Missing, WrongState
from registry.procurement.queries.deciders import stands_in
from registry.web.base.fields import Line, Secret, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.logs import log
from registry.web.base.redirects import local_or
from registry.web.base.routes import public, settling, signed_in, tells_secret
from registry.web.base.sessions import (
    HALF,
    caller,
    current_actor,
    drop_half,
    keep_session,
)
from registry.web.base.settings import current_settings
from registry.words import _, sentence

blueprint = Blueprint("second_factor", __name__)


class Code(StrictSchema):
    """A code of the phone, or a spare one, and where to go on to."""

    code = Line(required=True, most=40)
    next = Line(most=2000)


@blueprint.get("/sign-in/code")
@public("the password was given, and nobody has signed in yet")
def step() -> ResponseReturnValue:
    """The page that asks for the code, for some minutes after the password."""
    onward = local_or(request.args.get("next"), "/")
    if caller().visit is not None:
        return redirect(onward, 303)
    if not queries.half_by_token(str(cookie.get(HALF, ""))):
        drop_half()
        return redirect(url_for("account.sign_in", next=onward), 303)
    return _step_page(blank_form(next=onward))


def _step_page(form: Form) -> str:
    return render_template("account/code.html", form=form)


@blueprint.post("/sign-in/code")
@public("the password was given, and nobody has signed in yet")
def enter() -> ResponseReturnValue:
    """Begin the session, or say what is wrong with the code."""
    form = read_form(Code)
    onward = local_or(form.values.get("next"), "/")
    if caller().visit is not None:
        return redirect(onward, 303)
    if not form.ok:
        return _step_page(form), 422
    try:
        token, _made, left = actions.complete_sign_in(
            current_settings(),
            str(cookie.get(HALF, "")),
            form.values["code"],
            address=request.remote_addr or "",
            agent=request.user_agent.string,
            stands_in=stands_in,
        )
    except HalfOver as refusal:
        drop_half()
        flash(sentence(refusal.code), "warning")
        return redirect(url_for("account.sign_in", next=onward), 303)
    except Invalid as refusal:
        log.info("second_step_refused", address=request.remote_addr)
        form.add(refusal)
        return _step_page(form), 401
    keep_session(token)
    if left is not None:
        flash(
            _("已用掉一个备用码，还剩 %(count)s 个。", count=left),
            "warning" if left < FEW_CODES else "info",
        )
    return redirect(onward, 303)


class Proving(StrictSchema):
    """What one proves oneself with, before anything about signing in is changed."""

    password = Secret(load_default="")
    code = Line(load_default="", most=40)


@blueprint.get("/me/second-factor")
@signed_in
@settling
def show() -> str:
    """Whether one has a second factor, what it is, and how to set one up."""
    return _show_page(blank_form())


def _show_page(form: Form) -> str:
    actor = current_actor()
    visit = caller().visit
    factor = queries.factor_of(actor.institution_id, actor.person_id or 0)
    return render_template(
        "account/second_factor.html",
        form=form,
        is_on=factor is not None and factor.is_on,
        since=factor.confirmed_at if factor else None,
        left=queries.spare_codes_left(factor.id) if factor else 0,
        few=FEW_CODES,
        must=visit is not None and visit.must_enrol,
        asked_from=visit.enrol_from if visit else None,
        is_asked=queries.factor_is_asked(actor),
        fresh=queries.has_just_signed_in(actor),
    )


@blueprint.get("/me/second-factor/<any(begin, codes, remove):act>")
@signed_in
def ask(act: str) -> ResponseReturnValue:
    """The page that asks for password and code before something is changed."""
    if not _is_on():
        return redirect(url_for("second_factor.show"), 303)
    return _proof_page(act, blank_form())


def _is_on() -> bool:
    actor = current_actor()
    found = queries.factor_of(actor.institution_id, actor.person_id or 0)
    return found is not None and found.is_on


def _proof_page(act: str, form: Form) -> str:
    said = {
        "begin": (
            _("换手机"),
            _("先确认是您本人，再用新手机扫码。新手机连好以前，旧手机照样能用。"),
            _("下一步"),
            "forward",
        ),
        "codes": (
            _("重新生成备用码"),
            _("先确认是您本人。新的 10 个生成后，旧的全部作废。"),
            _("生成新的备用码"),
            "print",
        ),
        "remove": (
            _("关闭二次验证"),
            _("先确认是您本人。关闭后只凭密码就能登录，不如现在安全。"),
            _("关闭"),
            "open",
        ),
    }
    title, words, label, icon_name = said[act]
    return render_template(
        "account/second_factor_proof.html",
        form=form,
        title=title,
        words=words,
        label=label,
        icon_name=icon_name,
        action=url_for(f"second_factor.{ENDPOINTS[act]}"),
    )


ENDPOINTS = {"begin": "begin", "codes": "renew_codes", "remove": "remove"}


def _again(act: str, form: Form) -> str:
    return _proof_page(act, form) if _is_on() else _show_page(form)


@blueprint.post("/me/second-factor/begin")
@signed_in
@settling
def begin() -> ResponseReturnValue:
    """Have a secret made for the phone, and go to where it is shown."""
    form = read_form(Proving)
    if form.ok:
        try:
            actions.begin_second_factor(
                current_actor(), current_settings(), **_proof(form)
            )
            return redirect(url_for("second_factor.setup"), 303)
        except Invalid as refusal:
            form.add(refusal)
    return _again("begin", form), 422


def _proof(form: Form) -> dict[str, Any]:
    return {"password": form.values["password"], "code": form.values["code"]}


@blueprint.get("/me/second-factor/setup")
@signed_in
@settling
def setup() -> ResponseReturnValue:
    """The symbol for the phone, and the field for its first code."""
    return _setup_page(blank_form())


def _setup_page(form: Form) -> ResponseReturnValue:
    try:
        found = actions.setup_of(current_actor(), current_settings())
    except Missing:
        return redirect(url_for("second_factor.show"), 303)
    return render_template(
        "account/second_factor_setup.html",
        form=form,
        secret=found.secret,
        address=found.address,
        symbol=labels.symbol_path(found.address, labels.Correction.L),
    )


class FirstCode(StrictSchema):
    """The first code of the phone."""

    code = Line(required=True, most=40)


@blueprint.post("/me/second-factor/confirm")
@signed_in
@settling
@tells_secret
def confirm() -> ResponseReturnValue:
    """Take the first code; the spare codes are shown, this once."""
    form = read_form(FirstCode)
    if form.ok:
        try:
            spare = actions.confirm_second_factor(
                current_actor(), current_settings(), form.values["code"]
            )
            return _codes_page(spare, is_new=True)
        except Invalid as refusal:
            form.add(refusal)
        except Missing:
            return redirect(url_for("second_factor.show"), 303)
    page = _setup_page(form)
    return (page, 422) if isinstance(page, str) else page


def _codes_page(spare: list[str], *, is_new: bool) -> str:
    onward = url_for("home.index" if is_new else "second_factor.show")
    return render_template(
        "account/spare_codes.html", codes=spare, is_new=is_new, onward=onward
    )


@blueprint.post("/me/second-factor/codes")
@signed_in
@tells_secret
def renew_codes() -> ResponseReturnValue:
    """Make new spare codes, shown this once; those of before are void."""
    form = read_form(Proving)
    if form.ok:
        try:
            spare = actions.renew_spare_codes(
                current_actor(), current_settings(), **_proof(form)
            )
            return _codes_page(spare, is_new=False)
        except Invalid as refusal:
            form.add(refusal)
        except WrongState:
            return redirect(url_for("second_factor.show"), 303)
    return _again("codes", form), 422


@blueprint.post("/me/second-factor/remove")
@signed_in
def remove() -> ResponseReturnValue:
    """Do without from now on, where the institution does not ask for one."""
    form = read_form(Proving)
    if form.ok:
        try:
            actions.remove_second_factor(
                current_actor(), current_settings(), **_proof(form)
            )
            flash(_("二次验证已关闭。其他地方的登录都已退出。"), "done")
            return redirect(url_for("account.me"), 303)
        except Invalid as refusal:
            form.add(refusal)
        except (WrongState, FactorIsAsked) as refusal:
            flash(sentence(refusal.code), "error")
            return redirect(url_for("second_factor.show"), 303)
    return _again("remove", form), 422
