"""Refusals of sharing."""

from registry.kernel.errors import Conflict


class QuestionClosed(Conflict):
    """The question has been answered, or has ended by itself."""

    code = "question_closed"


class NothingToAsk(Conflict):
    """There is nothing left to ask about: it changed, or is being asked already."""

    code = "nothing_to_ask"
