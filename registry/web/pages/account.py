"""Signing in and out, and one's own account: password, sessions, tokens, language."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.auth import actions, queries
from registry.auth.errors import BadCredentials
from registry.auth.models import HalfSignIn
from registry.auth.queries import token_standing
from registry.auth.rules import SCOPES
from registry.kernel.errors import Invalid
from registry.lists.of.tokens import TOKENS
from registry.notifications.queries import mail_wish
from registry.notifications.states import MailWish
from registry.organisation.actions import set_preferences
from registry.organisation.queries import person
from registry.procurement.queries.deciders import stands_in
from registry.web.base.fields import Choice, Line, Many, Secret, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.logs import log
from registry.web.base.redirects import local_or
from registry.web.base.routes import guarded, public, settling, signed_in, tells_secret
from registry.web.base.sessions import (
    caller,
    current_actor,
    drop_session,
    keep_half,
    keep_session,
    known_houses,
)
from registry.web.base.settings import current_settings
from registry.web.pages.lists.view import ListView, view_of
from registry.words import LANGUAGES, N_, _, sentence
from registry.words.working import scope_word

blueprint = Blueprint("account", __name__)

TOKEN_DAYS = (7, 30, 90, 365)
TOKENS_SHOWN = 5
"""So many of one's tokens stand on one's page; the list has all."""


class SignIn(StrictSchema):
    """What one signs in with."""

    house = Line(most=40)
    name = Line(required=True)
    password = Secret(required=True)
    next = Line(most=2000)


@blueprint.get("/sign-in")
@public("nobody has signed in before signing in")
def sign_in() -> ResponseReturnValue:
    """The page on which one signs in; whoever has is sent on."""
    onward = local_or(request.args.get("next"), "/")
    if caller().visit is not None:
        return redirect(onward, 303)
    return _sign_in_page(blank_form(next=onward, house=""))


@blueprint.post("/sign-in")
@public("nobody has signed in before signing in")
def enter() -> ResponseReturnValue:
    """Begin a session, or say that name and password do not belong together."""
    form = read_form(SignIn)
    house_id = _house_id(form)
    if not form.ok or house_id is None:
        return _sign_in_page(form), 422
    try:
        token, begun = actions.sign_in(
            current_settings(),
            house_id,
            form.values["name"],
            form.values["password"],
            address=request.remote_addr or "",
            agent=request.user_agent.string,
            stands_in=stands_in,
        )
    except BadCredentials as refusal:
        log.info("sign_in_refused", institution=house_id, address=request.remote_addr)
        return _sign_in_page(form, sentence(refusal.code)), 401
    onward = local_or(form.values.get("next"), "/")
    if isinstance(begun, HalfSignIn):
        keep_half(token)
        return redirect(url_for("second_factor.step", next=onward), 303)
    keep_session(token)
    return redirect(onward, 303)


def _house_id(form: Form) -> int | None:
    """The institution meant: the one here, else the one whose short name was typed."""
    here = caller().house
    if here is not None:
        return here.id
    wanted = str(form.values.get("house", "")).casefold()
    if not wanted:
        form.refuse("house", "required")
    for house in known_houses().all() if wanted else ():
        if wanted in {house.slug.casefold(), house.short_name.casefold()}:
            return house.id
    form.refuse("house", "not_found")
    return None


def _sign_in_page(form: Form, trouble: str = "") -> str:
    house = caller().house
    demo = current_settings().demo and house is not None
    return render_template(
        "account/sign_in.html",
        form=form,
        trouble=trouble,
        ask_house=house is None,
        who=queries.demo_names(house.id) if house and demo else [],
    )


@blueprint.post("/sign-out")
@public("a session may have ended before its browser says so")
@settling
def sign_out() -> ResponseReturnValue:
    """End the session; the browser forgets it."""
    visit = caller().visit
    if visit is not None:
        actions.sign_out(visit.actor)
    drop_session()
    flash(_("已退出登录。"), "done")
    return redirect(url_for("account.sign_in"), 303)


class Preferences(StrictSchema):
    """How one reads: language and size of text, and where to go back to."""

    language = Choice(LANGUAGES)
    text_size = Choice(("normal", "large"))
    next = Line(most=2000)


@blueprint.post("/preferences")
@public("strangers read labels in their own language too")
@settling
def preferences() -> ResponseReturnValue:
    """Remember language and text size: with the person, else in this browser."""
    form = read_form(Preferences)
    if not form.ok:
        raise Invalid(problems=form.problems)
    known = ("language", "text_size")
    chosen: dict[str, str] = {
        name: form.values[name] for name in known if name in form.values
    }
    visit = caller().visit
    if visit is not None:
        set_preferences(visit.actor, **chosen)
    else:
        cookie.update(chosen)
    return redirect(local_or(form.values.get("next"), "/"), 303)


@blueprint.get("/me")
@signed_in
def me() -> str:
    """One's own account: who one is here, sessions, tokens."""
    return _me_page(blank_form(days=90))


def _me_page(token_form: Form, new_token: str = "") -> str:
    actor = current_actor()
    credential = queries.credential_of(actor, actor.person_id or 0)
    wish, hour = mail_wish(actor.institution_id, actor.person_id)
    return render_template(
        "account/me.html",
        actor=actor,
        credential=credential,
        has_factor=queries.code_is_asked(credential),
        sessions=queries.own_sessions(actor, current_settings()),
        tokens=queries.own_tokens(actor)[:TOKENS_SHOWN],
        scopes=[(scope, scope_word(scope)) for scope in SCOPES],
        days=[(days, _("%(days)s 天", days=days)) for days in TOKEN_DAYS],
        form=token_form,
        new_token=new_token,
        token_standing=token_standing,
        scope_word=scope_word,
        agent_words=agent_words,
        address=person(actor, actor.person_id or 0).email,
        wish=str(wish),
        wish_hour=hour,
        hours=[(each, f"{each}:00") for each in range(24)],
        wishes=[(str(each), _(word)) for each, word in WISHES.items()],
    )


class PasswordChange(StrictSchema):
    """The password one has and, twice, the one wanted."""

    current = Secret(required=True)
    new = Secret(required=True)
    again = Secret(required=True)


@blueprint.get("/me/password")
@signed_in
@settling
def password() -> str:
    """The page on which one chooses another password."""
    return _password_page(blank_form())


def _password_page(form: Form) -> str:
    visit = caller().visit
    return render_template(
        "account/password.html",
        form=form,
        least=current_settings().password_length,
        must_change=visit is not None and visit.must_change,
    )


@blueprint.post("/me/password")
@signed_in
@settling
def change_password() -> ResponseReturnValue:
    """Take the new password; sessions elsewhere end."""
    form = read_form(PasswordChange)
    if form.ok and form.values["new"] != form.values["again"]:
        form.refuse("again", "not_the_same")
    if not form.ok:
        return _password_page(form), 422
    values = form.values
    try:
        actions.change_password(
            current_actor(), current_settings(), values["current"], values["new"]
        )
    except Invalid as refusal:
        form.add(refusal)
        return _password_page(form), 422
    flash(_("密码已修改。其他地方的登录都已退出。"), "done")
    return redirect(url_for("account.me"), 303)


@blueprint.post("/me/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> ResponseReturnValue:
    """End one of one's sessions elsewhere."""
    actions.end_own_session(current_actor(), session_id)
    flash(_("那一处的登录已退出。"), "done")
    return redirect(url_for("account.me"), 303)


@blueprint.post("/me/sessions/end")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End all one's sessions but this one."""
    ended = actions.end_sessions(current_actor())
    flash(_("已退出其他 %(count)s 处登录。", count=ended), "done")
    return redirect(url_for("account.me"), 303)


class TokenDraft(StrictSchema):
    """What a new token is called, may be used for, and for how many days."""

    name = Line(required=True, most=80)
    scopes = Many(Choice(SCOPES), required=True, most=len(SCOPES))
    days = Whole(least=1, most=365, load_default=90)


@blueprint.post("/me/tokens")
@guarded(Permission.OWN_TOKENS)
@tells_secret
def create_token() -> ResponseReturnValue:
    """Make a token and show its secret, this once."""
    form = read_form(TokenDraft)
    if form.ok:
        try:
            secret, _made = actions.create_token(current_actor(), **form.values)
            return _me_page(blank_form(days=90), secret)
        except Invalid as refusal:
            form.add(refusal)
    return _me_page(form), 422


@blueprint.get("/me/tokens")
@guarded(Permission.OWN_TOKENS)
def tokens() -> ResponseReturnValue:
    """All one's own tokens, those no longer valid included."""
    view = view_of(TOKENS)
    if not isinstance(view, ListView):
        return view
    return render_template(
        "account/tokens.html", view=view, token_standing=token_standing
    ), view.status


@blueprint.post("/me/tokens/<int:token_id>/revoke")
@guarded(Permission.OWN_TOKENS)
def revoke_token(token_id: int) -> ResponseReturnValue:
    """Revoke one of one's tokens."""
    actions.revoke_token(current_actor(), token_id)
    flash(_("令牌已停用。"), "done")
    return redirect(url_for("account.me"), 303)


WISHES = {
    MailWish.NOW: N_("有事马上发"),
    MailWish.DAILY: N_("每个工作日汇总发一封"),
    MailWish.WEEKLY: N_("每周第一个工作日汇总发一封"),
    MailWish.NEVER: N_("不发邮件"),
}

_BROWSERS = (
    ("MicroMessenger", N_("微信")),
    ("wxwork", N_("企业微信")),
    ("DingTalk", N_("钉钉")),
    ("Edg/", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = (
    ("Android", N_("安卓手机")),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Harmony", N_("鸿蒙手机")),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def agent_words(agent: str) -> str:
    """A browser as people know it: ``Edge · Windows``."""
    found = [
        next((_(word) for mark, word in table if mark in agent), "")
        for table in (_BROWSERS, _MACHINES)
    ]
    return " · ".join(each for each in found if each) or _("未知的浏览器")
