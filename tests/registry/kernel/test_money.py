"""Money is integer fen: read, split and written without losing one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.errors import Invalid
from registry.kernel.money import MOST_FEN, amount_text, parse_amount, split


@given(st.integers(0, MOST_FEN))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_amount(amount_text(fen)) == fen


@given(st.integers(0, MOST_FEN), st.integers(1, 500))
def test_parts_differ_by_at_most_one_fen_and_sum_to_the_whole(
    fen: int, parts: int
) -> None:
    shares = split(fen, parts)
    assert sum(shares) == fen
    assert len(shares) == parts
    assert max(shares) - min(shares) <= 1


@pytest.mark.parametrize(
    "text",
    ["", "-1", "1.234", "１２", "1e3", "NaN", "0x10", "1_0", "١٢", "1.", ".5", "²"],
)
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_amount(text)
