"""Refusals of a whole file; what is wrong with one row is no refusal."""

from __future__ import annotations

from registry.kernel.errors import Invalid, TooLarge


class SheetUnreadable(Invalid):
    """The file is not a sheet that can be read, or nothing in it is a table."""

    code = "sheet_unreadable"


class SheetTooLarge(TooLarge):
    """The file exceeds a limit, packed or unpacked."""

    code = "sheet_too_large"


class NotWritable(Invalid):
    """A value does not fit into a cell of the format asked for."""

    code = "cell_not_writable"
