"""Pages of what waits, of notices and of the working calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.ledger.actions import report_from_label
from registry.organisation.models import Institution
from registry.waiting import queries
from registry.waiting.actions import escalate_due
from tests.factories.ledger import make_asset
from tests.factories.organisation import actor_of, make_department, make_person

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def report(
    institution: Institution, department: Any = None, words: str = "坏了"
) -> int:
    more = {"department_id": department.id} if department else {}
    asset = make_asset(institution, **more)
    stranger = Actor.stranger(institution.id)
    return report_from_label(stranger, asset, "problem", words).id


def test_what_waits_stands_on_the_home_page_and_goes_with_being_settled(
    institution: Institution, signed_in_as: Any, clock: Any
) -> None:
    clock.move_to(MONDAY)
    keeper = signed_in_as(Role.WAREHOUSE_KEEPER)
    office = signed_in_as(Role.ASSET_OFFICE)
    number = report(institution)
    clock.shift(timedelta(hours=2))
    page = keeper.get("/").text
    assert "有人反映问题：投影仪" in page
    assert "已等 2 小时" in page
    assert "有人反映问题" not in office.get("/").text
    clock.shift(timedelta(days=2))
    assert escalate_due() == 1
    keeper = signed_in_as(person=keeper.person)
    office = signed_in_as(person=office.person)
    assert "有人反映问题：投影仪" in office.get("/").text
    [waiting] = queries.waits_of(actor_of(keeper.person))
    assert f"/reports/{number}" in office.get(f"/waiting/{waiting.id}").text
    assert "有人反映问题" in office.get("/notices").text
    office.submit(f"/reports/{number}", {"answer": "修好了"})
    assert "有人反映问题" not in keeper.get("/").text
    assert "已办结" in keeper.get(f"/waiting/{waiting.id}").text


def test_a_notice_leads_to_its_thing_and_is_read_by_that(
    institution: Institution, signed_in_as: Any
) -> None:
    keeper = signed_in_as(Role.WAREHOUSE_KEEPER)
    other = signed_in_as(Role.WAREHOUSE_KEEPER)
    number = report(institution)
    page = keeper.get("/notices").text
    assert page.count("未读") >= 2
    where = re.findall(r'action="/notices/(\d+)"', page)[0]
    assert other.submit(f"/notices/{where}").status_code == 404
    answer = keeper.submit(f"/notices/{where}")
    assert answer.location == f"/reports/{number}"
    assert "没有未读的通知" in keeper.get("/notices?unread=1").text


def test_a_step_is_passed_on_to_somebody_who_could_be_asked(
    institution: Institution, signed_in_as: Any
) -> None:
    home = make_department(institution)
    keeper = signed_in_as(Role.WAREHOUSE_KEEPER, department=home)
    colleague = make_person(institution, "小周", department=home)
    report(institution, home)
    [waiting] = queries.waits_of(actor_of(keeper.person))
    where = f"/waiting/{waiting.id}"
    assert "小周" in keeper.get(where).text
    assert keeper.submit(f"{where}/pass-on", {}).status_code == 422
    answer = keeper.submit(
        f"{where}/pass-on", {"person": colleague.id, "reason": "他管"}
    )
    assert answer.status_code == 303
    assert [each.name for each in queries.holders_of([waiting])[waiting.id]] == ["小周"]
    assert "他管" in signed_in_as(person=colleague).get(where).text


def test_the_list_of_all_turns_pages_and_shows_each_once(
    institution: Institution, signed_in_as: Any, clock: Any
) -> None:
    clock.move_to(MONDAY)
    signed_in_as(Role.WAREHOUSE_KEEPER)
    office = signed_in_as(Role.ASSET_OFFICE)
    for _ in range(53):
        report(institution)
    seen: list[str] = []
    where = "/waiting/all"
    while where:
        page = office.get(where).text
        seen += [part.partition('"')[0] for part in page.split('href="/waiting/')[1:]]
        where = page.partition('rel="next" href="')[2].partition('"')[0]
        where = where.replace("&amp;", "&")
    numbers = [each for each in seen if each.isdigit()]
    assert len(numbers) == len(set(numbers)) == 53
    assert "没有符合条件的事" in office.get("/waiting/all?overdue=1").text


def test_a_reminder_once_a_day_is_said_so(
    institution: Institution, signed_in_as: Any
) -> None:
    signed_in_as(Role.WAREHOUSE_KEEPER)
    office = signed_in_as(Role.ASSET_OFFICE)
    report(institution)
    [waiting] = queries.list_waits(actor_of(office.person), queries.Seen())
    where = f"/waiting/{waiting.id}"
    office.submit(f"{where}/nudge")
    assert "已提醒经手人" in office.get(where).text
    office.submit(f"{where}/nudge")
    assert "今天已经催过一次" in office.get(where).text


def test_the_calendar_shows_what_was_entered_and_forgets_it(
    institution: Institution, signed_in_as: Any, clock: Any
) -> None:
    clock.move_to(MONDAY)
    office = signed_in_as(Role.ASSET_OFFICE)
    lines = "2026-11-25 校庆 休\n2026-11-28 校庆调休 班"
    assert office.submit("/calendar/days", {"lines": lines}).status_code == 303
    page = office.get("/calendar").text
    assert "校庆" in page
    assert page.count("month-works") == 21
    office.submit("/calendar/days/remove", {"day": "2026-11-25"})
    assert office.get("/calendar").text.count("month-works") == 22
    term = {"name": "寒假", "first": "2026-11-30", "last": "2026-12-20", "counts": "no"}
    office.submit("/calendar/term", term)
    assert office.get("/calendar").text.count("month-works") == 21
    assert "寒假" in office.get("/calendar?year=2026&month=12").text


@pytest.mark.parametrize(
    ("where", "form", "words"),
    [
        ("days", {"lines": "国庆 休"}, "第 1 行"),
        ("days", {}, "必须填写"),
        ("day", {"day": "2026-02-30", "works": "no"}, "有 1 处需要改正"),
        ("day", {"day": "2026-10-01", "works": "yes", "hours": "早上"}, "看不懂"),
        ("week", {"day_0": "12:00-8:00"}, "看不懂"),
        ("week", {}, "至少要有一段上班时间"),
        ("term", {"name": "", "first": "2026-01-02", "last": "2026-01-01"}, "改正"),
    ],
)
def test_what_the_calendar_cannot_take_is_said_beside_it(
    signed_in_as: Any, where: str, form: dict[str, str], words: str
) -> None:
    answer = signed_in_as(Role.ASSET_OFFICE).submit(f"/calendar/{where}", form)
    assert answer.status_code == 422
    assert words in answer.text


def test_programmes_can_do_it_too(
    institution: Institution, api_as: Any, context: Session
) -> None:
    keeper = api_as(Role.WAREHOUSE_KEEPER)
    office = api_as(Role.ASSET_OFFICE)
    report(institution)
    v1 = "/api/v1"
    [waiting] = keeper.get(f"{v1}/waits").json["items"]
    assert waiting["holders"][0]["person_id"] == keeper.person.id
    [same] = office.get(f"{v1}/waits/all").json["items"]
    assert same["id"] == waiting["id"]
    assert office.post(f"{v1}/waits/{same['id']}/nudge").status_code == 200
    assert office.post(f"{v1}/waits/{same['id']}/nudge").status_code == 409
    [first, second] = keeper.get(f"{v1}/notices?unread=true").json["items"]
    assert {first["kind"], second["kind"]} == {"wait_begun", "wait_nudged"}
    assert keeper.post(f"{v1}/notices/read", json={}).json == {"count": 2}
    assert keeper.put(f"{v1}/notices/wish", json={"mail": "daily"}).json == {
        "mail": "daily",
        "hour": 8,
    }
    day = {"day": "2026-10-01", "name": "国庆节", "works": False}
    assert office.post(f"{v1}/calendar/days", json=day).status_code == 200
    [kept] = keeper.get(f"{v1}/calendar/days").json["items"]
    assert kept["name"] == "国庆节"
    assert office.delete(f"{v1}/calendar/days/2026-10-01").status_code == 204
    assert office.delete(f"{v1}/calendar/days/2026-10-01").status_code == 404
    assert office.delete(f"{v1}/calendar/days/nonsense").status_code in {404, 422}
    assert keeper.put(f"{v1}/calendar/week", json={}).status_code == 403
    week = {"monday": "9:00-17:00"}
    assert office.put(f"{v1}/calendar/week", json=week).json["monday"] == "09:00-17:00"
