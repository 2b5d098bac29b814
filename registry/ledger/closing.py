"""The ledger's word when a department or place closes or somebody leaves."""

from __future__ import annotations

from registry.ledger.queries.counting import count_belonging
from registry.organisation.errors import StillInUse
from registry.organisation.events import DepartmentClosing, PersonLeaving, PlaceClosing


def keep_department_with_assets(event: DepartmentClosing) -> None:
    """A department that still has assets does not close."""
    _refuse(
        "still_has_assets",
        count_belonging(event.institution_id, department_id=event.department_id),
    )


def keep_place_with_assets(event: PlaceClosing) -> None:
    """A place where assets still stand does not close."""
    _refuse(
        "still_stands_here",
        count_belonging(event.institution_id, place_id=event.place_id),
    )


def keep_custodian(event: PersonLeaving) -> None:
    """Whoever still keeps assets hands them over before leaving."""
    _refuse(
        "still_keeps_assets",
        count_belonging(event.institution_id, custodian_id=event.person_id),
    )


def _refuse(code: str, count: int) -> None:
    if count:
        raise StillInUse(code, what="assets", count=count)
