"""The institution's settings, and proving the ledger from a page."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from registry.access.roles import Role
from registry.jobs.running import run_next
from registry.ledger.models import Asset
from registry.organisation.models import Institution
from registry.store.db import session
from registry.web.pages import ledger_check
from tests.factories.ledger import make_asset
from tests.harness.looks import accessibility_faults
from tests.registry.web.pages.lending import lend_session


@pytest.fixture
def admin(signed_in_as):
    return signed_in_as(Role.ADMINISTRATOR)


def form_of(institution, **changes):
    now = session().get_one(Institution, institution.id)
    names = ("name", "short_name", "contact", "accent", "language", "time_zone")
    more = ("label_url", "factor_for", "version")
    form = {name: getattr(now, name) for name in (*names, *more)}
    return {**form, **changes}


def test_an_administrator_changes_the_settings(admin, institution):
    form = form_of(
        institution,
        name="育才实验学校",
        accent="#7A1F2B",
        label_url="HTTPS://Zc.Yucai.edu.cn/",
    )
    assert admin.submit("/institution", form).status_code == 303
    now = session().get_one(Institution, institution.id)
    assert now.name == "育才实验学校"
    assert now.accent == "#7a1f2b"
    assert now.label_url == "https://zc.yucai.edu.cn"


@pytest.mark.parametrize("role", [None, Role.ASSET_OFFICE, Role.AUDITOR])
def test_nobody_else_does(role, institution, signed_in_as):
    browser = signed_in_as(role)
    assert browser.get("/institution").status_code == 403
    assert browser.submit("/institution", form_of(institution)).status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "必须填写"),
        ({"accent": "#ffee88"}, "颜色太浅"),
        ({"accent": "#777777"}, "4.5:1"),
        ({"accent": "blue"}, "#1f5f8b"),
        ({"label_url": "ftp://a.cn"}, "网址不对"),
        ({"label_url": "https://a.cn/?x=1"}, "网址不对"),
        ({"label_url": "javascript:alert(1)"}, "网址不对"),
        ({"label_url": "https://" + "a" * 60 + ".cn"}, "太长"),
        ({"time_zone": "Mars/Olympus"}, "没有这个时区"),
        ({"language": "fr"}, "请从列出的选项"),
        ({"short_name": "x" * 50}, "太长"),
    ],
)
def test_a_setting_that_cannot_be_is_said_beside_its_field(
    change, said, admin, institution
):
    page = admin.submit("/institution", form_of(institution, **change))
    assert page.status_code == 422
    assert said in page.text


def test_of_two_who_change_the_settings_the_second_sees_both(admin, institution):
    form = form_of(institution)
    assert admin.submit("/institution", {**form, "contact": "8001"}).status_code == 303
    page = admin.submit("/institution", {**form, "contact": "8002"})
    assert page.status_code == 409
    assert "8001" in page.text
    assert "8002" in page.text


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.AUDITOR, 200),
        (Role.ASSET_OFFICE, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.FINANCE, 403),
        (None, 403),
    ],
)
def test_the_proof_is_for_those_who_answer_for_the_ledger(role, status, signed_in_as):
    browser = signed_in_as(role)
    assert browser.get("/ledger-check").status_code == status
    assert browser.submit("/ledger-check").status_code == status


def test_a_whole_ledger_is_said_to_be_whole(admin, institution):
    make_asset(institution)
    assert "核验无误" in admin.submit("/ledger-check").text


def test_a_row_changed_behind_the_ledgers_back_is_named(admin, institution):
    asset = make_asset(institution)
    session().execute(
        sa.update(Asset).where(Asset.id == asset.id).values(serial="changed")
    )
    session().commit()
    page = admin.submit("/ledger-check").text
    assert "发现 1 处不对" in page
    assert "现状与记录不符" in page
    assert asset.number in page


def test_a_long_ledger_is_proved_as_a_job(admin, institution, monkeypatch):
    make_asset(institution)
    monkeypatch.setattr(ledger_check, "AT_ONCE", 0)
    assert admin.submit("/ledger-check").status_code == 303
    assert 'data-part="progress"' in admin.get("/ledger-check").text
    assert run_next()
    assert "核验无误" in admin.get("/ledger-check").text


def test_a_phone_reads_the_settings_and_the_proof(phone, signed_in_as):
    lend_session(phone, signed_in_as(Role.ADMINISTRATOR))
    for path in ("/institution", "/ledger-check"):
        phone.goto(path)
        assert accessibility_faults(phone) == []
