"""Refusals of waiting."""

from registry.kernel.errors import Conflict


class NotTheirs(Conflict):
    """The step is not with the one who wants to give it away."""

    code = "wait_not_theirs"


class NudgedToday(Conflict):
    """The holders have been reminded once today; the facts say when."""

    code = "nudged_today"
