"""The demo school: whole, consistent, the same every time, and the story in it."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.access.roles import Role
from registry.catalogue.classification import service_life, starting_classes
from registry.demo import School, school
from registry.demo.shapes import (
    CONDITIONS,
    METHODS,
    RESTRICTIONS,
    Asset,
    Event,
    State,
    Verb,
)
from registry.demo.standing import (
    ImpossibleEvent,
    Standing,
    after,
    as_entered,
    standing,
)
from registry.demo.story import SETTLED_AFTER, last_move
from registry.demo.tables import episodes, fittings, leftovers, rows
from registry.ledger.states import AssetState, Condition, Method, Restriction

TODAY = date(2026, 11, 23)
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@cache
def today() -> School:
    return school(TODAY)


def standings(of: School) -> dict[str, Standing]:
    return {asset.key: standing(asset) for asset in of.assets}


def events(of: School) -> list[tuple[Asset, Event]]:
    return [(asset, event) for asset in of.assets for event in asset.events]


def test_the_same_day_gives_the_same_school():
    assert school(TODAY) == today()


@settings(max_examples=8)
@given(days)
def test_on_any_day_the_school_is_whole(day: date):
    found = school(day)
    assert day - found.institution.moved_on >= SETTLED_AFTER
    for asset, event in events(found):
        assert asset.acquired_on <= event.on < day, (asset.key, event)
    for asset in found.assets:
        assert [e.on for e in asset.events] == sorted(e.on for e in asset.events)
        standing(asset)
        assert asset.acquired_on.weekday() < 5


@given(days)
def test_the_move_was_on_the_latest_first_of_september_long_enough_ago(day: date):
    moved = last_move(day)
    assert (moved.month, moved.day) == (9, 1)
    later = moved.replace(year=moved.year + 1)
    assert day - later < SETTLED_AFTER <= day - moved


def test_only_days_differ_between_two_years():
    one, other = school(date(2026, 12, 1)), school(date(2027, 12, 1))
    assert [a.key for a in sorted(one.assets, key=lambda a: a.key)] == [
        a.key for a in sorted(other.assets, key=lambda a: a.key)
    ]
    costs = {a.key: a.cost_fen for a in one.assets}
    assert costs == {a.key: a.cost_fen for a in other.assets}
    assert [p.name for p in one.people] == [p.name for p in other.people]


def test_it_is_as_large_as_a_real_school():
    found = today()
    assert 2_800 <= len(found.assets) <= 3_600
    assert len(found.departments) >= 12
    assert len(found.places) >= 60
    assert len(found.people) == 70
    assert len(found.item_types) >= 150


@pytest.mark.parametrize("what", ["departments", "places", "people", "item_types"])
def test_keys_are_unique(what: str):
    keys = Counter(each.key for each in getattr(today(), what))
    assert max(keys.values()) == 1


def test_every_reference_leads_somewhere():
    found = today()
    departments = {each.key for each in found.departments}
    places = {each.key for each in found.places}
    people = {each.key for each in found.people}
    types = {each.key for each in found.item_types}
    for place in found.places:
        assert place.department in departments | {None}
        assert place.custodian in people | {None}
    for person in found.people:
        assert person.department in departments
        for held in person.roles:
            assert held.department in departments
            assert held.acting_for in people | {None}
    for asset in found.assets:
        assert asset.item_type in types
        assert asset.department in departments
        assert asset.place in places
        assert asset.custodian in people
        assert asset.user in people | {None}
        for event in asset.events:
            assert event.by in people
            assert event.department in departments | {None}
            assert event.place in places | {None}
            assert event.custodian in people | {None}
            assert event.borrower in people | {None}
    assert found.wish.department in departments
    assert found.wish.place in places
    assert {each.person for each in found.demo_sign_ins} <= people


@pytest.mark.parametrize("what", ["departments", "places"])
def test_trees_grow_from_what_stands_before(what: str):
    seen: set[str] = set()
    for each in getattr(today(), what):
        assert each.parent is None or each.parent in seen
        seen.add(each.key)


def test_siblings_have_names_of_their_own():
    for siblings in (today().departments, today().places):
        names = Counter((each.parent, each.name) for each in siblings)
        assert max(names.values()) == 1


def test_every_table_line_is_used():
    found = today()
    assert {row["fitting"] for row in rows("places")} - {""} == set(fittings())
    types = {asset.item_type for asset in found.assets}
    assert types == {each.key for each in found.item_types}


def test_every_episode_befalls_as_many_things_as_it_says():
    notes = Counter((e.verb, e.by, e.note) for _, e in events(today()))
    for told in episodes():
        count = notes[(told.verb, told.by, told.note)]
        same = sum(
            other.last - other.first + 1
            for other in episodes()
            if (other.verb, other.by, other.note) == (told.verb, told.by, told.note)
        )
        assert count == same, told


def test_an_asset_number_with_its_sub_number_names_one_thing():
    found = today()
    numbers = Counter((a.asset_number, a.sub_number) for a in found.assets)
    assert max(numbers.values()) == 1
    for batch in found.batches():
        assert {a.batch_size for a in batch} == {len(batch)}
        subs = [a.sub_number for a in batch]
        assert subs == ([0] if len(batch) == 1 else list(range(1, len(batch) + 1)))
        assert len({a.acquired_on for a in batch}) == 1


def test_numbers_run_through_each_year_of_purchase():
    by_year: dict[int, list[int]] = defaultdict(list)
    for batch in today().batches():
        number = batch[0].asset_number
        assert number.startswith(f"GM{batch[0].acquired_on.year}")
        by_year[batch[0].acquired_on.year].append(int(number[6:]))
    for numbers in by_year.values():
        assert numbers == list(range(1, len(numbers) + 1))


def test_serials_are_unique_and_costs_are_plausible():
    found = today()
    serials = Counter(asset.serial for asset in found.assets if asset.serial)
    assert max(serials.values()) == 1
    assert len(serials) > 400
    prices = {each.key: each.replacement_fen for each in found.item_types}
    for asset in found.assets:
        price = prices[asset.item_type]
        assert 0.7 * price - 10_000 <= asset.cost_fen <= 1.1 * price


def test_the_costs_of_a_batch_differ_by_a_fen_at_most():
    uneven = 0
    for batch in today().batches():
        costs = [asset.cost_fen for asset in batch]
        assert max(costs) - min(costs) <= 1
        assert costs == sorted(costs, reverse=True)
        uneven += len(set(costs)) > 1
    assert uneven > 5


def test_item_types_have_a_class_of_the_packaged_table_and_outlive_it():
    classes = {each.code: each for each in starting_classes()}
    lives = {c: k.service_life_months for c, k in classes.items()}
    known = {code: months for code, months in lives.items() if months}
    editions = set()
    for each in today().item_types:
        assert each.class_code in classes, each.key
        editions.add(classes[each.class_code].edition)
        assert each.replacement_fen > 0
        assert each.unit
    assert len(editions) == 2
    projectors = [t for t in today().item_types if "投影仪" in t.name]
    assert {service_life(t.class_code, known) for t in projectors} == {72}


def test_item_types_differ():
    kinds = Counter((t.name, t.brand, t.model) for t in today().item_types)
    assert max(kinds.values()) == 1


def test_its_words_are_those_of_the_ledger():
    assert {str(each) for each in State} == {str(each) for each in AssetState}
    assert set(CONDITIONS) == {str(each) for each in Condition}
    assert set(METHODS) <= {str(each) for each in Method}
    assert set(RESTRICTIONS) == {str(each) for each in Restriction}
    for asset in today().assets:
        assert asset.condition in CONDITIONS
        assert asset.method in METHODS
        assert set(asset.restrictions) <= set(RESTRICTIONS)
        for event in asset.events:
            assert event.condition in {*CONDITIONS, None}


def test_people_hold_every_role_somebody_can_hold():
    held = {each.role for person in today().people for each in person.roles}
    assert held == {str(role) for role in Role} - {str(Role.STAFF)}


def test_somebody_acts_for_somebody_until_a_day_to_come():
    acting = [r for p in today().people for r in p.roles if r.acting_for]
    assert acting
    assert all(each.until and each.until > TODAY for each in acting)


def test_one_can_sign_in_as_each_role():
    found = today()
    people = {person.key: person for person in found.people}
    expected = {
        "teacher": set(),
        "keeper": {"warehouse_keeper"},
        "officer": {"department_asset_officer"},
        "head": {"department_head"},
        "office": {"asset_office"},
        "finance": {"finance"},
        "principal": {"principal"},
        "auditor": {"auditor"},
        "admin": {"administrator"},
    }
    assert [each.sign_in for each in found.demo_sign_ins] == list(expected)
    for each in found.demo_sign_ins:
        person = people[each.person]
        assert person.sign_in == each.sign_in
        assert expected[each.sign_in] <= {held.role for held in person.roles}
    assert people["zhao_xiaoman"].roles == ()


def test_sign_in_names_are_unique_and_typed_easily():
    names = [p.sign_in for p in today().people if p.sign_in]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name == name.lower() for name in names)


def test_nobody_real_can_be_called_or_written_to():
    for person in today().people:
        assert person.phone == "" or (len(person.phone) == 4 and person.phone.isdigit())
        assert person.email.endswith("@guangming.example")
        assert 22 <= person.age <= 65


def test_some_names_have_rare_characters():
    names = "".join(person.name for person in today().people)
    assert {"𬭊", "㛃", "彧", "頔", "翀", "堃"} <= set(names)
    assert any(ord(character) > 0xFFFF for character in names)


def test_those_who_left_cannot_sign_in_and_one_still_answers_for_things():
    gone = {p.key: p for p in today().people if p.left_on}
    assert len(gone) == 2
    assert all(p.sign_in is None and p.left_on < TODAY for p in gone.values())
    holders = {each.custodian for each in standings(today()).values()}
    assert holders & set(gone) == {"tan_yuan"}


def test_twelve_working_projectors_lie_idle_in_the_warehouse_since_the_move():
    found = today()
    names = {each.key: each.name for each in found.item_types}
    now = standings(found)
    idle = [
        asset
        for asset in found.assets
        if names[asset.item_type] == "投影仪"
        and now[asset.key].state is State.IDLE
        and now[asset.key].place == "ku.1"
    ]
    assert len(idle) == 12
    for asset in idle:
        marked = asset.events[-1]
        assert marked.verb is Verb.MARK_IDLE
        assert marked.on == found.institution.moved_on
        assert now[asset.key].condition in {"good", "fair"}
        assert now[asset.key].department == "store"
        assert now[asset.key].custodian == "zhang_ku"
        assert not asset.restrictions
        assert "正常" in marked.note or "不影响" in marked.note


def test_teaching_would_like_to_buy_eight():
    wish = today().wish
    assert (wish.department, wish.item, wish.quantity) == ("teaching", "投影仪", 8)
    assert wish.needed_by > TODAY


def test_assets_are_in_every_state_and_some_on_loan():
    now = standings(today()).values()
    states = Counter(each.state for each in now)
    assert set(states) == set(State)
    assert states[State.IDLE] > 150
    lent = [each for each in now if each.on_loan]
    assert sum(each.borrower is None for each in lent) >= 3
    assert any(each.due and each.due < TODAY for each in lent)
    assert any(each.due and each.due > TODAY for each in lent)


def test_every_classroom_has_forty_five_desks_under_one_number():
    found = today()
    rooms = [p.key for p in found.places if p.name.endswith("班")]
    assert len(rooms) == 9
    for room in rooms:
        desks = [
            asset
            for asset in found.assets
            if asset.key.startswith((f"{room}/desk_student", f"{room}/chair_student"))
        ]
        assert len(desks) == 90
        assert len({asset.asset_number for asset in desks}) == 2


def test_furniture_bought_in_bulk_is_counted_not_scanned():
    labelled = {each.key: each.labelled for each in today().item_types}
    assert not labelled["desk_student"]
    assert not labelled["bed_bunk"]
    assert labelled["projector_yf420"]
    share = sum(labelled[asset.item_type] for asset in today().assets)
    assert 1_000 < share < 2_000


def test_most_of_what_is_told_is_told_of_many_at_once():
    told = today().happenings()
    assert 100 < len(told) < 300
    assert sum(len(keys) for _, keys in told) == len(events(today()))


def test_telling_events_in_order_of_days_leads_to_the_same_standing():
    found = today()
    now = {asset.key: as_entered(asset) for asset in found.assets}
    told = found.happenings()
    assert [event.on for event, _ in told] == sorted(event.on for event, _ in told)
    for event, keys in told:
        for key in keys:
            now[key] = after(now[key], [event], key)
    assert now == standings(found)


def test_every_asset_is_told_its_events_in_its_own_order():
    found = today()
    told: dict[str, list[Event]] = defaultdict(list)
    for event, keys in found.happenings():
        for key in keys:
            told[key].append(event)
    for asset in found.assets:
        assert tuple(told[asset.key]) == asset.events


def test_every_leftover_meets_its_fate():
    now = standings(today())
    for left in leftovers():
        kind = f"{left.formerly}/{left.fitting.item_type}/{left.fate}/"
        met = [each for key, each in now.items() if key.startswith(kind)]
        assert len(met) == left.fitting.quantity
        assert {each.state for each in met} == {State(left.fate)}
        assert {each.place for each in met} == {left.store}
    places = {place.key: place for place in today().places}
    assert all(places[left.store].store for left in leftovers())


@pytest.mark.parametrize(
    "verbs",
    [
        [Verb.DISPOSE],
        [Verb.LEND, Verb.LEND],
        [Verb.LEND, Verb.SEND_TO_REPAIR],
        [Verb.GIVE_BACK],
        [Verb.MARK_IDLE, Verb.MARK_IDLE],
        [Verb.RETURN_FROM_REPAIR],
        [Verb.PROPOSE_DISPOSAL, Verb.DISPOSE, Verb.MOVE],
    ],
)
def test_a_story_that_cannot_be_is_refused(verbs: list[Verb]):
    told = tuple(Event(verb, TODAY, "shen_an") for verb in verbs)
    asset = dataclasses.replace(today().assets[0], events=told)
    with pytest.raises(ImpossibleEvent):
        standing(asset)
