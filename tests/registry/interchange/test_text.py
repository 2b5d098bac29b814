"""Texts of cells: tidied, guarded, compared."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.interchange.rules.text import (
    code_of,
    folded,
    guarded,
    has_lost_digits,
    line_of,
    note_of,
    says_nothing,
    tidy,
    unguarded,
)
from registry.kernel.text import clean_line, clean_notes

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LEADS = tuple("=+-@\t\r\n＝＋－＠")


@given(TEXTS | st.from_regex(r"'*\s*[=+\-@\t\r'].*"))
def test_a_guarded_text_never_leads_a_formula_and_comes_back(text: str) -> None:
    written = guarded(text)
    assert not written.startswith(LEADS)
    assert not written.lstrip().startswith(("=", "+", "-", "@"))
    assert unguarded(written) == text


def test_a_cell_that_forces_text_in_csv_is_opened() -> None:
    assert line_of('="0012"') == "0012"
    assert line_of('="say ""x"""') == 'say "x"'


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("  行政楼305\n", "行政楼305"),
        ("\u3000信息\u00a0\u00a0中心 ", "信息 中心"),
        ("a\u200bb\ufeff", "ab"),
        ("e\u0301", "é"),
        ("\u202eabc", "abc"),
        (2010799, "2010799"),
        (12.5, "12.5"),
        (True, "TRUE"),
        (1e22, "10000000000000000000000"),
    ],
)
def test_a_line_is_tidy(cell: object, line: str) -> None:
    assert line_of(cell) == line  # type: ignore[arg-type]


@given(TEXTS)
def test_a_tidy_line_is_one_the_registry_takes_as_it_is(text: str) -> None:
    line = tidy(text)
    assert tidy(line) == line
    assert clean_line(line, most=10_000) == line


@given(TEXTS)
def test_a_tidy_note_is_one_the_registry_takes_as_it_is(text: str) -> None:
    note = note_of(text)
    assert clean_notes(note) == note
    assert note_of(note) == note


def test_a_note_keeps_its_lines() -> None:
    assert note_of(" a  b \r\n\r\n c\td ") == "a b\n\nc d"


def test_a_code_is_narrow_and_a_name_is_not() -> None:
    assert code_of("ＺＣ２０２２－１") == "ZC2022-1"
    assert line_of("空调（挂机）") == "空调（挂机）"


def test_an_eighteen_digit_serial_in_text_keeps_its_digits() -> None:
    assert code_of("110101199003074578") == "110101199003074578"
    assert not has_lost_digits("110101199003074578")


@pytest.mark.parametrize("cell", [1.10101199003074e17, 10**15, "1.10101E+17"])
def test_a_number_that_lost_digits_is_noticed(cell: object) -> None:
    assert has_lost_digits(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "-", "—", "/", "无", "N/A", "None"])
def test_marks_for_nothing_say_nothing(text: str) -> None:
    assert says_nothing(text)


@given(st.text(max_size=40))
def test_folding_ignores_width_case_spaces_and_marks(text: str) -> None:
    plain = folded(text)
    assert folded(f" {text}： ") == plain
    assert folded(unicodedata.normalize("NFKC", text)) == plain


def test_folding_ignores_the_script() -> None:
    assert folded("財產編號") == folded("财产编号")
    assert folded("使用狀況") == folded("使用状况")
