"""Refusals of procurement."""

from registry.kernel.errors import Conflict, Forbidden, Invalid


class TooFewDeciders(Invalid):
    """A step has fewer than two people who could decide it: one's own would wait."""

    code = "too_few_deciders"


class ActingTwice(Conflict):
    """Somebody acts for this person already in those days."""

    code = "acting_twice"


class CheckStale(Conflict):
    """The check is old, or something suitable has turned idle since."""

    code = "check_stale"


class NothingAsked(Invalid):
    """A request without a single line."""

    code = "nothing_asked"


class AlreadyAnswered(Conflict):
    """These things have been taken or declined before."""

    code = "already_answered"


class NotOnesOwn(Forbidden):
    """Nobody rules on what they have asked for themselves."""

    code = "not_ones_own"


class StepDecided(Conflict):
    """Somebody decided this step before; the facts say what and when."""

    code = "step_decided"


class NotTheirStep(Forbidden):
    """The step is not for this person to decide, or not yet."""

    code = "not_their_step"


class CostsMore(Conflict):
    """The order costs more than those who agreed may agree to alone."""

    code = "costs_more"


class OtherKind(Conflict):
    """What came is not what was asked for, and the like may lie idle."""

    code = "other_kind"
