"""The whole story by programmes of five people, to the labels; urgent; costs more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from registry.access.roles import Role
from registry.organisation.models import Department, Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_department, make_place

V1 = "/api/v1"


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:600]
    return answer.json


@dataclass
class House:
    """Who takes part, as programmes; and the twelve projectors of the warehouse."""

    teaching: Department
    teacher: Any
    head: Any
    officer: Any
    colleague: Any
    money: Any
    principal: Any
    kind_id: int
    room_id: int

    def asked(self, text: str, quantity: int, price: str, **more: Any) -> Any:
        """A submitted request of the teacher."""
        lines = [{"text": text, "quantity": quantity, "price": price}]
        body = {"lines": lines, "purpose": "新校区开学", **more}
        made = ok(self.teacher.post(f"{V1}/purchase-requests", json=body), 201)
        return ok(self.teacher.post(f"{V1}/purchase-requests/{made['id']}/submit"))


@pytest.fixture
def house(institution: Institution, api_as: Any) -> House:
    general = make_department(institution, "总务处")
    teaching = make_department(institution, "教务处")
    kind = make_type(institution, "投影仪")
    make_assets(
        institution,
        12,
        item_type_id=kind.id,
        department_id=general.id,
        place_id=make_place(institution, "器材库").id,
        state="idle",
    )
    return House(
        teaching,
        api_as(department=teaching),
        api_as(Role.DEPARTMENT_HEAD, department=teaching),
        api_as(Role.ASSET_OFFICE),
        api_as(Role.ASSET_OFFICE),
        api_as(Role.FINANCE),
        api_as(Role.PRINCIPAL),
        kind.id,
        make_place(institution, "301").id,
    )


def test_from_asking_for_eight_to_three_with_labels(house: House, client: Any) -> None:
    found = house.asked("投影仪", 8, "4500.00")
    [line] = found["lines"]
    [group] = line["found"]
    at = f"{V1}/idle-candidates/{group['id']}"
    ok(house.teacher.post(f"{at}/take", json={"count": 5}))
    why = {"reason": "specification", "words": "亮度不够，有西晒"}
    ok(house.teacher.post(f"{at}/decline", json=why))
    ruling = f"{V1}/purchase-lines/{line['id']}/ruling"
    kept = {"kind": "uphold", "words": "情况属实"}
    found = ok(house.officer.post(ruling, json=kept))
    assert found["state"] == "approving"

    where = f"{V1}/approvals/requests/{found['id']}"
    seen = ok(house.head.get(where))
    assert seen["amount"] == "13500.00"
    assert [(each["step"], each["state"]) for each in seen["steps"]] == [
        ("department_head", "open"),
        ("asset_office", "later"),
        ("finance", "later"),
    ]
    [waiting] = ok(house.head.get(f"{V1}/approvals"))["items"]
    assert (waiting["request_id"], waiting["mine"]) == (
        found["id"],
        ["department_head"],
    )
    assert house.teacher.post(f"{where}/approve", json={}).status_code == 403
    assert house.money.post(f"{where}/approve", json={}).status_code == 403
    for _ in range(2):
        ok(house.head.post(f"{where}/approve", json={"words": "同意"}))
    ok(house.money.post(f"{where}/approve", json={}))
    assert ok(house.colleague.get(where))["mine"] == ["asset_office"]
    done = ok(house.officer.post(f"{where}/approve", json={}))
    assert done["state"] == "approved"
    late = house.colleague.post(f"{where}/approve", json={})
    assert (late.status_code, late.json["code"]) == (409, "step_decided")

    code = done["certificate"]
    open_one = client.get(f"{V1}/certificates/verify/{code}")
    assert ok(open_one)["status"] == "valid"
    assert "13500" not in open_one.text
    assert "西晒" not in open_one.text
    full = ok(house.teacher.get(f"{V1}/certificates/{done['certificate_id']}"))
    assert full["content"]["lines"][0]["covered"] == 5
    paper = house.money.get(f"{V1}/certificates/{done['certificate_id']}/paper")
    assert paper.data.startswith(b"%PDF")

    orders = f"{V1}/buying/requests/{found['id']}/orders"
    wanted = {"line_id": line["id"], "quantity": 4, "price": "4400.00"}
    body = {"supplier": "华视科技", "reference": "HT-7", "lines": [wanted]}
    assert house.teacher.post(orders, json=body).status_code == 403
    assert house.officer.post(orders, json=body).status_code == 422
    wanted["quantity"] = 3
    order = ok(house.officer.post(orders, json=body), 201)
    assert order["total"] == "13200.00"
    assert [each["id"] for each in ok(house.head.get(orders))["items"]] == [order["id"]]

    receipts = f"{V1}/buying/orders/{order['id']}/receipts"
    arrived = {
        "order_line_id": order["lines"][0]["id"],
        "count": 2,
        "item_type_id": house.kind_id,
        "place_id": house.room_id,
        "serials": ["SN-1", "SN-2"],
        "cost": "8800.01",
    }
    first = ok(house.officer.post(receipts, json={"arrived": [arrived]}), 201)
    assert (first["count"], first["request_state"]) == (2, "ordered")
    things = [
        ok(house.officer.get(f"{V1}/assets/{each}")) for each in first["asset_ids"]
    ]
    assert [each["serial"] for each in things] == ["SN-1", "SN-2"]
    assert [each["cost"] for each in things] == ["4400.01", "4400.00"]
    assert {each["department"]["name"] for each in things} == {"教务处"}
    too_many = house.officer.post(receipts, json={"arrived": [arrived]})
    assert too_many.status_code == 422
    rest = {**arrived, "count": 1, "serials": [], "item_type_id": None}
    rest |= {"new_type": "高亮投影仪", "cost": None}
    last = ok(house.officer.post(receipts, json={"arrived": [rest]}), 201)
    assert last["request_state"] == "closed"
    assert ok(house.teacher.get(f"{V1}/buying/receipts/{last['id']}")) == last
    labels = {"asset_ids": first["asset_ids"] + last["asset_ids"]}
    printed = house.officer.post(f"{V1}/labels", json=labels)
    assert printed.data.startswith(b"%PDF")
    assert ok(client.get(f"{V1}/certificates/verify/{code}"))["status"] == "valid"


def test_what_cannot_wait_is_let_through_and_reviewed(house: House) -> None:
    found = house.asked("投影仪", 1, "100.00", urgent=True)
    assert found["state"] == "answering"
    where = f"{V1}/approvals/requests/{found['id']}/urgent"
    reason = {"reason": "今晚要放考务培训，原来的坏了"}
    assert house.teacher.post(where, json=reason).status_code == 403
    assert house.head.post(where, json=reason).status_code == 403
    assert house.officer.post(where, json={"reason": "急"}).status_code == 422
    for _ in range(2):
        assert ok(house.officer.post(where, json=reason))["state"] == "approved"
    [waiting] = ok(house.money.get(f"{V1}/approvals/urgent"))["items"]
    review = f"{V1}/approvals/urgent/{waiting['id']}/review"
    verdict = {"verdict": "unjustified", "words": "可以借用"}
    assert house.officer.post(review, json=verdict).status_code == 403
    assert house.teacher.post(review, json=verdict).status_code == 403
    short = {"verdict": "unjustified"}
    assert house.principal.post(review, json=short).status_code == 422
    assert ok(house.principal.post(review, json=verdict))["verdict"] == "unjustified"
    assert house.money.post(review, json=verdict).status_code == 409
    assert ok(house.money.get(f"{V1}/approvals/urgent"))["items"] == []
    done = ok(house.money.get(f"{V1}/approvals/urgent?reviewed=true"))["items"]
    assert [each["id"] for each in done] == [waiting["id"]]


def test_what_costs_more_is_agreed_to_again(house: House) -> None:
    found = house.asked("电子琴", 1, "3000.00")
    assert found["state"] == "approving"
    where = f"{V1}/approvals/requests/{found['id']}"
    ok(house.head.post(f"{where}/approve", json={}))
    line = found["lines"][0]["id"]
    orders = f"{V1}/buying/requests/{found['id']}/orders"
    dear = {"line_id": line, "quantity": 1, "price": "6000.00"}
    body = {"supplier": "乐声琴行", "lines": [dear]}
    refused = house.officer.post(orders, json=body)
    assert (refused.status_code, refused.json["code"]) == (409, "costs_more")
    more = f"{V1}/buying/requests/{found['id']}/ask-more"
    again = ok(house.officer.post(more, json={"total": "6000.00"}))
    assert again["state"] == "approving"
    assert [each["step"] for each in again["steps"] if each["round"] == 2] == [
        "department_head",
        "asset_office",
        "finance",
    ]
    for who in (house.head, house.officer, house.money):
        ok(who.post(f"{where}/approve", json={}))
    order = ok(house.officer.post(orders, json=body), 201)
    closed = f"{V1}/buying/requests/{found['id']}/close"
    ended = ok(house.officer.post(closed, json={"reason": "厂家停产"}))
    assert ended["state"] == "closed"
    receipts = f"{V1}/buying/orders/{order['id']}/receipts"
    arrived = {
        "order_line_id": order["lines"][0]["id"],
        "count": 1,
        "item_type_id": house.kind_id,
    }
    over = house.officer.post(receipts, json={"arrived": [arrived]})
    assert over.status_code == 409


def test_turned_down_ends_or_goes_back(house: House) -> None:
    found = house.asked("电子琴", 1, "3000.00")
    where = f"{V1}/approvals/requests/{found['id']}"
    assert house.head.post(f"{where}/refuse", json={}).status_code == 422
    back = ok(house.head.post(f"{where}/send-back", json={"words": "写明型号"}))
    assert back["state"] == "draft"
    found = ok(house.teacher.post(f"{V1}/purchase-requests/{found['id']}/submit"))
    assert found["state"] == "approving"
    ended = ok(house.head.post(f"{where}/refuse", json={"words": "不买"}))
    assert ended["state"] == "refused"
    assert {each["state"] for each in ended["steps"]} == {"returned", "refused"}
