"""The pool: one card an item type, what every colleague may see, every page once."""

from __future__ import annotations

import io
from dataclasses import fields
from datetime import date, timedelta
from itertools import chain
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.catalogue import actions as catalogue
from registry.catalogue.models import ItemType
from registry.catalogue.queries import class_by_code
from registry.images import clean_photo
from registry.interchange.actions.pool import export_cards, export_things
from registry.kernel.clock import now
from registry.kernel.errors import Forbidden, Invalid, Missing
from registry.kernel.pages import write_cursor
from registry.ledger import actions
from registry.ledger.queries import Filter, list_assets
from registry.organisation.models import Institution, Place
from registry.sharing import queries
from registry.sharing.queries import Card, PoolFilter
from registry.sharing.queries.groups import shop_window
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
    make_person,
    make_place,
)
from tests.harness.plans import noting


def idle_assets(institution: Institution, count: int = 1, **overrides: Any) -> Any:
    return make_assets(institution, count, state="idle", **overrides)


def cards(actor: Actor, wanted: PoolFilter | None = None, **how: Any) -> list[Card]:
    return list(shop_window(actor, wanted or PoolFilter(), **how).page.rows)


@pytest.fixture
def colleague(institution: Institution) -> Actor:
    return actor_of(make_person(institution))


@pytest.fixture
def projector(institution: Institution) -> ItemType:
    return make_type(institution, name="投影仪", brand="光峰", model="M300", unit="台")


def test_equal_things_are_one_card_with_their_places(
    institution: Institution, colleague: Actor, projector: ItemType
) -> None:
    store = make_place(institution, "中心仓库")
    shed = make_place(institution, "东区库房")
    home = make_department(institution)
    keeper = make_colleague(institution, Role.WAREHOUSE_KEEPER, department=home)
    here = {"item_type_id": projector.id, "department_id": home.id}
    idle_assets(institution, 9, **here, place_id=store.id, condition="good")
    idle_assets(institution, 3, **here, place_id=shed.id, condition="fair")
    make_asset(institution, **here, place_id=store.id)
    window = shop_window(colleague, PoolFilter())
    assert (window.groups, window.things) == (1, 12)
    [card] = window.page.rows
    assert (card.kind.id, card.count, card.free) == (projector.id, 12, 12)
    spots = [(spot.place, spot.count) for spot in card.spots]
    assert spots == [(store, 9), (shed, 3)]
    assert [spot.officer for spot in card.spots] == [keeper, keeper]
    assert card.conditions == (("good", 9), ("fair", 3))


def test_types_merged_into_one_are_one_card(
    institution: Institution, system: Actor, colleague: Actor, projector: ItemType
) -> None:
    twin = make_type(institution, name="投影机")
    idle_assets(institution, 2, item_type_id=projector.id)
    idle_assets(institution, 3, item_type_id=twin.id)
    assert {card.count for card in cards(colleague)} == {2, 3}
    catalogue.merge_types(system, twin.id, projector.id)
    [card] = cards(colleague)
    assert (card.kind.id, card.count) == (projector.id, 5)
    wanted = PoolFilter(item_type_id=projector.id)
    assert len(queries.things(colleague, wanted).rows) == 5
    assert queries.pool_type(colleague, twin.id).id == projector.id


def test_what_is_claimed_is_shown_and_counted_as_not_free(
    institution: Institution, system: Actor, colleague: Actor, projector: ItemType
) -> None:
    first, second = idle_assets(institution, 2, item_type_id=projector.id)
    actions.lend(system, first.id, holder="隔壁学校")
    [card] = cards(colleague)
    assert (card.count, card.free) == (2, 1)
    wanted = PoolFilter(free=True)
    [card] = cards(colleague, wanted)
    assert (card.count, card.free) == (1, 1)
    assert [each.id for each in queries.things(colleague, wanted).rows] == [second.id]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("投影", 2),
        ("tyy", 2),
        ("光峰 仓库", 1),
        ("M300 教研", 2),
        ("教研 物理", 2),
        ("ZC-9", 1),
        ("zc-9", 1),
        ("仓库", 2),
        ("钢琴", 0),
        ("M300 钢琴", 0),
    ],
)
def test_every_word_of_a_search_is_found_somewhere(
    institution: Institution,
    colleague: Actor,
    projector: ItemType,
    text: str,
    count: int,
) -> None:
    store = make_place(institution, "中心仓库")
    home = make_department(institution, "物理教研组")
    idle_assets(
        institution,
        item_type_id=projector.id,
        department_id=home.id,
        place_id=store.id,
        asset_number="ZC-9",
    )
    idle_assets(institution, item_type_id=projector.id, department_id=home.id)
    idle_assets(
        institution,
        item_type_id=make_type(institution, name="课桌").id,
        place_id=store.id,
    )
    window = shop_window(colleague, PoolFilter(text=text))
    assert window.things == count


def test_a_search_by_keeper_or_serial_finds_nothing(
    institution: Institution, colleague: Actor, projector: ItemType
) -> None:
    keeper = make_person(institution, "欧阳致远")
    [asset] = idle_assets(
        institution,
        item_type_id=projector.id,
        custodian_id=keeper.id,
        serial="SN778899",
        cost_fen=5_000,
    )
    for text in ("欧阳致远", "SN778899"):
        assert shop_window(colleague, PoolFilter(text=text)).things == 0
        assert list_assets(colleague, Filter(text=text, pool=True)).rows == []
    for telling in (
        Filter(custodian_ids=(keeper.id,), pool=True),
        Filter(cost_from_fen=1, pool=True),
        Filter(cost_to_fen=9_000, pool=True),
    ):
        assert list_assets(colleague, telling).rows == []
        auditor = actor_of(make_colleague(institution, Role.AUDITOR))
        assert [each.id for each in list_assets(auditor, telling).rows] == [asset.id]


def test_a_card_holds_no_cost_and_no_person_but_the_officer() -> None:
    hidden = {"cost", "cost_fen", "custodian", "user", "holder", "serial"}
    assert not hidden & {each.name for each in fields(Card)}
    assert not hidden & {each.name for each in fields(PoolFilter)}


def test_filters_narrow_together(institution: Institution, colleague: Actor) -> None:
    home, other = make_department(institution), make_department(institution)
    below = make_department(institution, parent=home)
    campus = make_place(institution, kind="campus")
    room = make_place(institution, parent_id=campus.id)
    kind = make_type(institution)
    meant = {
        "item_type_id": kind.id,
        "department_id": below.id,
        "place_id": room.id,
        "condition": "good",
    }
    [wanted] = idle_assets(institution, **meant)
    for difference in (
        {"department_id": other.id},
        {"place_id": make_place(institution).id},
        {"condition": "poor"},
        {"condition": None},
        {"item_type_id": make_type(institution).id},
    ):
        idle_assets(institution, **(meant | difference))
    found = queries.things(
        colleague,
        PoolFilter(
            item_type_id=kind.id,
            department_id=home.id,
            place_id=campus.id,
            conditions=("good", "fair"),
        ),
    )
    assert [each.id for each in found.rows] == [wanted.id]


def test_how_long_it_lies_is_told_by_days(
    institution: Institution, system: Actor, colleague: Actor
) -> None:
    today = date(2026, 9, 1)
    kind = make_type(institution)
    for months in (0, 4, 15, 30):
        asset = make_asset(institution, item_type_id=kind.id)
        day = today - timedelta(days=months * 30)
        actions.change_state(system, asset.id, "mark_idle", effective_on=day)
    [card] = cards(colleague)
    assert card.oldest.date() == today - timedelta(days=900)
    for first, last, count in (
        (None, None, 4),
        (today, None, 1),
        (None, today, 4),
        (None, today - timedelta(days=1), 3),
        (today - timedelta(days=450), today - timedelta(days=120), 2),
        (today - timedelta(days=449), today - timedelta(days=121), 0),
    ):
        wanted = PoolFilter(idle_from=first, idle_to=last)
        assert shop_window(colleague, wanted).things == count


def test_a_class_holds_what_is_below_it(
    institution: Institution, system: Actor, colleague: Actor
) -> None:
    catalogue.load_starting_classes(system)
    projectors = class_by_code(system, "2020200")
    idle_assets(
        institution, item_type_id=make_type(institution, class_id=projectors.id).id
    )
    idle_assets(institution)
    assert shop_window(colleague, PoolFilter(class_code="2020000")).things == 1
    assert shop_window(colleague, PoolFilter(class_code="2010000")).things == 0
    offered = [each.code for each in queries.classes_in_pool(colleague)]
    assert offered == ["2020000"]


@pytest.fixture
def shop(institution: Institution, system: Actor) -> Place:
    """Seven groups of one to three things, idle since different days, two near."""
    near = make_place(institution, "近处", kind="campus")
    far = make_place(institution, "远处", kind="campus")
    for number in range(7):
        kind = make_type(institution)
        for each in make_assets(
            institution,
            number % 3 + 1,
            item_type_id=kind.id,
            place_id=near.id if number in (2, 5) else far.id,
        ):
            day = date(2026, 1, 1) + timedelta(days=number % 4)
            actions.change_state(system, each.id, "mark_idle", effective_on=day)
    return near


@pytest.mark.parametrize("sort", queries.SORTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_pages_forwards_then_back_hold_every_card_once(
    shop: Place, system: Actor, sort: str, size: int
) -> None:
    def window(cursor: str | None = None, size: int = size) -> Any:
        return shop_window(
            system, PoolFilter(), sort=sort, near=shop, cursor=cursor, size=size
        )

    whole = [card.kind.id for card in window(size=200).page.rows]
    assert len(set(whole)) == 7
    found = window()
    assert found.page.previous_cursor is None
    forwards = [[card.kind.id for card in found.page.rows]]
    while found.page.next_cursor:
        found = window(found.page.next_cursor)
        assert (found.groups, found.things) == (7, 13)
        forwards.append([card.kind.id for card in found.page.rows])
    assert list(chain.from_iterable(forwards)) == whole
    backwards = [forwards[-1]]
    while found.page.previous_cursor:
        found = window(found.page.previous_cursor)
        backwards.append([card.kind.id for card in found.page.rows])
    assert backwards[::-1] == forwards


def test_orders_put_first_what_they_say(shop: Place, system: Actor) -> None:
    def whole(sort: str) -> list[Card]:
        return cards(system, sort=sort, near=shop)

    newest = [card.newest for card in whole("newest")]
    assert newest == sorted(newest, reverse=True)
    oldest = [card.oldest for card in whole("longest")]
    assert oldest == sorted(oldest)
    counts = [card.count for card in whole("most")]
    assert counts == sorted(counts, reverse=True)
    near = [card.near > 0 for card in whole("near")]
    assert near == [True, True, False, False, False, False, False]


@pytest.mark.parametrize("sort", queries.SORTS)
@pytest.mark.parametrize(
    "values",
    [
        ["x", 1, ">"],
        [1, "1", ">"],
        ["2026-01-01T00:00:00", 1, ">"],
        ["2026-01-01T00:00:00+00:00", "x", ">"],
        [None, None, ">"],
        [1, 2],
        [1, "2026-01-01T00:00:00", 3, ">"],
    ],
)
def test_a_made_up_cursor_is_refused(
    system: Actor, sort: str, values: list[Any]
) -> None:
    with pytest.raises(Invalid):
        shop_window(system, PoolFilter(), sort=sort, cursor=write_cursor(values))
    with pytest.raises(Invalid):
        queries.things(system, PoolFilter(), cursor=write_cursor(values))
    with pytest.raises(Invalid):
        shop_window(system, PoolFilter(), sort="cheapest")


def test_things_are_paged_idle_longest_first(
    institution: Institution, system: Actor
) -> None:
    made = idle_assets(institution, 5)
    seen, cursor = [], None
    while True:
        page = queries.things(system, PoolFilter(), cursor=cursor, size=2)
        seen += [each.id for each in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [each.id for each in made]
    back = queries.things(system, PoolFilter(), cursor=page.previous_cursor, size=2)
    assert [each.id for each in back.rows] == seen[2:4]


def test_the_photo_is_of_the_thing_in_best_condition(
    institution: Institution, system: Actor, projector: ItemType
) -> None:
    made = [
        idle_assets(institution, item_type_id=projector.id, condition=condition)[0]
        for condition in ("poor", "good", "good", None)
    ]
    assert cards(system)[0].photo_id is None
    poor = actions.add_photo(system, made[0].id, _photo("red"))
    assert cards(system)[0].photo_id == poor.id
    good = actions.add_photo(system, made[1].id, _photo("green"))
    actions.add_photo(system, made[1].id, _photo("blue"))
    assert cards(system)[0].photo_id == good.id
    later = actions.add_photo(system, made[2].id, _photo("white"))
    actions.add_photo(system, made[3].id, _photo("black"))
    assert cards(system)[0].photo_id == later.id
    actions.remove_photo(system, made[2].id, later.id)
    assert cards(system)[0].photo_id == good.id


def _photo(colour: str) -> Any:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(picture, "JPEG")
    return clean_photo(picture.getvalue())


def test_restrictions_are_counted(
    institution: Institution, system: Actor, projector: ItemType
) -> None:
    kind = projector.id
    idle_assets(institution, 2, item_type_id=kind, restrictions=("safety",))
    idle_assets(institution, 3, item_type_id=kind)
    [card] = cards(system)
    assert (card.count, card.restricted) == (5, 2)


def test_nothing_of_another_institution_and_nothing_for_strangers(
    institution: Institution, colleague: Actor
) -> None:
    abroad = make_institution()
    [foreign] = idle_assets(abroad)
    assert cards(colleague) == []
    assert queries.count_pool(colleague, PoolFilter()) == (0, 0)
    with pytest.raises(Missing):
        queries.pool_type(colleague, foreign.item_type_id)
    idle_assets(institution)
    assert len(cards(colleague)) == 1
    stranger = Actor.stranger(institution.id)
    assert cards(stranger) == []
    assert queries.similar_names(stranger, "投影") == []
    with pytest.raises(Missing):
        shop_window(colleague, PoolFilter(place_id=make_place(abroad).id))


def test_a_token_of_another_scope_sees_nothing(
    institution: Institution, colleague: Actor
) -> None:
    idle_assets(institution)
    for scopes, count in ((["read"], 1), (["sharing"], 1), (["labelling"], 0)):
        actor = Actor(
            institution.id, person_id=colleague.person_id, scopes=frozenset(scopes)
        )
        assert len(cards(actor)) == count
        if not count:
            with pytest.raises(Forbidden):
                export_cards(actor, PoolFilter())


def test_like_names_are_told_where_nothing_was_found(
    institution: Institution, system: Actor, projector: ItemType
) -> None:
    idle_assets(institution, item_type_id=projector.id)
    make_asset(
        institution, item_type_id=make_type(institution, name="投影幕", model="B").id
    )
    assert queries.similar_names(system, "投影机") == ["投影仪"]
    assert queries.similar_names(system, "钢琴") == []
    assert queries.similar_names(system, "！？") == []


def test_near_is_the_campus_where_most_of_ones_department_is(
    institution: Institution,
) -> None:
    east = make_place(institution, "东校区", kind="campus")
    home = make_department(institution)
    reader = actor_of(make_person(institution, department=home))
    assert queries.home_campus(reader) is None
    west = make_place(institution, "西校区", kind="campus")
    assert queries.home_campus(reader) is None
    room = make_place(institution, parent_id=west.id)
    make_asset(institution, department_id=home.id, place_id=room.id)
    assert queries.home_campus(reader) == west
    make_place(institution, parent_id=east.id, department_id=home.id)
    assert queries.home_campus(reader) == east
    assert queries.home_campus(Actor.system(institution.id)) is None


def test_what_is_taken_out_is_what_is_shown(
    institution: Institution, colleague: Actor, projector: ItemType
) -> None:
    store = make_place(institution, "中心仓库")
    idle_assets(
        institution,
        3,
        item_type_id=projector.id,
        place_id=store.id,
        cost_fen=987_65,
        custodian_id=make_person(institution, "欧阳致远").id,
    )
    idle_assets(institution, 2)
    wanted = PoolFilter(text="光峰")
    columns, rows = export_cards(colleague, wanted)
    [row] = list(rows)
    told = dict(zip([column.label for column in columns], row, strict=True))
    assert told["品名"] == "投影仪"
    assert told["闲置件数"] == 3
    assert told["存放地点"] == "中心仓库 3"
    columns, rows = export_things(colleague, wanted)
    things = list(rows)
    assert len(things) == 3
    everything = str([row, *things])
    assert "欧阳致远" not in everything
    assert "329" not in everything
    whole = list(export_things(colleague, PoolFilter())[1])
    assert len(whole) == 5


def test_groups_are_counted_from_the_index_alone(
    institution: Institution, context: Session, system: Actor
) -> None:
    """On SQLite; the widened index is what makes 100,000 idle things a matter of ms."""
    if context.get_bind().dialect.name != "sqlite":
        return
    statements: list[tuple[str, Any]] = []
    with noting(context.get_bind(), lambda *each: statements.append(each)):
        shop_window(system, PoolFilter(conditions=("good",), idle_to=now().date()))
    [(grouped, given)] = [each for each in statements if "groups" in each[0]]
    plan = context.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {grouped}", given)
    steps = [row[3] for row in plan]
    assert any("USING COVERING INDEX ix_assets_state" in step for step in steps)
    assert not any(step.startswith("SCAN assets") for step in steps)
