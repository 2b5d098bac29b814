"""What pages of sharing have in common: a refusal is said where one came from."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from registry.kernel.errors import Invalid, Refused
from registry.words import sentence


def refused(refusal: Refused, address: str) -> ResponseReturnValue:
    """Go back to a page, and say there why it was not done."""
    said = [(refusal.code, refusal.facts)]
    if isinstance(refusal, Invalid) and refusal.problems:
        said = [(each.code, dict(each.facts)) for each in refusal.problems.values()]
    for code, facts in said:
        flash(sentence(code, facts), "warning")
    return redirect(address, 303)


def refused_with(words: str, address: str) -> ResponseReturnValue:
    """Go back to a page, and say there why it was not done, in words of one's own."""
    flash(words, "warning")
    return redirect(address, 303)


def done(words: str, address: str) -> ResponseReturnValue:
    """Go on to a page, and say there what was done."""
    flash(words, "done")
    return redirect(address, 303)


def several(values: Any) -> list[int]:
    """The ids that were ticked, each once."""
    return list(dict.fromkeys(values))
