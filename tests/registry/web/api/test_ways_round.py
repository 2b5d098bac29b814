"""Ways round the check, tried by programmes: each ends before anything is bought.

The same ways by actions and by SQL: ``tests/registry/procurement/test_check.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from registry.access.roles import Role
from registry.kernel.clock import today
from registry.organisation.models import Department, Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_department, make_place

V1 = "/api/v1"
WHY = {"reason": "specification", "words": "亮度不够，教室有西晒"}
KEPT = {"kind": "uphold", "words": "情况属实"}


@dataclass
class Ground:
    """Who asks, keeps, helps and decides, as programmes; twelve idle projectors."""

    teaching: Department
    teacher: Any
    friend: Any
    keeper: Any
    head: Any
    officer: Any
    finance: Any
    principal: Any
    things: list[int]
    clock: time_machine.Traveller

    def ask(self, text: str = "投影仪", quantity: int = 8, **more: Any) -> Any:
        """A submitted request, of the teacher unless said otherwise."""
        who = more.pop("who", self.teacher)
        line = {"text": text, "quantity": quantity, "price": "100.00"} | more
        made = ok(who.post(f"{V1}/purchase-requests", json={"lines": [line]}), 201)
        return ok(who.post(f"{V1}/purchase-requests/{made['id']}/submit"))

    def seen(self, found: Any) -> Any:
        """A request as it is now."""
        return ok(self.officer.get(f"{V1}/purchase-requests/{found['id']}"))

    def take(self, found: Any, count: int) -> Any:
        """Take so many of the first group that is found."""
        [group] = [each for each in found["lines"][0]["found"] if each["must_answer"]]
        where = f"{V1}/idle-candidates/{group['id']}/take"
        return ok(self.teacher.post(where, json={"count": count}))

    def decline(self, found: Any) -> Any:
        """Decline whatever is left to be answered."""
        for group in found["lines"][0]["found"]:
            if group["must_answer"]:
                where = f"{V1}/idle-candidates/{group['id']}/decline"
                found = ok(self.teacher.post(where, json=WHY))
        return found

    def rule(self, found: Any, who: Any = None, **ruling: Any) -> Any:
        """What a ruling on the first line is answered."""
        where = f"{V1}/purchase-lines/{found['lines'][0]['id']}/ruling"
        return (who or self.officer).post(where, json=ruling or KEPT)

    def approve(self, found: Any, who: Any = None) -> Any:
        """What approving is answered."""
        where = f"{V1}/approvals/requests/{found['id']}/approve"
        return (who or self.head).post(where, json={})

    def approved(self, found: Any) -> Any:
        """With everybody's approval who is asked."""
        for who in (self.head, self.officer, self.finance, self.principal):
            if self.seen(found)["state"] == "approving":
                self.approve(found, who)
        assert self.seen(found)["state"] == "approved"
        return found

    def order(self, found: Any, quantity: int = 1, price: str = "100.00") -> Any:
        """What ordering is answered."""
        line = {"line_id": found["lines"][0]["id"], "quantity": quantity}
        body = {"supplier": "华视科技", "lines": [line | {"price": price}]}
        where = f"{V1}/buying/requests/{found['id']}/orders"
        return self.officer.post(where, json=body)

    def gave_up(self, found: Any) -> None:
        """The teacher cancels whatever was to come of a request."""
        for each in ok(self.teacher.get(f"{V1}/transfers"))["items"]:
            ok(self.teacher.post(f"{V1}/transfers/{each['id']}/cancel", json={}))


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:600]
    return answer.json


@pytest.fixture
def ground(
    institution: Institution, api_as: Any, clock: time_machine.Traveller
) -> Ground:
    general = make_department(institution, "总务处")
    teaching = make_department(institution, "教务处")
    things = make_assets(
        institution,
        12,
        item_type_id=make_type(institution, "投影仪").id,
        department_id=general.id,
        place_id=make_place(institution, "器材库").id,
        state="idle",
    )
    return Ground(
        teaching,
        api_as(department=teaching),
        api_as(department=make_department(institution, "工会")),
        api_as(Role.WAREHOUSE_KEEPER, department=general),
        api_as(Role.DEPARTMENT_HEAD, department=teaching),
        api_as(Role.ASSET_OFFICE),
        api_as(Role.FINANCE),
        api_as(Role.PRINCIPAL),
        [each.id for each in things],
        clock,
    )


def a_vague_line(on: Ground) -> Any:
    found = on.ask("教学设备一批", 1)
    clear = {"kind": "settle_clear", "words": "确实没有"}
    assert on.rule(found, on.teacher, **clear).status_code == 403
    return found


def a_type_that_is_not_what_is_meant(on: Ground) -> Any:
    types = ok(on.officer.get(f"{V1}/item-types"))["items"]
    made = ok(on.officer.post(f"{V1}/item-types", json={"name": "电子琴"}), 201)
    assert made["id"] not in {each["id"] for each in types}
    return on.ask("投影仪", 2, item_type_id=made["id"])


def words_around_it(on: Ground) -> Any:
    return on.ask("全新投影仪及安装", 2, specification="10000 流明")


def a_friends_hold(on: Ground) -> Any:
    ok(on.friend.post(f"{V1}/holds", json={"asset_ids": on.things[:5]}), 201)
    found = on.ask()
    kinds = {each["kind"] for each in found["lines"][0]["found"]}
    assert {"idle", "claimed"} <= kinds
    assert len([e for e in found["lines"][0]["found"] if e["must_answer"]]) > 1
    return found


def a_friends_loan(on: Ground) -> Any:
    until = (today("Asia/Shanghai") + timedelta(days=20)).isoformat()
    for thing in on.things:
        body = {
            "asset_id": thing,
            "borrower_id": on.friend.person.id,
            "until_on": until,
        }
        ok(on.officer.post(f"{V1}/loans/lend", json=body), 201)
    return on.ask()


def a_friends_transfer(on: Ground) -> Any:
    body = {
        "asset_ids": on.things,
        "to_department_id": on.friend.person.department_id,
    }
    ok(on.friend.post(f"{V1}/transfers", json=body), 201)
    return on.ask()


def in_use_on_the_day(on: Ground) -> Any:
    for thing in on.things:
        where = f"{V1}/assets/{thing}/state"
        ok(on.officer.post(where, json={"verb": "put_in_use"}))
    return on.ask()


def taken_and_given_up(on: Ground) -> Any:
    found = on.take(on.ask(), 8)
    assert found["state"] == "covered"
    on.gave_up(found)
    return found


def approved_for_the_rest_and_given_up(on: Ground) -> Any:
    found = on.decline(on.take(on.ask(), 5))
    ok(on.rule(found))
    on.approved(found)
    on.gave_up(found)
    return found


def refused_by_the_owner_so_that_it_can_be_bought(on: Ground) -> Any:
    found = on.take(on.ask(), 8)
    [one] = ok(on.keeper.get(f"{V1}/transfers"))["items"]
    where = f"{V1}/transfers/{one['id']}/refuse"
    ok(on.keeper.post(where, json={"reason": "自己还要用"}))
    return found


def an_old_check(on: Ground) -> Any:
    found = on.ask("电子琴", 1)
    on.approved(found)
    on.clock.shift(timedelta(days=60))
    kind = ok(on.officer.post(f"{V1}/item-types", json={"name": "电子琴"}), 201)
    where = f"{V1}/assets/{on.things[0]}"
    tag = {"If-Match": on.officer.get(where).headers["ETag"]}
    changed = on.officer.patch(where, json={"item_type_id": kind["id"]}, headers=tag)
    assert changed.status_code == 200, changed.text
    assert on.order(found).json["code"] == "check_stale_old"
    return ok(on.teacher.post(f"{V1}/purchase-requests/{found['id']}/recheck"))


def other_lines_after_the_check(on: Ground) -> Any:
    found = on.ask("东西", 1)
    where = f"{V1}/purchase-requests/{found['id']}"
    tag = {"If-Match": on.teacher.get(where).headers["ETag"]}
    body = {"lines": [{"text": "电子琴", "quantity": 1}]}
    assert on.teacher.put(where, json=body, headers=tag).status_code == 409
    return found


def urgent_by_oneself(on: Ground) -> Any:
    found = on.ask(who=on.head)
    where = f"{V1}/approvals/requests/{found['id']}/urgent"
    body = {"reason": "今晚就要用，来不及等调拨"}
    assert on.head.post(where, json=body).status_code in (403, 404)
    assert on.teacher.post(where, json=body).status_code in (403, 404)
    return found


def ruling_by_oneself(on: Ground) -> Any:
    found = on.ask(who=on.officer)
    [group] = found["lines"][0]["found"]
    where = f"{V1}/idle-candidates/{group['id']}/decline"
    found = ok(on.officer.post(where, json=WHY))
    assert on.rule(found).status_code == 403
    return found


def approving_for_oneself(on: Ground) -> Any:
    found = on.ask("电子琴", 1, who=on.head)
    assert found["state"] == "approving"
    assert on.approve(found).status_code in (403, 409)
    standing_in = {
        "absent_id": on.principal.person.id,
        "acting_id": on.head.person.id,
        "from_on": today("Asia/Shanghai").isoformat(),
        "until_on": today("Asia/Shanghai").isoformat(),
    }
    on.officer.post(f"{V1}/approvals/acting", json=standing_in)
    assert on.approve(found).status_code in (403, 409)
    return found


WAYS: tuple[Callable[[Ground], Any], ...] = (
    a_vague_line,
    a_type_that_is_not_what_is_meant,
    words_around_it,
    a_friends_hold,
    a_friends_loan,
    a_friends_transfer,
    in_use_on_the_day,
    taken_and_given_up,
    approved_for_the_rest_and_given_up,
    refused_by_the_owner_so_that_it_can_be_bought,
    an_old_check,
    other_lines_after_the_check,
    urgent_by_oneself,
    ruling_by_oneself,
    approving_for_oneself,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_way_leads_round_the_check(
    ground: Ground, way: Callable[[Ground], Any]
) -> None:
    found = way(ground)
    refused = ground.order(found)
    assert refused.status_code in (409, 422), refused.text
    for who in (ground.teacher, ground.friend, ground.keeper):
        assert ground.approve(found, who).status_code in (403, 404, 409)
    if way is not approving_for_oneself:
        assert ground.approve(found).status_code in (403, 404, 409)
        assert ground.seen(found)["state"] in ("answering", "ruling")
    assert ok(ground.officer.get(f"{V1}/buying"))["items"] == []


def test_one_need_in_small_parts_needs_what_the_whole_needs(ground: Ground) -> None:
    def steps(found: Any) -> set[str]:
        where = f"{V1}/approvals/requests/{found['id']}"
        return {each["step"] for each in ok(ground.officer.get(where))["steps"]}

    whole = steps(ground.ask("电子琴", 1, price="30000.00", who=ground.friend))
    part = {"quantity": 1, "price": "3000.00"}
    parts = [steps(ground.ask(text, **part)) for text in ("电子琴", "电 子 琴", "钢琴")]
    assert parts[0] == {"department_head"}
    assert "finance" in whole
    assert "finance" in parts[1]
    assert parts[2] == {"department_head"}


def test_what_was_ordered_stays_within_what_was_agreed(ground: Ground) -> None:
    found = ground.decline(ground.take(ground.ask(), 5))
    ok(ground.rule(found))
    ground.approved(found)
    assert ground.order(found, 4).status_code == 422
    dear = ground.order(found, 3, "99999.00")
    assert (dear.status_code, dear.json["code"]) == (409, "costs_more")
    ok(ground.order(found, 3), 201)
    ground.gave_up(found)
    assert ground.order(found, 1).status_code in (409, 422)
    seen = ground.seen(found)
    assert seen["state"] == "ordered"


def test_nothing_else_comes_in_than_was_checked(ground: Ground) -> None:
    """Asking for a piano, passing, and taking in projectors while twelve lie idle."""
    found = ground.approved(ground.ask("电子琴", 3))
    placed = ok(ground.order(found, 3), 201)
    line_id = placed["lines"][0]["id"]
    where = f"{V1}/buying/orders/{placed['id']}/receipts"
    types = ok(ground.officer.get(f"{V1}/item-types"))["items"]
    [kind] = [each["id"] for each in types if each["name"] == "投影仪"]

    def receive(who: Any, why: str = "", **what: Any) -> tuple[int, str]:
        part = {"order_line_id": line_id, "count": 1} | what
        answer = who.post(where, json={"arrived": [part], "why": why})
        return answer.status_code, str(answer.json.get("code", ""))

    why = "供应商换货，经校长办公会同意"
    for what in ({"item_type_id": kind}, {"new_type": "会议室投影机"}):
        assert receive(ground.keeper, why, **what)[0] in (403, 404)
        assert receive(ground.officer, **what) == (409, "other_kind_idle")
    assert receive(ground.officer, new_type="设备一批") == (409, "other_kind")
    assert receive(ground.officer, "换", item_type_id=kind)[0] == 422
    types = ok(ground.officer.get(f"{V1}/item-types"))["items"]
    assert {each["name"] for each in types} == {"投影仪"}, "nothing is left behind"

    # what it is called otherwise, and what nothing idle would serve, comes in
    assert receive(ground.officer, new_type="雅马哈电子琴 PSR-E373") == (201, "")
    assert receive(ground.officer, new_type="电子鼓") == (201, "")
    # and what somebody else answers for, with a reason that stays
    assert receive(ground.officer, why, item_type_id=kind) == (201, "")
    written = ok(ground.officer.get(f"{V1}/entries?after=0&limit=500"))
    assert why in str(written)


def test_whoever_asked_does_not_say_why_it_is_another_thing(ground: Ground) -> None:
    found = ground.approved(ground.ask("电子琴", 1, who=ground.officer))
    placed = ok(ground.order(found, 1), 201)
    part = {
        "order_line_id": placed["lines"][0]["id"],
        "count": 1,
        "new_type": "投影仪",
    }
    where = f"{V1}/buying/orders/{placed['id']}/receipts"
    body = {"arrived": [part], "why": "供应商换货，经校长办公会同意"}
    refused = ground.officer.post(where, json=body)
    assert (refused.status_code, refused.json["code"]) == (409, "other_kind_idle")
