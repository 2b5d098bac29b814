"""Amounts, sizes and times as a reader of each language sees them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.words import (
    LANGUAGES,
    format_date,
    format_datetime,
    format_list,
    format_money,
    format_number,
    format_size,
    use_language,
    use_time_zone,
)

EVENING = datetime(2026, 11, 3, 18, 5, 9, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "¥0.00"),
        (1, "¥0.01"),
        (123_456_750, "¥1,234,567.50"),
        (-1990, "-¥19.90"),
        (10**15 - 1, "¥9,999,999,999,999.99"),
        (10**17 + 1, "¥1,000,000,000,000,000.01"),
    ],
)
def test_fen_are_written_as_yuan_to_the_last_digit(fen, written):
    assert format_money(fen) == written


@given(st.integers(-(10**18), 10**18), st.sampled_from(sorted(LANGUAGES)))
def test_no_fen_is_lost_in_writing(fen, language):
    with use_language(language):
        written = format_money(fen)
    digits = "".join(each for each in written if each.isdigit() or each == "-")
    assert int(digits) == fen


def test_another_currency_keeps_its_own_sign():
    assert format_money(1050, "USD") == "US$10.50"
    with use_language("en"):
        assert format_money(1050, "USD") == "$10.50"
        assert format_money(1050) == "¥10.50"


def test_numbers_are_grouped():
    assert format_number(1234567) == "1,234,567"


@pytest.mark.parametrize(
    ("size", "written"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (10 * 1024 * 1024, "10 MB"),
        (10**15, "909.5 TB"),
        (1 << 60, "1,048,576 TB"),
    ],
)
def test_a_size_is_written_in_the_unit_that_suits_it(size, written):
    assert format_size(size) == written


@pytest.mark.parametrize(
    ("language", "width", "day", "moment"),
    [
        ("zh-CN", "short", "2026-11-03", "2026-11-04 02:05"),
        ("zh-CN", "medium", "2026年11月3日", "2026年11月4日 02:05"),
        ("zh-CN", "full", "2026年11月3日星期二", "2026-11-04 02:05:09 +08:00"),
        ("en", "short", "2026-11-03", "2026-11-04 02:05"),
        ("en", "medium", "3 Nov 2026", "4 Nov 2026, 02:05"),
        ("en", "full", "Tuesday, 3 November 2026", "2026-11-04 02:05:09 +08:00"),
    ],
)
def test_a_moment_is_shown_in_the_readers_zone_and_language(
    language, width, day, moment
):
    with use_language(language):
        assert format_date(date(2026, 11, 3), width) == day
        assert format_datetime(EVENING, width=width) == moment


def test_a_named_zone_wins_over_the_readers():
    with use_time_zone("Asia/Urumqi"):
        assert format_datetime(EVENING, width="short") == "2026-11-04 00:05"
        assert format_datetime(EVENING, "UTC", "short") == "2026-11-03 18:05"
        assert format_date(EVENING, "short") == "2026-11-04"


def test_a_moment_of_no_zone_is_not_guessed():
    with pytest.raises(ValueError, match="time zone"):
        format_datetime(datetime(2026, 11, 3))


def test_things_beside_each_other_stand_as_in_the_readers_language() -> None:
    assert format_list(["甲", "乙"]) == "甲、乙"
    with use_language("en"):
        assert format_list(["A", "B", "C"]) == "A, B, C"
