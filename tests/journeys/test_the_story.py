"""The story: eight projectors asked for, five taken from the warehouse, three bought.

Five people, each in a browser of their own. Nothing but what the pages offer leads from
one to the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from registry.access.roles import Role
from registry.journal.queries import entries_of
from registry.ledger.verifying import verify
from registry.organisation.models import Institution, Person
from registry.procurement.models.requests import PurchaseRequest
from registry.store.db import db
from tests.factories.asking import House, make_house
from tests.factories.organisation import make_colleague
from tests.harness.browser import DESK, PHONE
from tests.journeys.conftest import read_afresh, started
from tests.registry.web.pages.lending import lend_session

pytestmark = pytest.mark.browser


@pytest.fixture
def school(institution: Institution) -> House:
    return make_house(institution)


Enter = Callable[..., Page]


@pytest.fixture
def enter(open_page: Callable[..., Page], signed_in_as: Any, live_server: str) -> Enter:
    """``enter(person)``: their home page, at a desk unless said otherwise."""

    def at_home(person: Person, **screen: Any) -> Page:
        page = open_page(**(screen or DESK))
        lend_session(page, signed_in_as(person=person))
        page.goto(live_server)
        return started(page)

    return at_home


def told(page: Page) -> Any:
    """What the page says has been done."""
    return expect(page.locator("main .notice").first)


def test_eight_asked_for_five_taken_three_bought(
    school: House, enter: Enter, open_page: Callable[..., Page], live_server: str
) -> None:
    home = school.teacher.department
    head = make_colleague(
        school.institution, Role.DEPARTMENT_HEAD, department=home, name="许知远"
    )
    money = make_colleague(school.institution, Role.FINANCE, name="钱朵朵")

    # the teacher types, and sees the warehouse's twelve before having asked for any
    teacher = enter(school.teacher, **PHONE)
    teacher.click("main a:has-text('我要东西')")
    started(teacher)
    teacher.locator("[name=text_1]").press_sequentially("投影机", delay=10)
    hint = teacher.locator("[data-hints]")
    # the first search of a process reads the thesaurus
    expect(hint).to_contain_text("可能有 12 件闲置的能用", timeout=15_000)
    expect(hint).to_contain_text("总务处")
    teacher.fill("[name=quantity_1]", "8")
    teacher.click("summary:has-text('单价')")
    teacher.fill("[name=price_1]", "4500")
    teacher.fill("[name=purpose]", "新校区八个教室开学要用")
    teacher.click("button:has-text('查闲置并提交')")
    told(teacher).to_contain_text("已核对闲置")

    # takes five, and says why the others do not serve
    teacher.click("a:has-text('请答复')")
    teacher.fill("[name=count]", "5")
    teacher.click("button:has-text('要这些')")
    told(teacher).to_contain_text("已要了 5 件")
    teacher.click("a:has-text('请答复')")
    teacher.check("[name=reason][value=specification]")
    teacher.fill("[name=words]", "三个教室西晒，亮度不够")
    teacher.click("button:has-text('不用剩下的')")
    told(teacher).to_contain_text("等资产管理处裁定")
    expect(teacher.locator("#request-state")).to_contain_text("待裁定")

    # somebody else rules
    officer = enter(school.officer)
    officer.click("a:has-text('裁定')")
    expect(officer.locator("main")).to_contain_text("西晒")
    officer.click("main a:text-is('裁定')")
    officer.fill("[name=words]", "看过教室，情况属实")
    officer.click("button:has-text('理由成立')")
    told(officer).to_contain_text("已裁定")

    # only the rest goes on to approval: by head, office and finance
    approver = enter(head)
    money_page = enter(money)
    for page in (approver, officer, money_page):
        page.goto(live_server)
        page.click("main a:has-text('请审批')")
        expect(page.locator("main")).to_contain_text("13,500.00")
        page.click("button:has-text('同意')")
        told(page).to_contain_text("已同意")

    # the keeper sees five asked of the warehouse
    keeper = enter(school.keeper, **PHONE)
    expect(keeper.locator("main")).to_contain_text("5 件")

    # finance types the number on the certificate, and is told it is valid
    request = db.session.query(PurchaseRequest).one()
    teacher.reload()
    expect(teacher.locator("#request-state")).to_contain_text("已批准")
    link = teacher.locator("a:has-text('检查证明')")
    code = link.inner_text().split("检查证明")[1].split()[0]
    link.click()
    expect(teacher.locator("main")).to_contain_text("西晒")
    stranger = open_page(**DESK)
    stranger.goto(f"{live_server}/verify")
    stranger.fill("[name=text]", code.lower())
    stranger.click("button:has-text('核验')")
    expect(stranger.locator("main .lede")).to_contain_text("有效")
    expect(stranger.locator("main")).to_contain_text("教务处")
    for secret in ("4,500", "13,500", "西晒", "陈静", "器材库"):
        expect(stranger.locator("body")).not_to_contain_text(secret)

    read_afresh()
    request = db.session.get_one(PurchaseRequest, request.id)
    assert (request.state, request.lines[0].to_buy) == ("approved", 3)
    verbs = [each.verb for each in entries_of("purchase_request", request.id)]
    assert verbs.count("decide_step") == 3
    assert not list(verify(school.rules))
