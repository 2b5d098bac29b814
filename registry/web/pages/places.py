"""Places: the tree, one of them, adding, changing, closing, a list for paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import labels
from registry.access.permissions import Permission
from registry.codes.models import CodeKind
from registry.codes.queries import current_codes
from registry.kernel.checkcodes import grouped
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Invalid, StaleVersion
from registry.labelling.rules import payload
from registry.ledger import queries as ledger
from registry.ledger.queries.counting import (
    NOT_DISPOSED,
    Tallies,
    Tally,
    count_belonging,
    sees_all,
)
from registry.ledger.queries.trees import below_places
from registry.lists import queries as lists
from registry.lists.of.places import PLACES
from registry.organisation import actions, overviews, queries
from registry.organisation.models import Place, PlaceKind
from registry.organisation.rules import read_names
from registry.web.base.fields import Choice, Flag, Key, Line, Notes, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.lists import read_asked, texts_of
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.comparing import Compared, both_versions
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.lists.words import chip_words
from registry.web.pages.picking import department_options, settle_place, title_of
from registry.web.pages.timelines import plain, timeline_of
from registry.web.pages.trees import nested, tally_words
from registry.words import _, sentence
from registry.words.terms import place_kind_word

blueprint = Blueprint("places", __name__, url_prefix="/places")

BELOW = {
    PlaceKind.CAMPUS: PlaceKind.BUILDING,
    PlaceKind.BUILDING: PlaceKind.FLOOR,
    PlaceKind.FLOOR: PlaceKind.ROOM,
}
"""What is usually added below a place."""
MOST_IN_TREE = 600
"""A tree of more places leaves the rooms to the pages of their floors."""
MOST_CHILDREN = 100
"""So many places right inside one stand on its page; the list has all."""
MOST_ON_PAPER = 2_000
MOST_DRAWN = 300
"""Of so many things the list for paper has a symbol of each."""
MOST_PLACES = 200
LONGEST_SEARCH = 100


def _address(place_id: int) -> str:
    return url_for("places.show", place_id=place_id)


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """The tree of places with what stands there; a search leads to the list."""
    actor = current_actor()
    if text := request.args.get("q", "").strip()[:LONGEST_SEARCH]:
        return redirect(url_for("places.rows", q=text), 303)
    rows, count = overviews.tree_of_places(actor, MOST_IN_TREE)
    assets = below_places(actor)
    return render_template(
        "places/index.html",
        nodes=nested(rows, _address, lambda row: _note(row, assets)),
        count=count,
        large=len(rows) < count,
    )


def _note(row: Place, assets: Tallies) -> str:
    store = [_("仓库")] if row.is_store else []
    return " · ".join([*store, *tally_words(assets.get(row.id, Tally()))])


@blueprint.get("/all")
@signed_in
def rows() -> ResponseReturnValue:
    """Every place as a list: searched, narrowed, ordered, as a file."""
    view = view_of(PLACES)
    if not isinstance(view, ListView):
        return view
    return render_template("places/rows.html", view=view), view.status


def crumbs_of(found: Place, *, whole: bool = True) -> list[tuple[str, str | None]]:
    """The way to a place, for the top of its pages."""
    way: list[tuple[str, str | None]] = [(_("存放地点"), url_for("places.index"))]
    way += [(each.name, _address(each.id)) for each in overviews.way_to(found)]
    return [*way, (found.name, _address(found.id) if whole else None)]


@blueprint.get("/<int:place_id>")
@signed_in
def show(place_id: int) -> str:
    """One place: what is in it, what stands there, its door label."""
    actor = current_actor()
    found = queries.place(actor, place_id)
    children = overviews.open_children(found)
    assets = below_places(actor)
    return render_template(
        "places/show.html",
        found=found,
        children=children[:MOST_CHILDREN],
        more=len(children) > MOST_CHILDREN,
        assets={each.id: assets.get(each.id, Tally()) for each in (found, *children)},
        tally_words=tally_words,
        states=[str(state) for state in NOT_DISPOSED],
        all_seen=sees_all(actor),
        history=_history(found),
        kind_word=place_kind_word,
        crumbs=crumbs_of(found, whole=False),
    )


def _labels() -> dict[str, str]:
    return {
        "name": _("名称"),
        "names": _("名称"),
        "kind": _("种类"),
        "parent": _("在哪里面"),
        "parent_id": _("在哪里面"),
        "parent_text": _("在哪里面"),
        "department": _("归哪个部门管"),
        "department_id": _("归哪个部门管"),
        "is_store": _("是仓库"),
    }


def _history(found: Place) -> list[dict[str, Any]]:
    actor = current_actor()
    if not actor.may(Permission.PLACE_MANAGE, found):
        return []

    def said(field: str, value: Any) -> Any:
        if field == "kind":
            return place_kind_word(value)
        if field == "parent":
            return title_of("place", value)
        if field == "department_id":
            return title_of("department", value)
        return plain(field, value)

    return timeline_of(actor, "place", found.id, labels=_labels(), said=said)


@blueprint.get("/<int:place_id>/list")
@signed_in
def paper(place_id: int) -> str:
    """What stands in a place, as a list for paper."""
    actor = current_actor()
    found = queries.place(actor, place_id)
    wanted = ledger.Filter(place_ids=(found.id,), states=tuple(NOT_DISPOSED))
    page = ledger.list_assets(actor, wanted, sort="number", size=200)
    assets = list(page.rows)
    while page.next_cursor and len(assets) < MOST_ON_PAPER:
        page = ledger.list_assets(
            actor, wanted, sort="number", size=200, cursor=page.next_cursor
        )
        assets += page.rows
    drawn = assets if len(assets) <= MOST_DRAWN else []
    return render_template(
        "places/list.html",
        found=found,
        rows=assets,
        more=bool(page.next_cursor),
        most=MOST_ON_PAPER,
        symbols=_symbols({each.id: each.code for each in drawn}),
        door=_symbols(current_codes(CodeKind.PLACE, [found.id])).get(found.id),
        printed_at=now(),
        back_url=_address(found.id),
    )


def _symbols(codes: dict[int, str]) -> dict[int, tuple[str, tuple[int, str]]]:
    """Codes as people read them, each with its QR symbol, by whatever bears them."""
    house = caller().house
    base = (house.label_url if house else "") or current_settings().public_url
    return {
        key: (grouped(code), labels.symbol_path(payload(base, code)))
        for key, code in codes.items()
    }


@blueprint.get("/paper")
@signed_in
def paper_of_places() -> str:
    """The places of the list, as it is narrowed and ordered, for paper."""
    actor = current_actor()
    asked = read_asked(PLACES, actor)
    if not asked.form.ok:
        raise Invalid(problems=asked.form.problems)
    shown = lists.show(
        PLACES,
        actor,
        asked.values,
        sort=asked.sort,
        size=MOST_PLACES,
        columns=PLACES.columns_for(actor),
    )
    found = list(shown.page.rows)
    return render_template(
        "places/paper.html",
        rows=found,
        value=lambda place, key: shown.value(place, PLACES.by_key[key]),
        chips=[
            chip_words(each, text)
            for each in PLACES.filters_for(actor)
            if each.name in asked.values
            for text in texts_of(each, asked.values[each.name])
        ],
        more=shown.page.next_cursor is not None,
        most=MOST_PLACES,
        symbols=_symbols(current_codes(CodeKind.PLACE, [each.id for each in found])),
        printed_at=now(),
        back_url=url_for("places.rows") + (f"?{asked.query}" if asked.query else ""),
    )


class PlaceDraft(StrictSchema):
    """What is asked of a place."""

    version = Key(load_default=None)
    name = Line(load_default="")
    kind = Choice(PlaceKind, load_default=PlaceKind.ROOM)
    parent = Key(load_default=None)
    parent_text = Line()
    department_id = Key(load_default=None)
    is_store = Flag(load_default=False)


class PlacesDraft(PlaceDraft):
    """The same for several places at once."""

    names = Notes(required=True, most=4_000)


@blueprint.get("/new")
@guarded(Permission.PLACE_MANAGE)
def new() -> str:
    """The form for further places."""
    inside = request.args.get("inside", "")
    given: dict[str, Any] = {"kind": PlaceKind.ROOM}
    if inside.isascii() and inside.isdigit() and len(inside) < 16:
        outer = queries.place(current_actor(), int(inside))
        given = {
            "parent": outer.id,
            "parent_text": outer.full_name,
            "department_id": outer.department_id,
            "kind": BELOW.get(PlaceKind(outer.kind), PlaceKind.ROOM),
        }
    return _new_page(blank_form(**given))


def _new_page(form: Form) -> str:
    return render_template("places/new.html", form=form, **_choices())


def _choices() -> dict[str, Any]:
    return {
        "labels": _labels(),
        "kinds": [(str(kind), place_kind_word(kind)) for kind in PlaceKind],
        "departments": department_options(),
    }


@blueprint.post("/new")
@guarded(Permission.PLACE_MANAGE)
def add() -> ResponseReturnValue:
    """Add one place or several: ``101-112`` are twelve rooms."""
    form = read_form(PlacesDraft)
    parent_id = settle_place(form, "parent")
    if form.ok:
        values = {k: v for k, v in form.values.items() if k not in _NOT_OF_SEVERAL}
        try:
            names = read_names(form.values["names"])
            made = actions.add_places(
                current_actor(), names, parent_id=parent_id, **values
            )
            return _added(made, parent_id)
        except Invalid as refusal:
            form.add(refusal, name="names", parent_id="parent")
        except Conflict as refusal:
            form.refuse("names", refusal.code, **refusal.facts)
    return _new_page(form), 422


_NOT_OF_SEVERAL = ("version", "name", "names")


def _added(made: list[Place], parent_id: int | None) -> ResponseReturnValue:
    if len(made) == 1:
        flash(_("已添加“%(name)s”。", name=made[0].full_name), "done")
        return redirect(_address(made[0].id), 303)
    words = _(
        "已添加 %(count)s 个：%(first)s 到 %(last)s。",
        count=len(made),
        first=made[0].name,
        last=made[-1].name,
    )
    flash(words, "done")
    back = _address(parent_id) if parent_id else url_for("places.index")
    return redirect(back, 303)


def _managed(place_id: int) -> Place:
    actor = current_actor()
    found = queries.place(actor, place_id)
    actor.require(Permission.PLACE_MANAGE, found)
    return found


@blueprint.get("/<int:place_id>/edit")
@guarded(Permission.PLACE_MANAGE)
def edit(place_id: int) -> str:
    """The form that renames or moves a place."""
    found = _managed(place_id)
    return _edit_page(
        found,
        blank_form(
            name=found.name,
            kind=found.kind,
            parent=found.parent_id,
            parent_text=title_of("place", found.parent_id),
            department_id=found.department_id,
            is_store=found.is_store,
        ),
    )


def _edit_page(found: Place, form: Form) -> str:
    return render_template(
        "places/edit.html",
        found=found,
        form=form,
        crumbs=crumbs_of(found),
        **_choices(),
    )


@blueprint.post("/<int:place_id>/edit")
@guarded(Permission.PLACE_MANAGE)
def change(place_id: int) -> ResponseReturnValue:
    """Change or move a place; of two who change it the second sees both."""
    found = _managed(place_id)
    form = read_form(PlaceDraft)
    parent_id = settle_place(form, "parent")
    if form.ok:
        values = {**form.values, "parent_id": parent_id}
        version = values.pop("version") or 0
        try:
            actions.change_place(current_actor(), found.id, version, **values)
            flash(_("已保存。"), "done")
            return redirect(_address(place_id), 303)
        except StaleVersion:
            return _both(place_id, form)
        except Invalid as refusal:
            form.add(refusal, parent_id="parent")
        except Conflict as refusal:
            form.refuse("name", refusal.code, **refusal.facts)
    return _edit_page(_managed(place_id), form), 422


def _both(place_id: int, form: Form) -> ResponseReturnValue:
    found = _managed(place_id)
    labels = _labels()

    def department(key: str) -> str:
        return title_of("department", int(key)) if key.isdigit() else ""

    fields = [
        Compared("name", labels["name"], found.name),
        Compared("kind", labels["kind"], found.kind, place_kind_word),
        Compared("parent_text", labels["parent"], title_of("place", found.parent_id)),
        Compared(
            "department_id", labels["department"], found.department_id, department
        ),
        Compared("is_store", labels["is_store"], found.is_store, lambda _each: _("是")),
    ]
    return both_versions(
        form,
        fields,
        action=url_for("places.change", place_id=found.id),
        version=found.version,
        crumbs=crumbs_of(found),
    )


class Closing(StrictSchema):
    """That a place as one has seen it shall close."""

    version = Key(required=True)


@blueprint.get("/<int:place_id>/close")
@guarded(Permission.PLACE_MANAGE)
def close_form(place_id: int) -> str:
    """The page that asks before a place closes, and says what is still there."""
    return _close_page(_managed(place_id))


def _close_page(found: Place) -> str:
    return render_template(
        "places/close.html",
        found=found,
        children=len(overviews.open_children(found)),
        assets=count_belonging(found.institution_id, place_id=found.id),
        states=[str(state) for state in NOT_DISPOSED],
        crumbs=crumbs_of(found),
    )


@blueprint.post("/<int:place_id>/close")
@guarded(Permission.PLACE_MANAGE)
def close(place_id: int) -> ResponseReturnValue:
    """Close a place in which nothing is left."""
    form = read_form(Closing)
    if not form.ok:
        return _close_page(_managed(place_id)), 422
    try:
        found = actions.close_place(current_actor(), place_id, form.values["version"])
    except Conflict as refusal:
        flash(sentence(refusal.code, refusal.facts), "error")
        return _close_page(_managed(place_id)), 409
    flash(_("已停用“%(name)s”。", name=found.full_name), "done")
    return redirect(url_for("places.index"), 303)
