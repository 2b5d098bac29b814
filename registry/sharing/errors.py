"""Refusals of sharing."""

from registry.kernel.errors import Conflict, Forbidden


class QuestionClosed(Conflict):
    """The question has been answered, or has ended by itself."""

    code = "question_closed"


class NothingToAsk(Conflict):
    """There is nothing left to ask about: it changed, or is being asked already."""

    code = "nothing_to_ask"


class NotEnoughLeft(Conflict):
    """Fewer of the things are still free than are wanted; ``left`` says how many."""

    code = "not_enough_left"


class NotToBeHad(Conflict):
    """The thing does not lie idle, so nobody else can have it."""

    code = "not_to_be_had"


class Restricted(Conflict):
    """A restriction keeps the thing where it is."""

    code = "restricted"


class ReservedAhead(Conflict):
    """Somebody has the thing reserved for days that this would run into."""

    code = "reserved_ahead"


class InLineAlready(Conflict):
    """The actor has the thing kept for them, or stands in line for it."""

    code = "in_line_already"


class TooManyHolds(Conflict):
    """One person keeps only so much for themselves at one time."""

    code = "too_many_holds"


class NeedsOffice(Forbidden):
    """What was bought with earmarked money goes elsewhere only if the office agrees."""

    code = "needs_office"


class NothingLeftToDo(Conflict):
    """None of the things named stands where this step begins."""

    code = "nothing_left_to_do"


class NobodyOutside(Conflict):
    """The installation has one institution: there is nobody to show anything to."""

    code = "nobody_outside"


class AskedAlready(Conflict):
    """One has asked for this card, and there is no answer yet or it is put aside."""

    code = "asked_already"
