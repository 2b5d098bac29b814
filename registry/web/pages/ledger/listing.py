"""Lists of assets: the ledger one may see."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.kernel.errors import Refused
from registry.ledger import queries
from registry.ledger.queries import Filter
from registry.ledger.queries.lacking import LACKS, UNKNOWN
from registry.ledger.queries.listing import ORDERS, SORTS
from registry.ledger.states import AssetState, Condition
from registry.organisation import queries as organisation
from registry.store.paging import order_named
from registry.web.base.fields import (
    Choice,
    Day,
    Flag,
    Key,
    Line,
    Many,
    Money,
    StrictSchema,
)
from registry.web.base.forms import query_values
from registry.web.base.paging import address_with
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.ledger.blueprints import ledger
from registry.web.pages.picking import department_options
from registry.words import N_, _, format_list
from registry.words.terms import condition_word, state_word

COUNTED = 10_000

LACKING = {
    "place": N_("没有存放地点"),
    "custodian": N_("没有保管人"),
    "cost": N_("没有原值"),
    "photo": N_("没有照片"),
    "label": N_("标签还没打印"),
    "acquired_on": N_("没有取得日期"),
    "class": N_("没有分类"),
}
"""What a list is narrowed to that lacks something, in words."""


def condition_of(condition: str) -> str:
    """A condition in words, the unknown one too."""
    return _("没有记录") if condition == UNKNOWN else condition_word(condition)


class AssetFilter(StrictSchema):
    """What a list of assets is narrowed to, as it stands in the address."""

    q = Line(load_default="")
    state = Many(Choice(AssetState), load_default=list)
    department = Key(load_default=None)
    place = Key(load_default=None)
    type = Key(load_default=None)
    class_code = Line(load_default="", most=20)
    custodian = Key(load_default=None)
    acquired_from = Day(load_default=None)
    acquired_to = Day(load_default=None)
    cost_from = Money(load_default=None)
    cost_to = Money(load_default=None)
    since_from = Day(load_default=None)
    since_to = Day(load_default=None)
    document = Line(load_default="", most=60)
    claimed = Choice(("yes", "no"), load_default=None)
    condition = Many(Choice((*Condition, UNKNOWN)), load_default=list)
    lacks = Many(Choice(LACKS), load_default=list)
    outlived = Flag(load_default=False)
    sort = Choice(SORTS, load_default="newest")
    cursor = Line(load_default=None, most=4_000)


def filter_of(values: dict[str, Any]) -> Filter:
    """The filter that an address asks for."""
    return Filter(
        text=values["q"],
        states=tuple(values["state"]),
        department_id=values["department"],
        place_id=values["place"],
        item_type_id=values["type"],
        class_code=values["class_code"],
        custodian_id=values["custodian"],
        claimed=None if values["claimed"] is None else values["claimed"] == "yes",
        acquired_from=values["acquired_from"],
        acquired_to=values["acquired_to"],
        cost_from_fen=values["cost_from"],
        cost_to_fen=values["cost_to"],
        since_from=values["since_from"],
        since_to=values["since_to"],
        document=values["document"],
        conditions=tuple(values["condition"]),
        lacks=tuple(values["lacks"]),
        outlived=values["outlived"],
    )


@ledger.get("")
@guarded(Permission.ASSET_SEE)
def index() -> ResponseReturnValue:
    """The assets one may see in full; an exact code or number opens its page."""
    actor = current_actor()
    values = query_values(AssetFilter)
    if values["q"] and len(request.args) == 1:
        direct = _directly(values["q"])
        if direct is not None:
            return redirect(direct, 303)
    wanted = filter_of(values)
    page = queries.list_assets(
        actor, wanted, sort=values["sort"], cursor=values["cursor"]
    )
    total = queries.count_assets(actor, wanted, COUNTED + 1)
    return render_template(
        "ledger/index.html",
        page=page,
        values=values,
        total=total if total <= COUNTED else None,
        active=_active(values),
        departments=department_options(),
        next_url=_turn(page.next_cursor),
        previous_url=_turn(page.previous_cursor),
        columns=_columns(values["sort"]),
        states=[(str(state), state_word(state)) for state in AssetState],
    )


def _directly(text: str) -> str | None:
    """Where a text leads that is one asset's code, number or serial and no more."""
    try:
        found = queries.find_scanned(current_actor(), text)
    except Refused:
        return None
    if found.asset is None:
        return None
    return url_for("ledger.show", asset_id=found.asset.id)


def _turn(cursor: str | None) -> str | None:
    return address_with(cursor=cursor) if cursor else None


def _columns(sort: str) -> list[dict[str, Any]]:
    """The columns of the list, with the address that sorts by each."""

    def column(key: str, label: str, by: str | None = None, **more: Any) -> Any:
        found: dict[str, Any] = {"key": key, "label": label, **more}
        if by is not None:
            turned = f"-{by}" if by == sort else by
            found["sort_url"] = address_with(sort=turned, cursor=None)
            if by == sort.removeprefix("-"):
                falling = order_named(ORDERS, sort).falling
                found["sorted"] = "descending" if falling else "ascending"
        return found

    return [
        column("name", _("资产名称"), "name", phone="title"),
        column("number", _("资产编号"), "number"),
        column("state", _("状态"), "state", phone="chip"),
        column("place", _("存放地点"), "place"),
        column("department", _("使用部门"), "department"),
        column("custodian", _("保管人"), "custodian"),
        column("acquired_on", _("取得日期"), "acquired", phone="none", wide=True),
        column("cost", _("原值"), "cost", number=True, phone="none"),
    ]


def _active(values: dict[str, Any]) -> list[tuple[str, str]]:
    """What narrows the list now, in words, each with the address without it."""
    actor = current_actor()
    found: list[tuple[str, str]] = []

    def say(name: str, words: str) -> None:
        found.append((words, address_with(**{name: None, "cursor": None})))

    if values["q"]:
        say("q", _("查找“%(text)s”", text=values["q"]))
    if values["state"]:
        say("state", format_list(map(state_word, values["state"])))
    if values["department"]:
        say("department", organisation.department(actor, values["department"]).name)
    if values["place"]:
        say("place", organisation.place(actor, values["place"]).full_name)
    if values["type"]:
        say("type", catalogue.item_type(actor, values["type"]).title)
    if values["custodian"]:
        name = organisation.person(actor, values["custodian"]).name
        say("custodian", _("保管人 %(name)s", name=name))
    if values["document"]:
        say("document", _("单据 %(number)s", number=values["document"]))
    if values["class_code"]:
        say("class_code", _("分类 %(code)s", code=values["class_code"]))
    if values["acquired_from"]:
        say("acquired_from", _("取得不早于 %(day)s", day=values["acquired_from"]))
    if values["acquired_to"]:
        say("acquired_to", _("取得不晚于 %(day)s", day=values["acquired_to"]))
    if values["since_from"]:
        say("since_from", _("现状始于 %(day)s 或以后", day=values["since_from"]))
    if values["since_to"]:
        say("since_to", _("现状始于 %(day)s 或以前", day=values["since_to"]))
    if values["cost_from"] is not None:
        yuan = values["cost_from"] // 100
        say("cost_from", _("原值不低于 %(yuan)s 元", yuan=yuan))
    if values["cost_to"] is not None:
        yuan = values["cost_to"] // 100
        say("cost_to", _("原值不高于 %(yuan)s 元", yuan=yuan))
    if values["condition"]:
        say("condition", format_list(map(condition_of, values["condition"])))
    if values["lacks"]:
        say("lacks", format_list(_(LACKING[each]) for each in values["lacks"]))
    if values["outlived"]:
        say("outlived", _("超过使用年限"))
    if values["claimed"]:
        say("claimed", _("被占用") if values["claimed"] == "yes" else _("没有被占用"))
    return found
