"""People at their pages: particulars, roles, signing in, leaving and handing over."""

from __future__ import annotations

import re

import pytest

from registry.access.roles import Role
from registry.journal.queries import entries_of
from registry.ledger.models import Asset
from registry.organisation.models import Person, RoleGrant
from registry.organisation.queries import live_grants
from registry.store.db import session
from tests.factories.auth import make_credential
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import grant, make_department, make_person
from tests.harness.looks import accessibility_faults
from tests.registry.web.pages.lending import lend_session

MANAGED = ("/new", "/{0}/edit", "/{0}/leave")
POSTED = (
    "/{0}/roles",
    "/{0}/come-back",
    "/{0}/sign-in",
    "/{0}/sign-in/rename",
    "/{0}/sign-in/reset",
    "/{0}/sign-in/disable",
    "/{0}/sign-in/enable",
    "/{0}/sign-in/end-sessions",
)


@pytest.fixture
def admin(signed_in_as):
    return signed_in_as(Role.ADMINISTRATOR)


@pytest.fixture
def li(institution):
    return make_person(institution, "李秀英", staff_number="T001")


def now_of(person):
    return session().get_one(Person, person.id)


def root_of(person):
    return person.department_id


@pytest.mark.parametrize("path", ["", "/{0}", *MANAGED])
def test_an_administrator_opens_every_page(path, li, admin):
    assert admin.get("/people" + path.format(li.id)).status_code == 200


@pytest.mark.parametrize("path", [*MANAGED, *POSTED])
@pytest.mark.parametrize("role", [None, Role.ASSET_OFFICE, Role.AUDITOR])
def test_nobody_else_changes_people(path, role, li, signed_in_as):
    browser = signed_in_as(role)
    assert browser.submit("/people" + path.format(li.id)).status_code == 403


def test_the_list_is_not_for_everyone(li, signed_in_as):
    assert signed_in_as().get("/people").status_code == 403
    assert signed_in_as().get(f"/people/{li.id}").status_code == 403
    assert "李秀英" in signed_in_as(Role.ASSET_OFFICE).get("/people").text


def test_the_list_is_searched_narrowed_and_turned(admin, institution, li):
    library = make_department(institution, "图书馆")
    for number in range(55):
        make_person(institution, f"赵{number:03}", department=library)
    assert "李秀英" in admin.get("/people?q=lxy").text
    assert "李秀英" not in admin.get(f"/people?department={library.id}").text
    first = admin.get(f"/people?department={library.id}").text
    [following] = re.findall(r'href="([^"]*cursor=[^"]*)"', first)
    second = admin.get(following.replace("&amp;", "&")).text
    assert ("赵000" in first, "赵054" in first) == (True, False)
    assert ("赵000" in second, "赵054" in second) == (False, True)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"department_id": ""},
        {"department_id": "999999"},
        {"email": "nobody"},
        {"staff_number": "T001"},
        {"name": "a\0b"},
    ],
)
def test_a_person_who_cannot_be_is_asked_for_again(change, admin, li):
    form = {"name": "王伟", "department_id": root_of(li), **change}
    assert admin.submit("/people/new", form).status_code in (404, 422)


def test_somebody_is_added(admin, li):
    form = {"name": "王伟", "department_id": root_of(li), "phone": "8001"}
    answer = admin.submit("/people/new", form)
    assert answer.status_code == 303
    assert "王伟" in admin.get(answer.headers["Location"]).text


def test_of_two_who_change_one_person_the_second_sees_both_versions(admin, li):
    form = {"name": "李秀英", "department_id": root_of(li), "version": li.version}
    address = f"/people/{li.id}/edit"
    assert admin.submit(address, {**form, "phone": "1111"}).status_code == 303
    page = admin.submit(address, {**form, "phone": "2222"})
    assert page.status_code == 409
    assert "1111" in page.text
    assert "2222" in page.text


def test_a_role_is_given_for_a_time_and_taken_away(admin, li, system):
    form = {
        "role": "department_head",
        "department": root_of(li),
        "ends_on": "2199-01-01",
    }
    assert admin.submit(f"/people/{li.id}/roles", form).status_code == 303
    [held] = live_grants(system, li.id)
    assert held.ends_on.isoformat() == "2199-01-01"
    assert "代理" in admin.get(f"/people/{li.id}").text
    assert admin.submit(f"/people/{li.id}/roles", form).status_code == 422
    admin.submit(f"/people/{li.id}/roles/{held.id}/revoke")
    assert live_grants(system, li.id) == []


@pytest.mark.parametrize("role", ["", "staff", "king"])
def test_a_role_that_is_none_is_refused(role, admin, li):
    form = {"role": role, "department": root_of(li)}
    assert admin.submit(f"/people/{li.id}/roles", form).status_code == 422


def test_a_role_is_revoked_only_at_its_holder(admin, li, institution):
    other = make_person(institution)
    grant(institution, other, Role.FINANCE)
    held = session().query(RoleGrant).filter_by(person_id=other.id).one()
    answer = admin.submit(f"/people/{li.id}/roles/{held.id}/revoke")
    assert answer.status_code == 404


def test_an_initial_password_is_shown_once(admin, li):
    form = {"sign_in_name": "lixiuying", "once": "a-key-of-a-form-2"}
    page = admin.submit(f"/people/{li.id}/sign-in", form)
    assert page.status_code == 200
    [name, password] = re.findall(r'<code class="code">([^<]+)</code>', page.text)
    assert name == "lixiuying"
    assert password not in admin.submit(f"/people/{li.id}/sign-in", form).text
    assert password not in admin.get(f"/people/{li.id}").text
    again = admin.submit(f"/people/{li.id}/sign-in", {"sign_in_name": "other"})
    assert again.status_code == 422


def test_a_password_is_reset_and_signing_in_stopped(admin, li, settings):
    make_credential(settings, li, "lixiuying")
    assert "初始密码" in admin.submit(f"/people/{li.id}/sign-in/reset").text
    admin.submit(f"/people/{li.id}/sign-in/disable")
    assert "停止登录" in admin.get(f"/people/{li.id}").text
    admin.submit(f"/people/{li.id}/sign-in/enable")
    assert admin.submit(f"/people/{li.id}/sign-in/end-sessions").status_code == 303


def test_nobody_leaves_with_things_in_their_hands(admin, institution, li):
    make_asset(institution, custodian_id=li.id)
    form = {"version": now_of(li).version}
    assert "还有 1 件资产" in admin.get(f"/people/{li.id}/leave").text
    page = admin.submit(f"/people/{li.id}/leave", form)
    assert page.status_code == 409
    assert "名下还有 1 件资产" in page.text
    assert now_of(li).left_on is None


def test_leaving_before_handing_over_is_recorded(admin, institution, li):
    make_asset(institution, custodian_id=li.id)
    form = {"version": now_of(li).version, "hand_over_later": "1"}
    assert admin.submit(f"/people/{li.id}/leave", form).status_code == 303
    assert now_of(li).left_on is not None
    [last] = [each for each in entries_of("person", li.id) if each.verb == "leave"]
    assert '"hand_over_later":true' in last.facts
    page = admin.get(f"/people/{li.id}").text
    assert "还有 1 件资产没有交接" in page


def test_somebody_leaves_and_comes_back(admin, li):
    form = {"version": li.version}
    assert admin.submit(f"/people/{li.id}/leave", form).status_code == 303
    back = {"version": now_of(li).version}
    assert admin.submit(f"/people/{li.id}/come-back", back).status_code == 303
    assert now_of(li).left_on is None


def test_all_is_handed_over_at_once(signed_in_as, institution, li):
    office = signed_in_as(Role.ASSET_OFFICE)
    assets = make_assets(institution, 3, custodian_id=li.id)
    wang = make_person(institution, "王建国")
    assert assets[0].number in office.get(f"/people/{li.id}/hand-over").text
    form = {"custodian": wang.id, "custodian_text": "王建国"}
    assert office.submit(f"/people/{li.id}/hand-over", form).status_code == 303
    kept = {session().get_one(Asset, each.id).custodian_id for each in assets}
    assert kept == {wang.id}


def test_handing_over_is_all_or_nothing(signed_in_as, institution, li):
    library = make_department(institution, "图书馆")
    officer = signed_in_as(Role.DEPARTMENT_ASSET_OFFICER, department=library)
    mine = make_asset(institution, custodian_id=li.id, department_id=library.id)
    make_asset(institution, custodian_id=li.id)
    wang = make_person(institution, "王建国")
    form = {"custodian": wang.id, "custodian_text": "王建国"}
    page = officer.submit(f"/people/{li.id}/hand-over", form)
    assert page.status_code == 422
    assert "一件都没有改" in page.text
    assert session().get_one(Asset, mine.id).custodian_id == li.id


def test_nothing_is_handed_to_oneself_or_to_nobody(signed_in_as, institution, li):
    office = signed_in_as(Role.ASSET_OFFICE)
    make_asset(institution, custodian_id=li.id)
    for form in ({}, {"custodian": li.id, "custodian_text": "李秀英"}):
        assert office.submit(f"/people/{li.id}/hand-over", form).status_code == 422


def test_a_phone_reads_the_pages_of_people(phone, signed_in_as, li):
    lend_session(phone, signed_in_as(Role.ADMINISTRATOR))
    for path in ("/people", f"/people/{li.id}", f"/people/{li.id}/leave"):
        phone.goto(path)
        assert accessibility_faults(phone) == []
