"""Refusals about item types and classes."""

from registry.kernel.errors import Conflict, Invalid


class TypeExists(Conflict):
    """An item type with the same name, brand, model, specification and unit exists."""

    code = "type_exists"


class AliasTaken(Conflict):
    """The alias already names this or another item type."""

    code = "alias_taken"


class MergedIntoItself(Invalid):
    """Two item types can only be merged if they are two."""

    code = "merged_into_itself"


class AlreadyMerged(Conflict):
    """The item type has been merged into another one before."""

    code = "already_merged"
