"""What an answer teaches, and how far what was taught goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from registry.matching.deciding import Answer, Match, Verdict, wording
from registry.matching.reasons import Reason

UNDERSTOOD = frozenset({"picked", "taught_accepted", "same", "narrower"})
"""What was found by one of these reasons had been understood: nothing is to learn."""
LONGEST_NAME = 20
_NAME = re.compile(r"[^\W_]+(?:[ /-][^\W_]+)*")
_DECLINED = "taught_declined"


def is_new(
    text: str, names: Iterable[str], reasons: Iterable[Mapping[str, Any]]
) -> bool:
    """Whether a wording says of an item type what was not known of it."""
    if not wording(text) or is_called_so(text, names):
        return False
    return not any(each["code"] in UNDERSTOOD for each in reasons)


def is_name(text: str) -> bool:
    """Whether a wording can be a name, and is no sentence: short, no punctuation."""
    return len(text) <= LONGEST_NAME and _NAME.fullmatch(text) is not None


def is_called_so(text: str, names: Iterable[str]) -> bool:
    """Whether a wording is what an item type is called: then it does mean it."""
    return wording(text) in {wording(name) for name in names}


def tempered(plain: Verdict, taught: Verdict) -> Verdict:
    """A verdict in which what was taught not to be meant stands back, and no more.

    ``plain`` is what would be found without it. Such a thing is shown after the others
    with its mark; it never lets a line pass that would not pass without: where it was
    the match, somebody other than the requester looks.
    """
    answer = taught.answer
    if answer is Answer.CLEAR and plain.answer is not Answer.CLEAR:
        answer = Answer.UNCLEAR
    kept = {each.key for each in taught.matches}
    lost = [_marked(each) for each in plain.matches if each.key not in kept]
    return replace(taught, answer=answer, matches=(*taught.matches, *lost))


def _marked(found: Match) -> Match:
    mark = Reason(_DECLINED, {}, against=True)
    return replace(found, score=0.0, serves=0.0, reasons=(mark, *found.reasons))
