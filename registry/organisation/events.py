"""What happens in the organisation that others follow, and may refuse."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DepartmentClosing:
    """A department closes with this act; StillInUse from a follower stops it."""

    institution_id: int
    department_id: int


@dataclass(frozen=True)
class PlaceClosing:
    """A place closes with this act; StillInUse from a follower stops it."""

    institution_id: int
    place_id: int


@dataclass(frozen=True)
class PersonLeaving:
    """Somebody leaves, all handed over; StillInUse from a follower stops it."""

    institution_id: int
    person_id: int


@dataclass(frozen=True)
class PersonLeft:
    """Somebody has left the institution."""

    institution_id: int
    person_id: int
