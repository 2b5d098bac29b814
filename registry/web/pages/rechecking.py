"""Making a check again where a page comes upon one that no longer tells the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from registry.procurement.actions.rechecking import recheck
from registry.procurement.errors import CheckStale
from registry.procurement.queries.requests import followers_of
from registry.procurement.queries.requests import request as request_of
from registry.procurement.states import RequestState
from registry.web.base.sessions import current_actor
from registry.words import _

_T = TypeVar("_T")


@dataclass(frozen=True)
class Rechecked:
    """What making a check again came to, in words."""

    goes_on: bool
    """Whether it says the same as before, so that one may go on with what one did."""
    words: str


def recheck_now(request_id: int) -> Rechecked:
    """Make the check of a request again, and say what came of it."""
    actor = current_actor()
    found = request_of(actor, request_id)
    state, checks = found.state, found.checks
    known = {each.id for each in followers_of(found)}
    found = recheck(actor, request_id)
    parted = [each for each in followers_of(found) if each.id not in known]
    if parted:
        number = parted[0].number
        if parted[0].state == RequestState.ANSWERING:
            words = _(
                "又有合用的闲置。没订的已另立申请 %(number)s，"
                "请申请人先答复；已订的照旧。",
                number=number,
            )
        else:
            words = _("没订的已另立申请 %(number)s；已订的照旧。", number=number)
        return Rechecked(goes_on=False, words=words)
    if found.checks == checks:
        return Rechecked(goes_on=True, words=_("核对仍然有效，没有新的闲置。"))
    if found.state == state != RequestState.ANSWERING:
        return Rechecked(goes_on=True, words=_("已重新核对，没有新的闲置。"))
    if found.state == RequestState.ANSWERING:
        return Rechecked(goes_on=False, words=_("已重新核对，请申请人先答复闲置。"))
    return Rechecked(goes_on=False, words=_("已重新核对。"))


@dataclass(frozen=True)
class NotNow(Exception):
    """Something else comes first; ``words`` say what."""

    words: str


def on_fresh_check(request_id: int, act: Callable[[], _T]) -> _T:
    """Do something that needs a fresh check, which is made again where it is not.

    Raises NotNow where something is to be answered first.
    """
    try:
        return act()
    except CheckStale:
        again = recheck_now(request_id)
    if again.goes_on:
        return act()
    raise NotNow(again.words)
