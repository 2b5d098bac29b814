"""The pool as a shop window: cards by item type, and the things behind a card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.interchange.actions.pool import export_cards, export_things
from registry.interchange.sheets.writing import FORMATS
from registry.kernel.clock import today
from registry.ledger.queries import first_photos
from registry.ledger.states import Condition
from registry.organisation import queries as organisation
from registry.sharing import queries
from registry.sharing.queries import Card, PoolFilter
from registry.sharing.queries.outer import sees_outside
from registry.sharing.queries.questions import count_asked_of
from registry.sharing.rules.ages import Age, days_of
from registry.web.base.fields import Choice, Flag, Key, Line, Many, StrictSchema
from registry.web.base.forms import query_values
from registry.web.base.paging import address_with
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.idle.blueprints import idle
from registry.web.pages.idle.files import file_of
from registry.web.pages.idle.menus import files, orders
from registry.web.pages.picking import department_options, title_of
from registry.words import (
    N_,
    _,
    current_language,
    format_date,
    format_list,
    gettext,
    terms,
)

THINGS_PER_PAGE = 24

SORT_WORDS = {
    "newest": N_("最近闲置的在前"),
    "longest": N_("闲置最久的在前"),
    "most": N_("件数多的在前"),
    "near": N_("离我近的在前"),
}


class PoolQuery(StrictSchema):
    """What of the pool one looks at, as it stands in the address."""

    q = Line(load_default="")
    class_code = Line(load_default="", most=20)
    department = Key(load_default=None)
    campus = Key(load_default=None)
    place = Key(load_default=None)
    place_text = Line(load_default="")
    condition = Many(Choice(Condition), load_default=list)
    free = Flag(load_default=False)
    age = Choice(Age, load_default=None)
    sort = Choice(queries.SORTS, load_default="newest")
    cursor = Line(load_default=None, most=500)


class ExportQuery(PoolQuery):
    """What of the pool to take out, by card or thing by thing, and as what."""

    type = Key(load_default=None)
    by = Choice(("cards", "things"), load_default="cards")
    form = Choice(FORMATS, load_default="xlsx")


def filter_of(values: dict[str, Any]) -> PoolFilter:
    """The filter that an address asks for."""
    actor = current_actor()
    zone = organisation.institution(actor.institution_id).time_zone
    idle_from, idle_to = (
        days_of(Age(values["age"]), today(zone)) if values["age"] else (None, None)
    )
    wanted = PoolFilter(
        text=values["q"],
        class_code=values["class_code"],
        department_id=values["department"],
        place_id=values["place"] or values["campus"],
        conditions=tuple(values["condition"]),
        free=values["free"],
        idle_from=idle_from,
        idle_to=idle_to,
    )
    return _with_place_words(wanted, values)


def _with_place_words(wanted: PoolFilter, values: dict[str, Any]) -> PoolFilter:
    """A place that was typed and not picked: the only one so called, else words."""
    text = values["place_text"]
    if values["place"] or not text:
        return wanted
    found = organisation.search_places(current_actor(), text, 2)
    if len(found) == 1:
        return replace(wanted, place_id=found[0].id)
    return replace(wanted, text=f"{wanted.text} {text}".strip())


@idle.get("", endpoint="index")
@guarded(Permission.POOL_SEE)
def index_idle() -> ResponseReturnValue:
    """Everything that lies idle in the institution, for everybody."""
    actor = current_actor()
    values = query_values(PoolQuery)
    wanted = filter_of(values)
    near, order = queries.home_campus(actor), values["sort"]
    window = queries.shop_window(
        actor, wanted, sort=order, near=near, cursor=values["cursor"]
    )
    return render_template(
        "idle/index.html",
        window=window,
        values=values,
        active=active_words(values),
        asked=count_asked_of(actor, 99),
        outside=sees_outside(actor),
        publish_url=_publish_url(),
        publishes=actor.may(Permission.OUTER_PUBLISH),
        orders=orders(
            {
                each: gettext(words)
                for each, words in SORT_WORDS.items()
                if each != "near" or near is not None
            },
            order,
        ),
        first_url=address_with(cursor=None),
        similar=_similar(wanted) if not window.page.rows else [],
        things_url=things_url,
        since_words=since_words,
        next_url=turn(window.page.next_cursor),
        previous_url=turn(window.page.previous_cursor),
        exports=_exports("cards", "things"),
        **_choices(values),
    )


def _publish_url() -> str:
    """Where one chooses, of what the window shows, what others are to see."""
    asked: dict[str, Any] = request.args.to_dict(flat=False)
    for name in ("cursor", "sort"):
        asked.pop(name, None)
    return url_for("outer.publish_form", **asked)


def turn(cursor: str | None) -> str | None:
    """The address of another page of the same list."""
    return address_with(cursor=cursor) if cursor else None


def _similar(wanted: PoolFilter) -> list[tuple[str, str]]:
    """Names to look for instead, where a search found nothing."""
    if not wanted.text:
        return []
    names = queries.similar_names(current_actor(), wanted.text)
    return [(name, url_for("idle.index", q=name)) for name in names]


def _exports(*ways: str, **more: Any) -> list[tuple[str, str, str]]:
    """The menu that takes out what is shown, in each of these ways."""
    words = {
        ("cards", "xlsx"): _("按品名汇总（Excel）"),
        ("things", "xlsx"): _("逐件清单（Excel）"),
        ("cards", "csv"): _("按品名汇总（CSV）"),
        ("things", "csv"): _("逐件清单（CSV）"),
    }
    kinds = [
        (label, {**more, "by": by, "form": form}, "export")
        for (by, form), label in words.items()
        if by in ways
    ]
    return files("idle.export", kinds)


def _choices(values: dict[str, Any]) -> dict[str, Any]:
    """What the filters offer."""
    actor = current_actor()
    return {
        "departments": department_options(),
        "classes": [
            (each.code, class_name(each)) for each in queries.classes_in_pool(actor)
        ],
        "campuses": [(each.id, each.name) for each in queries.campuses(actor)],
        "conditions": condition_options(),
        "ages": age_options(),
        "place_text": title_of("place", values["place"]) or values["place_text"],
    }


def class_name(found: Any) -> str:
    """A class's name in the reader's language, where it has one."""
    english = current_language() == "en" and found.name_en
    return str(found.name_en if english else found.name)


def condition_options() -> list[tuple[str, str]]:
    """Every condition and its word."""
    return [(str(each), terms.condition_word(each)) for each in Condition]


def age_options() -> list[tuple[str, str]]:
    """Every span of idleness and its word."""
    return [(str(each), terms.age_word(each)) for each in Age]


def active_words(values: dict[str, Any]) -> list[tuple[str, str]]:
    """What narrows the pool now, in words, each with the address without it."""
    actor = current_actor()
    found: list[tuple[str, str]] = []

    def say(words: str, *names: str) -> None:
        without: dict[str, Any] = dict.fromkeys(names)
        found.append((words, address_with(**without, cursor=None)))

    if values["q"]:
        say(_("查找“%(text)s”", text=values["q"]), "q")
    if values["class_code"]:
        say(_class_words(values["class_code"]), "class_code")
    if values["department"]:
        say(organisation.department(actor, values["department"]).name, "department")
    if values["campus"]:
        say(organisation.place(actor, values["campus"]).full_name, "campus")
    if values["place"]:
        place = organisation.place(actor, values["place"])
        say(place.full_name, "place", "place_text")
    elif values["place_text"]:
        say(_("地点“%(text)s”", text=values["place_text"]), "place_text")
    if values["condition"]:
        say(format_list(map(terms.condition_word, values["condition"])), "condition")
    if values["free"]:
        say(_("没有被占用"), "free")
    if values["age"]:
        say(_("闲置%(age)s", age=terms.age_word(values["age"])), "age")
    return found


def _class_words(code: str) -> str:
    known = {each.code: each for each in queries.classes_in_pool(current_actor())}
    if code in known:
        return class_name(known[code])
    return _("分类 %(code)s", code=code)


def things_url(card: Card) -> str:
    """The address of the things behind a card, narrowed as the window is."""
    kept: dict[str, Any] = {
        name: request.args.getlist(name)
        for name in ("department", "campus", "place", "condition", "free", "age")
        if request.args.getlist(name)
    }
    return url_for("idle.group", type_id=card.kind.id, **kept)


def since_words(card: Card) -> str:
    """Since when a card's things lie idle: a day, or the first and the last."""
    first, last = local_day(card.oldest), local_day(card.newest)
    if first == last:
        return _("%(day)s起闲置", day=format_date(first))
    return _(
        "%(first)s到%(last)s间闲置", first=format_date(first), last=format_date(last)
    )


def local_day(moment: datetime) -> date:
    """On which day a moment lies where the institution is."""
    actor = current_actor()
    zone = organisation.institution(actor.institution_id).time_zone
    return moment.astimezone(ZoneInfo(zone)).date()


@idle.get("/types/<int:type_id>")
@guarded(Permission.POOL_SEE)
def group(type_id: int) -> ResponseReturnValue:
    """The idle things of one item type: where, whom to ask, and each by itself."""
    actor = current_actor()
    kind = queries.pool_type(actor, type_id)
    if kind.id != type_id:
        return redirect(url_for("idle.group", type_id=kind.id), 303)
    values = query_values(PoolQuery)
    wanted = replace(filter_of(values), item_type_id=kind.id)
    card = queries.card_of_type(actor, wanted, kind)
    page = queries.things(actor, wanted, cursor=values["cursor"], size=THINGS_PER_PAGE)
    return render_template(
        "idle/group.html",
        kind=kind,
        card=card,
        page=page,
        values=values,
        active=active_words(values),
        photos=first_photos([asset.id for asset in page.rows]),
        since_words=since_words,
        local_day=local_day,
        next_url=turn(page.next_cursor),
        previous_url=turn(page.previous_cursor),
        exports=_exports("things", type=kind.id),
        **_choices(values),
    )


@idle.get("/export")
@guarded(Permission.EXPORT_RUN)
def export() -> Response:
    """What is shown of the pool, as a workbook or as delimited text."""
    actor = current_actor()
    values = query_values(ExportQuery)
    wanted = filter_of(values)
    if values["type"] is not None:
        kind = queries.pool_type(actor, values["type"])
        wanted = replace(wanted, item_type_id=kind.id)
    near = queries.home_campus(actor)
    if values["by"] == "things":
        columns, rows = export_things(actor, wanted)
    else:
        columns, rows = export_cards(actor, wanted, sort=values["sort"], near=near)
    return file_of((columns, rows), values["form"], _("闲置资产"))
