"""What is offered for many assets: each with its own short form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.access.actor import Actor
from registry.ledger.actions.acts import ACTS
from registry.ledger.models import Asset
from registry.ledger.states import ASSET
from registry.words import N_, _, terms
from registry.words.bulk import ACTS as WORDS


@dataclass(frozen=True)
class Offer:
    """An act as a page offers it; amending is offered field by field."""

    name: str
    """As it stands in the address of its form."""
    act: str
    words: str
    icon: str
    group: str
    field: str
    """Which field of an asset it changes, to show what stands there now."""
    danger: bool = False

    @property
    def amends(self) -> bool:
        """Whether it changes a field that describes."""
        return self.act == "amend"


WHERE, STATE, FACTS = N_("地点和人"), N_("状态"), N_("资料")
DANGEROUS = frozenset({"report_missing", "propose_disposal", "dispose"})
ICON_OF = {
    "mark_idle": "idle",
    "put_in_use": "done",
    "send_to_repair": "repair",
    "report_missing": "question",
    "propose_disposal": "remove",
    "dispose": "remove",
}


def _amending(field: str) -> Offer:
    return Offer(field, "amend", terms.FIELDS[field], "edit", FACTS, field)


OFFERS: Mapping[str, Offer] = {
    each.name: each
    for each in (
        Offer("move", "move", WORDS["move"], "place", WHERE, "place"),
        Offer("hand_to", "hand_to", WORDS["hand_to"], "person", WHERE, "custodian"),
        Offer("let_use", "let_use", WORDS["let_use"], "person", WHERE, "user"),
        Offer(
            "reassign", "reassign", WORDS["reassign"], "department", WHERE, "department"
        ),
        *(
            Offer(
                verb,
                verb,
                WORDS[verb],
                ICON_OF[verb],
                STATE,
                "state",
                verb in DANGEROUS,
            )
            for verb in ("mark_idle", *(v for v in ASSET.moves if v != "mark_idle"))
        ),
        _amending("funding"),
        _amending("service_life_months"),
        _amending("warranty_until"),
        _amending("acquired_on"),
        _amending("condition"),
        _amending("method"),
        Offer("restrict", "restrict", WORDS["restrict"], "add", FACTS, "restrictions"),
        Offer(
            "lift_restriction",
            "lift_restriction",
            WORDS["lift_restriction"],
            "close",
            FACTS,
            "restrictions",
        ),
    )
}


def offered(actor: Actor) -> list[tuple[str, list[Offer]]]:
    """What the actor may do to something, by heading."""
    groups: dict[str, list[Offer]] = {}
    for each in OFFERS.values():
        if actor.may(ACTS[each.act].permission):
            groups.setdefault(each.group, []).append(each)
    return [(_(group), offers) for group, offers in groups.items()]


def offer_of(act: str, how: Mapping[str, Any]) -> Offer:
    """The offer that a stored act came from."""
    name = next(iter(how["changes"])) if act == "amend" else act
    return OFFERS[name]


def shown_value(field: str, value: Any) -> str:
    """A field's plain value in words."""
    if value in (None, "", [], ()):
        return _("（空）")
    if field == "condition":
        return terms.condition_word(value)
    if field == "method":
        return terms.method_word(value)
    if field == "service_life_months":
        return _("%(count)s 个月", count=value)
    if field == "restrictions":
        each = [value] if isinstance(value, str) else value
        return "、".join(terms.restriction_word(one) for one in each)
    return str(value)


def standing(asset: Asset, field: str) -> str:
    """What stands in a field of an asset now, in words."""
    if field == "place":
        return asset.place.full_name if asset.place else _("（空）")
    if field in ("custodian", "user"):
        person = getattr(asset, field)
        return person.name if person else _("（空）")
    if field == "department":
        return asset.department.name
    if field == "state":
        return terms.state_word(asset.state)
    return shown_value(field, getattr(asset, field))
