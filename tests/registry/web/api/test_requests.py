"""Asking to buy by a programme: the story of the eight projectors, and who sees it."""

from __future__ import annotations

from typing import Any

from registry.access.roles import Role
from registry.organisation.models import Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_department, make_place

V1 = "/api/v1"


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:400]
    return answer.json


def test_the_story_by_a_programme(institution: Institution, api_as: Any) -> None:
    general = make_department(institution, "总务处")
    teaching = make_department(institution, "教务处")
    store = make_place(institution, "器材库")
    kind = make_type(institution, "投影仪")
    make_assets(
        institution,
        12,
        item_type_id=kind.id,
        department_id=general.id,
        place_id=store.id,
        state="idle",
    )
    teacher = api_as(department=teaching)
    officer = api_as(Role.ASSET_OFFICE)
    stranger = api_as(department=general)

    [hint] = ok(teacher.get(f"{V1}/idle-matches?text=投影机"))["items"]
    assert (hint["count"], hint["must_answer"]) == (12, True)

    lines = [{"text": "投影仪", "quantity": 6, "price": "4500.00"}]
    body = {"lines": lines, "purpose": "新校区开学"}
    key = {"Idempotency-Key": "eight-projectors"}
    made = ok(teacher.post(f"{V1}/purchase-requests", json=body, headers=key), 201)
    again = teacher.post(f"{V1}/purchase-requests", json=body, headers=key)
    assert again.json == made
    where = f"{V1}/purchase-requests/{made['id']}"
    tag = teacher.get(where).headers["ETag"]
    body["lines"] = [lines[0] | {"quantity": 8}]
    changed = {"lines": body["lines"], "purpose": "新校区开学"}
    assert teacher.put(where, json=changed).status_code == 428
    found = ok(teacher.put(where, json=changed, headers={"If-Match": tag}))
    assert (
        teacher.put(where, json=changed, headers={"If-Match": tag}).status_code == 412
    )
    assert (found["state"], found["amount"]) == ("draft", "36000.00")

    assert officer.post(f"{where}/submit").status_code == 403
    found = ok(teacher.post(f"{where}/submit"))
    assert ok(teacher.post(f"{where}/submit"))["checks"] == found["checks"]
    [line] = found["lines"]
    [group] = line["found"]
    assert (line["standing"], group["left"]) == ("matched", 12)
    assert stranger.get(where).status_code == 404
    group_at = f"{V1}/idle-candidates/{group['id']}"
    assert stranger.post(f"{group_at}/take", json={"count": 1}).status_code == 403
    found = ok(teacher.post(f"{group_at}/take", json={"count": 5}))
    assert found["lines"][0]["to_buy"] == 3
    short = {"reason": "specification", "words": ""}
    assert teacher.post(f"{group_at}/decline", json=short).status_code == 422
    why = {"reason": "specification", "words": "亮度不够，有西晒"}
    found = ok(teacher.post(f"{group_at}/decline", json=why))
    assert found["state"] == "ruling"
    late = teacher.post(f"{group_at}/decline", json=why)
    assert late.status_code == 409

    ruling = f"{V1}/purchase-lines/{line['id']}/ruling"
    kept = {"kind": "uphold", "words": "情况属实"}
    assert teacher.post(ruling, json=kept).status_code == 403
    back = {"kind": "send_back", "words": "请再看看"}
    found = ok(officer.post(ruling, json=back))
    assert (found["state"], found["thrown_back"]) == ("answering", "ruled")
    [again] = [each for each in found["lines"][0]["found"] if each["must_answer"]]
    assert again["count"] == 7
    ok(teacher.post(f"{V1}/idle-candidates/{again['id']}/decline", json=why))
    found = ok(officer.post(ruling, json=kept))
    assert (found["state"], found["lines"][0]["standing"]) == (
        "approving",
        "overridden",
    )
    assert ok(teacher.post(f"{where}/recheck"))["checks"] == found["checks"]
    [listed] = ok(officer.get(f"{V1}/purchase-requests?state=approving"))["items"]
    assert listed["number"] == made["number"]
    assert ok(stranger.get(f"{V1}/purchase-requests"))["items"] == []
    assert ok(teacher.post(f"{where}/withdraw"))["state"] == "withdrawn"


def test_what_is_vague_is_settled_by_somebody_else(
    institution: Institution, api_as: Any
) -> None:
    kind = make_type(institution, "投影仪")
    make_assets(institution, 2, item_type_id=kind.id, state="idle")
    officer, teacher = api_as(Role.ASSET_OFFICE), api_as()
    lines = [{"text": "投影设备"}, {"text": "教学用品一批"}]
    made = ok(teacher.post(f"{V1}/purchase-requests", json={"lines": lines}), 201)
    found = ok(teacher.post(f"{V1}/purchase-requests/{made['id']}/submit"))
    alike, vague = found["lines"]
    assert (alike["standing"], vague["standing"]) == ("unclear", "unclear")
    assert vague["vague"]
    rules = [f"{V1}/purchase-lines/{line['id']}/ruling" for line in found["lines"]]
    named = {
        "kind": "settle_matched",
        "candidate_ids": [each["id"] for each in alike["found"]],
        "words": "投影仪可用",
    }
    ok(officer.post(rules[0], json=named))
    nothing = {"kind": "settle_matched", "candidate_ids": [], "words": "x"}
    assert officer.post(rules[1], json=nothing).status_code == 422
    found = ok(officer.post(rules[1], json={"kind": "settle_clear", "words": "没有"}))
    assert [line["standing"] for line in found["lines"]] == ["matched", "clear"]
