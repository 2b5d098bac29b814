"""Lists on pages: narrowing, ordering, choosing columns, keeping filters, files."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask, url_for
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.auth.actions import create_token
from registry.journal.actions import record
from registry.ledger.models import Asset
from registry.lists.of import LISTINGS
from registry.organisation.models import Institution
from registry.sharing import actions as sharing
from registry.sharing.news import marks_of_outer
from registry.store.transaction import transaction
from registry.web.base.live import live_of
from registry.web.pages.lists.blueprints import PAGES
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


@pytest.fixture
def office(signed_in_as: Any) -> Any:
    return signed_in_as(Role.ASSET_OFFICE)


@pytest.fixture
def assets(institution: Institution) -> list[Asset]:
    projector = make_type(institution, "投影仪")
    desk = make_type(institution, "课桌")
    return [
        make_asset(
            institution, item_type_id=projector.id, cost_fen=9_000, state="idle"
        ),
        make_asset(institution, item_type_id=desk.id, cost_fen=500),
        make_asset(institution, item_type_id=desk.id, cost_fen=700),
    ]


def headings(text: str) -> list[str]:
    found = re.findall(r'role="columnheader".*?</th>', text, re.S)
    words = [re.sub(r"<[^>]+>", " ", each.partition(">")[2]) for each in found]
    return [" ".join(word.split()) for word in words if "选择" not in word]


def numbers(text: str) -> list[str]:
    return re.findall(r'data-label="资产编号">([^<]+)<', text)


def test_every_list_has_its_page() -> None:
    assert set(PAGES) == set(LISTINGS)


def test_every_list_follows_says_what_it_is_for_and_leads_back(
    app: Flask, office: Any
) -> None:
    make_institution(name="城东实验小学", contact="总务处 8800")
    for name, page in PAGES.items():
        listing, region = LISTINGS[name], name.replace("_", "-")
        with app.test_request_context():
            address = url_for(page.index)
        narrow = "q=天文台" if "q" in listing.by_name else "day_to=1990-01-01"
        whole, narrowed = office.get(address), office.get(f"{address}?{narrow}")
        assert (name, whole.status_code, narrowed.status_code) == (name, 200, 200)
        for answer in (whole, narrowed):
            for part in ("count", "rows"):
                live = f'id="{region}-{part}" data-live="{listing.topics}"'
                assert answer.text.count(live) == 1, name
        assert "没有找到" in narrowed.text
        assert re.search(r'href="[^"]+">去掉条件，看全部', narrowed.text), name
        assert "去掉条件" not in whole.text
        if 'role="rowgroup"' not in whole.text:
            assert "filters-form" not in whole.text, name
            assert re.search(r'class="empty-title">[^<]+</p>\s*<p>.{8,}', whole.text)


def test_what_a_list_follows_is_told_to_those_who_may_see_the_list(
    app: Flask, institution: Institution
) -> None:
    readers = {
        role: actor_of(make_colleague(institution, role))
        for role in (None, Role.ASSET_OFFICE, Role.WAREHOUSE_KEEPER, Role.AUDITOR)
    }
    system, office = Actor.system(institution.id), readers[Role.ASSET_OFFICE]
    begun = live_of(app).since(system, None, 100).position
    create_token(readers[Role.WAREHOUSE_KEEPER], "汇总", ["read"])
    with transaction():
        record(system, "match_lesson", 1, "propose", is_new=True)
        record(system, "print_run", 1, "print", is_new=True)
    told = {
        role: {
            topic
            for event in live_of(app).since(reader, begun, 100).events
            for topic in event.topics
        }
        for role, reader in readers.items()
    }
    assert told[Role.WAREHOUSE_KEEPER] == {"tokens"} | _followed(
        readers[Role.WAREHOUSE_KEEPER]
    )
    for role in (None, Role.ASSET_OFFICE, Role.AUDITOR):
        assert told[role] == _followed(readers[role]), role
    assert _followed(office) == {"lessons", "labels"}


def _followed(actor: Actor) -> set[str]:
    """Of the lists of lessons and prints, the topics of those one may see."""
    lists = [LISTINGS["lessons"], LISTINGS["print_runs"]]
    return {each.topics for each in lists if actor.may(each.permission)}


def test_a_mark_tells_others_alone_of_what_an_institution_shows(
    institution: Institution, context: Session
) -> None:
    reader, neighbour = make_person(institution), make_institution(name="城东小学")
    owner = make_person(neighbour)
    people = {reader.id: institution.id, owner.id: neighbour.id}

    def marks() -> dict[int, str]:
        return marks_of_outer(context.connection(), people)

    before = marks()
    [thing] = make_assets(
        neighbour, 1, item_type_id=make_type(neighbour).id, state="idle"
    )
    sharing.publish(Actor.system(neighbour.id), [thing.id])
    after = marks()
    assert after[reader.id] != before[reader.id]
    assert after[owner.id] == before[owner.id]


def test_the_first_column_leads_on_where_the_title_was_not_chosen(
    office: Any, assets: list[Asset]
) -> None:
    keys = list(LISTINGS["assets"].by_key)
    sent = {"order": ["state", *(key for key in keys if key != "state")]}
    office.submit("/lists/assets/columns", {**sent, "column": ["state", "number"]})
    page = office.get("/assets").text
    for asset in assets:
        assert re.search(rf'on-phone-title[^>]*><a href="/assets/{asset.id}">', page)


def test_the_ledger_is_narrowed_ordered_and_says_how(
    office: Any, assets: list[Asset]
) -> None:
    page = office.get("/assets?state=in_use&sort=-cost")
    assert numbers(page.text) == [assets[1].number, assets[2].number]
    assert "状态：在用" in page.text
    assert "共 2 件" in page.text
    assert 'aria-sort="ascending"' in page.text


@pytest.mark.parametrize(
    "query", ["cost_from=abc", "acquired_to=2026-13-01", "state=broken", "cursor=x"]
)
def test_what_cannot_be_understood_is_said_beside_its_field(
    office: Any, assets: list[Asset], query: str
) -> None:
    answer = office.get(f"/assets?{query}")
    assert answer.status_code == 422
    if not query.startswith(("state", "cursor")):
        assert "field-error" in answer.text
        assert numbers(answer.text) == []


def test_a_name_that_was_typed_leads_to_a_clean_address(
    office: Any, institution: Institution
) -> None:
    room = make_place(institution, "录播教室")
    make_place(institution, "录播教室旁")
    there = make_asset(institution, place_id=room.id)
    make_asset(institution)
    answer = office.get("/assets?place=&place_text=录播教室&q=&state=in_use")
    assert answer.status_code == 303
    assert parse_qsl(urlsplit(answer.location).query) == [
        ("state", "in_use"),
        ("place", str(room.id)),
    ]
    assert numbers(office.get(answer.location).text) == [there.number]
    picked = office.get(f"/assets?place={room.id}&place_text=录播教室")
    assert parse_qsl(urlsplit(picked.location).query) == [("place", str(room.id))]


def test_a_name_that_means_several_or_nothing_is_asked_again(
    office: Any, institution: Institution
) -> None:
    for name in ("三号楼东", "三号楼西"):
        make_place(institution, name)
    for text in ("三号楼", "没有的地方"):
        answer = office.get(f"/assets?place_text={text}")
        assert answer.status_code == 422
        assert "f-place-error" in answer.text


def test_one_of_several_values_is_taken_away_by_its_chip(
    office: Any, institution: Institution
) -> None:
    homes = [make_department(institution, name) for name in ("理科组", "文科组")]
    one = make_asset(institution, department_id=homes[0].id)
    make_asset(institution, department_id=homes[1].id)
    both = "&".join(f"department={home.id}" for home in homes)
    page = office.get(f"/assets?{both}&sort=cost").text
    assert len(numbers(page)) == 2
    chips = re.findall(r'filter-off" href="([^"]+)">(.*?)<svg', page)
    [link] = [url for url, words in chips if "文科组" in words]
    assert numbers(office.get(html.unescape(link)).text) == [one.number]


def test_something_that_is_gone_narrows_to_nothing_and_says_so(office: Any) -> None:
    page = office.get("/assets?place=987654&custodian=987654&type=987654")
    assert page.status_code == 200
    assert page.text.count("已经没有的一项") >= 3
    assert "没有找到" in page.text


def test_pages_turn_both_ways(office: Any, institution: Institution) -> None:
    for _ in range(55):
        make_asset(institution, item_type_id=_kind(institution))
    first = office.get("/assets?sort=number&state=in_use").text
    [on] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = office.get(html.unescape(on)).text
    [back] = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert len(numbers(second)) == 5
    assert numbers(office.get(html.unescape(back)).text) == numbers(first)
    assert "state=in_use" in back
    gone = office.get(html.unescape(on).replace("in_use", "idle")).text
    assert "这一页已经没有了" in gone
    assert re.search(r'href="/assets\?[^"]*sort=number[^"]*">从第一页看', gone)


_kinds: dict[int, int] = {}


def _kind(institution: Institution) -> int:
    key = id(institution)
    if key not in _kinds:
        _kinds[key] = make_type(institution).id
    return _kinds[key]


def test_columns_are_moved_ticked_kept_and_reset_without_scripts(
    office: Any, assets: list[Asset]
) -> None:
    page = office.get("/lists/assets/columns?next=/assets?state=in_use")
    order = re.findall(r'name="order" value="(\w+)"', page.text)
    ticked = re.findall(r'name="column" value="(\w+)" checked', page.text)
    assert ticked[0] == "name"
    assert set(order) == set(LISTINGS["assets"].by_key)
    sent = {"order": order, "column": ticked, "next": "/assets?state=in_use"}
    moved = office.submit("/lists/assets/columns", {**sent, "moving": "down:name"})
    order = re.findall(r'name="order" value="(\w+)"', moved.text)
    assert order[:2] == ["number", "name"]
    assert headings(office.get("/assets").text)[0] == "资产名称"
    kept = office.submit(
        "/lists/assets/columns",
        {**sent, "order": order, "column": ["name", "number", "serial"]},
    )
    assert kept.location == "/assets?state=in_use"
    assert headings(office.get("/assets").text) == ["资产编号", "资产名称", "出厂编号"]
    office.submit("/lists/assets/columns", {**sent, "do": "reset"})
    assert headings(office.get("/assets").text)[0] == "资产名称"
    none = office.submit("/lists/assets/columns", {"order": order})
    assert none.status_code == 422
    assert "至少要留一列" in none.text


def test_choosing_columns_leads_back_to_nowhere_else(office: Any) -> None:
    sent = {"order": ["name"], "column": ["name"], "next": "https://evil.example/"}
    assert office.submit("/lists/assets/columns", sent).location == "/assets"


def test_a_filter_is_kept_found_again_and_dropped(
    office: Any, assets: list[Asset]
) -> None:
    page = office.get("/assets?state=idle&sort=cost")
    assert "把现在的条件存下来" in page.text
    sent = {"name": "闲着的", "query": "state=idle&cursor=zzz&sort=cost&made=up"}
    kept = office.submit("/lists/assets/filters", sent)
    assert kept.location == "/assets?state=idle&sort=cost"
    again = office.get("/assets").text
    assert 'href="/assets?state=idle&amp;sort=cost"' in again
    managed = office.get("/lists/assets/filters").text
    [drop] = re.findall(r'action="(/lists/assets/filters/\d+/drop)"', managed)
    assert "闲着的" in managed
    office.submit(drop)
    assert "还没有存过筛选" in office.get("/lists/assets/filters").text
    assert office.submit(drop).status_code == 404


def test_a_file_has_the_columns_of_now_or_all_and_the_rows_of_now(
    office: Any, assets: list[Asset]
) -> None:
    office.submit(
        "/lists/assets/columns", {"order": ["cost"], "column": ["cost", "state"]}
    )
    shown = _lines(office, "state=in_use&sort=cost&form=csv")
    assert shown == ["原值,状态", "7.00,在用", "5.00,在用"]
    whole = _lines(office, "state=in_use&form=csv&columns=all")
    assert len(whole) == 3
    assert len(whole[0].split(",")) == len(LISTINGS["assets"].columns)
    book = office.get("/lists/assets/export?q=投影", buffered=True)
    assert book.data.startswith(b"PK")
    assert office.get("/lists/assets/export?cost_from=abc").status_code == 422
    assert office.get("/lists/nothing/export").status_code == 404


def _lines(client: Any, query: str) -> list[str]:
    answer = client.get(f"/lists/assets/export?{query}", buffered=True)
    assert answer.status_code == 200
    text = answer.data.decode("utf-8-sig")
    return [line for line in text.splitlines() if line]


def test_a_colleague_lists_and_takes_out_what_they_may_see(
    signed_in_as: Any, institution: Institution
) -> None:
    mine = make_person(institution)
    kept = make_asset(institution, custodian_id=mine.id, cost_fen=100)
    make_asset(institution, cost_fen=100)
    somebody = signed_in_as(person=mine)
    assert numbers(somebody.get("/assets").text) == [kept.number]
    assert len(_lines(somebody, "form=csv")) == 2
    assert "共 1 件" in somebody.get("/assets").text


def test_an_empty_ledger_says_what_to_do(office: Any, signed_in_as: Any) -> None:
    assert "台账还是空的" in office.get("/assets").text
    assert "还没有您能看的资产" in signed_in_as().get("/assets").text


def test_a_pasted_list_shows_just_those_and_says_which_were_not_found(
    office: Any, signed_in_as: Any, assets: list[Asset]
) -> None:
    text = f"{assets[0].number}\n{assets[2].code.lower()}, 没有的号\n"
    led = office.submit("/assets/found", {"numbers": text})
    page = office.get(led.location).text
    assert sorted(numbers(page)) == sorted([assets[0].number, assets[2].number])
    assert "没有的号" in page
    other = signed_in_as(Role.ASSET_OFFICE).get(led.location).text
    assert numbers(other) == []
    assert "没有的号" not in other
    assert office.submit("/assets/found", {"numbers": " "}).location == "/assets"
