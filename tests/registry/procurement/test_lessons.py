"""Learning from answers: nothing without the office, nothing lets a line pass."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.catalogue.actions import add_alias
from registry.journal.models import Entry
from registry.kernel.errors import Conflict, Forbidden, Missing
from registry.matching.deciding import wording
from registry.organisation.models import Institution
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.lessons import (
    confirm_lesson,
    dismiss_lesson,
    unlearn_lesson,
)
from registry.procurement.actions.ruling import settle_clear, settle_matched
from registry.procurement.errors import NotOnesOwn
from registry.procurement.models.lessons import Lesson
from registry.procurement.queries.checks import candidates_of, must_answer
from registry.procurement.queries.lessons import taught
from registry.procurement.queries.searching import Wanted, hints, search
from registry.procurement.rules.lessons import is_name
from registry.procurement.states import LESSON, LessonState
from registry.store.db import session
from tests.factories.asking import House, asked, line_of, make_house
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import actor_of, make_colleague, make_institution

WHY = "要的是会议用的投屏盒，不是投影仪"


@pytest.fixture
def school(institution: Institution, context: Session) -> House:
    return make_house(institution)


def lessons() -> list[Lesson]:
    return list(
        session().scalars(
            sa.select(Lesson)
            .order_by(Lesson.id)
            .execution_options(populate_existing=True)
        )
    )


def found_for(
    school: House, text: str, **more: Any
) -> tuple[str, list[tuple[int, bool]]]:
    [finding], _ = search(school.institution.id, [Wanted(text, **more)])
    hits = [(hit.group.type_id, hit.must_answer) for hit in finding.hits]
    return str(finding.answer), hits


def test_a_look_alike_that_was_taken_becomes_another_name_once_the_office_says_so(
    school: House, context: Session
) -> None:
    type_id = school.projectors[0].item_type_id
    found = asked(school, "投影设备", 1)
    [group] = [each for each in candidates_of(line_of(found)) if each.kind == "idle"]
    settle_matched(school.rules, line_of(found).id, [group.id], "投影仪可用")
    take(school.asks, group.id, 1)
    [lesson] = lessons()
    assert (lesson.kind, lesson.state, lesson.text) == ("same", "proposed", "投影设备")
    assert (lesson.request_id, lesson.proposed_by_id) == (found.id, school.teacher.id)
    assert found_for(school, "投影设备")[0] == "review"
    with pytest.raises(Forbidden):
        confirm_lesson(school.asks, lesson.id)
    confirm_lesson(school.rules, lesson.id)
    confirm_lesson(school.rules, lesson.id)
    assert lessons()[0].alias == "投影设备"
    answer, hits = found_for(school, "投影设备")
    assert (answer, set(hits)) == ("block", {(type_id, True)})
    unlearn_lesson(school.rules, lesson.id)
    assert lessons()[0].alias == ""
    assert found_for(school, "投影设备")[0] == "review"
    verbs = session().scalars(
        sa.select(Entry.verb)
        .where(Entry.subject_kind == "match_lesson")
        .order_by(Entry.number)
    )
    assert list(verbs) == ["propose", "confirm", "unlearn"]


def test_what_was_understood_teaches_nothing(school: House) -> None:
    for text in ("投影仪", "投影机", "爱普生 投影仪 CB-X50"):
        found = asked(school, text, 1)
        group = must_answer(line_of(found))[0]
        take(school.asks, group.id, 1)
    assert lessons() == []


def test_what_was_declined_as_another_thing_never_lets_a_line_pass(
    school: House, institution: Institution
) -> None:
    """Also once confirmed: somebody other than the requester looks each time."""
    text = "投影机"
    assert found_for(school, text)[0] == "block"
    found = asked(school, text, 1)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "specification", WHY, different=True)
    [lesson] = lessons()
    assert (lesson.kind, lesson.state, lesson.words) == ("different", "proposed", WHY)
    before = found_for(school, text)
    assert before[0] == "block"
    with pytest.raises(Forbidden):
        confirm_lesson(school.asks, lesson.id)
    confirm_lesson(school.rules, lesson.id)
    answer, hits = found_for(school, text)
    assert answer == "review"
    assert hits == [(group.item_type_id, False)]
    again = asked(school, text, 1)
    line = line_of(again)
    assert (again.state, line.standing) == ("answering", "unclear")
    [shown] = candidates_of(line)
    assert {each["code"] for each in shown.reasons} >= {"taught_declined"}
    with pytest.raises(NotOnesOwn):
        settle_clear(school.asks, line.id)
    # Others who write otherwise, or pick the item type itself, are not touched by it.
    assert found_for(school, "投影仪")[0] == "block"
    assert found_for(school, text, item_type_id=group.item_type_id)[0] == "block"
    assert all(hit.serves < 0.2 for hit in hints(institution.id, Wanted(text)))
    unlearn_lesson(school.rules, lesson.id)
    assert found_for(school, text) == before


def test_another_that_serves_is_answered_as_before(
    school: House, institution: Institution
) -> None:
    text = "投影机"
    found = asked(school, text, 1)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "other", WHY, different=True)
    confirm_lesson(school.rules, lessons()[0].id)
    other = make_type(institution, "投影机")
    make_assets(institution, 1, item_type_id=other.id, state="idle")
    answer, hits = found_for(school, text)
    assert answer == "block"
    assert hits == [(other.id, True), (group.item_type_id, False)]


def test_nobody_confirms_what_they_said_nor_against_the_name_of_a_thing(
    school: House, institution: Institution
) -> None:
    text = "投影机"
    found = asked(school, text, 1)
    [group] = must_answer(line_of(found))
    decline(school.asks, group.id, "other", WHY, different=True)
    [lesson] = lessons()
    insider = actor_of(
        make_colleague(institution, Role.ASSET_OFFICE, name="也是国资处")
    )
    lesson.proposed_by_id = insider.person_id
    session().commit()
    with pytest.raises(NotOnesOwn):
        confirm_lesson(insider, lesson.id)
    add_alias(school.rules, group.item_type_id, text)
    with pytest.raises(Conflict) as refusal:
        confirm_lesson(school.rules, lesson.id)
    assert refusal.value.code == "lesson_is_its_name"
    own = asked(school, "投影仪", 1)
    [group] = must_answer(line_of(own))
    decline(school.asks, group.id, "other", WHY, different=True)
    assert len(lessons()) == 1


def test_the_same_again_is_counted_and_what_was_dismissed_stays_so(
    school: House,
) -> None:
    text = "投影机"
    for _ in range(2):
        found = asked(school, text, 1)
        [group] = must_answer(line_of(found))
        decline(school.asks, group.id, "other", WHY, different=True)
        dismiss_lesson(school.rules, lessons()[0].id)
    [lesson] = lessons()
    assert (lesson.times, lesson.state) == (2, "dismissed")
    assert taught(school.institution.id, [text]).declined == {}
    away = actor_of(make_colleague(make_institution(), Role.ASSET_OFFICE))
    with pytest.raises(Missing):
        confirm_lesson(away, lesson.id)


def test_by_page_and_by_api_it_is_seen_decided_and_taken_back(
    school: House, institution: Institution, signed_in_as: Any
) -> None:
    text = "投影机"
    teacher = signed_in_as(person=school.teacher)
    found = asked(school, text, 1)
    [group] = must_answer(line_of(found))
    where = f"/requests/{found.id}/found/{group.id}"
    assert "这不是一种东西" in teacher.get(where).text
    form = {"reason": "other", "words": WHY, "different": "1"}
    assert teacher.submit(f"{where}/decline", form).status_code == 303
    [lesson] = lessons()
    assert teacher.get("/lessons").status_code == 403
    office = signed_in_as(person=school.officer)
    listed = office.get("/lessons")
    assert text in listed.text
    page = office.get(f"/lessons/{lesson.id}")
    for words in (text, "投影仪", WHY, found.number, "陈静", "采用"):
        assert words in page.text
    here = f"/lessons/{lesson.id}"
    assert office.submit(f"{here}/confirm", {}).status_code == 303
    assert "收回" in office.get(here).text
    api = office.get("/api/v1/lessons?state=confirmed").json
    assert [each["kind"] for each in api["items"]] == ["different"]
    assert office.submit(f"{here}/unlearn", {}).status_code == 303
    assert office.get(f"/api/v1{here}").json["state"] == "dismissed"
    assert office.get("/lessons/999999").status_code == 404


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("投屏盒", True),
        ("A4 打印机", True),
        ("年级组要印卷子，一次几百份", False),
        ("一" * 21, False),
        ("打印机（彩色）", False),
        ("", False),
    ],
)
def test_what_can_be_a_name(text: str, name: bool) -> None:
    assert is_name(text) is name


@pytest.mark.parametrize("state", LessonState)
def test_the_table_of_moves(state: LessonState) -> None:
    assert (
        LESSON.open_verbs(state)
        == {
            "proposed": ["confirm", "dismiss"],
            "confirmed": ["unlearn"],
            "dismissed": ["confirm"],
        }[state]
    )


def test_wordings_are_known_however_they_are_written() -> None:
    assert wording("投影 设备") == wording("投影设备")
