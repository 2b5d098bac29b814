"""What may be asked of a new or changed asset."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from registry.kernel.errors import Invalid
from registry.kernel.money import MOST_FEN
from registry.kernel.text import clean_line, clean_notes
from registry.ledger.states import AssetState, Condition, Method, Restriction

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 1, 1)
LONGEST_LIFE = 1_200
MOST_ATTRIBUTES = 60
MOST_SUB_NUMBER = 999_999


@dataclass(frozen=True)
class AssetDraft:
    """A new asset as asked for. ``sub_number`` 0 means that nothing shares its number.

    ``lent_to`` names an outside or unknown borrower when the asset is out on loan;
    an empty text with ``is_lent`` means that nobody knows any more.
    """

    item_type_id: int
    department_id: int
    asset_number: str = ""
    sub_number: int = 0
    custodian_id: int | None = None
    user_id: int | None = None
    place_id: int | None = None
    serial: str = ""
    state: str = AssetState.IN_USE
    condition: str | None = None
    cost_fen: int | None = None
    currency: str = "CNY"
    acquired_on: date | None = None
    method: str | None = None
    funding: str = ""
    service_life_months: int | None = None
    warranty_until: date | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    restrictions: tuple[str, ...] = ()
    note: str = ""
    is_lent: bool = False
    lent_to: str = ""

    def cleaned(self, today: date) -> AssetDraft:
        """The same with tidy texts; Invalid for what cannot be."""
        if self.is_lent and self.state not in (AssetState.IN_USE, AssetState.IDLE):
            raise Invalid.field("state", "lent_and_not_usable", state=self.state)
        return replace(
            self,
            asset_number=clean_line(self.asset_number, field="asset_number", most=60),
            lent_to=clean_line(self.lent_to, field="lent_to"),
            sub_number=whole("sub_number", self.sub_number, MOST_SUB_NUMBER) or 0,
            state=known("state", self.state, AssetState),
            **clean_changes(
                {
                    name: getattr(self, name)
                    for name in AMENDABLE
                    if name not in ("item_type_id", "asset_number", "sub_number")
                },
                today,
            ),
        )


AMENDABLE = (
    "item_type_id",
    "asset_number",
    "sub_number",
    "serial",
    "condition",
    "cost_fen",
    "currency",
    "acquired_on",
    "method",
    "funding",
    "service_life_months",
    "warranty_until",
    "attributes",
    "restrictions",
    "note",
)
"""Fields that describe an asset and are changed by ``amend``."""


def clean_changes(changes: dict[str, Any], today: date) -> dict[str, Any]:
    """Descriptive fields made tidy, field by field; Invalid for what cannot be."""
    return {name: _clean(name, value, today) for name, value in changes.items()}


def _clean(name: str, value: Any, today: date) -> Any:
    if name in ("serial", "funding"):
        return clean_line(value or "", field=name)
    if name == "asset_number":
        return clean_line(value or "", field=name, most=60)
    if name == "note":
        return clean_notes(value or "", field=name)
    if name == "cost_fen":
        return whole("cost", value, MOST_FEN)
    if name == "service_life_months":
        return whole(name, value, LONGEST_LIFE)
    if name == "sub_number":
        return whole(name, value, MOST_SUB_NUMBER) or 0
    if name == "condition":
        return known(name, value, Condition) if value else None
    if name == "method":
        return known(name, value, Method) if value else None
    if name == "acquired_on":
        return _day(name, value, today)
    if name == "warranty_until":
        return _day(name, value, LATEST)
    if name == "attributes":
        return _attributes(value or {})
    if name == "restrictions":
        return tuple(known(name, each, Restriction) for each in value or ())
    if name == "currency":
        return _currency(value)
    return value


def known(name: str, value: str, choices: Any) -> str:
    """One of an enumeration's values; Invalid otherwise."""
    if value not in set(choices):
        raise Invalid.field(name, "not_a_choice", found=str(value)[:40])
    return str(value)


def whole(name: str, value: int | None, most: int) -> int | None:
    """A whole number from 0 to ``most``, or None; Invalid otherwise."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Invalid.field(name, "out_of_range", least=0, most=most)
    return value


def _day(name: str, value: date | None, latest: date) -> date | None:
    if value is None:
        return None
    if value > latest:
        raise Invalid.field(name, "in_the_future", found=value.isoformat())
    if value < EARLIEST:
        raise Invalid.field(name, "too_long_ago", found=value.isoformat())
    return value


def _currency(value: str) -> str:
    if len(value) != 3 or not (value.isascii() and value.isalpha() and value.isupper()):
        raise Invalid.field("currency", "not_a_choice", found=value[:10])
    return value


def _attributes(given: dict[str, str]) -> dict[str, str]:
    if len(given) > MOST_ATTRIBUTES:
        raise Invalid.field("attributes", "too_many", most=MOST_ATTRIBUTES)
    cleaned = {
        clean_line(str(key), field="attributes", most=60): clean_line(
            str(value), field="attributes", most=1_000
        )
        for key, value in given.items()
    }
    kept = {key: value for key, value in cleaned.items() if key and value}
    if len(json.dumps(kept)) > 30_000:
        raise Invalid.field("attributes", "too_long", most=30_000)
    return kept
