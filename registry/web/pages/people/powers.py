"""What a person may do: the roles they hold, and how they sign in."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.auth import actions as auth
from registry.auth import queries as auth_queries
from registry.auth.errors import OwnFactor
from registry.kernel.errors import Conflict, Invalid, Missing
from registry.organisation import actions, queries
from registry.organisation.models import Person
from registry.web.base.fields import Line, StrictSchema
from registry.web.base.forms import read_form
from registry.web.base.routes import guarded, tells_secret
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.people.particulars import (
    GrantDraft,
    address,
    blueprint,
    person_page,
)
from registry.words import _, sentence


@blueprint.post("/<int:person_id>/roles")
@guarded(Permission.ROLE_GRANT)
def grant(person_id: int) -> ResponseReturnValue:
    """Give somebody a role; with an end they are acting."""
    form = read_form(GrantDraft)
    if form.ok:
        values = dict(form.values)
        role, department_id = values.pop("role"), values.pop("department")
        try:
            actions.grant_role(
                current_actor(), person_id, role, department_id, **values
            )
            flash(_("已设置，从对方的下一次操作起有效。"), "done")
            return redirect(address(person_id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("role", refusal.code, **refusal.facts)
    return person_page(_person(person_id), grant=form), 422


def _person(person_id: int) -> Person:
    return queries.person(current_actor(), person_id)


@blueprint.post("/<int:person_id>/roles/<int:grant_id>/revoke")
@guarded(Permission.ROLE_GRANT)
def revoke(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    if queries.role_grant(current_actor(), grant_id).person_id != person_id:
        raise Missing(what="role_grants")
    actions.revoke_role(current_actor(), grant_id)
    flash(_("已收回，立刻有效。"), "done")
    return redirect(address(person_id), 303)


class SignInDraft(StrictSchema):
    """The name somebody signs in with."""

    sign_in_name = Line(required=True, most=80)


@blueprint.post("/<int:person_id>/sign-in")
@guarded(Permission.CREDENTIAL_MANAGE)
@tells_secret
def let_in(person_id: int) -> ResponseReturnValue:
    """Let somebody sign in, and show the password they begin with, this once."""
    form = read_form(SignInDraft)
    if form.ok:
        name = form.values["sign_in_name"]
        try:
            made, password = auth.create_credential(
                current_actor(), current_settings(), person_id, name
            )
            return _password_page(person_id, made.sign_in_name, password)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("sign_in_name", refusal.code, **refusal.facts)
    return person_page(_person(person_id), signing=form), 422


def _password_page(person_id: int, name: str, password: str) -> str:
    return render_template(
        "people/password.html",
        found=_person(person_id),
        sign_in_name=name,
        password=password,
    )


@blueprint.post("/<int:person_id>/sign-in/rename")
@guarded(Permission.CREDENTIAL_MANAGE)
def rename(person_id: int) -> ResponseReturnValue:
    """Give somebody another sign-in name."""
    form = read_form(SignInDraft)
    if form.ok:
        try:
            auth.rename(current_actor(), person_id, form.values["sign_in_name"])
            flash(_("用户名已改。"), "done")
            return redirect(address(person_id), 303)
        except Invalid as refusal:
            form.add(refusal)
    return person_page(_person(person_id), signing=form), 422


@blueprint.post("/<int:person_id>/sign-in/reset")
@guarded(Permission.CREDENTIAL_MANAGE)
@tells_secret
def reset(person_id: int) -> ResponseReturnValue:
    """Make a new initial password, and show it this once."""
    password = auth.reset_password(current_actor(), current_settings(), person_id)
    name = auth_queries.credential_of(current_actor(), person_id).sign_in_name
    return _password_page(person_id, name, password)


@blueprint.post("/<int:person_id>/sign-in/second-factor/reset")
@guarded(Permission.CREDENTIAL_MANAGE)
def reset_factor(person_id: int) -> ResponseReturnValue:
    """Take a lost second factor from somebody."""
    try:
        auth.reset_second_factor(current_actor(), person_id)
        flash(
            _("已重设。对方下次登录只用密码，进来后要重新设置；各处都已退出。"), "done"
        )
    except OwnFactor as refusal:
        flash(sentence(refusal.code), "error")
    return redirect(address(person_id), 303)


@blueprint.post("/<int:person_id>/sign-in/disable")
@guarded(Permission.CREDENTIAL_MANAGE)
def disable(person_id: int) -> ResponseReturnValue:
    """Bar somebody from signing in; they are out at once."""
    auth.disable(current_actor(), person_id)
    flash(_("已停止登录，各处都已退出。"), "done")
    return redirect(address(person_id), 303)


@blueprint.post("/<int:person_id>/sign-in/enable")
@guarded(Permission.CREDENTIAL_MANAGE)
def enable(person_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    auth.enable(current_actor(), person_id)
    flash(_("可以登录了，密码还是原来的。"), "done")
    return redirect(address(person_id), 303)


@blueprint.post("/<int:person_id>/sign-in/end-sessions")
@guarded(Permission.CREDENTIAL_MANAGE)
def end_sessions(person_id: int) -> ResponseReturnValue:
    """End all sessions of somebody."""
    ended = auth.end_sessions(current_actor(), person_id)
    flash(_("已退出 %(count)s 处登录。", count=ended), "done")
    return redirect(address(person_id), 303)
