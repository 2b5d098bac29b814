"""Leaving, handing over what one keeps, and coming back."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Conflict, Invalid
from registry.ledger import queries as ledger
from registry.ledger.actions import SomeRefused
from registry.ledger.actions.handing_over import hand_over_all
from registry.ledger.queries.counting import NOT_DISPOSED, count_belonging
from registry.organisation import actions, queries
from registry.organisation.models import Person
from registry.web.base.fields import Flag, Key, Line, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.people.particulars import (
    address,
    blueprint,
    labels,
    managed,
    person_page,
)
from registry.web.pages.picking import settle_person
from registry.words import _, format_list, sentence

SHOWN = 50


class Leaving(StrictSchema):
    """That somebody leaves, and whether handing over comes later."""

    version = Key(required=True)
    hand_over_later = Flag(load_default=False)


@blueprint.get("/<int:person_id>/leave")
@guarded(Permission.PERSON_MANAGE)
def leave_form(person_id: int) -> str:
    """The page that asks before somebody is noted as having left."""
    return _leave_page(managed(person_id))


def _leave_page(found: Person) -> str:
    return render_template(
        "people/leave.html",
        found=found,
        assets=count_belonging(found.institution_id, custodian_id=found.id),
        states=[str(state) for state in NOT_DISPOSED],
        grants=queries.live_grants(current_actor(), found.id),
    )


@blueprint.post("/<int:person_id>/leave")
@guarded(Permission.PERSON_MANAGE)
def leave(person_id: int) -> ResponseReturnValue:
    """Note that somebody has left; not while they keep things, unless it is said."""
    form = read_form(Leaving)
    if not form.ok:
        return _leave_page(managed(person_id)), 422
    try:
        found = actions.leave(
            current_actor(),
            person_id,
            form.values["version"],
            hand_over_later=form.values["hand_over_later"],
        )
    except Conflict as refusal:
        flash(sentence(refusal.code, refusal.facts), "error")
        return _leave_page(managed(person_id)), 409
    flash(_("已记下“%(name)s”离岗；不能再登录。", name=found.name), "done")
    return redirect(address(person_id), 303)


class ComingBack(StrictSchema):
    """The person as one has seen them."""

    version = Key(required=True)


@blueprint.post("/<int:person_id>/come-back")
@guarded(Permission.PERSON_MANAGE)
def come_back(person_id: int) -> ResponseReturnValue:
    """Note that somebody is here again."""
    form = read_form(ComingBack)
    if not form.ok:
        return person_page(managed(person_id)), 422
    actions.come_back(current_actor(), person_id, form.values["version"])
    flash(_("已记下返岗。角色和登录要重新设置。"), "done")
    return redirect(address(person_id), 303)


class HandingOver(StrictSchema):
    """Who takes over everything that somebody keeps."""

    custodian = Key(load_default=None)
    custodian_text = Line()


@blueprint.get("/<int:person_id>/hand-over")
@guarded(Permission.ASSET_ASSIGN)
def hand_over_form(person_id: int) -> str:
    """What somebody keeps, and who takes it over."""
    return _hand_over_page(queries.person(current_actor(), person_id), blank_form())


def _hand_over_page(
    found: Person, form: Form, refused: list[tuple[str, str]] | None = None
) -> str:
    actor = current_actor()
    wanted = ledger.Filter(custodian_ids=(found.id,), states=tuple(NOT_DISPOSED))
    page = ledger.list_assets(actor, wanted, sort="number", size=SHOWN)
    return render_template(
        "people/hand_over.html",
        found=found,
        form=form,
        labels=labels(),
        rows=page.rows,
        total=count_belonging(actor.institution_id, custodian_id=found.id),
        states=[str(state) for state in NOT_DISPOSED],
        refused=refused or [],
    )


@blueprint.post("/<int:person_id>/hand-over")
@guarded(Permission.ASSET_ASSIGN)
def hand_over(person_id: int) -> ResponseReturnValue:
    """Hand over everything that somebody keeps, or nothing and say why."""
    actor = current_actor()
    form = read_form(HandingOver)
    to_id = settle_person(form, "custodian", required=True)
    if form.ok and to_id is not None:
        try:
            documents = hand_over_all(actor, person_id, to_id)
        except SomeRefused as refusal:
            found = queries.person(actor, person_id)
            return _hand_over_page(found, form, _refused(refusal)), 422
        except Invalid as refusal:
            form.add(refusal)
        else:
            count = sum(each.count for each in documents)
            numbers = format_list(each.number for each in documents)
            words = _(
                "已交接 %(count)s 件，单据 %(number)s。", count=count, number=numbers
            )
            flash(words if documents else _("名下没有资产，不用交接。"), "done")
            return redirect(address(person_id), 303)
    return _hand_over_page(queries.person(actor, person_id), form), 422


def _refused(refusal: SomeRefused) -> list[tuple[str, str]]:
    actor = current_actor()
    return [
        (
            ledger.asset(actor, each["asset_id"]).number,
            sentence(each["code"], each["facts"]),
        )
        for each in refusal.facts["refused"][:20]
    ]
