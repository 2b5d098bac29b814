"""Two people changed one thing: the page that shows the second one both versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from registry.web.base.forms import Form


@dataclass(frozen=True)
class Compared:
    """A field of the form: its name and label, what it holds now, how that is said."""

    name: str
    label: str
    now: Any
    said: Callable[[str], str] = str


def both_versions(
    form: Form,
    fields: Sequence[Compared],
    *,
    action: str,
    version: int,
    crumbs: list[tuple[str, str | None]],
) -> tuple[str, int]:
    """The 409 page on which one chooses field by field, and sends again."""
    rows, kept = [], {}
    for field in fields:
        mine = _text(form.given.get(field.name))
        theirs = _text(field.now)
        if mine == theirs:
            kept[field.name] = theirs
            continue
        rows.append(
            {
                "name": field.name,
                "label": field.label,
                "mine": field.said(mine) if mine else "",
                "value": mine,
                "theirs": field.said(theirs) if theirs else "",
                "their_value": theirs,
            }
        )
    page = render_template(
        "both.html",
        rows=rows,
        kept=kept,
        action=action,
        version=version,
        crumbs=crumbs,
    )
    return page, 409


def _text(value: Any) -> str:
    """A value as a field of a form sends it."""
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)
