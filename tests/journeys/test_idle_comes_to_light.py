"""Idle comes to light: asked on a phone, answered with a tap, seen by a colleague."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from registry.access.roles import Role
from registry.organisation.actions.people import set_preferences
from registry.organisation.models import Institution
from registry.web.base.live import Live, live_of
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import actor_of, grant, make_person
from tests.factories.sharing import School, make_school
from tests.harness.browser import PHONE
from tests.harness.looks import (
    accessibility_faults,
    badly_legible,
    too_small,
    too_wide,
)
from tests.harness.sources import listed
from tests.registry.web.pages.lending import lend_session

pytestmark = pytest.mark.browser


@pytest.fixture
def live(app: Flask) -> Iterator[Live]:
    """Seats for open pages to follow from."""
    found = live_of(app)
    found.seats.most = 8
    yield found
    found.follower.stop()
    found.seats.most = 0


@pytest.fixture
def school(institution: Institution) -> School:
    return make_school(institution)


def test_a_custodian_taps_idle_and_a_colleague_sees_the_card_appear(
    live: Live,
    school: School,
    signed_in_as: Any,
    open_page: Callable[..., Page],
    live_server: str,
) -> None:
    projectors = make_type(
        school.institution, name="投影仪", brand="光峰", model="M300", unit="台"
    ).id
    chairs = make_type(school.institution, name="学生椅", unit="把").id
    for kind, count in ((projectors, 2), (chairs, 3)):
        for _ in range(count):
            school.stored(item_type_id=kind)
    school.ask()

    colleague = open_page()
    lend_session(colleague, signed_in_as(person=make_person(school.institution)))
    colleague.goto(f"{live_server}/idle")
    expect(colleague.locator("#idle-pool")).to_contain_text("现在没有闲置的资产")

    phone = open_page(**PHONE)
    lend_session(phone, signed_in_as(person=school.keeper))
    phone.goto(live_server)
    phone.click("a:has-text('请说还在不在用')")
    expect(phone).to_have_url(f"{live_server}/idle/asked")
    piles = phone.locator(".ask-pile")
    expect(piles).to_have_count(2)
    first = piles.filter(has_text="投影仪 光峰 M300")
    expect(first).to_contain_text("一直放在库房")
    first.locator("button.ask-tap").click()
    expect(phone.locator(".flash, .notice").first).to_contain_text("已把 2 件标为闲置")

    card = colleague.locator("#idle-pool .card-item")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("投影仪 光峰 M300")
    expect(card).to_contain_text("2 台")
    card.locator("a").click()
    expect(colleague.locator("#idle-group")).to_contain_text("逐件看")

    rest = phone.locator(".ask-pile")
    expect(rest).to_have_count(1)
    rest.locator("summary:has-text('在用，因为')").click()
    rest.locator("button:has-text('到时候才用')").click()
    expect(phone.locator("main")).to_contain_text("没有在等您答复的")
    expect(phone.locator("main")).to_contain_text("6 个月内不再问")


def test_a_colleagues_list_of_questions_follows_while_one_looks(
    live: Live,
    school: School,
    signed_in_as: Any,
    open_page: Callable[..., Page],
    live_server: str,
) -> None:
    made = school.stored()
    desk = open_page()
    lend_session(desk, signed_in_as(person=school.office))
    school.ask()
    desk.goto(f"{live_server}/idle/questions")
    expect(desk.locator("#idle-questions .row-item")).to_have_count(1)
    keeper = signed_in_as(person=school.keeper)
    asked = school.question(made).id
    keeper.submit("/idle/answer", {"question": asked, "reason": "spare"})
    expect(desk.locator("#idle-questions")).to_contain_text("这一栏现在是空的")


OPEN_ALL = """() => {
  const closed = document.querySelectorAll("main details:not(.menu)");
  closed.forEach((each) => { each.open = true; });
  document.querySelector(".top")?.remove();
}"""

PAGES = (
    "/idle",
    "/idle/types/{kind}",
    "/idle/asked",
    "/idle/questions/{question}",
    "/idle/overview",
    "/idle/suspects",
    "/idle/questions",
    "/idle/questions?state=withdrawn",
    "/idle/policy",
)


@pytest.fixture
def addresses(school: School) -> list[str]:
    """Every page about idle things, with something on it."""
    kind = make_type(school.institution, name="投影仪", unit="台").id
    make_assets(
        school.institution,
        12,
        item_type_id=kind,
        state="idle",
        place_id=school.store.id,
        department_id=school.home.id,
        condition="good",
        cost_fen=4_500_00 * 12,
    )
    grant(school.institution, school.office, Role.ADMINISTRATOR)
    things = [
        school.stored(custodian_id=school.office.id, item_type_id=kind)
        for _ in range(2)
    ]
    school.stored(custodian_id=school.office.id)
    school.ask()
    school.stored(custodian_id=None)
    school.find()
    asked = school.question(things[0]).id
    return [each.format(kind=kind, question=asked) for each in PAGES]


@pytest.mark.whole_only
@pytest.mark.parametrize(
    ("language", "size", "screen"),
    [
        ("zh-CN", "large", "phone"),
        ("en", "normal", "desk"),
    ],
)
def test_every_page_about_idle_things_is_fit_to_be_used(
    school: School,
    addresses: list[str],
    signed_in_as: Any,
    open_page: Callable[..., Page],
    live_server: str,
    language: str,
    size: str,
    screen: str,
) -> None:
    page = open_page(**(PHONE if screen == "phone" else {}))
    client = signed_in_as(person=school.office)
    lend_session(page, client)
    set_preferences(actor_of(school.office), language=language, text_size=size)
    faults = []
    for where in addresses:
        page.goto(f"{live_server}{where}")
        page.evaluate(OPEN_ALL)
        found = [
            *accessibility_faults(page),
            *too_wide(page),
            *too_small(page, size),
            *badly_legible(page, size),
        ]
        faults += [f"{where}: {each}" for each in found]
    assert not faults, listed(faults)


def test_the_page_works_without_scripts(
    school: School, signed_in_as: Any, open_page: Callable[..., Page], live_server: str
) -> None:
    school.stored()
    school.ask()
    page = open_page(**PHONE, java_script_enabled=False)
    lend_session(page, signed_in_as(person=school.keeper))
    page.goto(f"{live_server}/idle/asked")
    page.click("summary:has-text('在用，因为')")
    page.click("button:has-text('备用、应急')")
    assert "记下了：在用" in page.inner_text("main")
