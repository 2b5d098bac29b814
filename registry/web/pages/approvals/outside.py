"""What whoever approves sees of other institutions' idle things."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.outside import OuterRead, read_outside, shown_since
from registry.sharing.queries.outer import has_others
from registry.words import _
from registry.words.asking import outer_answer_words
from registry.words.terms import condition_word


@dataclass(frozen=True)
class Outside:
    """What others showed when it was checked, and what they show since."""

    then: list[tuple[str, str]]
    """What and whose, and what became of it."""
    since: list[dict[str, Any]]


def outside_of(actor: Actor, found: PurchaseRequest) -> Outside | None:
    """What others could give for a request; None where there are no others."""
    if not has_others(found.institution_id):
        return None
    reads = read_outside(found, found.lines)
    then = [_then(read) for line in found.lines for read in reads[line.id]]
    since = [
        {
            "what": hit.card.item_type.standing.title,
            "note": _told(
                hit.card.count, hit.card.institution.name, hit.card.condition
            ),
            "url": url_for("outer.card", card_id=hit.card.id)
            if actor.may(Permission.OUTER_ASK)
            else "",
        }
        for hits in shown_since(found, reads).values()
        for hit in hits
    ]
    return Outside(then, since)


def _then(read: OuterRead) -> tuple[str, str]:
    card = read.candidate
    what = _(
        "%(what)s（%(where)s）",
        what=card.title,
        where=_told(card.count, card.institution, card.condition),
    )
    return what, outer_answer_words(read.answer) if read.answer else _("没有采用")


def _told(count: int, institution: str, condition: str) -> str:
    parts = [institution, condition_word(condition) if condition else ""]
    return _("，").join([_("%(count)s 件", count=count), *filter(None, parts)])
