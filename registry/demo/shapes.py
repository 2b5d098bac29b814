"""The demo school's shapes: frozen values that name each other by stable keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where an asset is in its life."""

    IN_USE = "in_use"
    IDLE = "idle"
    UNDER_REPAIR = "under_repair"
    MISSING = "missing"
    PENDING_DISPOSAL = "pending_disposal"
    DISPOSED = "disposed"


class Verb(StrEnum):
    """What can happen to an asset after it was entered."""

    MOVE = "move"
    """Stands elsewhere: ``place``."""
    HAND_OVER = "hand_over"
    """Another custodian answers for it: ``custodian``."""
    REASSIGN = "reassign"
    """Another department has it: ``department``, ``place`` and ``custodian``."""
    MARK_IDLE = "mark_idle"
    PUT_TO_USE = "put_to_use"
    SEND_TO_REPAIR = "send_to_repair"
    RETURN_FROM_REPAIR = "return_from_repair"
    LEND = "lend"
    """``borrower`` is None where the old ledger said 借出 and not to whom."""
    GIVE_BACK = "give_back"
    MARK_MISSING = "mark_missing"
    MARK_FOUND = "mark_found"
    PROPOSE_DISPOSAL = "propose_disposal"
    DISPOSE = "dispose"


CONDITIONS = ("good", "fair", "poor", "broken")
RESTRICTIONS = ("earmarked_funds", "data_bearing", "safety")
METHODS = ("purchase", "donation", "transfer", "built")


@dataclass(frozen=True)
class Institution:
    """The school itself."""

    code: str
    name: str
    name_en: str
    time_zone: str
    contact: str
    moved_on: date
    """The first of September on which it moved to the new campus."""


@dataclass(frozen=True)
class Department:
    """A department; ``parent`` is None for the school as a whole."""

    key: str
    parent: str | None
    name: str


@dataclass(frozen=True)
class Place:
    """A campus, building, floor or room; ``store`` where things are kept unused."""

    key: str
    parent: str | None
    kind: str
    name: str
    store: bool
    department: str | None
    custodian: str | None


@dataclass(frozen=True)
class RoleHeld:
    """A role for a department and below; acting for somebody until a day, or own."""

    role: str
    department: str
    acting_for: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Person:
    """Somebody of the school; all fictional, the phone is an inner extension."""

    key: str
    name: str
    sign_in: str | None
    """None for those who have left."""
    title: str
    department: str
    age: int
    phone: str
    email: str
    roles: tuple[RoleHeld, ...]
    left_on: date | None


@dataclass(frozen=True)
class ItemType:
    """A kind of thing; ``labelled`` is False for what is counted, not scanned."""

    key: str
    name: str
    brand: str
    model: str
    specification: str
    unit: str
    class_code: str
    aliases: tuple[str, ...]
    replacement_fen: int
    labelled: bool
    warranty_months: int | None
    serial_prefix: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Event:
    """Something that happened to one or many assets on a day; facts by verb."""

    verb: Verb
    on: date
    by: str
    document: str = ""
    note: str = ""
    department: str | None = None
    place: str | None = None
    custodian: str | None = None
    condition: str | None = None
    borrower: str | None = None
    due: date | None = None


@dataclass(frozen=True)
class Asset:
    """One thing as it was entered, in use, and what happened to it since."""

    key: str
    asset_number: str
    sub_number: int
    """From 1 within a batch; 0 for a thing with a number of its own."""
    batch_size: int
    """How many things share the asset number; 1 for a thing with its own."""
    item_type: str
    serial: str
    department: str
    place: str
    custodian: str
    user: str | None
    condition: str
    cost_fen: int
    acquired_on: date
    method: str
    funding: str
    warranty_until: date | None
    restrictions: tuple[str, ...]
    note: str
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Wish:
    """What somebody would like to buy."""

    department: str
    by: str
    item: str
    quantity: int
    estimated_fen: int
    place: str
    needed_by: date
    why: str


@dataclass(frozen=True)
class DemoSignIn:
    """Somebody to sign in as, and in a few words what they can try."""

    sign_in: str
    person: str
    role: str
    words: str


@dataclass(frozen=True)
class School:
    """The whole demo school."""

    today: date
    institution: Institution
    departments: tuple[Department, ...]
    places: tuple[Place, ...]
    people: tuple[Person, ...]
    item_types: tuple[ItemType, ...]
    assets: tuple[Asset, ...]
    wish: Wish
    demo_sign_ins: tuple[DemoSignIn, ...]

    def batches(self) -> Iterator[tuple[Asset, ...]]:
        """The assets by asset number, each in the order of sub-numbers."""
        gathered: dict[str, list[Asset]] = {}
        for asset in self.assets:
            gathered.setdefault(asset.asset_number, []).append(asset)
        return (tuple(batch) for batch in gathered.values())

    def happenings(self) -> list[tuple[Event, tuple[str, ...]]]:
        """Every event once, with the keys of all assets it befell, in order of days."""
        befell: dict[Event, list[str]] = {}
        turn: dict[Event, int] = {}
        for asset in self.assets:
            for number, event in enumerate(asset.events):
                befell.setdefault(event, []).append(asset.key)
                turn[event] = max(turn.get(event, 0), number)
        order = sorted(befell, key=lambda event: (event.on, turn[event]))
        return [(event, tuple(befell[event])) for event in order]
