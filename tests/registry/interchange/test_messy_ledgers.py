"""Ledgers in many layouts, languages and encodings come in as they were meant."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.interchange.sheets.reading import dry_run_summary, read_ledger
from tests.registry.interchange.messy import HEADERS, TODAY, Office, Style, Truth

ENCODINGS = {
    "zh": ["utf-8", "utf-8-sig", "gb18030", "utf-16"],
    "hant": ["utf-8", "utf-8-sig", "big5hkscs", "utf-16"],
    "en": ["utf-8", "utf-8-sig", "utf-16"],
}
OPTIONAL = ["class", "brand", "unit", "method", "note", "keeper", "place", "model"]


@st.composite
def styles(draw: st.DrawFn, form: str) -> Style:
    language = draw(st.sampled_from(["zh", "zh", "en", "hant"]))
    may_leave_out = [*OPTIONAL, "quantity", "price", "value", "day", "status"]
    left_out = set(draw(st.lists(st.sampled_from(may_leave_out), max_size=5)))
    if {"price", "value"} <= left_out:
        left_out.remove("price")
    days = ["mixed", "mixed", "named"] if language != "zh" else ["mixed"]
    if language == "en":
        days += ["mdy", "dmy"]
    return Style(
        language=language,
        form=form,
        encoding=draw(st.sampled_from(ENCODINGS[language])),
        delimiter=draw(st.sampled_from([",", "\t", ";"])),
        titles=draw(st.integers(0, 4)),
        has_two_row_header=language == "zh" and draw(st.booleans()),
        has_running_number=language == "zh" and draw(st.booleans()),
        interludes=draw(st.booleans()),
        left_out=frozenset(left_out),
        shuffled=draw(st.booleans()),
        spaced_headers=draw(st.booleans()),
        day_style=draw(st.sampled_from(days)),
        unit_in_title=language == "zh" and draw(st.booleans()),
        notes_sheet_first=draw(st.booleans()),
    )


def compare(content: bytes, truth: Truth, style: Style) -> None:
    reading = read_ledger(content, today=TODAY)
    assert dry_run_summary(reading) == truth.summary(), style
    for row in reading.rows():
        true = truth.rows[row.row]
        assert row.asset_number == true["number"]
        assert row.name == true["name"]
        assert row.quantity == true["quantity"]
        if "day" not in style.left_out:
            assert row.acquired_on == true["day"]
        for field, found in {
            "class": row.class_code,
            "unit": row.unit,
            "brand": row.brand,
            "model": row.model,
            "method": row.method,
            "department": row.department,
            "keeper": row.keeper,
            "place": row.place,
            "note": row.note,
        }.items():
            if field not in style.left_out:
                assert found == true[field], (field, style)


@settings(max_examples=120)
@given(style=styles("csv"), seed=st.integers(0, 2**31))
def test_a_messy_delimited_ledger_comes_in_as_it_was_meant(
    style: Style, seed: int
) -> None:
    content, truth = Office(style, seed).ledger(40)
    compare(content, truth, style)


@settings(max_examples=30)
@given(style=styles("xlsx"), seed=st.integers(0, 2**31))
def test_a_messy_workbook_comes_in_as_it_was_meant(style: Style, seed: int) -> None:
    content, truth = Office(style, seed).ledger(40)
    compare(content, truth, style)


@pytest.mark.parametrize("language", ["zh", "hant", "en"])
def test_every_header_variant_is_recognised_alone(language: str) -> None:
    variants = HEADERS[language]
    for field, headers in variants.items():
        for header in headers:
            office = Office(Style(language=language, form="csv"), 1)
            office.headers[field] = header
            content, truth = office.ledger(12)
            assert dry_run_summary(read_ledger(content, today=TODAY)) == (
                truth.summary()
            ), (field, header)


def test_reading_twice_gives_the_same_rows() -> None:
    content, _ = Office(Style(), random.Random(5).randint(0, 999)).ledger(60)
    reading = read_ledger(content, today=TODAY)
    assert list(reading.rows()) == list(reading.rows())
    assert len(list(reading.rows())) == reading.tally.valid_rows
