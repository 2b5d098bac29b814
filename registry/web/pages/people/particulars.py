"""People: the list, one of them, adding and changing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.access.roles import GRANTABLE
from registry.auth import queries as auth
from registry.auth.models import Credential
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, Invalid, StaleVersion
from registry.ledger.queries.counting import NOT_DISPOSED, count_belonging
from registry.lists.of.people import PEOPLE
from registry.organisation import actions, queries
from registry.organisation.actions import PersonDraft as NewPerson
from registry.organisation.models import Person
from registry.web.base.fields import Day, Key, Line, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.comparing import Compared, both_versions
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import department_options, title_of
from registry.web.pages.timelines import plain, timeline_of
from registry.words import _
from registry.words.terms import role_word

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
@guarded(Permission.PERSON_LIST)
def index() -> ResponseReturnValue:
    """People by name, searched and narrowed, to a department for instance."""
    view = view_of(PEOPLE)
    if not isinstance(view, ListView):
        return view
    actor = current_actor()
    signing = actor.may(Permission.CREDENTIAL_MANAGE)
    ids = [each.id for each in view.rows] if signing else []
    barred = {
        person_id
        for person_id, each in (auth.credentials_of(actor, ids) if ids else {}).items()
        if each.disabled_at
    }
    return render_template("people/index.html", view=view, barred=barred), view.status


def address(person_id: int) -> str:
    """The page of a person."""
    return url_for("people.show", person_id=person_id)


@blueprint.get("/<int:person_id>")
@guarded(Permission.PERSON_LIST)
def show(person_id: int) -> str:
    """One person: contact, roles, signing in, what they keep."""
    return person_page(queries.person(current_actor(), person_id))


class GrantDraft(StrictSchema):
    """A role for a department, from a day, to a day."""

    role = Line(required=True, most=40)
    department = Key(required=True)
    starts_on = Day(load_default=None)
    ends_on = Day(load_default=None)


def person_page(
    found: Person, *, grant: Form | None = None, signing: Form | None = None
) -> str:
    """The page of a person, with what was wrong in one of its forms."""
    actor = current_actor()
    suggested = found.staff_number or f"user{found.id}"
    return render_template(
        "people/show.html",
        found=found,
        department=queries.department(actor, found.department_id),
        grants=queries.live_grants(actor, found.id),
        credential=credential_of(found),
        has_factor=found.id in _with_factor(found),
        assets=count_belonging(actor.institution_id, custodian_id=found.id),
        states=[str(state) for state in NOT_DISPOSED],
        roles=[(str(role), role_word(role)) for role in GRANTABLE],
        grant=grant or blank_form(department=found.department_id),
        signing=signing or blank_form(sign_in_name=suggested),
        departments=department_options(),
        today=_today(),
        history=_history(found),
        labels=labels(),
    )


def _today() -> Any:
    actor = current_actor()
    return today(queries.institution(actor.institution_id).time_zone)


def credential_of(found: Person) -> Credential | None:
    """How a person signs in, for those who manage that; None if they do not."""
    actor = current_actor()
    if not actor.may(Permission.CREDENTIAL_MANAGE):
        return None
    return auth.credentials_of(actor, [found.id]).get(found.id)


def _with_factor(found: Person) -> set[int]:
    actor = current_actor()
    if not actor.may(Permission.CREDENTIAL_MANAGE):
        return set()
    return auth.people_with_factor(actor, [found.id])


def labels() -> dict[str, str]:
    """The words beside the fields of a person."""
    return {
        "name": _("姓名"),
        "staff_number": _("工号"),
        "department": _("部门"),
        "department_id": _("部门"),
        "phone": _("电话"),
        "email": _("邮箱"),
        "role": _("角色"),
        "starts_on": _("从哪天起"),
        "ends_on": _("到哪天止"),
        "sign_in_name": _("用户名"),
        "hand_over_later": _("交接以后再办"),
        "custodian": _("新的保管人"),
    }


def _history(found: Person) -> list[dict[str, Any]]:
    actor = current_actor()
    if not actor.may(Permission.PERSON_MANAGE, found):
        return []

    def said(field: str, value: Any) -> Any:
        if field in ("department", "department_id"):
            return title_of("department", value)
        return plain(field, value)

    return timeline_of(actor, "person", found.id, labels=labels(), said=said)


class PersonDraft(StrictSchema):
    """What is asked of a person."""

    version = Key(load_default=None)
    name = Line(required=True)
    department_id = Key(required=True)
    staff_number = Line(load_default="", most=40)
    phone = Line(load_default="", most=40)
    email = Line(load_default="")


@blueprint.get("/new")
@guarded(Permission.PERSON_MANAGE)
def new() -> str:
    """The form for somebody new."""
    return _new_page(blank_form())


def _new_page(form: Form) -> str:
    return render_template(
        "people/new.html", form=form, labels=labels(), departments=department_options()
    )


@blueprint.post("/new")
@guarded(Permission.PERSON_MANAGE)
def add() -> ResponseReturnValue:
    """Add somebody."""
    form = read_form(PersonDraft)
    if form.ok:
        values = {k: v for k, v in form.values.items() if k != "version"}
        try:
            made = actions.add_person(current_actor(), NewPerson(**values))
            flash(_("已添加“%(name)s”。", name=made.name), "done")
            return redirect(address(made.id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("staff_number", refusal.code, **refusal.facts)
    return _new_page(form), 422


def managed(person_id: int) -> Person:
    """A person whose particulars one may change."""
    actor = current_actor()
    found = queries.person(actor, person_id)
    actor.require(Permission.PERSON_MANAGE, found)
    return found


@blueprint.get("/<int:person_id>/edit")
@guarded(Permission.PERSON_MANAGE)
def edit(person_id: int) -> str:
    """The form that changes a person's particulars."""
    found = managed(person_id)
    given = {name: getattr(found, name) for name in PersonDraft().fields}
    return _edit_page(found, blank_form(**given))


def _edit_page(found: Person, form: Form) -> str:
    return render_template(
        "people/edit.html",
        found=found,
        form=form,
        labels=labels(),
        departments=department_options(),
    )


@blueprint.post("/<int:person_id>/edit")
@guarded(Permission.PERSON_MANAGE)
def change(person_id: int) -> ResponseReturnValue:
    """Change a person's particulars; of two who do the second sees both."""
    form = read_form(PersonDraft)
    if form.ok:
        values = dict(form.values)
        version = values.pop("version") or 0
        try:
            actions.change_person(current_actor(), person_id, version, **values)
            flash(_("已保存。"), "done")
            return redirect(address(person_id), 303)
        except StaleVersion:
            return _both(managed(person_id), form)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("staff_number", refusal.code, **refusal.facts)
    return _edit_page(managed(person_id), form), 422


def _both(found: Person, form: Form) -> ResponseReturnValue:
    words = labels()
    fields = [
        Compared(name, words[name], getattr(found, name))
        for name in ("name", "staff_number", "phone", "email")
    ]
    fields.append(
        Compared(
            "department_id",
            words["department"],
            found.department_id,
            lambda key: title_of("department", int(key)) if key.isdigit() else "",
        )
    )
    return both_versions(
        form,
        fields,
        action=url_for("people.change", person_id=found.id),
        version=found.version,
        crumbs=[(_("人员"), url_for("people.index")), (found.name, address(found.id))],
    )
