"""What every list promises: each filter fills something, each cell can be read."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.errors import Forbidden
from registry.ledger.models import Asset
from registry.lists import queries
from registry.lists.description import FilterField, Listing, Narrows, unfilled
from registry.lists.exporting import columns_named, export
from registry.lists.of import LISTINGS
from registry.organisation.models import Institution
from registry.web.base.lists import pairs_of, read_asked
from tests.factories.ledger import make_asset
from tests.factories.organisation import actor_of, make_person, make_place

EACH = pytest.mark.parametrize("name", LISTINGS)


@EACH
def test_filters_columns_and_orders_of_a_list_belong_together(name: str) -> None:
    listing = LISTINGS[name]
    assert unfilled(listing) == []
    assert listing.usual.removeprefix("-") in listing.orders
    assert {c.sort for c in listing.columns if c.sort} <= set(listing.orders)
    told = {c.sort for c in listing.columns} | set(listing.order_labels)
    assert set(listing.orders) <= told, "an order nobody can ask for"
    assert len(listing.by_key) == len(listing.columns)
    assert len(listing.by_name) == len(listing.filters)
    for column in listing.columns:
        assert (column.value is None) != (column.gather is None), column.key
    phone = [c.phone for c in listing.columns if c.shown]
    assert phone.count("title") == 1
    assert phone.count("chip") <= 1


@EACH
def test_every_cell_of_a_list_can_be_read_and_every_list_may_be_empty(
    name: str, institution: Institution, system: Actor
) -> None:
    listing = LISTINGS[name]
    everything = listing.columns_for(system)
    for sort in listing.orders:
        shown = queries.show(listing, system, {}, sort=sort, columns=everything)
        for row in shown.page.rows:
            for column in everything:
                shown.value(row, column)
        written, rows = export(system, listing, {}, sort=sort, columns=everything)
        assert len(list(rows)) == len(shown.page.rows)
        assert len(written) == len(everything)


def _some(each: FilterField) -> st.SearchStrategy[Any]:
    """Values a filter may have."""
    plain: dict[Narrows, st.SearchStrategy[Any]] = {
        Narrows.TEXT: st.text("abc投影仪 +&%=", min_size=1, max_size=20)
        .map(lambda text: " ".join(text.split()))
        .filter(bool),
        Narrows.KEY: st.integers(1, 2**40),
        Narrows.KEYS: st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True),
        Narrows.CODES: st.lists(
            st.sampled_from(["A02", "2010000", "103"]), min_size=1, unique=True
        ),
        Narrows.DAY: st.dates(date(1990, 1, 1), date(2099, 1, 1)),
        Narrows.MONEY: st.integers(0, 10**12),
        Narrows.FLAG: st.just(True),
        Narrows.YES_NO: st.booleans(),
    }
    if each.kind is Narrows.CHOICE:
        return st.sampled_from(sorted(each.choices))
    if each.kind is Narrows.CHOICES:
        return st.lists(st.sampled_from(sorted(each.choices)), min_size=1, unique=True)
    return plain[each.kind]


def _narrowings(listing: Listing[Any, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {}, optional={each.name: _some(each) for each in listing.filters}
    )


@EACH
@given(data=st.data())
@settings(max_examples=25)
def test_what_narrows_a_list_is_read_from_its_address_as_it_was_written(
    app: Flask, name: str, data: st.DataObject
) -> None:
    listing = LISTINGS[name]
    values = data.draw(_narrowings(listing))
    sort = data.draw(st.sampled_from([*listing.orders, f"-{listing.usual}"]))
    query = urlencode(pairs_of(listing, values, sort))
    with app.test_request_context(f"/?{query}"):
        asked = read_asked(listing, Actor.system(1))
    assert asked.form.problems == {}
    assert asked.values == values
    assert (asked.sort, asked.query, asked.settled) == (sort, query, True)


def test_a_file_holds_what_the_list_is_narrowed_to_in_its_order_and_columns(
    institution: Institution, system: Actor
) -> None:
    room = make_place(institution, "201")
    for cost in (300, None, 100, 200):
        make_asset(institution, cost_fen=cost, place_id=room.id)
    make_asset(institution, cost_fen=50)
    listing = LISTINGS["assets"]
    columns = columns_named(system, listing, ["cost", "place"])
    written, rows = export(
        system, listing, {"place": [room.id]}, sort="-cost", columns=columns
    )
    assert [each.label for each in written] == ["原值", "存放地点"]
    assert list(rows) == [[100, "201"], [200, "201"], [300, "201"], [None, "201"]]


def test_a_list_is_for_those_whom_its_permission_lets_in(
    institution: Institution, actor_as: Any
) -> None:
    somebody = actor_as()
    for listing in LISTINGS.values():
        if listing.permission is None or somebody.may(listing.permission):
            continue
        with pytest.raises(Forbidden):
            queries.show(listing, somebody, {}, sort=listing.usual)


def test_of_the_ledger_one_lists_and_exports_what_one_may_see(
    institution: Institution, actor_as: Any
) -> None:
    mine = make_person(institution)
    kept = make_asset(institution, custodian_id=mine.id)
    make_asset(institution)
    listing = LISTINGS["assets"]
    shown = queries.show(listing, actor_of(mine), {}, sort="newest")
    assert [each.id for each in shown.page.rows] == [kept.id]
    assert shown.page.total == 1
    _written, rows = export(
        actor_of(mine),
        listing,
        {},
        sort="newest",
        columns=columns_named(actor_of(mine), listing, ["number"]),
    )
    assert list(rows) == [[kept.number]]
    office = actor_as(Role.ASSET_OFFICE)
    assert queries.count(listing, office, {}) == 2


def test_two_values_of_a_filter_widen_it_and_two_filters_narrow(
    institution: Institution, system: Actor
) -> None:
    here, there = make_place(institution), make_place(institution)
    one = make_asset(institution, place_id=here.id, state="idle")
    two = make_asset(institution, place_id=there.id)
    make_asset(institution, state="idle")

    def found(**values: Any) -> set[int]:
        shown = queries.show(LISTINGS["assets"], system, values, sort="newest")
        return {each.id for each in shown.page.rows}

    assert found(place=[here.id, there.id]) == {one.id, two.id}
    assert found(place=[here.id, there.id], state=["idle"]) == {one.id}
    assert found(place=[987_654]) == set()
    assert found(place=[987_654, here.id]) == {one.id}


def test_a_row_is_shown_by_whatever_columns_there_are(
    institution: Institution, system: Actor
) -> None:
    made: Asset = make_asset(
        institution,
        serial="SN-1",
        warranty_until=date(2027, 1, 1),
        restrictions=("safety",),
        attributes={"颜色": "白"},
        is_lent=True,
        lent_to="三中",
    )
    listing = LISTINGS["assets"]
    shown = queries.show(listing, system, {}, sort="newest", columns=listing.columns)
    [row] = shown.page.rows
    said = {c.key: shown.value(row, c) for c in listing.columns}
    assert row.id == made.id
    assert said["serial"] == "SN-1"
    assert said["restrictions"] == "有安全要求"
    assert said["attributes"] == "颜色：白"
    assert (said["claim"], said["claim_holder"]) == ("借用", "三中")
    assert (said["photos"], said["printed"]) == (None, None)
