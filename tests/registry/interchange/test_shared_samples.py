"""The two sample ledgers that lie beside the project, held against their truth."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from registry.interchange.rules.ledger import LedgerRow
from registry.interchange.sheets.reading import (
    LedgerReading,
    dry_run_summary,
    read_ledger,
)

SAMPLES = Path(__file__).parents[4] / "shared" / "data"
TODAY = date(2026, 11, 23)

NOT_IN_THE_FILE = {"ledger_en.csv": {"category_code", "method", "department"}}
"""What the truth knows and no column of the file says."""


@pytest.fixture(params=["ledger_zh.xlsx", "ledger_en.csv"])
def sample(request: pytest.FixtureRequest) -> Path:
    path: Path = SAMPLES / request.param
    if not path.exists():
        pytest.skip(f"the sample ledgers are not here: {path.name}")
    return path


@pytest.fixture
def reading(sample: Path) -> LedgerReading:
    return read_ledger(sample, today=TODAY)


@pytest.fixture
def truth(sample: Path) -> dict[str, Any]:
    with sample.with_name(f"{sample.name}.truth.json").open(encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def test_a_dry_run_says_what_the_truth_says(
    reading: LedgerReading, truth: dict[str, Any]
) -> None:
    assert dry_run_summary(reading) == {
        "data_rows": truth["data_rows"],
        "valid_rows": truth["valid_rows"],
        "assets": truth["valid_quantity"],
        "original_value": truth["valid_original_value"],
        "by_status": truth["valid_by_status"],
        "rejected": truth["rejected"],
    }


def test_the_rows_passed_over_are_the_ones_that_should_be(
    reading: LedgerReading, truth: dict[str, Any]
) -> None:
    skipped = [(each["row"], each["kind"]) for each in truth["skipped"]]
    assert reading.tally.skipped == [each for each in skipped if each[1] != "blank"]
    assert reading.tally.blank_rows == sum(kind == "blank" for _, kind in skipped)


def test_every_row_arrives_as_it_should(sample: Path, reading: LedgerReading) -> None:
    expected = {int(row["row"]): row for row in expected_rows(sample)}
    unsaid = NOT_IN_THE_FILE.get(sample.name, set())
    for row in reading.rows():
        right = expected.pop(row.row)
        assert arrived(row, unsaid) == wanted(right, unsaid)
    assert not expected


def expected_rows(sample: Path) -> Iterator[dict[str, str]]:
    path = sample.with_name(f"{sample.name}.expected.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def arrived(row: LedgerRow, unsaid: set[str]) -> dict[str, Any]:
    cells: dict[str, Any] = {
        "row": row.row,
        "asset_no": row.asset_number,
        "name": row.name,
        "category_code": row.class_code,
        "model": " ".join(each for each in (row.model, row.specification) if each),
        "brand": row.brand,
        "unit": row.unit,
        "qty": row.quantity,
        "unit_price": row.unit_price,
        "original_value": row.cost,
        "acquired_on": row.acquired_on.isoformat() if row.acquired_on else "",
        "method": row.method,
        "department": row.department,
        "keeper": row.keeper,
        "location": row.place,
        "status": row.status,
        "note": row.note,
    }
    return {name: value for name, value in cells.items() if name not in unsaid}


def wanted(right: dict[str, str], unsaid: set[str]) -> dict[str, Any]:
    cells: dict[str, Any] = {k: v for k, v in right.items() if k not in unsaid}
    for name in ("row", "qty"):
        cells[name] = int(right[name])
    for name in ("unit_price", "original_value"):
        cells[name] = round(float(right[name]) * 100)
    return cells
