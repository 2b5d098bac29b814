"""What an audit came to: figures, gains and losses, the audit before, unchangeable."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import load_workbook
from sqlalchemy.orm import Session

from registry.audits import actions
from registry.audits.actions import Entered, Ruled
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries.overview import overview
from registry.audits.queries.reporting import reported
from registry.kernel.errors import Conflict, Forbidden
from registry.reports.auditing import paper, sheets
from registry.store.db import session
from registry.words import use_language
from tests.factories.audits import Campus, record, scans, settle
from tests.factories.catalogue import make_type
from tests.factories.organisation import actor_of

LOST = Ruled("mark_missing", "lost", "全校找过，没有找到")


def audited(campus: Campus, missing: int, *, lose: bool = False) -> Audit:
    """A closed audit in which the first so many things were not found."""
    found = campus.begin()
    rest = campus.things[missing:]
    campus.send(found, *scans([e for e in rest if e in campus.things[:3]], campus.room))
    campus.send(
        found, *scans([e for e in rest if e in campus.things[3:]], campus.other)
    )
    campus.send(found, record("note", place_id=campus.room.id, note="没有标签的桌子"))
    actions.end_walk(actor_of(campus.lead), found.id)
    lead, office = actor_of(campus.lead), actor_of(campus.office)
    if lose:
        rows = found_rows(found)
        gain = Entered(
            item_type_id=make_type(campus.institution).id,
            department_id=campus.home.id,
            cost_fen=2_000,
        )
        entered = Ruled("register", "never_entered", "没有入过账", entered=gain)
        ids = [each.id for each in rows if each.kind == "missing"]
        actions.rule(lead, ids, LOST)
        [desk] = [each.id for each in rows if each.kind == "surplus"]
        actions.rule(lead, [desk], entered)
        actions.approve(office, [*ids, desk])
    settle(campus, found)
    return actions.close(office, found.id)


def found_rows(found: Audit) -> list[AuditFinding]:
    return session().query(AuditFinding).where(AuditFinding.audit_id == found.id).all()


def test_a_report_adds_up_compares_and_is_written_as_files(
    campus: Campus, context: Session
) -> None:
    office = actor_of(campus.office)
    planned = campus.plan()
    with pytest.raises(Conflict):
        reported(office, planned.id)
    actions.cancel(office, planned.id, reason="另排")
    first = audited(campus, 1)
    second = audited(campus, 2, lose=True)
    with pytest.raises(Forbidden):
        reported(actor_of(campus.counter), second.id)
    told = reported(actor_of(campus.lead), second.id)
    assert (told.sums.expected, told.sums.missing, told.sums.here) == (6, 2, 4)
    assert told.accuracy == 66
    assert (told.gains.count, told.gains.fen, told.losses.count) == (1, 2_000, 2)
    last = told.comparison
    assert last is not None
    assert (last.before.id, last.both) == (first.id, 6)
    assert (last.missing_twice, last.newly_missing) == (1, 1)
    assert reported(office, first.id).comparison is None
    for language in ("zh-CN", "en"):
        with use_language(language):
            drawn = paper(told, campus.institution.name)
        assert drawn.startswith(b"%PDF")
    tables = {each.title: list(each.rows()) for each in sheets(told)}
    assert len(tables["盘点表"]) == 6
    assert {row[1] for row in tables["盘盈盘亏表"]} == {"盘盈", "盘亏"}
    assert sum(row[7] for row in tables["盘点表"]) == 2
    seen = overview(office)
    assert (seen.things, seen.counted) == (5, 4)
    assert [each.accuracy for each in seen.audits] == [66, 83]
    assert seen.never_count == 1


def test_the_files_of_a_report_open(
    campus: Campus, signed_in_as: Any, context: Session
) -> None:
    made = audited(campus, 2, lose=True)
    where = f"/audits/{made.id}/report"
    office = signed_in_as(person=campus.office)
    page = office.get(f"{where}?check=1").text
    assert "和结束时一模一样" in page
    assert made.hash in page
    assert office.get(f"{where}.pdf").data.startswith(b"%PDF")
    book = load_workbook(io.BytesIO(office.get(f"{where}.xlsx").data))
    assert book.sheet_names == [
        "盘点汇总",
        "各地点",
        "盘盈盘亏表",
        "其他差异",
        "盘点表",
    ]
    assert len(book.get_sheet_by_name("盘点表").to_python()) == 7
    assert "盘点概况" in office.get("/audits/overview").text
    api = f"/api/v1/audits/{made.id}/report"
    told = office.get(f"{api}?check=true").json
    assert (told["is_as_closed"], told["losses"]["count"]) == (True, 2)
    assert office.get(f"{api}/file").data.startswith(b"%PDF")
    with office.get(f"{api}/file?form=xlsx") as answer:
        assert answer.data.startswith(b"PK")
    assert office.get("/api/v1/audits/overview").json["things"] == 5
    counter = signed_in_as(person=campus.counter)
    assert counter.get(where).status_code == 403
