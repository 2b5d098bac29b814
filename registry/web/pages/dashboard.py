"""The overview: what there is, in what state, how old, and what has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.interchange.sheets.writing import MEDIA_TYPES
from registry.kernel.clock import now
from registry.ledger.queries.sight import reach_of
from registry.reports.queries.overview import Wanted, figures
from registry.reports.rules.figures import Department, Figures
from registry.reports.rules.measures import AGE_YEARS, AGES, LIVE, years_before
from registry.web.base.fields import Choice, Key, Line, StrictSchema
from registry.web.base.figures import SPANS, Group, file_of, groups_of, trends_of
from registry.web.base.figures import Line as Figure
from registry.web.base.forms import query_values
from registry.web.base.paging import address_with
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.picking import department_options
from registry.words import _, format_amount, format_date, format_number, ngettext

blueprint = Blueprint("dashboard", __name__, url_prefix="/overview")

FIRST_SHOWN = 12
"""So many departments or classes are shown at first, the rest on request."""


class Asked(StrictSchema):
    """Of which department and class figures are asked for."""

    department = Key(load_default=None)
    class_code = Line(load_default="", most=20)


class FileAsked(Asked):
    """The same as a file."""

    form = Choice(("xlsx", "csv"), load_default="xlsx")


@dataclass(frozen=True)
class View:
    """Figures as the page and its printed form draw them."""

    figures: Figures
    top: Department
    is_chosen: bool
    """Whether the department was asked for, and is not just where the reader is."""
    class_code: str
    class_name: str
    narrowed: bool
    """Whether there is more in the institution than the reader sees."""


def _view(asked: dict[str, Any]) -> View:
    actor = current_actor()
    code = asked["class_code"]
    wanted = Wanted(asked["department"], code)
    found, top = figures(actor, wanted)
    kind = catalogue.class_by_code(actor, code) if code else None
    return View(
        figures=found,
        top=top,
        is_chosen=asked["department"] is not None,
        class_code=code,
        class_name=kind.name if kind else "",
        narrowed=not reach_of(actor).everything,
    )


@blueprint.get("")
@guarded(Permission.FIGURES_SEE)
def index() -> str:
    """All figures of what one may see, each leading to its list."""
    return _page("dashboard/index.html")


@blueprint.get("/print")
@guarded(Permission.FIGURES_SEE)
def paper() -> str:
    """The same for A4 paper."""
    asked: dict[str, Any] = request.args.to_dict()
    back = url_for("dashboard.index", **asked)
    return _page("dashboard/print.html", printed_at=now(), back_url=back)


def _page(template: str, **more: Any) -> str:
    view = _view(query_values(Asked))
    weeks, trends = trends_of(view.figures)
    return render_template(
        template,
        view=view,
        groups={group.name: _group(view, group) for group in groups_of(view.figures)},
        points=[format_date(end, "short")[5:] for end in weeks],
        trends=[
            {
                "label": trend.words,
                "values": trend.weeks,
                "sums": [trend.sums[span] for span in SPANS],
            }
            for trend in trends
        ],
        sums=[_("%(days)s 天", days=span) for span in SPANS],
        most=FIRST_SHOWN,
        active=_active(view),
        departments=department_options(),
        classes=_classes(),
        **more,
    )


def _classes() -> list[tuple[str, str]]:
    """The classes one can choose: the two highest levels."""
    actor = current_actor()
    options: list[tuple[str, str]] = []
    for high in catalogue.classes(actor, parent_code="", limit=100):
        options.append((high.code, high.name))
        below = catalogue.classes(actor, parent_code=high.code, limit=100)
        options += [(each.code, f"　{each.name}") for each in below]
    return options


def _active(view: View) -> list[tuple[str, str]]:
    """What narrows the figures now, in words, each with the address without it."""
    found = []
    if view.is_chosen:
        found.append((view.top.name, address_with(department=None)))
    if view.class_code:
        found.append((view.class_name, address_with(class_code=None)))
    return found


def _group(view: View, group: Group) -> list[dict[str, Any]]:
    """A group as the macros draw it: rows that lead to their lists."""
    draw = _row
    if group.name == "whole":
        draw = _box
    elif group.name == "coverage":
        draw = _missing
    return [draw(view, group, line) for line in group.lines]


def _row(view: View, group: Group, line: Figure) -> dict[str, Any]:
    notes = [
        _percent(line.share) if group.name not in ("department", "class") else "",
        _money(view, line.value_fen),
        _("闲置 %(count)s", count=format_number(line.idle)) if line.idle else "",
    ]
    return {
        "label": line.words,
        "value": line.count,
        "note": " · ".join(filter(None, notes)),
        "url": _list_of(view, group.name, line.key) if line.count else None,
        "inside": _inside(view, group.name, line.key, own=line.own),
    }


def _box(view: View, group: Group, line: Figure) -> dict[str, Any]:
    """One of the key figures at the top."""
    money = _money(view, line.value_fen)
    notes = [
        _("占 %(share)s", share=_percent(line.share)) if line.share is not None else "",
        _("原值 %(money)s", money=money) if money else "",
    ]
    return {
        "label": line.words,
        "value": format_number(line.count),
        "unit": ngettext("件", "件", line.count),
        "note": _("，").join(filter(None, notes)),
        "url": _list_of(view, group.name, line.key),
    }


def _missing(view: View, group: Group, line: Figure) -> dict[str, Any]:
    """How complete the records are; the row leads to those that are not."""
    share = next(each for each in view.figures.coverage if each.key == line.key)
    lacking = share.of - share.count
    words = _("缺 %(count)s 件", count=format_number(lacking)) if lacking else ""
    return {
        "label": line.words,
        "value": line.share,
        "shown": _percent(line.share),
        "note": words or (_("都有") if share.of else ""),
        "url": _list_of(view, group.name, line.key) if lacking else None,
    }


def _percent(share: float | None) -> str:
    return "" if share is None else f"{format_number(share)}%"


def _money(view: View, fen: int | None) -> str:
    """An amount in whole units: cents say nothing here."""
    return "" if fen is None else format_amount(fen, view.figures.currency)


def _list_of(view: View, group: str, key: Any) -> str | None:
    """The address of the list of just the assets that a line counts."""
    narrowing = NARROWING[group](view, key)
    if narrowing is None:
        return None
    chosen: dict[str, Any] = {"state": list(LIVE)}
    if view.is_chosen:
        chosen["department"] = view.top.id
    if view.class_code:
        chosen["class_code"] = view.class_code
    return url_for("ledger.index", **{**chosen, **narrowing})


def _by_whole(_view: View, key: str) -> dict[str, Any] | None:
    known: dict[str, dict[str, Any]] = {
        "whole": {},
        "idle": {"state": ["idle"]},
        "outlived": {"outlived": "1"},
        "disposed": {"state": ["disposed"]},
    }
    return known[key]


def _by_state(_view: View, key: str) -> dict[str, Any] | None:
    return {"state": [key]}


def _by_department(view: View, key: int | None) -> dict[str, Any] | None:
    """A list is of a department with all below it; of itself alone there is none."""
    if key is None or (key == view.top.id and len(view.figures.departments) > 1):
        return None
    return {"department": key}


def _by_class(view: View, key: str | None) -> dict[str, Any] | None:
    if key is None:
        return {"lacks": ["class"]}
    if key == view.class_code and len(view.figures.classes) > 1:
        return None
    return {"class_code": key}


def _by_age(view: View, key: str) -> dict[str, Any] | None:
    """From when to when assets of an age were acquired."""
    if key not in AGES[:-1]:
        return {"lacks": ["acquired_on"]}
    day = view.figures.day
    found: dict[str, Any] = {}
    place = AGES.index(key)
    if place < len(AGE_YEARS):
        first = years_before(day, AGE_YEARS[place]) + timedelta(days=1)
        found["acquired_from"] = first.isoformat()
    if place:
        found["acquired_to"] = years_before(day, AGE_YEARS[place - 1]).isoformat()
    return found


def _by_condition(_view: View, key: str) -> dict[str, Any] | None:
    return {"condition": [key]}


def _by_coverage(_view: View, key: str) -> dict[str, Any] | None:
    return {"lacks": [key]}


NARROWING: dict[str, Callable[[View, Any], dict[str, Any] | None]] = {
    "whole": _by_whole,
    "state": _by_state,
    "department": _by_department,
    "class": _by_class,
    "age": _by_age,
    "condition": _by_condition,
    "coverage": _by_coverage,
}
"""How each group's lines narrow the list they lead to."""


def _inside(view: View, group: str, key: Any, *, own: bool) -> str | None:
    """The address of the figures inside a department or class."""
    if key is None or own or group not in ("department", "class"):
        return None
    if group == "class" and key == view.class_code:
        return None
    name = "department" if group == "department" else "class_code"
    return address_with(**{name: key})


@blueprint.get("/export")
@guarded(Permission.FIGURES_SEE)
def export() -> ResponseReturnValue:
    """All figures as a workbook, or as delimited text with ``form=csv``."""
    values = query_values(FileAsked)
    found, _top = figures(
        current_actor(), Wanted(values["department"], values["class_code"])
    )
    form, title = values["form"], _("资产概览")
    answer = Response(file_of(found, form), content_type=MEDIA_TYPES[form])
    name = quote(f"{title} {found.day.isoformat()}.{form}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer
