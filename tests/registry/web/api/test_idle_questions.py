"""Suspects, questions, figures and the policy in the API: all that pages can do."""

from __future__ import annotations

from typing import Any

import pytest

from registry.organisation.models import Institution
from tests.factories.organisation import make_person
from tests.factories.sharing import School, make_school

V1 = "/api/v1/idle"


@pytest.fixture
def idle_school(clock: Any, institution: Institution) -> School:
    return make_school(institution)


@pytest.fixture
def office(api_as: Any, idle_school: School) -> Any:
    return api_as(person=idle_school.office)


@pytest.fixture
def keeper(api_as: Any, idle_school: School) -> Any:
    return api_as(person=idle_school.keeper)


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:400]
    return answer.json


def test_suspects_are_listed_asked_about_and_answered(
    idle_school: School, office: Any, keeper: Any
) -> None:
    things = [idle_school.stored().id for _ in range(3)]
    idle_school.find()
    first = ok(office.get(f"{V1}/suspects?limit=2"))
    rest = ok(office.get(f"{V1}/suspects?cursor={first['next_cursor']}"))
    found = [each["asset"]["id"] for each in first["items"] + rest["items"]]
    assert sorted(found) == things
    [sign] = first["items"][0]["signs"]
    assert (sign["signal"], sign["since"]) == ("stored", "2026-01-05")
    made = ok(office.post(f"{V1}/suspects/ask", json={"asset_ids": things[:2]}), 201)
    assert [each["count"] for each in made["items"]] == [2]
    assert len(ok(office.get(f"{V1}/suspects?asked=false"))["items"]) == 1
    asked = ok(keeper.get(f"{V1}/asked"))["items"]
    assert [each["asset"]["id"] for each in asked] == things[:2]
    assert asked[0]["holders"][0]["person_id"] == idle_school.keeper.id
    ids = [each["id"] for each in asked]
    body = {"question_ids": ids, "answer": "idle", "condition": "good"}
    done = ok(keeper.post(f"{V1}/questions/answers", json=body))
    assert done["done"] == ids
    assert done["document"]
    assert ok(keeper.get(f"{V1}/questions/{ids[0]}"))["state"] == "idle"
    late = keeper.post(
        f"{V1}/questions/answers",
        json={"question_ids": ids, "answer": "in_use", "reason": "daily"},
    )
    assert (late.status_code, late.json["code"]) == (409, "question_closed")


def test_a_question_is_withdrawn_and_listed_by_how_it_ended(
    idle_school: School, office: Any, keeper: Any
) -> None:
    made = idle_school.stored()
    idle_school.ask()
    asked = idle_school.question(made).id
    [row] = ok(office.get(f"{V1}/questions"))["items"]
    assert (row["id"], row["waited_hours"]) == (asked, 0)
    assert keeper.post(f"{V1}/questions/{asked}/withdraw").status_code == 403
    done = ok(office.post(f"{V1}/questions/{asked}/withdraw"))
    assert (done["state"], done["holders"]) == ("withdrawn", [])
    assert ok(office.get(f"{V1}/questions"))["items"] == []
    assert len(ok(office.get(f"{V1}/questions?state=withdrawn"))["items"]) == 1


def test_figures_add_up(idle_school: School, office: Any) -> None:
    for cost in (100_000, None):
        idle_school.asset(state="idle", cost_fen=cost, place_id=idle_school.store.id)
    idle_school.stored(cost_fen=5_000)
    idle_school.find()
    found = ok(office.get(f"{V1}/overview"))
    assert found["idle"] == {"count": 2, "value": "1000.00", "unpriced": 1}
    assert found["suspected"] == {"count": 1, "value": "50.00", "unpriced": 0}
    assert sum(each["idle"]["count"] for each in found["ages"]) == 2
    assert [each["place"]["name"] for each in found["places"]] == ["中心仓库"]
    assert found["unclassed"]["count"] == 2


def test_the_policy_is_read_and_changed_at_its_version(
    idle_school: School, office: Any, keeper: Any
) -> None:
    answer = office.get(f"{V1}/policy")
    assert answer.json["quiet_months"] == 12
    tag = {"If-Match": answer.headers["ETag"]}
    body = {"quiet_months": 18, "signals": ["quiet"]}
    changed = ok(office.patch(f"{V1}/policy", json=body, headers=tag))
    assert (changed["quiet_months"], changed["signals"]) == (18, ["quiet"])
    assert changed["stored_months"] == 1
    stale = office.patch(f"{V1}/policy", json=body, headers=tag)
    assert stale.status_code == 412
    assert keeper.get(f"{V1}/policy").status_code == 403


@pytest.mark.parametrize("what", ["suspects", "questions"])
def test_lists_go_out_as_files(idle_school: School, office: Any, what: str) -> None:
    idle_school.stored()
    idle_school.ask()
    answer = office.get(f"{V1}/{what}/export?form=csv", buffered=True)
    assert len(answer.data.decode("utf-8-sig").strip().splitlines()) == 2


@pytest.mark.parametrize(
    "body",
    [
        {"question_ids": [], "answer": "idle"},
        {"question_ids": [1], "answer": "maybe"},
        {"question_ids": [1], "answer": "in_use"},
        {"question_ids": [1], "answer": "not_here"},
        {"question_ids": ["1"], "answer": "idle"},
        {"answer": "idle"},
    ],
)
def test_an_answer_that_cannot_be_is_refused_plainly(
    idle_school: School, keeper: Any, body: Any
) -> None:
    idle_school.stored()
    idle_school.ask()
    answer = keeper.post(f"{V1}/questions/answers", json=body)
    assert answer.status_code == 422
    assert answer.json["fields"]


def test_those_who_oversee_nothing_see_nothing(
    idle_school: School, api_as: Any
) -> None:
    idle_school.stored()
    idle_school.ask()
    somebody = api_as(person=make_person(idle_school.institution))
    for where in ("overview", "suspects", "questions"):
        assert somebody.get(f"{V1}/{where}").status_code == 403
    assert ok(somebody.get(f"{V1}/asked"))["items"] == []
    assert somebody.get(f"{V1}/questions/1").status_code == 404
