"""Departments at their pages: who may change them, and what keeps them open."""

from __future__ import annotations

import pytest

from registry.access.roles import Role
from registry.ledger.models import Asset
from registry.organisation.models import Department, Person
from registry.store.db import session
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import make_department, make_person
from tests.harness.looks import accessibility_faults
from tests.registry.web.pages.lending import lend_session

ASK = ("", "/new", "/{0}", "/{0}/edit", "/{0}/close", "/{0}/merge")
MANAGED = ("/new", "/{0}/edit", "/{0}/close", "/{0}/merge")


@pytest.fixture
def office(signed_in_as):
    return signed_in_as(Role.ASSET_OFFICE)


@pytest.fixture
def library(institution):
    return make_department(institution, "图书馆")


def now_of(department):
    return session().get_one(Department, department.id)


@pytest.mark.parametrize("path", ASK)
@pytest.mark.parametrize("role", [Role.ASSET_OFFICE, Role.ADMINISTRATOR])
def test_those_who_manage_departments_open_every_page(
    path, role, library, signed_in_as
):
    page = signed_in_as(role).get("/departments" + path.format(library.id))
    assert page.status_code == 200
    assert "图书馆" in page.text


@pytest.mark.parametrize("path", MANAGED)
@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.DEPARTMENT_HEAD])
def test_others_only_look(path, role, library, signed_in_as):
    browser = signed_in_as(role)
    assert browser.get("/departments" + path.format(library.id)).status_code == 403
    assert browser.submit("/departments" + path.format(library.id)).status_code == 403
    assert browser.get(f"/departments/{library.id}").status_code == 200


def test_the_tree_sums_what_lies_below(office, institution, library):
    below = make_department(institution, "阅览室", parent=library)
    make_person(institution, department=below)
    make_assets(institution, 3, department_id=below.id)
    make_asset(institution, department_id=library.id)
    page = office.get("/departments").text
    assert "1 人 · 4 件" in page
    assert "1 人 · 3 件" in page


def test_a_department_is_added_once(office, institution, library):
    form = {
        "name": "阅览室",
        "parent_id": library.id,
        "code": "L1",
        "once": "a-key-of-a-form-1",
    }
    first = office.submit("/departments/new", form)
    again = office.submit("/departments/new", form)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert session().query(Department).filter_by(name="阅览室").count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": ""},
        {"name": "图书馆"},
        {"name": "x" * 300},
        {"name": "a\0b"},
        {"name": "甲", "parent_id": "one"},
        {"name": ["甲", "乙"]},
    ],
)
def test_a_department_that_cannot_be_is_asked_for_again(form, office, library):
    assert office.submit("/departments/new", form).status_code == 422


def test_a_department_does_not_move_below_itself(office, institution, library):
    below = make_department(institution, "阅览室", parent=library)
    form = {"name": "图书馆", "parent_id": below.id, "version": library.version}
    page = office.submit(f"/departments/{library.id}/edit", form)
    assert page.status_code == 422
    assert "不能放在自己或自己的下级之下" in page.text


def test_of_two_who_rename_the_second_sees_both_versions(office, library):
    address, version = f"/departments/{library.id}/edit", library.version
    form = {"name": "图书信息中心", "parent_id": library.parent_id, "version": version}
    assert office.submit(address, form).status_code == 303
    page = office.submit(address, {**form, "name": "阅览中心"})
    assert page.status_code == 409
    assert "图书信息中心" in page.text
    assert "阅览中心" in page.text
    assert now_of(library).name == "图书信息中心"


def test_a_department_with_assets_does_not_close(office, institution, library):
    make_asset(institution, department_id=library.id)
    version = now_of(library).version
    assert "1 件资产" in office.get(f"/departments/{library.id}/close").text
    page = office.submit(f"/departments/{library.id}/close", {"version": version})
    assert page.status_code == 409
    assert "还有 1 件资产" in page.text
    assert now_of(library).closed_on is None


def test_an_empty_department_closes(office, library):
    form = {"version": library.version}
    assert office.submit(f"/departments/{library.id}/close", form).status_code == 303
    assert now_of(library).closed_on is not None


def test_merging_brings_people_assets_and_departments_along(
    office, institution, library
):
    into = make_department(institution, "信息中心")
    below = make_department(institution, "阅览室", parent=library)
    keeper = make_person(institution, department=library)
    asset = make_asset(institution, department_id=library.id, custodian_id=keeper.id)
    form = {"into": into.id, "version": now_of(library).version}
    answer = office.submit(f"/departments/{library.id}/merge", form)
    assert answer.headers["Location"] == f"/departments/{into.id}"
    assert now_of(library).merged_into_id == into.id
    assert now_of(below).path.startswith(now_of(into).path)
    assert session().get_one(Person, keeper.id).department_id == into.id
    moved = session().get_one(Asset, asset.id)
    assert (moved.department_id, moved.custodian_id) == (into.id, keeper.id)
    assert "并入“信息中心”" in office.get(f"/departments/{library.id}").text


def test_only_the_office_merges_a_department_with_assets(
    signed_in_as, institution, library
):
    into = make_department(institution, "信息中心")
    make_asset(institution, department_id=library.id)
    admin = signed_in_as(Role.ADMINISTRATOR)
    form = {"into": into.id, "version": now_of(library).version}
    assert admin.submit(f"/departments/{library.id}/merge", form).status_code == 403
    assert now_of(library).closed_on is None


def test_a_department_is_not_merged_into_what_lies_below_it(
    office, institution, library
):
    below = make_department(institution, "阅览室", parent=library)
    form = {"into": below.id, "version": now_of(library).version}
    assert office.submit(f"/departments/{library.id}/merge", form).status_code == 422


def test_the_root_neither_closes_nor_merges(office, institution, library):
    root = now_of(library).parent_id
    version = session().get_one(Department, root).version
    close = office.submit(f"/departments/{root}/close", {"version": version})
    merge = office.submit(
        f"/departments/{root}/merge", {"version": version, "into": library.id}
    )
    assert (close.status_code, merge.status_code) == (409, 409)


def test_a_phone_reads_the_tree(phone, institution, signed_in_as, library):
    make_department(institution, "阅览室", parent=library)
    lend_session(phone, signed_in_as(Role.ASSET_OFFICE))
    phone.goto("/departments")
    assert phone.get_by_text("图书馆").first.is_visible()
    assert accessibility_faults(phone) == []
