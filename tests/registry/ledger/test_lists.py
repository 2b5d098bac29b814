"""Lists: every page joined is the whole, in order, forwards and back."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.access.actor import Actor
from registry.catalogue.models import ItemType
from registry.kernel.errors import Invalid
from registry.kernel.pages import write_cursor
from registry.ledger import queries
from registry.ledger.models import Asset
from registry.ledger.queries import Filter
from registry.ledger.queries.listing import ORDERS, SORTS, asset_rows
from registry.organisation.models import Department, Institution, Person, Place
from registry.store import paging
from registry.store.paging import Order, order_named
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_department, make_person, make_place
from tests.harness.depth import deep


@pytest.fixture
def assets(institution: Institution, clock: Any) -> list[Asset]:
    """Things that share every value with some others and lack every one they may."""
    places = [make_place(institution, name).id for name in ("乙室", "甲室")]
    people = [make_person(institution, name).id for name in ("王一", "王一", "李二")]
    homes = [make_department(institution, name).id for name in ("理科", "文科")]
    kinds = [make_type(institution, name).id for name in ("课桌", "课桌", "讲台")]
    made = []
    for i in range(14):
        if i % 3:
            clock.shift(60)
        made.append(
            make_asset(
                institution,
                cost_fen=[500, None, 100, 500, None, 900, 100][i % 7],
                acquired_on=[date(2020, 1, 1), None, date(2019, 5, 5)][i % 3],
                warranty_until=[None, None, date(2027, 1, 1), date(2026, 1, 1)][i % 4],
                asset_number=f"N{i % 4}-{i}",
                item_type_id=kinds[i % 3],
                department_id=homes[i % 2],
                place_id=[None, *places][i % 3],
                custodian_id=[*people, None][i % 4],
                state=["in_use", "idle", "in_use"][i % 3],
            )
        )
    return made


def _values(asset: Asset, order: Order) -> list[Any]:
    """What an order compares of an asset, read from the thing itself."""
    whole = {
        ItemType: asset.item_type,
        Department: asset.department,
        Place: asset.place,
        Person: asset.custodian,
        Asset: asset,
    }
    return [getattr(whole[each.class_], each.key) for each in order.by] + [asset.id]


def _in_order(assets: list[Asset], order: Order) -> list[int]:
    """The ids as the order promises them, put in order by another way."""
    empty = [a for a in assets if order.empty is not None and _lacks(a, order)]
    filled = [a for a in assets if a not in empty]
    filled.sort(key=lambda a: _values(a, order), reverse=order.falling)
    empty.sort(key=lambda a: a.id, reverse=order.falling)
    return [a.id for a in (*filled, *empty)]


def _lacks(asset: Asset, order: Order) -> bool:
    return getattr(asset, order.empty.key) is None


@pytest.mark.parametrize("counted", [3, 10_000], ids=["long", "short"])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_forwards_then_back_hold_every_row_once(
    assets: list[Asset],
    system: Actor,
    sort: str,
    counted: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paging, "COUNTED", counted)
    monkeypatch.setattr(paging, "STREAM", 4)
    whole = _in_order(assets, order_named(ORDERS, sort))
    for size in deep((2, 5), (1, 2, 5, 14, 50)):
        page = queries.list_assets(system, Filter(), sort=sort, size=size)
        assert page.previous_cursor is None
        assert (page.total, page.is_longer) == (min(14, counted), counted < 14)
        forwards = [[each.id for each in page.rows]]
        while page.next_cursor:
            page = queries.list_assets(
                system, Filter(), sort=sort, size=size, cursor=page.next_cursor
            )
            forwards.append([each.id for each in page.rows])
        assert list(chain.from_iterable(forwards)) == whole
        backwards = [forwards[-1]]
        while page.previous_cursor:
            page = queries.list_assets(
                system, Filter(), sort=sort, size=size, cursor=page.previous_cursor
            )
            backwards.append([each.id for each in page.rows])
        assert backwards[::-1] == forwards
    rows = asset_rows(system, Filter())
    assert [each.id for each in paging.stream_of(rows, ORDERS, sort)] == whole


def test_a_cursor_belongs_to_its_order(assets: list[Asset], system: Actor) -> None:
    page = queries.list_assets(system, Filter(), sort="cost", size=2)
    for sort in ("-cost", "acquired", "newest", "name"):
        with pytest.raises(Invalid):
            queries.list_assets(system, Filter(), sort=sort, cursor=page.next_cursor)


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_a_made_up_cursor_is_refused(system: Actor, text: str) -> None:
    if text:
        with pytest.raises(Invalid):
            queries.list_assets(system, Filter(), cursor=text)


@pytest.mark.parametrize(
    "key",
    [
        [0, "x", 1],
        [0, None, 1],
        [0, None, "1"],
        [1, None, None],
        [0, 1],
        [0, {}, 1],
        [0, True, 1],
        [2, 1, 1],
        [0, 1, 2**70],
    ],
)
def test_a_cursor_of_wrong_values_is_refused(
    assets: list[Asset], system: Actor, key: list[object]
) -> None:
    for sort in ("cost", "acquired", "since", "number"):
        with pytest.raises(Invalid):
            queries.list_assets(
                system,
                Filter(),
                sort=sort,
                cursor=write_cursor([sort, ">", 0, *key]),
            )


@pytest.mark.parametrize(
    "text",
    [
        "投影",
        "投影仪",
        "tyy",
        "touyingyi",
        "投影儀",
        "光峰",
        "ＡＬ１",
        "仓库",
        "仓库 投影",
        "zc-9",
    ],
)
def test_search_forgives(institution: Institution, system: Actor, text: str) -> None:
    kind = make_type(institution, name="投影仪", brand="光峰", model="AL1")
    wanted = make_asset(
        institution,
        item_type_id=kind.id,
        place_id=make_place(institution, "旧仓库").id,
        asset_number="ZC-9",
    )
    other = make_type(institution, name="课桌")
    make_asset(institution, asset_number="QQ1", item_type_id=other.id)
    rows = queries.list_assets(system, Filter(text=text)).rows
    assert [each.id for each in rows] == [wanted.id]


def test_filters_join(institution: Institution, system: Actor) -> None:
    department = make_department(institution)
    below = make_department(institution, parent=department)
    place = make_place(institution)
    room = make_place(institution, parent_id=place.id)
    wanted = make_asset(
        institution,
        department_id=below.id,
        place_id=room.id,
        state="idle",
        cost_fen=5_000,
    )
    make_asset(institution, department_id=below.id, place_id=room.id, cost_fen=5_000)
    make_asset(institution, place_id=room.id, state="idle", cost_fen=5_000)
    make_asset(institution, department_id=below.id, state="idle", cost_fen=5_000)
    make_asset(
        institution, department_id=below.id, place_id=room.id, state="idle", cost_fen=1
    )
    found = queries.list_assets(
        system,
        Filter(
            states=("idle",),
            department_ids=(department.id,),
            place_ids=(place.id,),
            cost_from_fen=1_000,
        ),
    )
    assert [each.id for each in found.rows] == [wanted.id]
