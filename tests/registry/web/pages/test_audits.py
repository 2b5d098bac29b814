"""An audit in the office: planned, looked at, begun, people named, given up."""

from __future__ import annotations

from typing import Any

import pytest

from registry.audits.models import Audit
from registry.audits.queries import sums_of
from registry.organisation.models import Institution
from registry.store.db import session
from tests.factories.audits import Campus, make_campus, scan
from tests.factories.organisation import make_colleague


@pytest.fixture
def campus(institution: Institution) -> Campus:
    return make_campus(institution, things=3)


def test_an_audit_is_planned_peopled_begun_watched_and_given_up(
    campus: Campus, signed_in_as: Any
) -> None:
    office = signed_in_as(person=campus.office)
    shown = office.get("/audits").text
    assert "还没有盘点" in shown
    assert "年资产盘点" in office.get("/audits/new").text
    wrong = office.submit("/audits", {"title": "", "baseline_on": "2026-06-30"})
    assert wrong.status_code == 422
    plan = {
        "title": "期末盘点",
        "baseline_on": "2026-06-30",
        "department_id": campus.home.id,
        "place_id_text": campus.building.full_name,
        "place_id": campus.building.id,
        "lead_id": campus.lead.id,
        "lead_id_text": campus.lead.name,
    }
    made = office.submit("/audits", plan)
    assert made.status_code == 303, made.text[:500]
    where = made.headers["Location"]
    page = office.get(where).text
    assert "要盘的" in page
    assert "开始盘点" in page

    nobody = office.submit(f"{where}/counters", {"person_id_text": ""})
    assert nobody.status_code == 422
    person = {"person_id": campus.counter.id, "person_id_text": campus.counter.name}
    assert office.submit(f"{where}/counters", person).status_code == 303
    assert campus.counter.name in office.get(where).text
    assert office.submit(f"{where}/begin", {}).status_code == 303
    audit = session().query(Audit).one()
    assert audit.state == "running"
    assert sums_of(campus.system, audit).expected == 6

    counter = signed_in_as(person=campus.counter)
    assert f"{where}/walk/" in counter.get(where).text
    asked = counter.get("/waiting").text
    assert "请去盘点" in asked
    campus.send(audit, scan(campus.things[0], campus.room))
    assert "已盘 1 / 3" in office.get(where).text

    gone = {"person_id": campus.counter.id, "place_id": ""}
    assert office.submit(f"{where}/counters/off", gone).status_code == 303
    assert office.get(f"{where}/cancel").status_code == 200
    silent = office.submit(f"{where}/cancel", {"reason": ""})
    assert silent.status_code == 422
    given_up = office.submit(f"{where}/cancel", {"reason": "重新安排"})
    assert given_up.status_code == 303
    assert "已取消" in office.get("/audits").text


def test_others_see_nothing_of_an_audit(campus: Campus, signed_in_as: Any) -> None:
    audit = campus.begin()
    stranger = signed_in_as(person=make_colleague(campus.institution, None))
    assert stranger.get(f"/audits/{audit.id}").status_code in (403, 404)
    assert stranger.submit(f"/audits/{audit.id}/begin", {}).status_code in (403, 404)
    counter = signed_in_as(person=campus.counter)
    assert counter.get(f"/audits/{audit.id}").status_code == 200
    assert counter.submit(f"/audits/{audit.id}/begin", {}).status_code == 403
    part = next(each for each in audit.people if each.person_id == campus.counter.id)
    sent = counter.get(f"/audits/parts/{part.id}")
    assert sent.headers["Location"] == f"/audits/{audit.id}/walk/"
