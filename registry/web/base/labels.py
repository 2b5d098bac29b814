"""A label in somebody's hand: who looks at it, and what it names."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.codes.errors import CodeUnknown
from registry.kernel.checkcodes import read_code
from registry.ledger.queries import Found, find_label
from registry.web.base.sessions import LONGEST_CODE, actor_or_stranger, caller


def look_at_label(text: str) -> tuple[Actor, Found]:
    """Who looks, and what the code names; the view declares it by ``label_in``.

    Raises CodeMistyped, CodeUnknown and CodeRetired, to strangers in the same words
    however many institutions there are.
    """
    code = read_code(text[:LONGEST_CODE])
    if caller().house is None:
        raise CodeUnknown(found=code)
    actor = actor_or_stranger()
    return actor, find_label(actor, code)
