"""Lists: every page joined is the whole, in order, forwards and back."""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.access.actor import Actor
from registry.kernel.errors import Invalid
from registry.kernel.pages import write_cursor
from registry.ledger import queries
from registry.ledger.models import Asset
from registry.ledger.queries import Filter
from registry.ledger.queries.listing import SORTS
from registry.organisation.models import Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_department, make_place


@pytest.fixture
def assets(institution: Institution) -> list[Asset]:
    costs = [500, None, 100, 500, None, 900, 100]
    days = [
        date(2020, 1, 1),
        None,
        date(2019, 5, 5),
        None,
        date(2020, 1, 1),
        None,
        None,
    ]
    return [
        make_asset(
            institution, cost_fen=cost, acquired_on=day, asset_number=f"N{i % 4}-{i}"
        )
        for i, (cost, day) in enumerate(zip(costs, days, strict=True))
    ]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_forwards_then_back_hold_every_row_once(
    assets: list[Asset], system: Actor, sort: str, size: int
) -> None:
    whole = [a.id for a in queries.list_assets(system, Filter(), sort=sort).rows]
    assert sorted(whole) == sorted(each.id for each in assets)
    page = queries.list_assets(system, Filter(), sort=sort, size=size)
    assert page.previous_cursor is None
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


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_a_made_up_cursor_is_refused(system: Actor, text: str) -> None:
    if text:
        with pytest.raises(Invalid):
            queries.list_assets(system, Filter(), cursor=text)


@pytest.mark.parametrize(
    "values",
    [
        ["x", 1, ">"],
        [None, "1", ">"],
        [1, 2],
        [{}, 1, ">"],
        [True, 1, ">"],
        [1, 2**70, ">"],
    ],
)
def test_a_cursor_of_wrong_values_is_refused(
    assets: list[Asset], system: Actor, values: list[object]
) -> None:
    for sort in ("cost", "acquired", "since"):
        with pytest.raises(Invalid):
            queries.list_assets(
                system, Filter(), sort=sort, cursor=write_cursor(values)
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
            department_id=department.id,
            place_id=place.id,
            cost_from_fen=1_000,
        ),
    )
    assert [each.id for each in found.rows] == [wanted.id]
