"""Holds, transfers and loans by a programme; who sees what of them."""

from __future__ import annotations

from typing import Any

from registry.access.roles import Role
from registry.kernel.clock import today
from registry.organisation.models import Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_department, make_place

V1 = "/api/v1"


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:400]
    return answer.json


def test_the_whole_way_of_a_transfer(institution: Institution, api_as: Any) -> None:
    giving = make_department(institution, "仓库")
    taking = make_department(institution, "教务处")
    room = make_place(institution, "201")
    kind = make_type(institution, "折叠椅")
    chairs = make_assets(
        institution,
        4,
        item_type_id=kind.id,
        department_id=giving.id,
        state="idle",
        cost_fen=48_000,
    )
    ids = [each.id for each in chairs]
    taker = api_as(department=taking)
    keeper = api_as(Role.WAREHOUSE_KEEPER, department=giving)
    rival = api_as()
    body = {
        "item_type_id": kind.id,
        "count": 3,
        "to_department_id": taking.id,
        "to_place_id": room.id,
    }
    key = {"Idempotency-Key": "three-chairs-please"}
    made = ok(taker.post(f"{V1}/transfers", json=body, headers=key), 201)
    again = taker.post(f"{V1}/transfers", json=body, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == made
    assert [each["asset"]["id"] for each in made["lines"]] == ids[:3]
    assert "cost" not in made["lines"][0]["asset"]

    less = rival.post(f"{V1}/holds", json={"item_type_id": kind.id, "count": 2})
    assert (less.status_code, less.json["code"]) == (409, "not_enough_left")
    assert less.json["facts"]["left"] == 1
    taken = rival.post(f"{V1}/holds", json={"asset_ids": ids[:1]})
    assert taken.json["code"] == "already_claimed"
    assert taken.json["facts"]["holder"] == "教务处"
    line = ok(rival.post(f"{V1}/holds/line", json={"asset_id": ids[0]}), 201)
    assert (line["state"], line["ahead"]) == ("waiting", 1)

    where = f"{V1}/transfers/{made['id']}"
    assert rival.get(where).status_code == 404
    assert rival.post(f"{where}/agree", json={}).status_code in (403, 404)
    assert ok(rival.get(f"{V1}/transfers"))["items"] == []
    assert taker.post(f"{where}/agree", json={}).status_code == 403
    refusal = {"asset_ids": ids[:1], "reason": "腿松了"}
    ok(keeper.post(f"{where}/refuse", json=refusal))
    [held] = ok(rival.get(f"{V1}/holds"))["items"]
    assert held["state"] == "held"
    ok(keeper.post(f"{where}/agree", json={}))
    two = {"asset_ids": ids[1:3]}
    ok(keeper.post(f"{where}/hand-over", json=two))
    ok(keeper.post(f"{where}/take-back", json={"asset_ids": ids[2:3]}))
    ok(keeper.post(f"{where}/hand-over", json=two))
    done = ok(taker.post(f"{where}/receive", json=two))
    assert done["state"] == "received"
    assert [each["state"] for each in done["lines"]] == ["refused", *["received"] * 2]
    [listed] = ok(keeper.get(f"{V1}/transfers?state=received"))["items"]
    assert listed["number"] == made["number"]
    assert ok(rival.post(f"{V1}/holds/{held['id']}/release", json={}))["ended_at"]
    both = {"asset_ids": ids, "item_type_id": kind.id}
    assert rival.post(f"{V1}/holds", json=both).status_code == 422

    saved = ok(api_as(Role.FINANCE).get(f"{V1}/savings"))
    assert (saved["total"], saved["things"]) == ("240.00", 2)
    assert {each["saved_by"] for each in saved["items"]} == {"original"}
    head = api_as(Role.DEPARTMENT_HEAD, department=giving)
    assert ok(head.get(f"{V1}/savings?count=true"))["count"] == 2
    other = make_department(institution, "财务处")
    foreign = api_as(Role.DEPARTMENT_HEAD, department=other)
    assert ok(foreign.get(f"{V1}/savings"))["total"] == "0.00"
    assert taker.get(f"{V1}/savings").status_code == 403
    file = head.get(f"{V1}/exports/savings?form=csv", buffered=True)
    assert file.text.count(made["number"]) == 2

    kept = ok(taker.post(f"{V1}/transfers", json=body | {"count": 1}), 201)
    where = f"{V1}/transfers/{kept['id']}"
    assert ok(taker.post(f"{where}/cancel", json={}))["state"] == "cancelled"


def test_the_whole_way_of_a_loan(institution: Institution, api_as: Any) -> None:
    giving = make_department(institution, "仓库")
    [chair, table] = make_assets(institution, 2, department_id=giving.id, state="idle")
    taker, rival = api_as(), api_as()
    keeper = api_as(Role.WAREHOUSE_KEEPER, department=giving)
    day = today("Asia/Shanghai").isoformat()
    body = {"asset_id": chair.id, "from_on": day, "until_on": day}
    made = ok(taker.post(f"{V1}/loans", json=body), 201)
    where = f"{V1}/loans/{made['id']}"
    assert taker.post(f"{where}/agree").status_code == 403
    assert rival.get(where).status_code == 404
    assert ok(keeper.post(f"{where}/agree"))["state"] == "reserved"
    assert rival.post(f"{V1}/loans", json=body).json["code"] == "reserved_ahead"
    assert ok(keeper.post(f"{where}/hand-out"))["state"] == "out"
    assert (
        keeper.post(f"{where}/extend", json={"until_on": "2020-01-01"}).json["code"]
        == "invalid"
    )
    ok(keeper.post(f"{where}/extend", json={"until_on": "2099-01-01"}), 422)
    back = ok(keeper.post(f"{where}/return", json={"condition": "fair"}))
    assert (back["state"], back["asset"]["condition"]) == ("returned", "fair")
    lent = {"asset_id": table.id, "until_on": day, "borrower": "镇中心校"}
    assert ok(keeper.post(f"{V1}/loans/lend", json=lent), 201)["state"] == "out"
    wish = ok(taker.post(f"{V1}/loans", json=body), 201)
    where = f"{V1}/loans/{wish['id']}"
    assert keeper.post(f"{where}/refuse", json={}).status_code == 422
    ok(keeper.post(f"{where}/refuse", json={"reason": "要用"}))
    wish = ok(taker.post(f"{V1}/loans", json=body), 201)
    ok(taker.post(f"{V1}/loans/{wish['id']}/cancel", json={}))
    assert len(ok(keeper.get(f"{V1}/loans?count=true"))["items"]) == 4
    assert ok(rival.get(f"{V1}/loans"))["items"] == []


def test_what_is_looked_for_is_found(institution: Institution, api_as: Any) -> None:
    giving = make_department(institution, "仓库")
    kind = make_type(institution, "折叠椅")
    [chair] = make_assets(institution, 1, item_type_id=kind.id, department_id=giving.id)
    seeker, rival = api_as(), api_as()
    keeper = api_as(Role.WAREHOUSE_KEEPER, department=giving)
    body = {"text": "折叠椅子", "quantity": 2, "until_on": "2099-01-01"}
    assert seeker.post(f"{V1}/wanted", json=body).status_code == 422
    body["until_on"] = today("Asia/Shanghai").isoformat()
    made = ok(seeker.post(f"{V1}/wanted", json=body), 201)
    where = f"{V1}/wanted/{made['id']}"
    assert ok(rival.get(f"{V1}/wanted?state=open"))["items"][0]["text"] == "折叠椅子"
    assert rival.post(f"{where}/offer", json={"asset_id": chair.id}).status_code == 404
    found = ok(keeper.post(f"{where}/offer", json={"asset_id": chair.id}))
    assert [each["id"] for each in found["found"]] == [chair.id]
    assert found["item_type_ids"] == [kind.id]
    assert "cost" not in ok(seeker.get(where))["found"][0]
    assert rival.post(f"{where}/end", json={"met": True}).status_code == 403
    assert ok(seeker.post(f"{where}/end", json={"met": True}))["state"] == "met"
