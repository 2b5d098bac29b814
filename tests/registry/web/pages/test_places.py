"""Places at their pages: rooms by the dozen, moving, closing, a list for paper."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access.roles import Role
from registry.kernel.errors import Invalid
from registry.organisation.models import Place
from registry.organisation.rules import MOST_NAMES, read_names
from registry.store.db import session
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_place
from tests.harness.looks import accessibility_faults
from tests.registry.web.pages.lending import lend_session

MANAGED = ("/new", "/{0}/edit", "/{0}/close")


@pytest.fixture
def office(signed_in_as):
    return signed_in_as(Role.ASSET_OFFICE)


@pytest.fixture
def building(institution):
    return make_place(institution, "实训楼", kind="building")


def now_of(place):
    return session().get_one(Place, place.id)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("101-103", ["101", "102", "103"]),
        ("101-102室", ["101室", "102室"]),
        ("A08-A11", ["A08", "A09", "A10", "A11"]),
        ("A08-11", ["A08", "A09", "A10", "A11"]),
        ("101至103、储藏室", ["101", "102", "103", "储藏室"]),
        ("3-302", ["3-302"]),
        ("A1-B3", ["A1-B3"]),
        ("一楼\n一楼\n二楼", ["一楼", "二楼"]),
    ],
)
def test_names_are_read_as_people_write_them(text, names):
    assert read_names(text) == names


@pytest.mark.parametrize("text", ["", " \n、", "112-101", "101-101", "100-999"])
def test_names_that_cannot_be_are_refused(text):
    with pytest.raises(Invalid):
        read_names(text)


@given(st.text(max_size=80))
def test_any_text_gives_some_names_or_a_refusal(text):
    try:
        names = read_names(text)
    except Invalid:
        return
    assert 1 <= len(names) <= MOST_NAMES
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", ["", *MANAGED, "/{0}", "/{0}/list"])
def test_those_who_manage_places_open_every_page(path, building, office):
    assert office.get("/places" + path.format(building.id)).status_code == 200


@pytest.mark.parametrize("path", MANAGED)
@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.WAREHOUSE_KEEPER])
def test_others_only_look(path, role, building, signed_in_as):
    browser = signed_in_as(role)
    assert browser.get("/places" + path.format(building.id)).status_code == 403
    assert browser.submit("/places" + path.format(building.id)).status_code == 403
    assert browser.get(f"/places/{building.id}").status_code == 200


def test_a_range_makes_its_rooms(office, building):
    form = {
        "names": "101-112",
        "kind": "room",
        "parent": building.id,
        "parent_text": building.full_name,
    }
    assert office.submit("/places/new", form).status_code == 303
    rooms = session().query(Place).filter_by(parent_id=building.id).all()
    assert len(rooms) == 12
    assert {room.full_name for room in rooms} >= {"实训楼 / 101", "实训楼 / 112"}


def test_several_rooms_are_added_all_or_none(office, building, institution):
    make_place(institution, "105", parent_id=building.id)
    form = {"names": "101-112", "parent": building.id, "parent_text": "实训楼"}
    page = office.submit("/places/new", form)
    assert page.status_code == 422
    assert "105" in page.text
    assert session().query(Place).filter_by(parent_id=building.id).count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"names": "9-1"},
        {"names": "甲", "kind": "castle"},
        {"names": "甲", "parent_text": "没有这栋楼"},
        {"names": "x" * 300},
    ],
)
def test_a_place_that_cannot_be_is_asked_for_again(form, office):
    assert office.submit("/places/new", form).status_code == 422


def test_moving_a_place_renames_what_is_in_it(office, building, institution):
    room = make_place(institution, "101", parent_id=building.id)
    campus = make_place(institution, "东校区", kind="campus")
    form = {
        "name": "实训楼",
        "kind": "building",
        "parent": campus.id,
        "parent_text": campus.full_name,
        "version": now_of(building).version,
    }
    assert office.submit(f"/places/{building.id}/edit", form).status_code == 303
    assert now_of(room).full_name == "东校区 / 实训楼 / 101"


def test_of_two_who_rename_the_second_sees_both_versions(office, building):
    form = {"name": "综合楼", "kind": "building", "version": building.version}
    address = f"/places/{building.id}/edit"
    assert office.submit(address, form).status_code == 303
    page = office.submit(address, {**form, "name": "实验楼"})
    assert page.status_code == 409
    assert "综合楼" in page.text
    assert "实验楼" in page.text
    chosen = {**form, "name": "实验楼", "version": now_of(building).version}
    assert office.submit(address, chosen).status_code == 303


def test_a_place_where_something_stands_does_not_close(office, building, institution):
    make_asset(institution, place_id=building.id)
    form = {"version": now_of(building).version}
    page = office.submit(f"/places/{building.id}/close", form)
    assert page.status_code == 409
    assert "1 件资产放在这里" in page.text
    assert now_of(building).closed_on is None


def test_an_empty_place_closes(office, building):
    form = {"version": building.version}
    assert office.submit(f"/places/{building.id}/close", form).status_code == 303
    assert now_of(building).closed_on is not None


def test_the_list_for_paper_has_what_stands_in_every_room(
    office, building, institution
):
    room = make_place(institution, "101", parent_id=building.id)
    asset = make_asset(institution, place_id=room.id, state="idle")
    make_asset(institution, place_id=building.id)
    page = office.get(f"/places/{building.id}/list").text
    assert asset.number in page
    assert page.count('<svg class="qr"') == 2
    listed = office.get(f"/places/paper?within={building.id}").text
    cells = re.findall(r'<td class="number">(\d+)</td>', listed)
    assert cells == ["1", "2", "1", "2", "1", "1"]
    assert "实训楼 里面" in listed
    assert office.get("/places/paper?kind=castle").status_code == 422


def test_the_tree_counts_what_lies_inside_and_what_lies_idle(
    office, building, institution, signed_in_as
):
    rooms = [
        make_place(institution, name, parent_id=building.id) for name in ("101", "102")
    ]
    for state in ("idle", "in_use", "idle"):
        make_asset(institution, place_id=rooms[0].id, state=state)
    make_asset(institution, place_id=building.id)
    make_asset(institution, place_id=rooms[1].id, state="disposed")
    page = office.get("/places").text
    assert page.count("4 件 · 闲置 2 件") == 1
    assert page.count("3 件 · 闲置 2 件") == 1
    assert "4 件" not in signed_in_as(None).get("/places").text
    shown = office.get(f"/places/{building.id}").text
    assert "3 件 · 闲置 2 件" in shown


def test_a_place_is_found_by_its_name(office, building):
    assert office.get("/places?q=实训").location == "/places/all?q=%E5%AE%9E%E8%AE%AD"
    assert "实训楼" in office.get("/places/all?q=实训").text
    assert "没有找到" in office.get("/places/all?q=天文台").text


def test_a_phone_reads_the_pages_of_places(phone, signed_in_as, building):
    lend_session(phone, signed_in_as(Role.ASSET_OFFICE))
    for path in ("/places", f"/places/{building.id}", "/places/new"):
        phone.goto(path)
        assert accessibility_faults(phone) == []
