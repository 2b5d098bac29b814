"""Amounts and counts in the ways people write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.interchange.rules.amounts import (
    MOST_QUANTITY,
    fen_of,
    quantity_of,
    scale_of,
)
from registry.kernel.money import MOST_FEN, amount_text


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("¥4,500.00", 450_000),
        ("￥ 12.5元", 1_250),
        ("4500元", 450_000),
        ("3000圆整", 300_000),
        ("1.2万", 1_200_000),
        ("1.2万元", 1_200_000),
        ("４５００．００", 450_000),
        ("$433.61", 43_361),
        ("US$ 12", 1_200),
        ("£1,200", 120_000),
        ("RMB 3,000", 300_000),
        ("4500.00 CNY", 450_000),
        ("1 234,50", 123_450),
        ("1.234,56", 123_456),
        ("1,23,456.00", 12_345_600),
        (".5", 50),
        ("100.005", 10_001),
        (1947.034, 194_703),
        (0.1 + 0.2, 30),
        (2.675, 268),
        (12, 1_200),
        ("'-5", -500),
        ("(300)", -30_000),
        ("（300）", -30_000),
        ("-$120.00", -12_000),
        ("$-120", -12_000),
        ("−3", -300),
    ],
)
def test_amounts_are_read_as_people_mean_them(cell: object, fen: int) -> None:
    assert fen_of(cell) == fen  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "见合同",
        "待定",
        "n/a",
        "see PO",
        "",
        "--",
        "¥-",
        "12..5",
        "1,2345",
        "1e5",
        "²",
        "5²",
        "٣٠٠",
        "=1+1",
        "1/2",
        True,
        1e20,
        "9" * 30,
        "1_000",
        "nan",
        "inf",
    ],
)
def test_what_is_no_amount_is_none(cell: object) -> None:
    assert fen_of(cell) is None  # type: ignore[arg-type]


@given(st.integers(-MOST_FEN, MOST_FEN))
def test_every_amount_we_write_is_read_back(fen: int) -> None:
    assert fen_of(amount_text(fen)) == fen


@given(st.integers(0, 10**11))
def test_thousands_and_signs_change_nothing(fen: int) -> None:
    yuan = f"{fen / 100:,.2f}"
    assert fen_of(f"¥{yuan}") == fen_of(f"{yuan}元") == fen_of(f" {yuan} ") == fen


@given(st.decimals(0, 10**8, places=6))
def test_a_factor_is_applied_before_rounding(amount: Decimal) -> None:
    exact = (amount * 10_000 * 100).quantize(Decimal(1), ROUND_HALF_UP)
    assert fen_of(str(amount), 10_000) == int(exact)


@pytest.mark.parametrize(
    ("words", "scale"),
    [("元", 1), ("万元", 10_000), ("千元", 1_000), ("百万元", 10**6)],
)
def test_the_unit_of_a_column_is_known(words: str, scale: int) -> None:
    assert scale_of(words) == scale


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("３０", 30),
        ("30张", 30),
        ("30 pcs", 30),
        ("3 pieces", 3),
        ("30(台)", 30),
        ("30.0", 30),
        ("3,000", 3_000),
        ("5台/套", 5),
        ("一台", 1),
        ("两套", 2),
        ("一部", 1),
        ("十张", 10),
        (2.0, 2),
        (7, 7),
    ],
)
def test_counts_are_read_with_or_without_their_unit(cell: object, count: int) -> None:
    assert quantity_of(cell) == count  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "一批",
        "若干",
        "-",
        "",
        "2.5",
        "0",
        "-2",
        0,
        -2,
        2.5,
        True,
        "1e5",
        "3万",
        "30多张",
        "约30",
        "一百",
        "一部分",
        "二十",
        "²",
        "٣",
        "1_0",
        "9" * 40,
        MOST_QUANTITY + 1,
    ],
)
def test_what_is_no_count_is_none(cell: object) -> None:
    assert quantity_of(cell) is None  # type: ignore[arg-type]


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(text: str) -> None:
    fen, count = fen_of(text), quantity_of(text)
    assert fen is None or abs(fen) <= MOST_FEN
    assert count is None or 0 < count <= MOST_QUANTITY
