"""One row of a ledger as it arrives, and what is told of rows that do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from registry.interchange.rules.reasons import reason_words
from registry.interchange.rules.vocabulary import IN_USE, STATUSES
from registry.ledger.states import AssetState, ClaimKind


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A valid row: tidy texts, empty where the sheet says nothing; money in fen.

    ``cost`` is the original value of all ``quantity`` things together, given or
    computed; None where the sheet names no amount at all.
    """

    row: int
    name: str
    asset_number: str = ""
    sub_number: int = 0
    code: str = ""
    serial: str = ""
    class_code: str = ""
    class_name: str = ""
    brand: str = ""
    model: str = ""
    specification: str = ""
    unit: str = ""
    quantity: int = 1
    unit_price: int | None = None
    cost: int | None = None
    acquired_on: date | None = None
    method: str = ""
    funding: str = ""
    department: str = ""
    department_code: str = ""
    custodian: str = ""
    custodian_number: str = ""
    user: str = ""
    user_number: str = ""
    place: str = ""
    status: str = IN_USE
    condition: str = ""
    warranty_until: date | None = None
    service_life_months: int | None = None
    note: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """What must be unique in a sheet and in the ledger."""
        return self.asset_number, self.sub_number

    @property
    def state(self) -> AssetState:
        """The state the status means."""
        return STATUSES[self.status].state

    @property
    def claim(self) -> ClaimKind | None:
        """The claim the status means, such as a loan for 借出."""
        return STATUSES[self.status].claim

    @property
    def keeper(self) -> str:
        """Whoever answers for it: the custodian, else the user."""
        return self.custodian or self.user

    @property
    def item_type(self) -> tuple[str, str, str, str, str]:
        """What makes it a kind of thing: name, brand, model, specification, unit."""
        return self.name, self.brand, self.model, self.specification, self.unit


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not imported: where, whose, which field, why, and what it says."""

    row: int
    asset_number: str
    reason: str
    field: str
    found: str = ""
    most: int = 0

    @property
    def words(self) -> str:
        """Why, for the person who mends it, in their language."""
        return reason_words(self.reason, {"found": self.found, "most": self.most})


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at in a row that is imported all the same."""

    row: int
    code: str
    field: str
    found: str = ""

    @property
    def words(self) -> str:
        """What, for the person who looks, in their language."""
        return reason_words(self.code, {"found": self.found})
