"""The rules of approving and who acts for whom: the pages, and the API for the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.organisation.models import Institution, Person
from registry.procurement.queries.deciders import acting_on
from registry.procurement.queries.policies import policy_of
from tests.factories.organisation import make_colleague

V1 = "/api/v1/approvals"


@pytest.fixture
def chief(institution: Institution) -> Person:
    """One of the asset office, in a school with two of each who decide."""
    for role in (Role.DEPARTMENT_HEAD, Role.FINANCE, Role.PRINCIPAL):
        make_colleague(institution, role)
        make_colleague(institution, role)
    make_colleague(institution, Role.ASSET_OFFICE)
    return make_colleague(institution, Role.ASSET_OFFICE, name="李敏")


POLICY = {
    "asset_office_above": "3000",
    "asset_office_declined": "1",
    "finance_above": "8000",
    "principal_above": "90000",
    "window_days": "60",
    "hours": "8",
    "review_hours": "16",
    "try_amount": "12000",
    "try_wanted": "8",
    "try_declined": "3",
}


def test_the_policy_is_tried_and_saved(
    context: Session, institution: Institution, chief: Person, signed_in_as: Any
) -> None:
    office = signed_in_as(person=chief)
    page = office.get("/approvals/policy").text
    assert "部门负责人" in page
    assert "试一试" in page
    tried = office.submit("/approvals/policy", {**POLICY, "version": "1", "do": "try"})
    assert tried.status_code == 200
    assert "12,000.00" in tried.text
    assert "资产管理处、财务" in tried.text
    assert policy_of(institution.id).window_days == 90
    wrong = office.submit(
        "/approvals/policy", {**POLICY, "version": "1", "principal_above": "很多"}
    )
    assert wrong.status_code == 422
    assert 'value="3000"' in wrong.text
    saved = office.submit("/approvals/policy", {**POLICY, "version": "1"})
    assert saved.status_code == 303
    context.rollback()
    chosen = policy_of(institution.id)
    assert (chosen.window_days, chosen.asset_office.above_fen) == (60, 300_000)
    assert chosen.finance.declined_percent is None
    assert not chosen.whole_department
    stale = office.submit("/approvals/policy", {**POLICY, "version": "1"})
    assert stale.status_code == 409


def test_a_gate_with_one_decider_is_refused_with_what_to_do(
    context: Session, institution: Institution, signed_in_as: Any
) -> None:
    chief = make_colleague(institution, Role.ASSET_OFFICE)
    office = signed_in_as(person=chief)
    other = make_colleague(institution, name="周校长")
    refused = office.submit("/approvals/policy", {**POLICY, "version": "1"})
    assert refused.status_code == 422
    assert "“部门负责人”能批的只有 0 人" in refused.text
    more = {**POLICY, "version": "1", "kept_substitute": [other.id, chief.id]}
    assert office.submit("/approvals/policy", more).status_code == 303
    assert "周校长" in office.get("/approvals/policy").text


def test_acting_is_named_and_ended(
    context: Session, institution: Institution, chief: Person, signed_in_as: Any
) -> None:
    head = make_colleague(institution, Role.DEPARTMENT_HEAD, name="赵主任")
    make_colleague(institution, name="钱副主任")
    page = signed_in_as(person=head)
    assert "现在没有人替岗" in page.get("/approvals/acting").text
    form = {"acting_text": "钱副主任", "first": "2020-01-01", "last": "2020-01-02"}
    assert page.submit("/approvals/acting", form).status_code == 422
    day = page.get("/approvals/acting").text.split('name="first"')[1]
    day = day.split('value="')[1][:10]
    form |= {"first": day, "last": day}
    assert page.submit("/approvals/acting", form).status_code == 303
    assert page.submit("/approvals/acting", form).status_code == 422
    assert "钱副主任替赵主任" in page.get("/approvals/acting").text
    [made] = acting_on(institution.id, date.fromisoformat(day))
    assert "person_text" in signed_in_as(person=chief).get("/approvals/acting").text
    stranger = signed_in_as(person=make_colleague(institution))
    assert stranger.get("/approvals/acting").status_code == 403
    assert page.submit(f"/approvals/acting/{made.id}/end").status_code == 303
    assert "现在没有人替岗" in page.get("/approvals/acting").text


def test_the_same_by_programme(
    context: Session, institution: Institution, chief: Person, api_as: Any
) -> None:
    api = api_as(person=chief)
    found = api.get(f"{V1}/policy")
    assert found.json["asset_office"] == {
        "above": "5000.00",
        "declined_percent": 1,
        "urgent": True,
        "special": True,
    }
    tag = {"If-Match": found.headers["ETag"]}
    changes = {"finance": {"above": "9000"}, "hours": 4}
    changed = api.patch(f"{V1}/policy", json=changes, headers=tag)
    assert changed.status_code == 200
    assert changed.json["hours"] == 4
    assert changed.json["finance"]["above"] == "9000.00"
    assert api.patch(f"{V1}/policy", json=changes, headers=tag).status_code == 412
    tried = api.get(f"{V1}/policy/trial?amount=12000&wanted=8&declined=3").json
    assert [(each["step"], each["stage"]) for each in tried["items"]] == [
        ("department_head", 1),
        ("asset_office", 2),
        ("finance", 2),
    ]
    stand_in = make_colleague(institution)
    body = {"acting_id": stand_in.id, "first": "2026-01-01", "last": "2099-01-01"}
    assert api.post(f"{V1}/acting", json=body).status_code == 422
    body["first"] = "2098-12-01"
    made = api.post(f"{V1}/acting", json=body)
    assert made.status_code == 201, made.text
    assert [each["id"] for each in api.get(f"{V1}/acting").json["items"]] == [
        made.json["id"]
    ]
    ended = api.post(f"{V1}/acting/{made.json['id']}/end")
    assert ended.json["ended_at"]
