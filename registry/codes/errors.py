"""Refusals about codes."""

from registry.kernel.errors import Conflict, Gone, Missing


class CodeUnknown(Missing):
    """A well-formed code that was never issued here."""

    code = "code_unknown"


class CodeRetired(Gone):
    """The code was replaced; ``successor`` says by which, if by any."""

    code = "code_retired"


class CodeTaken(Conflict):
    """The code already names something."""

    code = "code_taken"
