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
from registry.organisation.models import Department, Institution
from registry.store.db import session
from registry.waiting import queries
from registry.waiting.actions import begin, escalate_due
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
    assert "没有找到" in office.get("/waiting/all?overdue=1").text


@pytest.fixture
def homes(institution: Institution) -> dict[str, Department]:
    """A department with one below it, and another one."""
    hall = make_department(institution, "总务处")
    return {
        "总务处": hall,
        "膳食科": make_department(institution, "膳食科", parent=hall),
        "图书馆": make_department(institution, "图书馆"),
    }


@pytest.fixture
def waiting_there(
    institution: Institution, homes: dict[str, Department], clock: Any
) -> None:
    """Four steps begun an hour after one another; two of them become overdue."""
    clock.move_to(MONDAY)
    holder = make_person(institution, "孙悟空")
    for number, (thing, home, hours) in enumerate(
        [("蒸箱", "膳食科", 80), ("书架", "图书馆", 3), ("梯子", "总务处", 2)]
    ):
        _begin(institution, homes[home], holder.id, number, thing, hours)
        clock.shift(timedelta(hours=1))
    helper = make_person(institution, "沙和尚")
    _begin(institution, homes["总务处"], helper.id, 3, "Cart", 80)
    clock.shift(timedelta(days=1))
    assert escalate_due() == 2


def _begin(
    house: Institution,
    home: Department,
    holder: int,
    number: int,
    name: str,
    hours: int,
) -> None:
    begin(
        Actor.system(house.id),
        subject_kind="loan",
        subject_id=number + 1,
        step="loan_overdue" if hours == 2 else "loan_answer",
        facts={"name": name, "number": f"GZ{number}"},
        rungs=[[holder]],
        hours=hours,
        department_id=home.id,
    )


def things(page: str) -> list[str]:
    """The things of the rows of a page, in their order."""
    return re.findall(r'<a href="/waiting/\d+">[^<]+：(\w+) GZ\d</a>', page)


def test_the_list_of_all_is_narrowed_as_old_links_say_and_searched(
    signed_in_as: Any, homes: dict[str, Department], waiting_there: None
) -> None:
    office = signed_in_as(Role.ASSET_OFFICE)

    def found(query: str) -> list[str]:
        return things(office.get(f"/waiting/all?{query}").text)

    assert found("overdue=1") == ["书架", "梯子"]
    assert found("step=loan_overdue") == ["梯子"]
    assert found(f"department={homes['总务处'].id}") == ["梯子", "蒸箱", "Cart"]
    assert found(f"department={homes['膳食科'].id}&overdue=1") == []
    assert found("q=想借 书架") == ["书架"]
    assert found("q=gz2") == ["梯子"]
    assert found("q=cart") == ["Cart"]
    assert found("q=和尚") == ["Cart"]
    assert found("q=悟空 借出") == ["梯子"]
    assert found("q=%25") == found("q=loan_answer") == found("q=膳食") == []
    page = office.get(f"/waiting/all?department={homes['膳食科'].id}").text
    assert f'<option value="{homes["膳食科"].id}" selected>' in page
    assert "使用部门：膳食科" in page


def test_the_list_of_all_is_ordered_both_ways(
    signed_in_as: Any, waiting_there: None
) -> None:
    office = signed_in_as(Role.ASSET_OFFICE)

    def ordered(query: str) -> list[str]:
        return things(office.get(f"/waiting/all{query}").text)

    assert ordered("") == ["书架", "梯子", "蒸箱", "Cart"]
    assert ordered("?sort=-overdue") == ["Cart", "蒸箱", "梯子", "书架"]
    assert ordered("?sort=began") == ["蒸箱", "书架", "梯子", "Cart"]
    assert ordered("?sort=-began") == ["Cart", "梯子", "书架", "蒸箱"]


def test_who_has_a_step_and_how_long_stands_in_its_row_the_overdue_in_red(
    signed_in_as: Any, waiting_there: None
) -> None:
    office = signed_in_as(Role.ASSET_OFFICE)
    page = office.get("/waiting/all?q=书架").text
    assert re.search(r'chip-bad"><svg.*?</svg>已等 10 小时<', page)
    assert re.search(r'chip-bad"><svg.*?</svg>超过时限<', page)
    assert re.search(r'data-label="谁在经手">孙悟空<', page)
    page = office.get("/waiting/all?q=cart").text
    assert re.search(r'chip-still"><svg.*?</svg>已等 8 小时<', page)
    assert "chip-bad" not in page


def test_a_file_of_what_waits_holds_exactly_what_the_list_is_narrowed_to(
    signed_in_as: Any, homes: dict[str, Department], waiting_there: None
) -> None:
    office = signed_in_as(Role.ASSET_OFFICE)
    sent = {"order": ["what", "holders", "waited"], "column": ["what", "holders"]}
    office.submit("/lists/waits/columns", sent)
    where = f"department={homes['总务处'].id}&sort=-began"
    assert _file(office, where) == [
        "事项,谁在经手",
        "有人想借：Cart GZ3,沙和尚",
        "借出的还没有还：梯子 GZ2,孙悟空",
        "有人想借：蒸箱 GZ0,孙悟空",
    ]
    assert _file(office, f"{where}&overdue=1&q=悟空") == [
        "事项,谁在经手",
        "借出的还没有还：梯子 GZ2,孙悟空",
    ]


def _file(client: Any, query: str) -> list[str]:
    answer = client.get(f"/lists/waits/export?{query}&form=csv", buffered=True)
    assert answer.status_code == 200
    text: str = answer.data.decode("utf-8-sig")
    return [line for line in text.splitlines() if line]


def test_of_other_departments_an_officer_sees_nothing_on_page_or_in_file(
    signed_in_as: Any, homes: dict[str, Department], waiting_there: None
) -> None:
    officer = signed_in_as(Role.DEPARTMENT_ASSET_OFFICER, department=homes["总务处"])
    elsewhere = f"department={homes['图书馆'].id}"
    assert things(officer.get("/waiting/all").text) == ["梯子", "蒸箱", "Cart"]
    for query in (elsewhere, "q=书架", "q=GZ1", "step=loan_answer&overdue=1"):
        assert things(officer.get(f"/waiting/all?{query}").text) == []
        assert len(_file(officer, f"{query}&columns=all")) == 1
    whole = _file(officer, "columns=all")
    assert len(whole) == 4
    assert "书架" not in "".join(whole)
    nobody = signed_in_as()
    assert nobody.get("/waiting/all").status_code == 403
    assert nobody.get("/lists/waits/export").status_code == 403


def test_a_reminder_once_a_day_is_said_so(
    institution: Institution, signed_in_as: Any
) -> None:
    signed_in_as(Role.WAREHOUSE_KEEPER)
    office = signed_in_as(Role.ASSET_OFFICE)
    report(institution)
    [waiting] = session().scalars(queries.waits_seen(actor_of(office.person)))
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
    found = office.get(f"{v1}/waits/all?q=投影仪&sort=-began&count=true").json
    assert (found["count"], found["items"]) == (1, [same])
    assert office.get(f"{v1}/waits/all?overdue=true&limit=1").json["items"] == []
    assert office.get(f"{v1}/waits/all?step=nonsense").status_code == 422
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
