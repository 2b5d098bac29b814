"""The pages of asking: one's own, the office's, and what each answer leads to."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.ledger.models import Asset
from registry.organisation.models import Institution
from registry.sharing import actions
from registry.sharing.models import IdleQuestion
from registry.waiting.actions import escalate_due
from tests.factories.auth import begin_session
from tests.factories.catalogue import make_type
from tests.factories.organisation import (
    make_colleague,
    make_department,
    make_institution,
)
from tests.factories.sharing import School, make_school


@pytest.fixture
def day(clock: Any) -> Any:
    return clock


@pytest.fixture
def school(day: Any, institution: Institution) -> School:
    return make_school(institution)


@pytest.fixture
def keeper(signed_in_as: Any, school: School) -> Any:
    return signed_in_as(person=school.keeper)


@pytest.fixture
def office(signed_in_as: Any, school: School) -> Any:
    return signed_in_as(person=school.office)


def test_one_sees_what_one_is_asked_and_answers_with_one_tap(
    school: School,
    keeper: Any,
    context: Session,
) -> None:
    made = school.stored(
        item_type_id=make_type(school.institution, name="投影仪", model="M300").id
    )
    assert "没有在等您答复的" in keeper.get("/idle/asked").text
    school.ask()
    page = keeper.get("/idle/asked").text
    for words in (
        "这些东西还在用吗",
        "投影仪 M300",
        "中心仓库",
        "2026年1月5日起一直放在库房",
    ):
        assert words in page
    asked = school.question(made).id
    sent = keeper.submit("/idle/answer", {"question": asked, "answer": "idle"})
    assert sent.status_code == 303
    assert context.get_one(Asset, made.id).state == "idle"
    page = keeper.get("/idle/asked").text
    assert "已把 1 件标为闲置" in page
    assert "没有在等您答复的" in page


def test_a_reason_alone_says_that_it_is_in_use(
    school: School,
    keeper: Any,
    context: Session,
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made).id
    keeper.submit("/idle/answer", {"question": asked, "reason": "seasonal"})
    found = context.get_one(IdleQuestion, asked)
    assert (found.state, found.reason) == ("in_use", "seasonal")
    assert "6 个月内不再问" in keeper.get("/idle/asked").text


def test_things_alike_are_one_card_and_one_tap(
    school: School,
    keeper: Any,
    context: Session,
) -> None:
    kind = make_type(school.institution, name="学生椅", unit="把").id
    for _ in range(5):
        school.stored(item_type_id=kind)
    school.stored()
    school.ask()
    page = keeper.get("/idle/asked").text
    assert page.count('class="ask-pile"') == 2
    assert "<b>5</b> 把" in page
    ids = context.scalars(
        sa.select(IdleQuestion.id)
        .join(Asset, Asset.id == IdleQuestion.asset_id)
        .where(Asset.item_type_id == kind)
    ).all()
    pile = ",".join(map(str, ids))
    assert f'value="{pile}"' in page
    keeper.submit("/idle/answer", {"pile": pile, "answer": "idle"})
    assert "已把 5 件标为闲置" in keeper.get("/idle/asked").text


def test_a_photo_and_the_condition_may_come_with_the_answer(
    school: School,
    keeper: Any,
    context: Session,
) -> None:
    made = school.stored()
    school.ask()
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
    picture.seek(0)
    keeper.submit(
        "/idle/answer",
        {
            "question": school.question(made).id,
            "answer": "idle",
            "condition": "fair",
            "photo": (picture, "a.jpg"),
        },
    )
    found = context.get_one(Asset, made.id)
    assert (found.state, found.condition) == ("idle", "fair")


def test_what_is_missing_is_said_beside_the_thing_and_kept(
    school: School,
    keeper: Any,
    context: Session,
) -> None:
    one, _two = school.stored(), school.stored()
    school.ask()
    asked = school.question(one).id
    sent = keeper.submit("/idle/answer", {"pile": str(asked), "answer": "not_here"})
    assert sent.status_code == 422
    assert sent.text.count("必须填写") == 1
    sent = keeper.submit("/idle/answer", {"question": asked, "reason": "other"})
    assert sent.status_code == 422
    assert context.get_one(IdleQuestion, asked).state == "open"
    for odd in ("x", "1,,2", "9" * 30, "-1"):
        answer = keeper.submit("/idle/answer", {"pile": odd, "answer": "idle"})
        assert answer.status_code in {303, 404, 422}
    nothing = keeper.submit("/idle/answer", {"answer": "idle"})
    assert nothing.status_code == 303
    assert "先勾选" in keeper.get("/idle/asked").text


def test_too_late_is_said_and_harms_nothing(
    school: School,
    keeper: Any,
    office: Any,
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made).id
    office.submit("/idle/answer", {"question": asked, "reason": "daily"})
    keeper.submit("/idle/answer", {"question": asked, "answer": "idle"})
    assert "已经有答复或变动" in keeper.get("/idle/asked").text


def test_an_answer_comes_back_only_to_an_address_of_ours(
    school: School,
    keeper: Any,
) -> None:
    made = school.stored()
    school.ask()
    sent = keeper.submit(
        "/idle/answer",
        {
            "question": school.question(made).id,
            "reason": "daily",
            "back": "//evil.example/",
        },
    )
    assert sent.headers["Location"] == "/idle/asked"


def test_a_question_says_who_has_it_and_for_how_long(
    school: School,
    day: Any,
    signed_in_as: Any,
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made).id
    day.shift(7 * 86_400)
    escalate_due()
    office = signed_in_as(person=school.office)
    keeper = signed_in_as(person=school.keeper)
    where = f"/idle/questions/{asked}"
    page = office.get(where).text
    assert school.officer.name in page
    assert school.keeper.name in page
    assert "40 个工作小时" in page
    assert "不问了" in page
    assert keeper.get(where).status_code == 200
    assert "不问了" not in keeper.get(where).text
    assert signed_in_as().get(where).status_code == 404
    assert office.get("/idle/questions").text.count('class="row-item"') == 1
    office.submit(f"{where}/withdraw")
    assert "已撤回" in office.get(where).text
    assert "这一栏现在是空的" in office.get("/idle/questions").text
    assert office.get("/idle/questions?state=withdrawn").text.count("row-item") == 1


def test_the_page_of_a_thing_says_that_it_looks_idle_and_is_asked_about(
    school: School, office: Any, keeper: Any, signed_in_as: Any
) -> None:
    made = school.stored()
    where = f"/assets/{made.id}"
    assert "看着像闲置" not in office.get(where).text
    school.find()
    page = office.get(where).text
    assert "这件东西看着像闲置" in page
    assert "一直放在库房" in page
    school.ask()
    asked = school.question(made).id
    page = keeper.get(where).text
    assert "正在问还用不用" in page
    assert f"/idle/questions/{asked}" in page
    assert "正在问" not in signed_in_as().get(where).text
    keeper.submit("/idle/answer", {"question": asked, "reason": "daily"})
    assert "正在问" not in office.get(where).text


def test_an_answer_on_the_page_of_one_question_stays_there(
    school: School,
    keeper: Any,
) -> None:
    made = school.stored()
    school.ask()
    where = f"/idle/questions/{school.question(made).id}"
    data = {"question": school.question(made).id, "back": where}
    sent = keeper.submit("/idle/answer", data | {"reason": "other"})
    assert sent.status_code == 422
    assert "问到哪里了" in sent.text
    sent = keeper.submit("/idle/answer", data | {"reason": "other", "words": "备用"})
    assert sent.headers["Location"] == where
    assert "备用" in keeper.get(where).text


def test_the_office_sees_what_lies_where_with_its_value(
    school: School,
    office: Any,
) -> None:
    kind = make_type(school.institution, name="投影仪").id
    for cost in (100_000, 200_050, None):
        school.asset(
            state="idle", item_type_id=kind, place_id=school.store.id, cost_fen=cost
        )
    school.stored(cost_fen=55_500)
    school.find()
    page = office.get("/idle/overview").text
    for words in (
        "¥3,000.50",
        "另有 1 件没填原值",
        "¥555",
        "中心仓库",
        "不到 3 个月",
    ):
        assert words in page
    home = school.home.id
    assert f"/assets?state=idle&amp;sort=cost&amp;department={home}" in page
    listed = office.get(f"/assets?state=idle&sort=cost&department={home}").text
    assert listed.count("投影仪") >= 3
    young = office.get("/assets?state=idle&since_from=2026-06-02").text
    assert "共 3 件" in young
    old = office.get("/assets?state=idle&since_to=2026-06-01").text
    assert "没有找到" in old


def test_an_officer_sees_the_figures_of_their_department_alone(
    school: School,
    signed_in_as: Any,
) -> None:
    other = make_department(school.institution, "别处")
    school.asset(state="idle", cost_fen=100_000)
    school.asset(state="idle", department_id=other.id, cost_fen=77_700)
    page = signed_in_as(person=school.officer).get("/idle/overview").text
    assert "¥1,000.00" in page
    assert "别处" not in page
    assert "777" not in page
    assert signed_in_as().get("/idle/overview").status_code == 403


def test_suspects_are_asked_about_from_their_list(
    school: School,
    office: Any,
    keeper: Any,
) -> None:
    things = [school.stored() for _ in range(3)]
    school.find()
    page = office.get("/idle/suspects").text
    assert page.count("还没问") >= 3
    sent = office.submit("/idle/suspects/ask", {"asset": [things[0].id, things[1].id]})
    assert sent.status_code == 303
    page = office.get("/idle/suspects").text
    assert "已向 1 人发出询问，共 2 件。" in page
    assert office.get("/idle/suspects?asked=yes").text.count('name="asset"') == 2
    office.submit("/idle/suspects/ask", {"scope": "filtered", "signal": "stored"})
    assert "已向 1 人发出询问，共 1 件。" in office.get("/idle/suspects").text
    office.submit("/idle/suspects/ask", {"scope": "filtered"})
    assert "先勾选" in office.get("/idle/suspects").text
    assert keeper.get("/idle/suspects").status_code == 403


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?signal=stored", 1),
        ("?signal=seen_unused", 1),
        ("?signal=quiet", 0),
        ("?q=地球仪", 1),
        ("?q=钢琴", 0),
        ("?sort=since", 2),
        ("?asked=no", 2),
        ("?asked=yes", 0),
        ("?class_code=2020000", 0),
    ],
)
def test_suspects_are_narrowed(
    school: School,
    office: Any,
    query: str,
    count: int,
) -> None:
    kind = make_type(school.institution, name="地球仪").id
    school.stored(item_type_id=kind)
    seen = school.asset()
    actions.seen_unused(school.institution.id, seen.id, "PD2026-000001")
    school.find()
    page = office.get(f"/idle/suspects{query}").text
    assert page.count('name="asset"') == count


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("what", ["suspects", "questions"])
def test_suspects_and_questions_go_out_as_files(
    school: School,
    office: Any,
    what: str,
    form: str,
) -> None:
    school.stored(cost_fen=123_45)
    school.stored()
    school.ask()
    answer = office.get(f"/idle/{what}/export?form={form}", buffered=True)
    assert answer.status_code == 200
    if form == "csv":
        lines = answer.data.decode("utf-8-sig").strip().splitlines()
        assert len(lines) == 3
        assert "一直放在库房" in answer.text
        assert "123.45" in answer.text


def test_the_policy_is_chosen_on_its_page(
    school: School,
    office: Any,
    signed_in_as: Any,
    context: Session,
) -> None:
    kind = make_type(school.institution, name="会议桌")
    page = office.get("/idle/policy").text
    assert 'value="12"' in page
    data = {
        "version": 1,
        "signals": ["stored", "quiet"],
        "stored_months": 2,
        "quiet_months": 18,
        "repaired_months": 3,
        "ask_again_months": 6,
        "batch": 5,
        "answer_hours": 16,
        "exempt_classes": "1000000 土地、房屋",
        "still_classes": "",
        "exempt_type": kind.id,
        "exempt_type_text": kind.title,
    }
    sent = office.submit("/idle/policy", data)
    assert sent.status_code == 303
    page = office.get("/idle/policy").text
    assert 'value="18"' in page
    assert "会议桌" in page
    assert office.submit("/idle/policy", data).status_code == 409
    wrong = office.submit(
        "/idle/policy", data | {"version": 2, "batch": 0, "exempt_classes": "XYZ"}
    )
    assert wrong.status_code == 422
    assert signed_in_as(person=school.officer).get("/idle/policy").status_code == 403


def test_nothing_of_another_institution_is_shown_or_answered(
    school: School,
    app: Any,
    settings: Any,
    signed_in_as: Any,
) -> None:
    made = school.stored()
    school.ask()
    asked = school.question(made).id
    abroad = make_colleague(make_institution(), Role.ASSET_OFFICE)
    client = app.test_client()
    token = begin_session(settings, abroad)
    with client.session_transaction() as kept:
        kept["token"] = token
    assert client.get(f"/idle/questions/{asked}").status_code == 404
    assert "没有看着像闲置的" in client.get("/idle/suspects").text
    sent = client.submit("/idle/answer", {"question": asked, "answer": "idle"})
    assert sent.status_code == 404
    client.submit("/idle/suspects/ask", {"asset": [made.id]})
    assert "没有可问的了" in client.get("/idle/suspects").text
