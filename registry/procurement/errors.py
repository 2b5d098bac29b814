"""Refusals of procurement."""

from registry.kernel.errors import Conflict, Invalid


class TooFewDeciders(Invalid):
    """A step has fewer than two people who could decide it: one's own would wait."""

    code = "too_few_deciders"


class ActingTwice(Conflict):
    """Somebody acts for this person already in those days."""

    code = "acting_twice"
