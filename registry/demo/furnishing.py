"""Furnishes the school: every lot of things bought, where it stood and who had it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.demo.dice import between, happens, one_of
from registry.demo.shapes import ItemType, Place
from registry.demo.tables import Fitting, Leftover, fittings, leftovers, rows

RETIRED_LIBRARIAN = "zheng_guishu"
DEPARTED_PHYSICIST = "tan_yuan"
_BEFORE = {
    ("bowen.102", None): RETIRED_LIBRARIAN,
    ("qiuzhen.101", "oscilloscope"): DEPARTED_PHYSICIST,
    ("qiuzhen.101", "airtrack"): DEPARTED_PHYSICIST,
}
"""Who had things before whoever answers for the room now: (place, item type or any)."""


@dataclass(frozen=True)
class Lot:
    """Things of one kind bought together for one room."""

    key: str
    item_type: ItemType
    quantity: int
    one_number: bool
    acquired_on: date
    department: str
    stood: str
    """Where it stood before the move."""
    stands: str
    """Where the move brought it."""
    custodian: str
    users: Sequence[str]
    condition: str
    for_the_move: bool
    """Bought in the summer for the new campus."""
    leftover: Leftover | None = None


def lots(
    places: Mapping[str, Place],
    types: Mapping[str, ItemType],
    staff: Mapping[str, Sequence[str]],
    moved_on: date,
) -> list[Lot]:
    """Every lot of the school in the order of its purchase.

    ``staff`` names the people of each department, who get the seats of its office.
    """
    found = [
        *_fitted(places, types, staff, moved_on),
        *_left(places, types, moved_on),
    ]
    return sorted(found, key=lambda lot: (lot.acquired_on, lot.key))


def _fitted(
    places: Mapping[str, Place],
    types: Mapping[str, ItemType],
    staff: Mapping[str, Sequence[str]],
    moved_on: date,
) -> Iterator[Lot]:
    kinds = fittings()
    for row in rows("places"):
        for fitting in kinds[row["fitting"]] if row["fitting"] else ():
            place = places[row["key"]]
            former = row["formerly"] if fitting.oldest else ""
            yield _lot(
                place, former, types[fitting.item_type], fitting, staff, moved_on
            )


def _lot(
    place: Place,
    former: str,
    item_type: ItemType,
    fitting: Fitting,
    staff: Mapping[str, Sequence[str]],
    moved_on: date,
) -> Lot:
    department, custodian = place.department or "", place.custodian or ""
    seated = staff[department] if fitting.counted == "seat" else ()
    key = f"{place.key}/{item_type.key}"
    holder = _BEFORE.get((place.key, item_type.key)) or _BEFORE.get((place.key, None))
    return Lot(
        key=key,
        item_type=item_type,
        quantity=len(seated) or fitting.quantity,
        one_number=fitting.counted == "batch",
        acquired_on=bought_on(fitting, moved_on, key),
        department=department,
        stood=former or place.key,
        stands=place.key,
        custodian=holder or custodian,
        users=seated,
        condition=_condition(fitting, key),
        for_the_move=not fitting.oldest,
    )


def _left(
    places: Mapping[str, Place], types: Mapping[str, ItemType], moved_on: date
) -> Iterator[Lot]:
    for left in leftovers():
        item_type = types[left.fitting.item_type]
        key = f"{left.formerly}/{item_type.key}/{left.fate}"
        yield Lot(
            key=key,
            item_type=item_type,
            quantity=left.fitting.quantity,
            one_number=left.fitting.counted == "batch",
            acquired_on=bought_on(left.fitting, moved_on, key),
            department=left.department,
            stood=left.formerly,
            stands=left.store,
            custodian=_officer_of(places, left.department),
            users=(),
            condition=left.condition,
            for_the_move=False,
            leftover=left,
        )


def _officer_of(places: Mapping[str, Place], department: str) -> str:
    """Whoever answers for the first room of a department answers for its leftovers."""
    return next(
        place.custodian
        for place in places.values()
        if place.department == department and place.custodian
    )


def bought_on(fitting: Fitting, moved_on: date, key: str) -> date:
    """A working day in the years the fitting allows, or in the summer of the move."""
    if fitting.oldest:
        youngest, oldest = fitting.youngest * 365, fitting.oldest * 365 + 200
        bought = moved_on - timedelta(days=between(youngest, oldest, key, "bought"))
    else:
        bought = moved_on - timedelta(days=between(20, 75, key, "bought"))
    return bought - timedelta(days=max(0, bought.weekday() - 4))


def _condition(fitting: Fitting, key: str) -> str:
    if not fitting.oldest:
        return "good"
    worn = fitting.oldest >= 6 and happens(60, key, "worn")
    return "fair" if worn else one_of(("good", "good", "fair"), key, "condition")
