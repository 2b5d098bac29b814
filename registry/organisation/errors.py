"""Refusals about departments, places and people."""

from registry.kernel.errors import Conflict, Invalid


class NameTaken(Conflict):
    """Another one beside it already bears this name or number."""

    code = "name_taken"


class UnderItself(Invalid):
    """A department or place cannot stand below itself."""

    code = "under_itself"


class StillInUse(Conflict):
    """Things or people still belong to it; ``count`` says how many."""

    code = "still_in_use"


class LastAdministrator(Conflict):
    """Somebody must remain who can administer."""

    code = "last_administrator"
