"""What lies idle where and since when, with its value: for those who oversee it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from flask import render_template, url_for

from registry.access.permissions import Permission
from registry.kernel.clock import now, today
from registry.organisation import queries as organisation
from registry.organisation.models import Place
from registry.sharing.queries.overview import Overview, Share, Sum
from registry.sharing.queries.overview import overview as look
from registry.sharing.queries.policies import policy_of
from registry.sharing.queries.questions import answers_since, count_open
from registry.sharing.rules.ages import Age, days_of
from registry.sharing.states import QuestionState
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.idle.blueprints import idleness
from registry.web.pages.idle.pool import class_name
from registry.words import _, format_amount, format_money, format_number, ngettext
from registry.words.idling import question_word
from registry.words.terms import age_word

MOST_BARS = 12
ANSWERS_OF = timedelta(days=90)
ANSWERED = (
    QuestionState.IDLE,
    QuestionState.IN_USE,
    QuestionState.NOT_HERE,
    QuestionState.OVERTAKEN,
    QuestionState.WITHDRAWN,
)


@idleness.get("/overview")
@guarded(Permission.IDLE_SEE)
def overview() -> str:
    """What lies idle by department, place, class and age; and how questions stand."""
    actor = current_actor()
    found = look(actor)
    return render_template(
        "idle/overview.html",
        found=found,
        figures=_figures(found),
        departments=_departments(found),
        ages=_ages(found),
        classes=_classes(found),
        places=_tree(found),
        nowhere=_with_value(found.nowhere) if found.nowhere.count else "",
        open_questions=count_open(actor),
        answers=_answers(),
        asks=policy_of(actor.institution_id).asks,
    )


def _idle_url(**narrower: Any) -> str:
    return url_for("ledger.index", state="idle", sort="cost", **narrower)


def _figures(found: Overview) -> list[dict[str, Any]]:
    whole = found.in_use + found.idle.count
    return [
        {
            "label": _("闲置"),
            "value": format_number(found.idle.count),
            "unit": ngettext("件", "件", found.idle.count),
            "url": _idle_url(),
            "note": _share_words(found.idle.count, whole),
        },
        {
            "label": _("闲置原值"),
            "value": format_amount(found.idle.fen),
            "url": _idle_url(),
            "note": _unpriced(found.idle),
        },
        {
            "label": _("疑似闲置"),
            "value": format_number(found.suspected.count),
            "unit": ngettext("件", "件", found.suspected.count),
            "url": url_for("idleness.suspects"),
            "note": _share_words(found.suspected.count, found.in_use),
        },
        {
            "label": _("疑似闲置原值"),
            "value": format_amount(found.suspected.fen),
            "url": url_for("idleness.suspects"),
            "note": _unpriced(found.suspected),
        },
    ]


def _share_words(part: int, whole: int) -> str:
    """What part of the things in hand something is, in words."""
    if not whole:
        return ""
    share = format_number(round(100 * part / whole, 1))
    return _("占在账可用的 %(share)s%%", share=share)


def _unpriced(found: Sum) -> str:
    if not found.unpriced:
        return ""
    return _("另有 %(count)s 件没填原值", count=format_number(found.unpriced))


def _with_value(found: Sum) -> str:
    """How many, and what they cost, in one line."""
    if not found.count:
        return _("%(count)s 件", count=0)
    if found.unpriced == found.count:
        return _("%(count)s 件，没填原值", count=format_number(found.count))
    return _(
        "%(count)s 件，%(value)s",
        count=format_number(found.count),
        value=format_money(found.fen),
    )


def _departments(found: Overview) -> list[dict[str, Any]]:
    """The departments with most value idle first."""
    rows = sorted(
        found.departments, key=lambda each: (-each.idle.fen, -each.idle.count)
    )
    return [_department(each) for each in rows]


def _department(share: Share) -> dict[str, Any]:
    home = share.department
    return {
        "id": home.id,
        "name": home.name,
        "url": _idle_url(department=home.id),
        "suspects_url": url_for("idleness.suspects", department=home.id),
        "idle": share.idle,
        "suspected": share.suspected,
        "share": f"{100 * share.suspected.count / share.in_use:.1f}%"
        if share.in_use
        else "",
    }


def _ages(found: Overview) -> list[dict[str, Any]]:
    actor = current_actor()
    day = today(organisation.institution(actor.institution_id).time_zone)
    return [
        {
            "label": _valued(age_word(age), each),
            "value": each.count,
            "url": _idle_url(**_days(age, day)) if each.count else None,
        }
        for age, each in found.ages
    ]


def _valued(name: str, found: Sum) -> str:
    """A name with what the things cost, where that is known of any."""
    if found.unpriced == found.count:
        return name
    return _("%(name)s（%(value)s）", name=name, value=format_money(found.fen))


def _days(age: Age, day: Any) -> dict[str, str]:
    first, last = days_of(age, day)
    days = {"since_from": first, "since_to": last}
    return {name: each.isoformat() for name, each in days.items() if each is not None}


def _classes(found: Overview) -> list[dict[str, Any]]:
    names = Counter(each.name for each, _sums in found.classes)
    rows = [
        _class_row(
            class_name(each)
            if names[each.name] == 1
            else _("%(name)s（%(year)s 版）", name=class_name(each), year=each.edition),
            sums,
            _idle_url(class_code=each.code),
        )
        for each, sums in found.classes[:MOST_BARS]
    ]
    rest = sum((sums for _class, sums in found.classes[MOST_BARS:]), Sum())
    if rest.count:
        rows.append(_class_row(_("其余各类"), rest))
    if found.unclassed.count:
        rows.append(_class_row(_("没有分类"), found.unclassed))
    return rows


def _class_row(name: str, sums: Sum, url: str | None = None) -> dict[str, Any]:
    count = format_number(sums.count)
    return {
        "label": _("%(name)s，%(count)s 件", name=name, count=count),
        "value": sums.fen,
        "shown": format_money(sums.fen),
        "url": url,
    }


def _tree(found: Overview) -> list[dict[str, Any]]:
    """The places as a tree, with how much lies in each and all that is in it."""
    nodes: dict[int, dict[str, Any]] = {}
    top: list[dict[str, Any]] = []
    for place, sums in found.places:
        node = nodes[place.id] = _node(place, sums)
        above = nodes.get(place.parent_id or 0)
        (above["children"] if above else top).append(node)
    for node in top:
        node["open"] = True
    return top


def _node(place: Place, sums: Sum) -> dict[str, Any]:
    return {
        "label": _(
            "%(name)s（%(value)s）", name=place.name, value=format_money(sums.fen)
        ),
        "url": _idle_url(place=place.id),
        "count": sums.count,
        "open": False,
        "children": [],
    }


def _answers() -> list[dict[str, Any]]:
    """How the questions of the last months ended."""
    counts = answers_since(current_actor(), now() - ANSWERS_OF)
    return [
        {
            "label": question_word(state),
            "value": counts.get(state, 0),
            "url": url_for("idleness.questions", state=str(state)),
        }
        for state in ANSWERED
        if counts.get(state, 0)
    ]
