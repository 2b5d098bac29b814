"""Departments: the tree, one of them, adding, changing, closing and merging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid, Missing, StaleVersion
from registry.ledger.actions.documents import MOST_AT_ONCE
from registry.ledger.actions.handing_over import merge_departments
from registry.ledger.queries.counting import (
    NOT_DISPOSED,
    Tally,
    count_belonging,
    sees_all,
)
from registry.ledger.queries.trees import below_departments, paths_of, sums_below
from registry.lists.of.departments import DEPARTMENTS
from registry.organisation import actions, overviews, queries
from registry.organisation.models import Department
from registry.web.base.fields import Key, Line, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.comparing import Compared, both_versions
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import department_options
from registry.web.pages.timelines import plain, timeline_of
from registry.web.pages.trees import nested, tally_words
from registry.words import _, format_number, sentence
from registry.words.terms import role_word

blueprint = Blueprint("departments", __name__, url_prefix="/departments")


@blueprint.get("")
@signed_in
def index() -> str:
    """The tree of departments with their people and assets."""
    actor = current_actor()
    found = queries.departments(actor)
    people = _people_below(found)
    assets = below_departments(actor)

    def note(row: Department) -> str:
        words = [_("%(count)s 人", count=format_number(people[row.id]))]
        return " · ".join([*words, *tally_words(assets.get(row.id, Tally()))])

    return render_template(
        "departments/index.html", nodes=nested(found, _address, note), count=len(found)
    )


def _people_below(found: Sequence[Department]) -> dict[int, int]:
    """How many people each department has with those below it."""
    own = overviews.people_by_department(current_actor())
    return sums_below(paths_of(found), own, 0)


@blueprint.get("/all")
@signed_in
def rows() -> ResponseReturnValue:
    """Every department as a list: searched, narrowed, ordered, as a file."""
    view = view_of(DEPARTMENTS)
    if not isinstance(view, ListView):
        return view
    return render_template("departments/rows.html", view=view), view.status


def _address(department_id: int) -> str:
    return url_for("departments.show", department_id=department_id)


def crumbs_of(found: Department, *, whole: bool = True) -> list[tuple[str, str | None]]:
    """The way to a department, for the top of its pages."""
    way: list[tuple[str, str | None]] = [(_("部门"), url_for("departments.index"))]
    way += [(each.name, _address(each.id)) for each in overviews.way_to(found)]
    return [*way, (found.name, _address(found.id) if whole else None)]


@blueprint.get("/<int:department_id>")
@signed_in
def show(department_id: int) -> str:
    """One department: what is below it, its people and assets, what may be done."""
    actor = current_actor()
    found = queries.department(actor, department_id)
    below = [
        each for each in queries.departments(actor) if each.path.startswith(found.path)
    ]
    assets = below_departments(actor)
    into = found.merged_into_id
    return render_template(
        "departments/show.html",
        found=found,
        children=[each for each in below if each.parent_id == found.id],
        people=_people_below(below),
        assets={each.id: assets.get(each.id, Tally()) for each in (found, *below)},
        tally_words=tally_words,
        states=[str(state) for state in NOT_DISPOSED],
        all_seen=sees_all(actor),
        parent=queries.department(actor, found.parent_id) if found.parent_id else None,
        into=queries.department(actor, into) if into else None,
        history=_history(found),
        crumbs=crumbs_of(found, whole=False),
    )


def _labels() -> dict[str, str]:
    return {
        "name": _("名称"),
        "code": _("部门代码"),
        "contact": _("联系方式"),
        "parent": _("上级部门"),
        "parent_id": _("上级部门"),
        "into": _("并入"),
        "merged": _("并入的部门"),
    }


def _history(found: Department) -> list[dict[str, Any]]:
    actor = current_actor()
    if not actor.may(Permission.DEPARTMENT_MANAGE, found):
        return []

    def said(field: str, value: Any) -> Any:
        if field in ("parent", "into", "merged"):
            return _name(value)
        return plain(field, value)

    return timeline_of(actor, "department", found.id, labels=_labels(), said=said)


def _name(department_id: Any) -> str:
    try:
        return queries.department(current_actor(), int(department_id)).name
    except (Missing, ValueError):
        return ""


class DepartmentDraft(StrictSchema):
    """What is asked of a department."""

    version = Key(load_default=None)
    name = Line(required=True)
    code = Line(load_default="", most=40)
    contact = Line(load_default="")
    parent_id = Key(load_default=None)


@blueprint.get("/new")
@guarded(Permission.DEPARTMENT_MANAGE)
def new() -> str:
    """The form for another department."""
    below = request.args.get("below", "")
    plain_number = below.isascii() and below.isdigit() and len(below) < 16
    root = queries.root_department(current_actor().institution_id)
    parent = int(below) if plain_number else root.id
    return _new_page(blank_form(parent_id=parent))


def _new_page(form: Form) -> str:
    return render_template(
        "departments/new.html",
        form=form,
        labels=_labels(),
        parents=department_options(),
    )


@blueprint.post("/new")
@guarded(Permission.DEPARTMENT_MANAGE)
def add() -> ResponseReturnValue:
    """Add a department."""
    form = read_form(DepartmentDraft)
    if form.ok:
        values = {k: v for k, v in form.values.items() if k != "version"}
        try:
            made = actions.add_department(current_actor(), **values)
            flash(_("已添加“%(name)s”。", name=made.name), "done")
            return redirect(_address(made.id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("name", refusal.code, **refusal.facts)
    return _new_page(form), 422


@blueprint.get("/<int:department_id>/edit")
@guarded(Permission.DEPARTMENT_MANAGE)
def edit(department_id: int) -> str:
    """The form that renames or moves a department."""
    found = _managed(department_id)
    given = {name: getattr(found, name) for name in DepartmentDraft().fields}
    return _edit_page(found, blank_form(**given))


def _managed(department_id: int) -> Department:
    actor = current_actor()
    found = queries.department(actor, department_id)
    actor.require(Permission.DEPARTMENT_MANAGE, found)
    return found


def _edit_page(found: Department, form: Form) -> str:
    actor = current_actor()
    below = {
        each.id
        for each in queries.departments(actor)
        if each.path.startswith(found.path)
    }
    return render_template(
        "departments/edit.html",
        found=found,
        form=form,
        labels=_labels(),
        parents=[each for each in department_options() if each[0] not in below],
        crumbs=crumbs_of(found),
    )


@blueprint.post("/<int:department_id>/edit")
@guarded(Permission.DEPARTMENT_MANAGE)
def change(department_id: int) -> ResponseReturnValue:
    """Rename a department, or move it below another; of two the second sees both."""
    found = _managed(department_id)
    form = read_form(DepartmentDraft)
    if form.ok:
        values = dict(form.values)
        version = values.pop("version") or 0
        if found.parent_id is None or values["parent_id"] is None:
            del values["parent_id"]
        try:
            actions.change_department(current_actor(), found.id, version, **values)
            flash(_("已保存。"), "done")
            return redirect(_address(department_id), 303)
        except StaleVersion:
            return _both(department_id, form)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("name", refusal.code, **refusal.facts)
    return _edit_page(_managed(department_id), form), 422


def _both(department_id: int, form: Form) -> ResponseReturnValue:
    found = _managed(department_id)
    labels = _labels()
    fields = [
        Compared(name, labels[name], getattr(found, name))
        for name in ("name", "code", "contact")
    ]
    fields.append(Compared("parent_id", labels["parent_id"], found.parent_id, _name))
    return both_versions(
        form,
        fields,
        action=url_for("departments.change", department_id=found.id),
        version=found.version,
        crumbs=crumbs_of(found),
    )


class Closing(StrictSchema):
    """That a department as one has seen it shall close."""

    version = Key(required=True)


@blueprint.get("/<int:department_id>/close")
@guarded(Permission.DEPARTMENT_MANAGE)
def close_form(department_id: int) -> str:
    """The page that asks before a department closes, and says what is still there."""
    return _close_page(_managed(department_id), blank_form())


def _close_page(found: Department, form: Form) -> str:
    actor = current_actor()
    return render_template(
        "departments/close.html",
        found=found,
        form=form,
        children=len(overviews.open_children(found)),
        people=overviews.people_by_department(actor).get(found.id, 0),
        assets=count_belonging(actor.institution_id, department_id=found.id),
        states=[str(state) for state in NOT_DISPOSED],
        crumbs=crumbs_of(found),
    )


@blueprint.post("/<int:department_id>/close")
@guarded(Permission.DEPARTMENT_MANAGE)
def close(department_id: int) -> ResponseReturnValue:
    """Close a department in which nothing is left."""
    form = read_form(Closing)
    if form.ok:
        try:
            found = actions.close_department(
                current_actor(), department_id, form.values["version"]
            )
            flash(_("已停用“%(name)s”。", name=found.name), "done")
            return redirect(url_for("departments.index"), 303)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "error")
            return _close_page(_managed(department_id), form), 409
    return _close_page(_managed(department_id), form), 422


class Merging(StrictSchema):
    """Into which department another one goes up."""

    version = Key(required=True)
    into = Key(required=True)


@blueprint.get("/<int:department_id>/merge")
@guarded(Permission.DEPARTMENT_MANAGE)
def merge_form(department_id: int) -> str:
    """The page that says what merging two departments will do."""
    found = _managed(department_id)
    return _merge_page(found, blank_form(version=found.version))


def _merge_page(found: Department, form: Form) -> str:
    actor = current_actor()
    return render_template(
        "departments/merge.html",
        found=found,
        form=form,
        children=len(overviews.open_children(found)),
        people=overviews.people_by_department(actor).get(found.id, 0),
        assets=count_belonging(actor.institution_id, department_id=found.id),
        most=MOST_AT_ONCE,
        roles=_roles_for(found),
        targets=[each for each in department_options() if each[0] != found.id],
        crumbs=crumbs_of(found),
    )


def _roles_for(found: Department) -> list[tuple[str, str]]:
    """Who holds what for a department, a line for each, for the merging page."""
    grants = overviews.grants_for(found)
    names = queries.names_of(current_actor(), [each.person_id for each in grants])
    return [(names[each.person_id], role_word(each.role)) for each in grants]


@blueprint.post("/<int:department_id>/merge")
@guarded(Permission.DEPARTMENT_MANAGE)
def merge(department_id: int) -> ResponseReturnValue:
    """Let a department go up in another one."""
    form = read_form(Merging)
    if form.ok:
        into, version = form.values["into"], form.values["version"]
        try:
            merge_departments(current_actor(), department_id, into, version)
            flash(_("已合并。人员、角色、地点和资产都转过来了。"), "done")
            return redirect(_address(into), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "error")
            return _merge_page(_managed(department_id), form), 409
    return _merge_page(_managed(department_id), form), 422
