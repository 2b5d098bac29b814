"""What narrows a list and how it is ordered, in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.interchange.rules.fields import Kind
from registry.lists.description import FilterField, Listing, Narrows
from registry.lists.titles import class_title, title_of
from registry.web.base.sessions import current_actor
from registry.words import _, format_date


def chip_words(each: FilterField, text: str) -> str:
    """One value of a filter in words: ``状态：闲置``, ``取得不早于 2026-01-01``."""
    value = value_words(each, text)
    if each.chip:
        return _(each.chip, value=value)
    if each.kind is Narrows.YES_NO:
        return value
    return _("%(label)s：%(value)s", label=_(each.label), value=value)


def value_words(each: FilterField, text: str) -> str:
    """What a value of a filter is called, from how it stands in the address."""
    if each.choices:
        return _(each.choices[text])
    if each.picks == "class":
        return class_title(current_actor(), text)
    if each.picks:
        title = title_of(current_actor(), each.picks, int(text))
        return title or _("已经没有的一项")
    if each.kind is Narrows.DAY:
        return format_date(date.fromisoformat(text), "short")
    return text


def order_words(listing: Listing[Any, Any]) -> list[tuple[str, str]]:
    """Every order of a list, both ways, with what it is called."""
    labels = {column.sort: column for column in listing.columns if column.sort}
    found: list[tuple[str, str]] = []
    for name, order in listing.orders.items():
        column = labels.get(name)
        if column is not None:
            words, kind = _(column.label), column.kind
        elif name in listing.order_labels:
            words, kind = _(listing.order_labels[name]), Kind.DATE
        else:
            continue
        first, second = (order.falling, not order.falling)
        found.append((name, _way(words, kind, falling=first)))
        found.append((f"-{name}", _way(words, kind, falling=second)))
    return found


def _way(label: str, kind: Kind, *, falling: bool) -> str:
    if kind in (Kind.DATE, Kind.MOMENT):
        if falling:
            return _("%(label)s：晚的在前", label=label)
        return _("%(label)s：早的在前", label=label)
    if kind in (Kind.MONEY, Kind.WHOLE):
        if falling:
            return _("%(label)s：大的在前", label=label)
        return _("%(label)s：小的在前", label=label)
    if falling:
        return _("%(label)s：倒着排", label=label)
    return _("%(label)s：顺着排", label=label)
