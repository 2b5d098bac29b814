"""Which signs count: a table of what is known of a thing and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue.classification import covers
from registry.sharing.rules.ages import (
    Age,
    age_of,
    days_of,
    months_after,
    months_before,
)
from registry.sharing.rules.batches import Suspect, chosen
from registry.sharing.rules.policies import Policy
from registry.sharing.rules.signals import Facts, Sign, signs_of, weight
from registry.sharing.states import Signal
from registry.words import use_language
from registry.words.idling import SIGNS, sign_words

TODAY = date(2026, 9, 1)
LATELY = date(2026, 8, 20)
OLD = date(2024, 3, 5)
USED = Facts(changed_on=LATELY)


def told(facts: Facts, policy: Policy | None = None) -> list[tuple[str, date]]:
    found = signs_of(facts, policy or Policy(), TODAY)
    return [(str(sign.signal), sign.since) for sign in found]


@pytest.mark.parametrize(
    ("facts", "signs"),
    [
        (USED, []),
        (Facts(changed_on=date(2025, 9, 1)), [("quiet", date(2025, 9, 1))]),
        (Facts(changed_on=date(2025, 9, 2)), []),
        (Facts(changed_on=OLD, scanned_on=LATELY), []),
        (
            Facts(changed_on=OLD, scanned_on=date(2025, 1, 1)),
            [("quiet", date(2025, 1, 1))],
        ),
        (
            Facts(changed_on=date(2025, 1, 1), scanned_on=OLD),
            [("quiet", date(2025, 1, 1))],
        ),
        (Facts(changed_on=OLD, is_labelled=False), []),
        (Facts(changed_on=OLD, class_code="6010301"), []),
        (Facts(changed_on=OLD, class_code="A05010201"), []),
        (
            replace(USED, in_store=True, placed_on=date(2026, 8, 1)),
            [("stored", date(2026, 8, 1))],
        ),
        (replace(USED, in_store=True, placed_on=date(2026, 8, 2)), []),
        (replace(USED, in_store=True), []),
        (
            Facts(changed_on=date(2026, 5, 1), in_store=True),
            [("stored", date(2026, 5, 1))],
        ),
        (
            replace(USED, in_store=True, placed_on=OLD, class_code="6010301"),
            [("stored", OLD)],
        ),
        (replace(USED, keeper_left_on=LATELY), [("keeper_left", LATELY)]),
        (replace(USED, keeper_left_on=TODAY), [("keeper_left", TODAY)]),
        (replace(USED, keeper_left_on=TODAY + timedelta(days=1)), []),
        (replace(USED, unused_on=LATELY), [("seen_unused", LATELY)]),
        (replace(USED, replaced_on=LATELY), [("replaced", LATELY)]),
        (replace(USED, repaired_on=date(2026, 6, 1)), [("repaired", date(2026, 6, 1))]),
        (replace(USED, repaired_on=date(2026, 6, 2)), []),
        (replace(USED, repaired_on=OLD, scanned_on=LATELY), []),
        (replace(USED, repaired_on=OLD, scanned_on=OLD), [("repaired", OLD)]),
        (
            Facts(
                changed_on=OLD,
                in_store=True,
                placed_on=OLD,
                keeper_left_on=LATELY,
                unused_on=LATELY,
                replaced_on=LATELY,
            ),
            [
                ("seen_unused", LATELY),
                ("replaced", LATELY),
                ("stored", OLD),
                ("keeper_left", LATELY),
                ("quiet", OLD),
            ],
        ),
    ],
)
def test_a_sign_is_given_from_the_day_on_that_the_usual_policy_says(
    facts: Facts, signs: list[tuple[str, date]]
) -> None:
    assert told(facts) == signs


WHOLE = Facts(
    changed_on=OLD,
    in_store=True,
    placed_on=OLD,
    keeper_left_on=OLD,
    unused_on=OLD,
    replaced_on=OLD,
    repaired_on=OLD,
    item_type_id=7,
    class_code="2020200",
)


def test_a_policy_spares_what_it_names() -> None:
    assert len(told(WHOLE)) == len(Signal)
    assert told(WHOLE, Policy(exempt_types=(7,))) == []
    assert told(WHOLE, Policy(exempt_classes=("2020000",))) == []
    assert len(told(WHOLE, Policy(exempt_classes=("2010000",)))) == len(Signal)
    assert told(WHOLE, Policy(signals=())) == []
    for signal in Signal:
        assert told(WHOLE, Policy(signals=(signal,))) == [(str(signal), OLD)]
    still = Policy(still_classes=("2000000",))
    assert "quiet" not in {signal for signal, _ in told(WHOLE, still)}
    assert len(told(WHOLE, still)) == len(Signal) - 1


def test_a_policy_counts_in_its_own_months() -> None:
    facts = Facts(
        changed_on=date(2026, 2, 1),
        in_store=True,
        placed_on=date(2026, 2, 1),
        repaired_on=date(2026, 2, 1),
    )
    patient = Policy(stored_months=8, quiet_months=8, repaired_months=8)
    hasty = Policy(stored_months=7, quiet_months=7, repaired_months=7)
    assert told(facts, patient) == []
    assert len(told(facts, hasty)) == 3


def test_an_answer_rests_what_was_known_then_and_not_what_came_later() -> None:
    answered = replace(
        WHOLE, answered_on=date(2026, 5, 1), rested_until=date(2026, 11, 1)
    )
    assert told(answered) == []
    later = replace(answered, keeper_left_on=date(2026, 5, 2))
    assert told(later) == [("keeper_left", date(2026, 5, 2))]
    same_day = replace(answered, keeper_left_on=date(2026, 5, 1))
    assert told(same_day) == []
    over = replace(answered, rested_until=TODAY)
    assert len(told(over)) == len(Signal)


days = st.dates(date(2020, 1, 1), date(2027, 1, 1))
maybe = st.none() | days
facts_of_all_sorts = st.builds(
    Facts,
    changed_on=days,
    in_store=st.booleans(),
    placed_on=maybe,
    scanned_on=maybe,
    keeper_left_on=maybe,
    repaired_on=maybe,
    unused_on=maybe,
    replaced_on=maybe,
    answered_on=maybe,
    rested_until=maybe,
    is_labelled=st.booleans(),
    item_type_id=st.integers(1, 3),
    class_code=st.sampled_from(["", "1020000", "2020200", "6010301", "A05010000"]),
)
policies_of_all_sorts = st.builds(
    Policy,
    signals=st.sets(st.sampled_from(Signal)).map(tuple),
    stored_months=st.integers(0, 24),
    quiet_months=st.integers(1, 24),
    repaired_months=st.integers(0, 24),
    exempt_types=st.sets(st.integers(1, 3), max_size=1).map(tuple),
)


@given(facts_of_all_sorts, policies_of_all_sorts)
def test_signs_are_of_the_past_each_once_and_of_what_counts(
    facts: Facts, policy: Policy
) -> None:
    found = signs_of(facts, policy, TODAY)
    kinds = [sign.signal for sign in found]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) <= set(policy.signals)
    assert weight(found) >= len(found)
    if facts.item_type_id in policy.exempt_types:
        assert not found
    assert found == signs_of(facts, policy, TODAY)


@given(facts_of_all_sorts, days)
def test_a_later_sign_of_life_never_makes_a_thing_quiet(
    facts: Facts, day: date
) -> None:
    later = max(day, facts.scanned_on or day)
    before = {sign.signal for sign in signs_of(facts, Policy(), TODAY)}
    after = signs_of(replace(facts, scanned_on=later), Policy(), TODAY)
    assert {sign.signal for sign in after} <= before


@given(days, st.integers(0, 400))
def test_months_go_back_and_forth_to_the_same_month(day: date, months: int) -> None:
    before = months_before(day, months)
    assert before <= day
    assert months_after(before, months).replace(day=1) == day.replace(day=1)
    assert months_before(day, 0) == day


def test_a_shorter_month_has_a_last_day() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_before(date(2026, 1, 15), 30_000) == date.min
    assert months_after(date(2026, 1, 15), 200_000) == date.max


@given(st.dates(date(2010, 1, 1), TODAY))
def test_every_day_has_just_one_age_and_lies_between_its_days(since: date) -> None:
    age = age_of(since, TODAY)
    for each in Age:
        first, last = days_of(each, TODAY)
        inside = (first is None or first <= since) and (last is None or since <= last)
        assert inside == (each is age)


def test_a_class_covers_what_is_below_it_in_both_editions() -> None:
    assert covers(("2020000",), "2020200")
    assert covers(("A02020000",), "A02020200")
    assert not covers(("2020000",), "2010100")
    assert not covers(("2020000",), "")
    assert not covers((), "2020200")


@pytest.mark.parametrize("signal", Signal)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_sign_says_itself_with_its_day(signal: Signal, language: str) -> None:
    sign = {"signal": str(signal), "since": "2026-03-05", "source": ""}
    with use_language(language):
        words = sign_words(sign)
        sourced = sign_words(sign | {"source": "PD2026-000001"})
    assert ("2026年3月5日" if language == "zh-CN" else "5 Mar 2026") in words
    assert "PD2026-000001" in sourced
    assert set(SIGNS) == set(Signal)


def suspect(number: int, likeness: int = 0, **overrides: int) -> Suspect:
    return Suspect(
        asset_id=number,
        likeness=(likeness or number, 1),
        weight=overrides.get("weight", 1),
        since=OLD,
        cost_fen=overrides.get("cost_fen", 0),
    )


def test_what_tells_most_and_cost_most_is_asked_about_first() -> None:
    suspects = [
        suspect(1),
        suspect(2, cost_fen=500),
        suspect(3, weight=5),
        suspect(4, cost_fen=900),
    ]
    assert [each.asset_id for each in chosen(suspects, 3)] == [3, 4, 2]
    assert chosen(suspects, 0) == []
    assert chosen(suspects, -3) == []


def test_equal_things_in_one_place_are_one_thing_to_decide() -> None:
    chairs = [suspect(number, likeness=77) for number in range(1, 46)]
    desk = suspect(99, weight=2)
    found = chosen([*chairs, desk], 1)
    assert [each.asset_id for each in found] == [99]
    assert len(chosen([*chairs, desk], 2)) == 46


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 9), st.integers(0, 100)),
        max_size=40,
    ),
    st.integers(0, 8),
)
def test_nobody_is_asked_about_more_than_there_is_room_for(
    told_: list[tuple[int, int, int]], room: int
) -> None:
    suspects = [
        suspect(number, likeness=kind, weight=tells, cost_fen=cost)
        for number, (kind, tells, cost) in enumerate(told_, 1)
    ]
    found = chosen(suspects, room)
    assert len({each.likeness for each in found}) <= room
    assert len({each.asset_id for each in found}) == len(found)
    kinds = {each.likeness for each in found}
    assert len(found) == sum(each.likeness in kinds for each in suspects)


def test_a_sign_keeps_what_it_was_seen_in() -> None:
    facts = replace(USED, unused_on=LATELY, unused_by="PD2026-000003")
    assert signs_of(facts, Policy(), TODAY) == (
        Sign(Signal.SEEN_UNUSED, LATELY, "PD2026-000003"),
    )
