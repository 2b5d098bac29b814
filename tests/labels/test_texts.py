"""What a label accepts, what it cleans, and where lines of text end."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pylopdf_fonts_zh_cn import serif_path

import labels
from labels.errors import (
    CodeRefused,
    FontUnusable,
    PayloadRefused,
    PayloadTooLong,
    TooManyFields,
)
from labels.fonts import face, font_path
from labels.text import LONGEST_TEXT, clean
from labels.typeset import cut, even, words, wrap
from tests.labels.samples import asset_label

SAID = st.text(max_size=60).map(clean).map(lambda text: face().printable(text))
WIDE = st.integers(1_000, 30_000)


@given(st.text(max_size=500))
@example("\ud800a\u202e\x00\u0301")
@example("\u3000 全角空格 \t\n\u2028")
def test_cleaned_text_has_no_character_without_ink(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert len(cleaned) <= LONGEST_TEXT
    kinds = {unicodedata.category(char) for char in cleaned if char != " "}
    assert not kinds & {"Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"}


def test_cleaning_keeps_what_people_write():
    for text in ("欧阳𬭎翃", "Ångström é", "①②③ ￥1,200.00（含税）", "尼格买提·热合曼"):
        assert clean(text) == text
    assert clean("Cafe\u0301") == "Café"
    assert clean(" 教务处 \r\n 二楼\t") == "教务处 二楼"


def test_text_nobody_could_read_on_a_label_is_cut_and_marked():
    assert clean("长" * 10_000) == "长" * (LONGEST_TEXT - 1) + "…"


def test_a_bidirectional_override_does_not_reach_the_paper():
    label = asset_label(title="\u202e甲\u2066乙\u200f")
    assert label.title == "甲乙"


@pytest.mark.parametrize(
    "payload", ["", "A B", "汉字", "A\n", "A\x00", "\x1b[A", "\ud800", "A\u200b", "é"]
)
def test_a_payload_that_would_press_strange_keys_is_refused(payload):
    with pytest.raises(PayloadRefused) as refusal:
        asset_label(payload=payload)
    assert refusal.value.code == "payload_refused"


def test_a_payload_longer_than_a_label_symbol_holds_is_refused():
    assert asset_label(payload="A" * 200).payload
    with pytest.raises(PayloadTooLong) as refusal:
        asset_label(payload="A" * 201)
    assert refusal.value.facts == {"length": 201, "most": 200}


@pytest.mark.parametrize("code", ["", "A" * 33, "资产1", "A B", "A\t", "\ud800"])
def test_a_code_that_is_not_plain_is_refused(code):
    with pytest.raises(CodeRefused):
        asset_label(code=code)


def test_more_fields_than_any_label_shows_are_refused_even_if_endless():
    def endless():
        while True:
            yield ("栏", "值")

    with pytest.raises(TooManyFields):
        asset_label(lines=endless())


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="poster"):
        asset_label(kind="poster")


@given(SAID, WIDE)
def test_wrapping_loses_no_character_and_keeps_to_the_width(text, limit):
    lines = wrap(text, face(), limit)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(face().width(line) <= limit for line in lines)
    assert all(line == line.strip() and line for line in lines)


@given(SAID)
def test_words_hold_the_whole_text(text):
    assert "".join(words(text, face()).pieces) == text


@given(SAID, WIDE)
def test_evened_lines_are_as_few_and_lose_nothing(text, limit):
    lines = even(text, face(), limit)
    assert len(lines) == len(wrap(text, face(), limit))
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(face().width(line) <= limit for line in lines)


@given(SAID, WIDE)
def test_a_cut_text_fits_and_starts_like_the_whole(text, limit):
    short = cut(text, face(), limit)
    assert face().width(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_no_line_begins_with_a_mark_that_closes_or_ends_with_one_that_opens():
    text = "实验台（含水槽、电源），一套；“新购”。"
    for limit in range(4_000, 20_000, 250):
        for line in wrap(text, face(), limit):
            assert line[0] not in "）、，；”。"
            assert line[-1] not in "（“"


def test_latin_words_and_numbers_stay_whole_while_they_fit():
    lines = wrap("爱普生 CB-FH52 投影机 2023-04-000127", face(), 8_000)
    assert "CB-FH52" in " ".join(lines)
    assert "2023-04-000127" in lines


def test_a_word_longer_than_the_line_is_broken_behind_a_joint():
    assert wrap("JZ-2023-04-000127-003", face(), 8_500) == [
        "JZ-2023-04-",
        "000127-003",
    ]


RARE = "䶮𬭎𫟹𨱏㛃𣲗𬀩𰻞𬶍𪨰㙘𬒈"


def test_rare_characters_of_names_are_in_the_font():
    assert face().printable(RARE) == RARE
    assert any(ord(char) > 0xFFFF for char in RARE)


def test_digits_are_all_equally_wide():
    assert len({face().width(digit) for digit in "0123456789"}) == 1


def test_what_the_font_cannot_draw_prints_as_an_empty_box():
    assert face().printable("投影📽א") == "投影□□"
    assert face().printable("\ufffd") == "□"


def test_glyphs_that_leave_the_line_print_as_an_empty_box():
    assert face().printable("\u3031\u3032\u2e3b") == "□□□"


def test_the_font_can_be_chosen_by_argument_and_by_environment(monkeypatch):
    shipped = font_path()
    assert shipped.endswith(".otf")
    monkeypatch.setenv("LABELS_FONT", "/fonts/own.ttf")
    assert font_path() == "/fonts/own.ttf"
    assert font_path("/fonts/other.ttc#2") == "/fonts/other.ttc#2"


@pytest.mark.parametrize(
    "content", [b"", b"not a font at all", b"\x00\x01\x00\x00" * 9]
)
def test_a_file_that_is_no_font_is_refused_without_telling_its_folder(
    tmp_path, content
):
    file = tmp_path / "wrong.otf"
    file.write_bytes(content)
    with pytest.raises(FontUnusable) as refusal:
        labels.draw_png(asset_label(), labels.Roll(60, 40), font=file)
    assert refusal.value.facts == {"name": "wrong.otf"}
    with pytest.raises(FontUnusable):
        labels.draw_png(asset_label(), labels.Roll(60, 40), font=tmp_path / "none.otf")


def test_another_font_draws_readable_labels():
    with_serif = labels.draw_png(asset_label(), labels.Roll(60, 40), font=serif_path())
    assert with_serif != labels.draw_png(asset_label(), labels.Roll(60, 40))
