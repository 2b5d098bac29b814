"""Codes: every single wrong character and every swap of neighbours is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.checkcodes import (
    ALPHABET,
    CodeMistyped,
    check_character,
    grouped,
    looks_like_code,
    new_code,
    read_code,
)

bodies = st.text(ALPHABET, min_size=8, max_size=8)


@given(bodies)
def test_every_wrong_character_is_found(body: str) -> None:
    code = body + check_character(body)
    for place in range(9):
        for wrong in set(ALPHABET) - {code[place]}:
            with pytest.raises(CodeMistyped):
                read_code(code[:place] + wrong + code[place + 1 :])


@given(bodies)
def test_every_swap_of_neighbours_is_found(body: str) -> None:
    code = body + check_character(body)
    for place in range(8):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code:
            with pytest.raises(CodeMistyped):
                read_code(swapped)


@given(bodies)
def test_a_code_is_read_however_people_write_it(body: str) -> None:
    code = body + check_character(body)
    assert read_code(code.lower()) == code
    assert read_code(f" {grouped(code)} ") == code
    assert read_code(code.replace("0", "O").replace("1", "l")) == code


def test_a_new_code_is_no_number_and_reads_back() -> None:
    for _ in range(500):
        code = new_code()
        assert read_code(code) == code
        assert not code[:8].isdigit()


def test_a_number_of_nine_digits_is_no_code() -> None:
    assert not looks_like_code("202200001")
    assert not looks_like_code("2022-00001")


@pytest.mark.parametrize("text", ["", "K7Q4", "K7Q4M2XN", "K7Q4M2XNTT", "中文中文中文"])
def test_what_has_not_the_shape_of_a_code_is_refused(text: str) -> None:
    with pytest.raises(CodeMistyped):
        read_code(text)
