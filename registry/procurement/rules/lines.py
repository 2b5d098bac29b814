"""How a line of a request goes on, from what was found and answered: plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from registry.procurement.states import LineState


@dataclass(frozen=True)
class Group:
    """A group that has to be answered, and how much of it has been."""

    count: int
    taken: int
    declined: int

    @property
    def left(self) -> int:
        """How many of it nobody has said anything about."""
        return max(0, self.count - self.taken - self.declined)


def verdict(*, serves: bool, alike: bool, vague: bool, left_lately: bool) -> LineState:
    """What a search comes to for one line.

    Words that name nothing are never clear, and neither is a line for which something
    was put to use in the last days: an officer looks at both.
    """
    if serves:
        return LineState.MATCHED
    if alike or vague or left_lately:
        return LineState.UNCLEAR
    return LineState.CLEAR


def verb_after_answers(to_buy: int, groups: Iterable[Group]) -> str | None:
    """Where the answers lead a matched line; None while something is open."""
    if to_buy == 0:
        return "take_enough"
    found = list(groups)
    if any(group.left for group in found):
        return None
    if any(group.declined for group in found):
        return "decline"
    return "take_all_there_is"


def declined_in_need(to_buy: int, groups: Iterable[Group]) -> int:
    """How many idle things are bought anew although they were there."""
    return min(to_buy, sum(group.declined for group in groups))


def verb_of_request(
    standings: Iterable[LineState], to_buy: int, *, outside: bool = False
) -> str | None:
    """Where its lines lead a request that is being answered; None while they do not.

    ``outside``: what another institution shows is still to be answered. That keeps a
    request where it is, and needs no ruling once it is answered: nobody here can take
    what is another institution's.
    """
    if outside:
        return None
    found = list(standings)
    open_ = {LineState.OPEN, LineState.UNCLEAR, LineState.MATCHED}
    if any(each in open_ for each in found):
        return None
    if LineState.DECLINED in found:
        return "answer_all"
    return "resolve" if to_buy else "cover"
