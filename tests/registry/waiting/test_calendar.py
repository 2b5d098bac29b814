"""Working time: what lies between two moments, and when some of it is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.errors import Invalid
from registry.waiting.rules.calendar import (
    OFFICE_WEEK,
    Calendar,
    Pause,
    after_working_time,
    working_time_between,
)
from registry.waiting.rules.hours import (
    clean_week,
    read_day_lines,
    read_spans,
    write_spans,
)

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
SHANGHAI = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = date(2026, 10, 1)

moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)
)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
spans = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda s: s[0] < s[1]),
    max_size=1,
).map(tuple)
calendars = st.builds(
    Calendar,
    zone=st.sampled_from(ZONES),
    week=st.just(OFFICE_WEEK) | st.dictionaries(st.integers(0, 6), spans, min_size=1),
    exceptions=st.dictionaries(days, spans, max_size=5),
    pauses=st.lists(
        st.builds(
            lambda d, n: Pause(d, d + timedelta(days=n)), days, st.integers(0, 40)
        ),
        max_size=2,
    ),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-23 08:00", "2026-11-23 12:00", 4),
        ("2026-11-23 07:00", "2026-11-23 09:30", 1.5),
        ("2026-11-23 11:00", "2026-11-23 14:30", 2),
        ("2026-11-23 12:00", "2026-11-23 13:30", 0),
        ("2026-11-27 16:30", "2026-11-30 09:00", 2),
        ("2026-11-28 08:00", "2026-11-29 20:00", 0),
        ("2026-11-23 08:00", "2026-11-30 08:00", 40),
        ("2026-11-23 12:00", "2026-11-23 08:00", 0),
        ("2026-11-23 08:00", "2026-11-23 08:00", 0),
    ],
)
def test_nights_noons_and_weekends_do_not_count(start: str, end: str, hours: float):
    between = working_time_between(Calendar(), at(start), at(end))
    assert between == timedelta(hours=hours)


def test_a_holiday_does_not_count_and_a_saturday_worked_instead_does():
    office = Calendar(exceptions={NATIONAL_DAY: (), date(2026, 10, 10): ((480, 720),)})
    off = working_time_between(office, at("2026-10-01 00:00"), at("2026-10-02 00:00"))
    on = working_time_between(office, at("2026-10-10 00:00"), at("2026-10-11 00:00"))
    assert off == timedelta(0)
    assert on == timedelta(hours=4)


def test_in_a_vacation_clocks_stand_still_but_for_a_day_that_is_worked():
    summer = Pause(date(2026, 7, 10), date(2026, 8, 25))
    duty = {date(2026, 8, 1): ((480, 720),)}
    office = Calendar(pauses=[summer], exceptions=duty)
    asked = at("2026-07-09 16:30")
    assert after_working_time(office, asked, timedelta(hours=3)) == at(
        "2026-08-01 10:00"
    )
    assert not office.is_working(date(2026, 7, 13))
    assert office.is_working(date(2026, 8, 1))


@given(calendars, moments, moments, moments)
def test_working_time_adds_up_and_never_exceeds_the_time_there_was(
    office: Calendar, one: datetime, two: datetime, three: datetime
):
    first, second, third = sorted([one, two, three])
    whole = working_time_between(office, first, third)
    parts = working_time_between(office, first, second)
    parts += working_time_between(office, second, third)
    assert whole == parts
    assert timedelta(0) <= whole <= third - first
    assert working_time_between(office, third, first) == timedelta(0)


@given(
    st.sampled_from(ZONES).map(lambda zone: Calendar(zone=zone)),
    moments,
    st.integers(1, 400).map(lambda quarters: timedelta(minutes=15 * quarters)),
)
def test_when_it_is_over_so_much_working_time_has_passed(
    office: Calendar, start: datetime, allowed: timedelta
):
    end = after_working_time(office, start, allowed)
    assert working_time_between(office, start, end) == allowed
    a_little_before = end - timedelta(seconds=1)
    assert working_time_between(office, start, a_little_before) < allowed


def test_a_calendar_without_hours_counts_real_time_rather_than_none():
    start = at("2026-11-23 08:00")
    end = after_working_time(Calendar(week={}), start, timedelta(hours=8))
    assert end == start + timedelta(hours=8)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_the_night_clocks_change_takes_nothing_from_the_day_after(zone: str):
    office = Calendar(zone=zone)
    for month in (3, 4, 10, 11):
        for day in range(1, 29):
            noon = datetime(2026, month, day, 12, tzinfo=ZoneInfo(zone))
            whole = working_time_between(
                office, noon - timedelta(hours=11), noon + timedelta(hours=11)
            )
            assert whole == timedelta(hours=8 if noon.weekday() < 5 else 0)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("8:00-12:00 13:30-17:30", ((480, 720), (810, 1050))),
        ("13:30—17:30，8:00～12:00", ((480, 720), (810, 1050))),
        ("08：00 至 12：00", ((480, 720),)),
        ("0:00-24:00", ((0, 1440),)),
        ("", ()),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, minutes: tuple):
    assert read_spans(text) == minutes
    assert read_spans(write_spans(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("上午", "bad_hours"),
        ("8-12", "bad_hours"),
        ("12:00-8:00", "bad_hours"),
        ("8:00-8:00", "bad_hours"),
        ("8:61-9:00", "bad_hours"),
        ("8:00-25:00", "bad_hours"),
        ("8:00-12:00 11:00-13:00", "hours_overlap"),
        (" ".join(f"{h}:00-{h}:30" for h in range(8, 13)), "too_many"),
    ],
)
def test_hours_that_cannot_be_are_refused(text: str, code: str):
    with pytest.raises(Invalid) as refusal:
        read_spans(text)
    assert refusal.value.problems["hours"].code == code


def test_somebody_works_at_some_time_of_the_week():
    with pytest.raises(Invalid) as refusal:
        clean_week({0: "", 6: " "})
    assert refusal.value.problems["day_0"].code == "no_working_hours"
    assert clean_week({5: "9:00-11:00"}) == {5: ((540, 660),)}


def test_a_years_holidays_are_read_line_by_line():
    text = "2026-10-01 国庆节 休\n\n2026年10月10日 国庆调休 上班\n2026/1/1 休"
    assert read_day_lines(text) == [
        (NATIONAL_DAY, "国庆节", False),
        (date(2026, 10, 10), "国庆调休", True),
        (date(2026, 1, 1), "", False),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("国庆节 休", "bad_day_line"),
        ("2026-10-01 国庆节", "bad_day_line"),
        ("2026-13-01 休", "bad_day_line"),
        ("2026-10-01 休\n2026-10-01 班", "day_twice"),
        ("\n \n", "required"),
    ],
)
def test_a_line_that_says_no_day_is_named(text: str, code: str):
    with pytest.raises(Invalid) as refusal:
        read_day_lines(text)
    assert refusal.value.problems["lines"].code == code
