"""Item types: the list, one of them, aliases, merging two that are one, the history."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.catalogue import actions, queries
from registry.catalogue.actions import TypeDraft
from registry.catalogue.models import ItemType
from registry.kernel.errors import Conflict, Invalid, Missing, StaleVersion
from registry.kernel.money import amount_text
from registry.ledger.queries.counting import assets_by_type
from registry.lists.of.types import TYPES
from registry.web.base.fields import Flag, Key, Line, Money, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, read_form, read_query
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.comparing import Compared, both_versions
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.picking import settle_pick, settle_type, title_of
from registry.web.pages.timelines import plain, timeline_of
from registry.words import _, format_money

blueprint = Blueprint("types", __name__, url_prefix="/types")


@blueprint.get("")
@guarded(Permission.TYPE_MANAGE)
def index() -> ResponseReturnValue:
    """Item types by name, with how many assets are of each."""
    view = view_of(TYPES)
    if not isinstance(view, ListView):
        return view
    return render_template("types/index.html", view=view), view.status


def address(type_id: int) -> str:
    """The page of an item type."""
    return url_for("types.show", type_id=type_id)


def _crumbs(found: ItemType) -> list[tuple[str, str | None]]:
    return [(_("资产品名"), url_for("types.index")), (found.title, address(found.id))]


@blueprint.get("/<int:type_id>")
@guarded(Permission.TYPE_MANAGE)
def show(type_id: int) -> str:
    """One item type, its aliases and how many assets are of it."""
    return _show_page(queries.item_type(current_actor(), type_id), blank_form())


def _show_page(found: ItemType, form: Form) -> str:
    count = assets_by_type(current_actor(), [found.id]).get(found.id, 0)
    return render_template("types/show.html", found=found, form=form, count=count)


@blueprint.get("/<int:type_id>/history")
@guarded(Permission.TYPE_MANAGE)
def history(type_id: int) -> str:
    """What happened to an item type."""
    actor = current_actor()
    found = queries.item_type(actor, type_id)
    lines = timeline_of(actor, "item_type", found.id, labels=_labels(), said=_said)
    return render_template("types/history.html", found=found, lines=lines)


def _said(field: str, value: Any) -> Any:
    if field in ("into", "merged"):
        return title_of("type", value)
    if field == "class_id":
        return _class_name(str(value))
    if field == "replacement_price_fen":
        return format_money(int(value))
    return plain(field, value)


def _class_name(key: str) -> str:
    try:
        return queries.asset_class(current_actor(), int(key)).name
    except (Missing, ValueError):
        return ""


def _labels() -> dict[str, str]:
    return {
        "name": _("名称"),
        "brand": _("品牌"),
        "model": _("型号"),
        "specification": _("规格"),
        "unit": _("计量单位"),
        "asset_class": _("分类"),
        "class_id": _("分类"),
        "asset_class_text": _("分类"),
        "service_life_months": _("最低使用年限（月）"),
        "replacement_price": _("重置价"),
        "replacement_price_fen": _("重置价"),
        "is_labelled": _("要贴标签"),
        "alias": _("别名"),
        "into": _("并入"),
        "merged": _("并入的品名"),
    }


class TypeForm(StrictSchema):
    """What is asked of an item type."""

    version = Key(load_default=None)
    name = Line(required=True)
    brand = Line(load_default="")
    model = Line(load_default="")
    specification = Line(load_default="")
    unit = Line(load_default="", most=20)
    service_life_months = Whole(load_default=None, most=1_200)
    replacement_price = Money(load_default=None)
    is_labelled = Flag(load_default=False)
    asset_class = Key(load_default=None)
    asset_class_text = Line()


def _read() -> tuple[Form, TypeDraft | None, int]:
    """The form, what it means if it means something, and the version it is about."""
    form = read_form(TypeForm)
    class_id = settle_pick(
        form,
        "asset_class",
        lambda actor, text, most: queries.classes(actor, text=text, limit=most),
        lambda row: str(row.name),
    )
    if not form.ok:
        return form, None, 0
    values = dict(form.values)
    version = values.pop("version") or 0
    price = values.pop("replacement_price")
    draft = TypeDraft(**values, class_id=class_id, replacement_price_fen=price)
    return form, draft, version


@blueprint.get("/new")
@guarded(Permission.TYPE_MANAGE)
def new() -> str:
    """The form for another item type."""
    return _new_page(
        blank_form(is_labelled=True, name=request.args.get("name", "")[:200])
    )


def _new_page(form: Form) -> str:
    return render_template("types/new.html", form=form, labels=_labels())


@blueprint.post("/new")
@guarded(Permission.TYPE_MANAGE)
def add() -> ResponseReturnValue:
    """Add an item type."""
    form, draft, _version = _read()
    if draft is not None:
        try:
            made = actions.add_type(current_actor(), draft)
            flash(_("已添加“%(name)s”。", name=made.title), "done")
            return redirect(address(made.id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("name", refusal.code, **refusal.facts)
    return _new_page(form), 422


@blueprint.get("/<int:type_id>/edit")
@guarded(Permission.TYPE_MANAGE)
def edit(type_id: int) -> str:
    """The form that changes an item type."""
    found = queries.item_type(current_actor(), type_id)
    return _edit_page(found, blank_form(**_given(found)))


def _given(found: ItemType) -> dict[str, Any]:
    """An item type as it stands in the fields of its form."""
    price = found.replacement_price_fen
    return {
        "name": found.name,
        "brand": found.brand,
        "model": found.model,
        "specification": found.specification,
        "unit": found.unit,
        "asset_class": found.class_id,
        "asset_class_text": found.asset_class.name if found.asset_class else "",
        "service_life_months": found.service_life_months,
        "replacement_price": amount_text(price) if price is not None else "",
        "is_labelled": found.is_labelled,
        "version": found.version,
    }


def _edit_page(found: ItemType, form: Form) -> str:
    return render_template(
        "types/edit.html",
        found=found,
        form=form,
        labels=_labels(),
        crumbs=_crumbs(found),
    )


@blueprint.post("/<int:type_id>/edit")
@guarded(Permission.TYPE_MANAGE)
def change(type_id: int) -> ResponseReturnValue:
    """Change an item type; of two who do the second sees both versions."""
    actor = current_actor()
    form, draft, version = _read()
    if draft is not None:
        try:
            actions.change_type(actor, type_id, version, draft)
            flash(_("已保存。"), "done")
            return redirect(address(type_id), 303)
        except StaleVersion:
            return _both(queries.item_type(actor, type_id), form)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("name", refusal.code, **refusal.facts)
    return _edit_page(queries.item_type(actor, type_id), form), 422


def _both(found: ItemType, form: Form) -> ResponseReturnValue:
    words, now = _labels(), _given(found)
    said = {"is_labelled": lambda _each: _("是")}
    return both_versions(
        form,
        [
            Compared(name, words[name], now[name], said.get(name, str))
            for name in now
            if name not in ("version", "asset_class")
        ],
        action=url_for("types.change", type_id=found.id),
        version=found.version,
        crumbs=_crumbs(found),
    )


class AliasForm(StrictSchema):
    """Another name of an item type."""

    alias = Line(required=True)


@blueprint.post("/<int:type_id>/aliases")
@guarded(Permission.TYPE_MANAGE)
def add_alias(type_id: int) -> ResponseReturnValue:
    """Let an item type be found by another name."""
    actor = current_actor()
    form = read_form(AliasForm)
    if form.ok:
        try:
            actions.add_alias(actor, type_id, form.values["alias"])
            flash(_("以后用“%(name)s”也能找到它。", name=form.values["alias"]), "done")
            return redirect(address(type_id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            form.refuse("alias", refusal.code, **refusal.facts)
    return _show_page(queries.item_type(actor, type_id), form), 422


@blueprint.post("/<int:type_id>/aliases/remove")
@guarded(Permission.TYPE_MANAGE)
def remove_alias(type_id: int) -> ResponseReturnValue:
    """Let an item type no longer be found by a name."""
    form = read_form(AliasForm)
    if not form.ok:
        found = queries.item_type(current_actor(), type_id)
        return _show_page(found, form), 422
    actions.remove_alias(current_actor(), type_id, form.values["alias"])
    flash(_("已移除别名。"), "done")
    return redirect(address(type_id), 303)


class Merging(StrictSchema):
    """The item type that another one really is."""

    into = Key(load_default=None)
    into_text = Line()


@blueprint.get("/<int:type_id>/merge")
@guarded(Permission.TYPE_MERGE)
def merge_form(type_id: int) -> ResponseReturnValue:
    """Choose the item type it really is; once chosen, what merging will do."""
    found = queries.item_type(current_actor(), type_id)
    if found.merged_into_id is not None:
        return redirect(address(found.id), 303)
    if not request.args:
        return _merge_page(found, blank_form(), None)
    form = read_query(Merging)
    into = _into(form, found)
    return _merge_page(found, form, into), 200 if into else 422


def _into(form: Form, found: ItemType) -> ItemType | None:
    into_id = settle_type(form, "into", required=True)
    if into_id is None or not form.ok:
        return None
    into = queries.standing_type(current_actor(), into_id)
    if into.id == found.id:
        form.refuse("into", "merged_into_itself")
        return None
    return into


def _merge_page(found: ItemType, form: Form, into: ItemType | None) -> str:
    ids = [found.id, *([into.id] if into else [])]
    return render_template(
        "types/merge.html",
        found=found,
        form=form,
        into=into,
        counts=assets_by_type(current_actor(), ids),
        crumbs=_crumbs(found),
    )


class Merged(StrictSchema):
    """The item type chosen on the page before."""

    into = Key(required=True)


@blueprint.post("/<int:type_id>/merge")
@guarded(Permission.TYPE_MERGE)
def merge(type_id: int) -> ResponseReturnValue:
    """Declare that an item type is another."""
    actor = current_actor()
    form = read_form(Merged)
    if form.ok:
        try:
            made = actions.merge_types(actor, type_id, form.values["into"])
            flash(_("已合并到“%(name)s”。", name=made.title), "done")
            return redirect(address(made.id), 303)
        except Invalid as refusal:
            form.refuse("into", refusal.code, **refusal.facts)
    return _merge_page(queries.item_type(actor, type_id), form, None), 422
