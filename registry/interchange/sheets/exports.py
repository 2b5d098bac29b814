"""The columns of our own sheets, and records turned into rows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from registry.interchange.rules.fields import IGNORED, Kind
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.rules.vocabulary import STATUSES
from registry.interchange.sheets.writing import Column, Value, column_for
from registry.ledger.states import AssetState, ClaimKind
from registry.words import N_, gettext

LEDGER_NAMES = (
    "code",
    "asset_number",
    "sub_number",
    "name",
    "class_code",
    "class_name",
    "brand",
    "model",
    "specification",
    "unit",
    "quantity",
    "cost",
    "acquired_on",
    "method",
    "funding",
    "department",
    "custodian",
    "custodian_number",
    "user",
    "user_number",
    "place",
    "status",
    "condition",
    "serial",
    "warranty_until",
    "service_life",
    "note",
)
"""The fields of an exported ledger, in their order; each row is one asset."""

_LIFE_IN_MONTHS = N_("使用年限（月）")


def ledger_columns(names: Sequence[str] = LEDGER_NAMES) -> list[Column]:
    """The columns of a ledger in the current language; service lives are in months."""
    fields = LEDGER_FIELDS.by_name
    columns = [column_for(fields[name]) for name in names if name != IGNORED]
    return [
        replace(column, label=gettext(_LIFE_IN_MONTHS), kind=Kind.WHOLE)
        if column.name == "service_life"
        else column
        for column in columns
    ]


def cells_of(columns: Sequence[Column], record: Mapping[str, Any]) -> list[Value]:
    """One record, by field name, as the row of a table; what it lacks stays empty."""
    return [record.get(column.name) for column in columns]


def status_of_asset(state: AssetState | str, claim: ClaimKind | str | None) -> str:
    """The status under which an asset is written, a key of STATUS_WORDS."""
    if claim == ClaimKind.LOAN and state in (AssetState.IN_USE, AssetState.IDLE):
        return "lent"
    return next(
        key
        for key, status in STATUSES.items()
        if status.state == state and status.claim is not ClaimKind.LOAN
    )
