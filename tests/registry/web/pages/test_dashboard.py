"""The overview: every number leads to a list of just so many, for whoever reads it."""

from __future__ import annotations

import io
import itertools
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from python_calamine import load_workbook

from registry.access.roles import Role
from registry.catalogue.actions import load_starting_classes
from registry.catalogue.models import AssetClass
from registry.kernel.clock import today
from registry.ledger import actions
from registry.store.db import session
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    make_colleague,
    make_department,
    make_institution,
    make_place,
)
from tests.harness.depth import deep
from tests.harness.looks import accessibility_faults
from tests.registry.web.pages.lending import lend_session

ROW = re.compile(
    r'<th role="rowheader" scope="row"><a href="([^"]+)">([^<]+)</a></th>.*?'
    r'<td role="cell" class="number">([^<]+)(?:<small class="chart-note">([^<]+))?',
    re.DOTALL,
)
BOX = re.compile(
    r'class="figure-box" href="([^"]+)">\s*<span class="figure-label">([^<]+)</span>'
    r'\s*<span class="figure-value">([\d,]+)'
)
READERS = (
    Role.ASSET_OFFICE,
    Role.DEPARTMENT_ASSET_OFFICER,
    Role.WAREHOUSE_KEEPER,
    Role.DEPARTMENT_HEAD,
    Role.AUDITOR,
    Role.FINANCE,
    Role.PRINCIPAL,
)


def number(text: str) -> int:
    return int(re.sub(r"[^\d]", "", text))


def lines_of(page: str) -> list[tuple[str, str, int]]:
    """(address, words, how many) of every number of a page that leads to a list."""
    found = [(url, words, number(shown)) for url, words, shown in BOX.findall(page)]
    for url, words, shown, note in ROW.findall(page):
        missing = re.search(r"缺 ([\d,]+) 件", note)
        count = number(missing[1]) if missing else number(shown)
        found.append((url, words, count))
    return [(unescape(url), words, count) for url, words, count in found]


def total_of(page: str) -> int:
    told = re.search(r"共 ([\d,]+) 件", page)
    return number(told[1]) if told else 0


@pytest.fixture
def school(institution: Any, system: Any) -> Any:
    """Two departments with some of everything."""
    load_starting_classes(system)
    desktop = session().query(AssetClass).filter_by(code="2010104").one()
    arts = make_department(institution, "艺术中心")
    music = make_department(institution, "音乐组", parent=arts)
    kinds = [
        make_type(institution, class_id=desktop.id),
        make_type(institution, service_life_months=12),
        make_type(institution, is_labelled=False),
    ]
    day, room = today("Asia/Shanghai"), make_place(institution)
    for turn, kind in enumerate(kinds * 3):
        make_assets(
            institution,
            1 + turn % 3,
            item_type_id=kind.id,
            department_id=(arts, music)[turn % 2].id,
            state=("in_use", "idle", "missing")[turn % 3 - 1],
            condition=(None, "good", "broken")[turn % 3],
            cost_fen=(None, 123_456)[turn % 2],
            place_id=(None, room.id)[turn % 2],
            acquired_on=(None, day - timedelta(days=500 * turn))[turn > 0],
        )
    gone = make_asset(institution, department_id=arts.id)
    actions.change_state(system, gone.id, "propose_disposal")
    actions.change_state(system, gone.id, "dispose")
    return arts


@pytest.mark.parametrize("role", READERS)
def test_whoever_sees_more_than_their_own_has_an_overview(role, school, signed_in_as):
    browser = signed_in_as(role)
    assert "概览" in browser.get("/").text
    page = browser.get("/overview")
    assert page.status_code == 200
    assert "按状态" in page.text


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_nobody_else_has(role, school, signed_in_as):
    browser = signed_in_as(role)
    assert "/overview" not in browser.get("/").text
    for path in ("", "/print", "/export"):
        assert browser.get(f"/overview{path}").status_code == 403


@pytest.mark.parametrize(
    ("reader", "asked"),
    deep(
        [
            ("office", ""),
            ("office", "?department={0}&class_code=2010000"),
            ("officer", "?department={0}"),
        ],
        list(
            itertools.product(
                ("office", "officer"),
                (
                    "",
                    "?class_code=2000000",
                    "?department={0}",
                    "?department={0}&class_code=2010000",
                ),
            )
        ),
    ),
)
def test_every_number_leads_to_a_list_of_just_so_many(
    reader, asked, school, institution, signed_in_as
):
    if reader == "office":
        browser = signed_in_as(Role.ASSET_OFFICE)
    else:
        person = make_colleague(
            institution, Role.DEPARTMENT_ASSET_OFFICER, department=school
        )
        make_asset(institution, custodian_id=person.id, condition="good")
        browser = signed_in_as(person=person)
    page = browser.get("/overview" + asked.format(school.id)).text
    lines = lines_of(page)
    assert len(lines) > 8
    for url, words, count in lines:
        assert (words, total_of(browser.get(url).text)) == (words, count)


def test_a_department_leads_to_what_is_inside_it(school, signed_in_as):
    browser = signed_in_as(Role.AUDITOR)
    page = browser.get("/overview").text
    [inside] = re.findall(r'<a href="(/overview\?department=[^"]+)">', page)
    deeper = browser.get(unescape(inside)).text
    assert "音乐组" in deeper
    assert "本级（不含下级）" in deeper


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("?department=999999", 404),
        ("?class_code=nothing", 404),
        ("?department=x", 422),
        ("?department=1&department=2", 422),
        ("?class_code=" + "2" * 30, 422),
        ("?unknown=1", 200),
    ],
)
def test_what_cannot_be_asked_is_answered_clearly(asked, status, school, signed_in_as):
    browser = signed_in_as(Role.ASSET_OFFICE)
    assert browser.get(f"/overview{asked}").status_code == status


def test_another_institutions_department_is_not_there(signed_in_as):
    other = make_department(make_institution())
    browser = signed_in_as(Role.ASSET_OFFICE)
    assert browser.get(f"/overview?department={other.id}").status_code == 404


def test_an_empty_ledger_says_what_to_do(signed_in_as):
    page = signed_in_as(Role.ASSET_OFFICE).get("/overview").text
    assert "台账还是空的" in page
    assert "导入台账" in page


def test_costs_in_other_currencies_are_told_apart(institution, signed_in_as):
    make_asset(institution, cost_fen=50_000)
    make_asset(institution, cost_fen=70_000, currency="USD")
    page = signed_in_as(Role.ASSET_OFFICE).get("/overview").text
    assert "¥500" in page
    assert "有 1 件以外币计价" in page


def test_the_file_holds_every_number(school, signed_in_as):
    browser = signed_in_as(Role.ASSET_OFFICE)
    text = browser.get("/overview/export?form=csv").data.decode("utf-8-sig")
    rows = [line.split(",") for line in text.splitlines()]
    assert rows[0][:4] == ["分组", "项目", "件数", "原值"]
    book = browser.get("/overview/export").data
    values = load_workbook(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1:]
    assert len(values) == len(rows) - 1
    whole = next(row for row in values if row[1] == "资产（不含已报废）")
    shown = number(BOX.findall(browser.get("/overview").text)[0][2])
    assert whole[2] == shown
    assert {row[0] for row in values} >= {"按状态", "按部门", "按分类", "最近 30 天"}


def test_the_api_says_the_same(school, institution, signed_in_as, api_as):
    api = api_as(Role.AUDITOR, "read")
    told = api.get("/api/v1/overview").json
    page = signed_in_as(Role.AUDITOR).get("/overview").text
    assert told["whole"]["count"] == number(BOX.findall(page)[0][2])
    assert (
        sum(each["whole"]["count"] for each in told["departments"])
        == (told["whole"]["count"])
    )
    registered = next(x for x in told["happened"] if x["what"] == "registered")
    assert registered["days"][-1] == told["whole"]["count"] + 1
    inside = api.get(f"/api/v1/overview?department_id={school.id}").json
    assert inside["department_id"] == school.id
    assert api.get("/api/v1/overview?department_id=999999").status_code == 404
    assert api.get("/api/v1/exports/overview?form=csv").status_code == 200
    assert api_as(None, "read").get("/api/v1/overview").status_code == 403


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_overview_has_no_barriers(size, school, signed_in_as, request):
    page = request.getfixturevalue(size)
    lend_session(page, signed_in_as(Role.ASSET_OFFICE))
    page.goto("/overview")
    assert page.get_by_role("heading", name="按状态").is_visible()
    assert accessibility_faults(page) == []
