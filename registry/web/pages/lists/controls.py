"""The fields of a list's filters, as a template draws them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import url_for

from registry.lists.description import FilterField, Narrows
from registry.web.base.lists import Asked, texts_of
from registry.web.pages.lists.words import value_words
from registry.web.pages.picking import department_options
from registry.words import _

SUGGESTING = {
    "place": "picking.places",
    "person": "picking.people",
    "type": "picking.types",
}


@dataclass(frozen=True)
class Control:
    """One field: how it is drawn, what stands in it, what may be chosen."""

    name: str
    label: str
    draws: str
    """``checks``, ``select``, ``text``, ``day``, ``money``, ``check``, ``pick``."""
    given: str = ""
    """What was typed, or is chosen."""
    values: tuple[str, ...] = ()
    options: list[tuple[str, str]] = field(default_factory=list)
    ticked: list[tuple[str, str]] = field(default_factory=list)
    """Values it has already, which may be taken away."""
    suggest_url: str = ""
    error: str = ""
    most: int = 200

    @property
    def is_used(self) -> bool:
        """Whether it narrows the list now, or was to."""
        return bool(self.given or self.values or self.ticked or self.error)


def control_of(each: FilterField, asked: Asked) -> Control:
    """The field of a filter with what stands in it now."""
    value = asked.values.get(each.name)
    texts = tuple(texts_of(each, value)) if value is not None else ()
    error = asked.form.errors.get(each.name, "")
    typed = str(asked.form.given.get(each.name) or "") if error else ""
    common: dict[str, Any] = {"name": each.name, "label": _(each.label), "error": error}
    words = [(text, _(word)) for text, word in each.choices.items()]
    if each.kind is Narrows.CHOICES:
        return Control(**common, draws="checks", values=texts, options=words)
    if each.kind in (Narrows.CHOICE, Narrows.YES_NO):
        return Control(**common, draws="select", given="".join(texts), options=words)
    if each.kind is Narrows.FLAG:
        return Control(**common, draws="check", given="1" if texts else "")
    if each.kind is Narrows.KEY and each.picks == "department":
        return _one_department(each, texts, common)
    if each.takes_several:
        return _several(each, asked, texts, common)
    draws = {Narrows.DAY: "day", Narrows.MONEY: "money"}.get(each.kind, "text")
    given = typed or "".join(texts)
    return Control(**common, draws=draws, given=given, most=each.most)


def _one_department(
    each: FilterField, texts: tuple[str, ...], common: dict[str, Any]
) -> Control:
    options = [(str(key), word) for key, word in department_options()]
    # One that is closed may still narrow the list: the form keeps it.
    known = {text for text, _word in options}
    options += [(text, value_words(each, text)) for text in texts if text not in known]
    return Control(**common, draws="select", given="".join(texts), options=options)


def _several(
    each: FilterField, asked: Asked, texts: tuple[str, ...], common: dict[str, Any]
) -> Control:
    ticked = [(text, value_words(each, text)) for text in texts]
    if each.picks == "department":
        left = [(str(key), word) for key, word in department_options()]
        return Control(**common, draws="add", ticked=ticked, options=left)
    if each.picks in SUGGESTING:
        typed = str(asked.form.given.get(f"{each.name}_text") or "")
        return Control(
            **common,
            draws="pick",
            given=typed if common["error"] else "",
            ticked=ticked,
            suggest_url=url_for(SUGGESTING[each.picks]),
        )
    return Control(**common, draws="code", ticked=ticked, most=each.most)
