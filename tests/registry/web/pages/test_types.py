"""Item types and classes at their pages: changing, aliases, merging, the tree."""

from __future__ import annotations

import pytest

from registry.access.roles import Role
from registry.catalogue.models import ItemType
from registry.catalogue.queries import class_by_code, count_classes
from registry.store.db import session
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.harness.looks import accessibility_faults
from tests.registry.web.pages.lending import lend_session

PATHS = ("", "/new", "/{0}", "/{0}/edit", "/{0}/history", "/{0}/merge")


@pytest.fixture
def office(signed_in_as):
    return signed_in_as(Role.ASSET_OFFICE)


@pytest.fixture
def projector(institution):
    return make_type(institution, "投影仪", brand="明基", model="MX528")


def now_of(found):
    return session().get_one(ItemType, found.id)


def form_of(found, **changes):
    now = now_of(found)
    names = ("name", "brand", "model", "specification", "unit", "version")
    return {**{name: getattr(now, name) for name in names}, **changes}


@pytest.mark.parametrize("path", PATHS)
def test_the_office_opens_every_page(path, office, projector):
    assert office.get("/types" + path.format(projector.id)).status_code == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.ADMINISTRATOR])
def test_item_types_are_not_for_everyone(path, role, signed_in_as, projector):
    browser = signed_in_as(role)
    assert browser.get("/types" + path.format(projector.id)).status_code == 403


@pytest.mark.parametrize("path", ["/new", "/{0}/edit", "/{0}/aliases", "/{0}/merge"])
def test_nobody_else_changes_them(path, signed_in_as, projector):
    browser = signed_in_as(Role.AUDITOR)
    assert browser.submit("/types" + path.format(projector.id)).status_code == 403


def test_only_the_office_merges(signed_in_as, projector):
    officer = signed_in_as(Role.DEPARTMENT_ASSET_OFFICER)
    assert officer.get(f"/types/{projector.id}").status_code == 200
    assert officer.get(f"/types/{projector.id}/merge").status_code == 403


def test_an_item_type_is_added_with_its_class(office, system):
    office.submit("/classes/starting")
    known = class_by_code(system, "2010000")
    form = {
        "name": "平板电脑",
        "unit": "台",
        "asset_class_text": known.name,
        "asset_class": known.id,
        "replacement_price": "2999.50",
        "service_life_months": "72",
        "is_labelled": "1",
    }
    answer = office.submit("/types/new", form)
    assert answer.status_code == 303
    made = session().query(ItemType).filter_by(name="平板电脑").one()
    assert (made.class_id, made.replacement_price_fen) == (known.id, 299950)
    assert "新增" in office.get(f"/types/{made.id}/history").text


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"replacement_price": "-1"},
        {"replacement_price": "1.234"},
        {"service_life_months": "1201"},
        {"asset_class_text": "没有这一类"},
        {"name": "x" * 300},
    ],
)
def test_an_item_type_that_cannot_be_is_asked_for_again(change, office, projector):
    form = form_of(projector, **change)
    assert office.submit(f"/types/{projector.id}/edit", form).status_code == 422
    assert office.submit("/types/new", {"name": "甲", **change}).status_code == 422


def test_an_item_type_that_exists_is_not_added_again(office, projector):
    page = office.submit("/types/new", form_of(projector))
    assert page.status_code == 422
    assert "请直接选用它" in page.text


def test_of_two_who_change_one_the_second_sees_both(office, projector):
    form = form_of(projector)
    address = f"/types/{projector.id}/edit"
    assert office.submit(address, {**form, "brand": "爱普生"}).status_code == 303
    page = office.submit(address, {**form, "brand": "松下"})
    assert page.status_code == 409
    assert "爱普生" in page.text
    assert "松下" in page.text


def test_an_alias_finds_its_item_type(office, projector):
    address = f"/types/{projector.id}/aliases"
    assert office.submit(address, {"alias": "大屏机"}).status_code == 303
    assert "投影仪" in office.get("/types?q=大屏机").text
    assert office.submit(address, {"alias": "大屏机"}).status_code == 422
    assert office.submit(f"{address}/remove", {"alias": "大屏机"}).status_code == 303
    assert "没有找到" in office.get("/types?q=大屏机").text


def test_merging_says_what_will_happen_and_does_it(office, institution, projector):
    other = make_type(institution, "投影机", brand="明基", model="MX528")
    make_assets(institution, 2, item_type_id=other.id)
    make_assets(institution, 3, item_type_id=projector.id)
    asked = office.get(
        f"/types/{other.id}/merge",
        query_string={"into": projector.id, "into_text": projector.title},
    )
    assert "合并后共 5 件" in asked.text
    answer = office.submit(f"/types/{other.id}/merge", {"into": projector.id})
    assert answer.headers["Location"] == f"/types/{projector.id}"
    assert now_of(other).merged_into_id == projector.id
    assert "已合并到" in office.get(f"/types/{other.id}").text
    assert "并入" in office.get(f"/types/{projector.id}/history").text
    again = office.submit(f"/types/{other.id}/merge", {"into": projector.id})
    assert again.status_code == 409


@pytest.mark.parametrize("into", ["", "self", "999999"])
def test_a_merge_that_cannot_be_is_refused(into, office, projector):
    target = projector.id if into == "self" else into
    answer = office.submit(f"/types/{projector.id}/merge", {"into": target})
    assert answer.status_code in (404, 422)
    assert now_of(projector).merged_into_id is None


def test_the_list_is_turned_and_narrowed(office, institution, projector):
    for number in range(55):
        make_type(institution, f"课桌{number:02}")
    page = office.get("/types").text
    assert "cursor=" in page
    assert ("课桌00" in page, "课桌54" in page) == (True, False)
    assert office.get("/types?class_code=A02").status_code == 200
    assert office.get("/types?cursor=nonsense").status_code == 422


def test_the_classes_of_the_product_are_loaded_by_a_button(office, system):
    assert "载入自带的分类" in office.get("/classes").text
    assert office.submit("/classes/starting").status_code == 303
    assert count_classes(system) > 400
    assert "通用设备" in office.get("/classes").text
    assert "计算机设备" in office.get("/classes?below=2000000").text
    assert "通用设备" in office.get("/classes/all?q=tysb").text
    assert office.get("/classes?below=9").status_code == 404


def test_others_look_at_classes_and_load_none(signed_in_as):
    browser = signed_in_as(Role.AUDITOR)
    assert browser.get("/classes").status_code == 200
    assert browser.submit("/classes/starting").status_code == 403


def test_a_phone_reads_the_pages_of_types(phone, signed_in_as, projector):
    lend_session(phone, signed_in_as(Role.ASSET_OFFICE))
    for path in ("/types", f"/types/{projector.id}", "/types/new", "/classes"):
        phone.goto(path)
        assert accessibility_faults(phone) == []
