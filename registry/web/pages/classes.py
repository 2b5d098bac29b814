"""Asset classes: looking through the tree, and loading the one the product brings."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.catalogue import actions, queries
from registry.catalogue.models import AssetClass
from registry.kernel.errors import Missing
from registry.lists.of.classes import CLASSES
from registry.web.base.paging import address_with
from registry.web.base.routes import guarded, signed_in
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.words import _

blueprint = Blueprint("classes", __name__, url_prefix="/classes")

PAGE = 100


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """The classes right below one; a search leads to the list."""
    actor = current_actor()
    if text := request.args.get("q", "").strip()[:100]:
        return redirect(url_for("classes.rows", q=text), 303)
    after = request.args.get("after", "")[:20]
    parent = _parent()
    above = "" if parent is None else parent.code
    found = queries.classes(actor, parent_code=above, after=after, limit=PAGE + 1)
    more = len(found) > PAGE
    return render_template(
        "classes/index.html",
        rows=found[:PAGE],
        parent=parent,
        total=queries.count_classes(actor),
        crumbs=_crumbs(parent),
        next_url=address_with(after=found[PAGE - 1].code) if more else None,
    )


@blueprint.get("/all")
@signed_in
def rows() -> ResponseReturnValue:
    """Every class as a list: searched, narrowed, as a file."""
    view = view_of(CLASSES)
    if not isinstance(view, ListView):
        return view
    return render_template("classes/rows.html", view=view), view.status


def _parent() -> AssetClass | None:
    """The class one looks below; Missing for one that is not in the table."""
    code = request.args.get("below", "")[:20]
    if not code:
        return None
    found = queries.class_by_code(current_actor(), code)
    if found is None:
        raise Missing(what="asset_classes")
    return found


def _crumbs(parent: AssetClass | None) -> list[tuple[str, str | None]]:
    """The way down to a class."""
    if parent is None:
        return []
    actor = current_actor()
    way: list[tuple[str, str | None]] = [(parent.name, None)]
    above = queries.class_by_code(actor, parent.parent_code)
    while above is not None and len(way) < 10:
        way.insert(0, (above.name, url_for("classes.index", below=above.code)))
        above = queries.class_by_code(actor, above.parent_code)
    return [(_("资产分类"), url_for("classes.index")), *way]


@blueprint.post("/starting")
@guarded(Permission.CLASS_LOAD)
def load_starting() -> ResponseReturnValue:
    """Load the classes the product comes with."""
    added, changed = actions.load_starting_classes(current_actor())
    words = _(
        "已载入：新增 %(added)s 类，更新 %(changed)s 类。", added=added, changed=changed
    )
    flash(words, "done")
    return redirect(url_for("classes.index"), 303)
