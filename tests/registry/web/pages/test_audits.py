"""An audit in the office: planned, looked at, begun, people named, given up."""

from __future__ import annotations

from typing import Any

import pytest

from registry.audits.actions import note_not_found
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries import sums_of
from registry.organisation.models import Institution
from registry.store.db import session
from tests.factories.audits import Campus, make_campus, record, scan
from tests.factories.catalogue import make_type
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
    dear = plan | {"cost_from": "999999", "asset_class_text": "没有这一类"}
    assert office.submit("/audits", dear).status_code == 422
    del dear["asset_class_text"]
    empty = office.submit("/audits", dear).headers["Location"]
    assert "单价不低于 ¥999,999.00" in office.get(empty).text
    assert "这个范围里没有资产" in office.get(empty).text
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
    audit = session().query(Audit).filter_by(state="running").one()
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


def test_differences_are_ruled_approved_by_another_and_the_audit_closed(
    campus: Campus, signed_in_as: Any
) -> None:
    audit = campus.begin()
    where = f"/audits/{audit.id}"
    first, second = campus.things[:2]
    campus.send(
        audit,
        scan(first, campus.room),
        scan(second, campus.other, condition="broken"),
        record("scan", code="老码", place_id=campus.room.id),
        record("note", place_id=campus.room.id, note="没有标签的桌子"),
    )
    lead = signed_in_as(person=campus.lead)
    assert "还在盘" in lead.get(f"{where}/differences").text
    asked = lead.get(f"{where}/end-walk").text
    assert "还有 4 件没有盘" in asked
    ended = lead.submit(f"{where}/end-walk", {})
    assert ended.headers["Location"] == f"{where}/differences"
    shown = lead.get(f"{where}/differences").text
    for word in ("没找到", "在别处", "盘盈", "不认识的码", "状况有变"):
        assert word in shown
    assert "处理差异" in lead.get(where).text
    rows = {
        (each.kind, each.asset_id): each.id
        for each in session().query(AuditFinding).all()
    }
    missing = [key for (kind, _), key in rows.items() if kind == "missing"]
    lost = {"ruling": "mark_missing", "cause": "lost", "words": "到处找过没有"}
    group = f"{where}/differences/missing"
    assert lead.get(f"{where}/differences/nonsense").status_code == 404
    assert "没找到" in lead.get(f"{group}?state=open").text
    nothing = lead.submit(group, lost)
    assert nothing.status_code == 422
    assert "请至少勾选一项" in nothing.text
    silent = lead.submit(group, lost | {"finding": missing, "words": ""})
    assert silent.status_code == 422
    assert lead.submit(group, lost | {"finding": missing}).status_code == 303
    moved = {"ruling": "move", "cause": "moved_unrecorded"}
    one = f"/audits/differences/{rows['elsewhere', second.id]}"
    assert campus.other.full_name in lead.get(one).text
    assert lead.submit(one, moved).status_code == 303
    worn = f"/audits/differences/{rows['condition', second.id]}"
    made = {"ruling": "set_condition", "cause": "wear"}
    assert lead.submit(worn, made).status_code == 303
    let_be = {"ruling": "excuse", "cause": "not_ours", "words": "是外单位的东西"}
    odd = f"/audits/differences/{rows['unknown', None]}"
    assert lead.submit(odd, let_be).status_code == 303
    gain = f"/audits/differences/{rows['surplus', None]}"
    entered = {"ruling": "register", "cause": "never_entered", "words": "一直没入账"}
    assert lead.submit(gain, entered).status_code == 422
    kind = make_type(campus.institution)
    entered |= {
        "item_type_id": kind.id,
        "item_type_id_text": kind.title,
        "department_id": campus.home.id,
        "place_id": campus.room.id,
        "place_id_text": campus.room.full_name,
        "cost_fen": "120.50",
    }
    assert lead.submit(gain, entered).status_code == 303
    assert lead.get(f"{where}/approve").status_code == 403

    office = signed_in_as(person=campus.office)
    assert "有处理意见等您审核" in office.get("/waiting").text
    page = office.get(f"{where}/approve").text
    assert "同意勾选的" in page
    assert office.submit(f"{where}/approve", {"do": "approve"}).status_code == 422
    back = {"do": "send_back", "finding": [missing[0]], "words": "再找一遍"}
    assert office.submit(f"{where}/approve", back).status_code == 303
    early = office.submit(f"{where}/close", {})
    assert early.headers["Location"] == f"{where}/differences"
    assert lead.submit(group, lost | {"finding": [missing[0]]}).status_code == 303
    everything = {"do": "approve", "finding": list(rows.values())}
    approved = office.submit(f"{where}/approve", everything)
    assert approved.headers["Location"] == f"{where}/differences", approved.text[:300]
    assert "账已改好" in office.get(f"{where}/differences").text
    assert "已改账" in office.get(one).text
    assert "结束以后" in office.get(f"{where}/close").text
    assert office.submit(f"{where}/close", {}).status_code == 303
    assert "都已办完" in office.get(where).text


def test_what_was_not_found_elsewhere_is_listed_and_settled(
    campus: Campus, signed_in_as: Any
) -> None:
    thing = campus.things[0]
    note_not_found(campus.institution.id, thing.id, source="CG-1", words="柜里没有")
    office = signed_in_as(person=campus.office)
    assert "有人去找没找到" in office.get("/audits").text
    assert "柜里没有" in office.get("/audits/not-found").text
    assert "有人去找没找到" in office.get("/waiting").text
    where = f"/audits/differences/{session().query(AuditFinding).one().id}"
    lost = {"ruling": "mark_missing", "cause": "lost", "words": "到处找过没有"}
    assert office.submit(where, lost).status_code == 303
    assert "要由另一个人审核" in office.get(where).text
    mine = office.submit(f"{where}/approve", {"do": "approve"})
    assert mine.status_code == 303
    assert "请换一个人审核" in office.get(where).text
    deputy = signed_in_as(person=campus.deputy)
    assert deputy.submit(f"{where}/approve", {"do": "approve"}).status_code == 303
    assert "已改账" in deputy.get(where).text
    stranger = signed_in_as(person=make_colleague(campus.institution, None))
    assert stranger.get(where).status_code in (403, 404)
    assert "柜里没有" not in stranger.get("/audits/not-found").text
