"""Dates in the ways people and spreadsheets write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.interchange.rules.dates import DateOrder, date_of, order_of

TODAY = date(2026, 9, 1)
FIFTH = date(2019, 3, 5)
ORDERS = [DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST, DateOrder.YEAR_FIRST]
DAYS = st.dates(date(1970, 1, 1), TODAY)


@pytest.mark.parametrize(
    "cell",
    [
        "2019.3.5",
        "2019年3月5日",
        "20190305",
        "２０１９-０３-０５",
        " 2019/3/5 ",
        "2019-3-5号",
        "2019-03-05 00:00:00",
        "2019-03-05T10:20:30Z",
        "2019/3/5 0:00",
        "19.3.5",
        "2019年3月5日 10时20分",
        "2019年3月5日 星期二",
        "19年3月5日",
        "5-Mar-19",
        "Mar 5, 2019",
        "5 March 2019",
        "5th of March 2019",
        "Tue, 5 Mar 2019",
        "43529",
        "05.03.2019",
        "2019 3 5",
        "2019\\3\\5",
        "2019、3、5",
        43529,
        43529.75,
        20190305,
        20190305.0,
        FIFTH,
        datetime(2019, 3, 5, 12, 30),
    ],
)
def test_one_day_is_read_in_all_its_forms(cell: object) -> None:
    assert date_of(cell) == FIFTH  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2019-03", date(2019, 3, 1)),
        ("2019年3月", date(2019, 3, 1)),
        ("201903", date(2019, 3, 1)),
        ("3/2019", date(2019, 3, 1)),
        ("Mar 2019", date(2019, 3, 1)),
        (2019.3, date(2019, 3, 1)),
        (2019.12, date(2019, 12, 1)),
        ("2019", date(2019, 1, 1)),
        (2019, date(2019, 1, 1)),
        ("2019年", date(2019, 1, 1)),
    ],
)
def test_a_month_or_year_is_its_first_day(cell: object, day: date) -> None:
    assert date_of(cell) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell",
    [
        "去年",
        "TBC",
        "",
        "-",
        "2016.00.12",
        "2018/13/05",
        "13/45/2020",
        "2/30/19",
        "2019-02-29",
        "0000-00-00",
        "1e5",
        "٢٠١٩-٠٣-٠٥",
        "9999999999",
        True,
        -5,
        0.5,
        1e300,
        2019.1,
        "1899-12-31",
        "2200-01-01",
        "5 Foo 2019",
        "3月5日",
    ],
)
def test_what_is_no_day_is_none(cell: object) -> None:
    assert date_of(cell) is None  # type: ignore[arg-type]


def test_two_digits_of_a_year_mean_1969_to_2068() -> None:
    days = [date_of(f"3/14/{year}") for year in ("69", "99", "00", "11", "68")]
    assert [day and day.year for day in days] == [1969, 1999, 2000, 2011, 2068]


@given(DAYS)
def test_iso_and_serial_numbers_mean_the_same_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = [day.isoformat(), serial, float(serial), f"{day:%Y%m%d}", f"{day:%Y.%m.%d}"]
    assert {date_of(form) for form in forms} == {day}


@given(st.lists(DAYS, min_size=40, max_size=80))
def test_the_order_of_a_file_is_found_from_its_days(days: list[date]) -> None:
    for order, form in {
        DateOrder.MONTH_FIRST: "{0.month}/{0.day}/{0.year}",
        DateOrder.DAY_FIRST: "{0.day}/{0.month}/{0.year}",
    }.items():
        texts = [form.format(day) for day in days]
        found, proved = order_of(texts, TODAY, ORDERS)
        if proved:
            assert found is order
            assert [date_of(text, found) for text in texts] == days
        else:
            assert all(day.day <= 12 for day in days)


def test_one_wrong_day_does_not_turn_the_order_of_a_file() -> None:
    texts = ["3/14/11", "1/27/17", "5/24/17", "25/3/2019", "13/45/2020"]
    assert order_of(texts, TODAY, ORDERS) == (DateOrder.MONTH_FIRST, True)


def test_an_order_nothing_proves_is_the_preferred_one_and_said_so() -> None:
    assert order_of(["1/2/03"], TODAY, ORDERS) == (DateOrder.MONTH_FIRST, False)
    assert order_of([], TODAY, ORDERS[::-1]) == (DateOrder.YEAR_FIRST, False)


@given(st.text(max_size=70), st.sampled_from(ORDERS))
def test_no_text_breaks_the_reader(text: str, order: DateOrder) -> None:
    day = date_of(text, order)
    assert day is None or 1900 <= day.year <= 2199


@given(st.floats(allow_nan=False) | st.integers())
def test_no_number_breaks_the_reader(number: float) -> None:
    day = date_of(number)
    assert day is None or 1900 <= day.year <= 2199
