"""Why a copy is not made or not brought back; nothing has changed then."""

from __future__ import annotations

from registry.kernel.errors import Conflict, Invalid, Refused


class Unreadable(Invalid):
    """The file is no backup, is cut off, or is not as it was written."""

    code = "backup_unreadable"


class TooNew(Refused):
    """The backup comes from a newer version than this one."""

    code = "backup_too_new"


class NoneThere(Refused):
    """There is no backup in the folder."""

    code = "no_backup_there"


class NoRoom(Refused):
    """The disk cannot take it."""

    code = "no_room_on_disk"


class NotEmpty(Conflict):
    """The database it should go to holds something."""

    code = "database_not_empty"


class InUse(Conflict):
    """Somebody works on the database it should go to."""

    code = "database_in_use"


class NoDatabase(Refused):
    """The database to be copied is not there, or has no tables."""

    code = "no_database_there"
