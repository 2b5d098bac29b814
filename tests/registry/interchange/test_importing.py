"""Imports into the ledger: what comes of a file, once, again, after a crash, undone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.demo import sample_ledger
from registry.interchange import actions
from registry.interchange.actions.exporting import export_ledger
from registry.interchange.actions.importing import APPLY_JOB
from registry.interchange.queries import import_of
from registry.interchange.sheets.reading import read_ledger
from registry.interchange.sheets.writing import write_table
from registry.jobs.queries import job as job_of
from registry.jobs.running import HANDLERS, run_next
from registry.kernel.errors import Forbidden, Missing, WrongState
from registry.ledger import actions as ledger
from registry.ledger import queries
from registry.ledger.queries import Filter
from registry.ledger.verifying import verify
from registry.organisation.actions import revoke_role
from registry.organisation.models import Institution
from registry.organisation.queries import live_grants
from tests.factories.organisation import actor_of, make_colleague

TODAY = date(2026, 11, 23)
ROWS = (
    "资产编号,资产名称,品牌,数量,单价,取得日期,使用部门,保管人,存放地点,使用状况\n"
    "ZC1,投影仪,光峰,1,4500,2020-01-02,教务处,张三,教学楼 / 101,在用\n"
    "ZC2,课桌,,3,100.01,2021-09-01,教务处,李四,教学楼 / 102,闲置\n"
    "ZC3,相机,佳能,1,8000,2019-05-05,图书馆,王五,图书馆一楼,借出\n"
    ",没有编号的,,1,1,2020-01-01,教务处,张三,101,在用\n"
)


@pytest.fixture(autouse=True)
def whole(context: Session, institution: Institution, system: Actor) -> Iterator[None]:
    """However a story goes, the ledger is whole at its end."""
    yield
    context.rollback()
    assert list(verify(system)) == []


def bring_in(actor: Actor, content: bytes | str, name: str = "台账.csv") -> int:
    """An import from file to ledger, as the pages and commands do it; its id."""
    body = content.encode() if isinstance(content, str) else content
    made, _ = actions.take_file(actor, "ledger", name, body)
    assert run_next()
    actions.confirm(actor, made.id)
    assert run_next()
    return made.id


def counts_of(actor: Actor, import_id: int) -> dict[str, int]:
    counts: dict[str, int] = import_of(actor, import_id).counts["by_kind"]
    return counts


def everything(actor: Actor) -> list[Any]:
    return list(queries.list_assets(actor, Filter(), sort="number", size=200).rows)


def test_a_sheet_becomes_things_with_all_they_name(system: Actor) -> None:
    found = import_of(system, bring_in(system, ROWS))
    assert found.state == "done"
    assert found.counts["by_kind"] == {"registered": 5}
    by_number = {asset.number: asset for asset in everything(system)}
    assert sorted(by_number) == ["ZC1", "ZC2-1", "ZC2-2", "ZC2-3", "ZC3"]
    desk = by_number["ZC2-1"]
    assert (desk.state, desk.cost_fen) == ("idle", 10_001)
    assert desk.place.full_name == "教学楼 / 102"
    assert desk.custodian.name == "李四"
    assert desk.department.name == "教务处"
    lent = by_number["ZC3"]
    assert (lent.state, lent.claim.kind, lent.claim.holder) == ("in_use", "loan", "")
    assert found.summary["rejected_count"] == 1


def test_the_same_file_again_changes_nothing(system: Actor) -> None:
    bring_in(system, ROWS)
    before = [(a.id, a.version, a.entries) for a in everything(system)]
    again = bring_in(system, ROWS)
    assert counts_of(system, again) == {"unchanged": 5}
    assert [(a.id, a.version, a.entries) for a in everything(system)] == before


def test_what_differs_is_changed_by_acts_of_its_own(system: Actor) -> None:
    bring_in(system, ROWS)
    changed = ROWS.replace("教学楼 / 101", "教学楼 / 103").replace("闲置", "在用")
    again = bring_in(system, changed.replace("4500", "4600"))
    assert counts_of(system, again) == {"changed": 4, "unchanged": 1}
    projector = next(a for a in everything(system) if a.number == "ZC1")
    verbs = [line.verb for line in queries.history(system, projector)]
    assert verbs == ["move", "amend", "register"]
    assert projector.cost_fen == 460_000


def test_an_empty_cell_takes_nothing_away(system: Actor) -> None:
    bring_in(system, ROWS)
    bring_in(system, "资产编号,资产名称,品牌,保管人\nZC1,投影仪,光峰,\n")
    projector = next(a for a in everything(system) if a.number == "ZC1")
    assert projector.custodian.name == "张三"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_goes_out_comes_in_again_with_no_change(system: Actor, form: str) -> None:
    bring_in(system, ROWS)
    out = io.BytesIO()
    columns, rows = export_ledger(system, Filter())
    write_table(out, form, columns, rows)
    again = bring_in(system, out.getvalue(), f"out.{form}")
    assert counts_of(system, again) == {"unchanged": 5}


def test_an_import_cut_off_between_batches_goes_on_where_it_was(
    system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.interchange.actions.importing.BATCH", 1)
    made, _ = actions.take_file(system, "ledger", "台账.csv", ROWS.encode())
    run_next()
    actions.confirm(system, made.id)
    batches = 0

    def die(*_: object) -> None:
        nonlocal batches
        batches += 1
        if batches == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.apply(system, made.id, die)
    assert len(everything(system)) == 4
    actions.apply(system, made.id)
    assert counts_of(system, made.id) == {"registered": 5}
    assert len(everything(system)) == 5


def office_person(institution: Institution) -> tuple[Actor, int]:
    """Somebody of the asset office, and the grant that makes them so."""
    person = make_colleague(institution, Role.ASSET_OFFICE)
    actor = actor_of(person)
    [held] = live_grants(actor, person.id)
    return actor, held.id


def test_a_role_taken_away_meanwhile_stops_an_import_between_batches(
    system: Actor, institution: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.interchange.actions.importing.BATCH", 1)
    office, held = office_person(institution)
    made, _ = actions.take_file(office, "ledger", "台账.csv", ROWS.encode())
    run_next()
    actions.confirm(office, made.id)
    with pytest.raises(Forbidden) as refusal:
        actions.apply(office, made.id, lambda *_: revoke_role(system, held))
    assert refusal.value.code == "no_longer_allowed"
    assert [asset.number for asset in everything(system)] == ["ZC1"]
    assert import_of(office, made.id).counts["by_kind"] == {"registered": 1}


def test_a_role_taken_away_before_it_begins_stops_an_import_altogether(
    system: Actor, institution: Institution
) -> None:
    office, held = office_person(institution)
    made, _ = actions.take_file(office, "ledger", "台账.csv", ROWS.encode())
    run_next()
    job = actions.confirm(office, made.id)
    revoke_role(system, held)
    assert run_next()
    ended = job_of(system, job.id)
    assert (ended.state, ended.refusal["code"]) == ("failed", "no_longer_allowed")
    assert everything(system) == []


def test_a_role_taken_away_meanwhile_stops_the_taking_back(
    system: Actor, institution: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.ledger.actions.undoing.BATCH", 2)
    office, held = office_person(institution)
    first = bring_in(office, ROWS)
    with pytest.raises(Forbidden):
        actions.undo(office, first, lambda *_: revoke_role(system, held))
    assert [asset.state for asset in everything(system)].count("disposed") == 2


def test_an_import_is_taken_back_and_its_numbers_are_free_again(system: Actor) -> None:
    first = bring_in(system, ROWS)
    assert actions.undo(system, first) == {"withdrawn": 5}
    assert {a.state for a in everything(system)} == {"disposed"}
    again = bring_in(system, ROWS)
    assert counts_of(system, again) == {"registered": 5}


def test_what_was_built_upon_since_is_kept(system: Actor) -> None:
    first = bring_in(system, ROWS)
    projector = next(a for a in everything(system) if a.number == "ZC1")
    ledger.amend(system, projector.id, None, {"note": "后来写的"})
    assert actions.undo(system, first) == {"withdrawn": 4, "kept": 1}
    assert queries.asset(system, projector.id).state == "in_use"


def test_changes_are_taken_back_to_what_was_before(system: Actor) -> None:
    bring_in(system, ROWS)
    second = bring_in(system, ROWS.replace("教学楼 / 101", "教学楼 / 103"))
    actions.undo(system, second)
    projector = next(a for a in everything(system) if a.number == "ZC1")
    assert projector.place.full_name == "教学楼 / 101"


def test_steps_are_taken_in_their_order_only(system: Actor) -> None:
    done = bring_in(system, ROWS)
    for step in (actions.confirm, actions.cancel):
        with pytest.raises(WrongState):
            step(system, done)


def test_a_given_up_import_has_changed_nothing(system: Actor) -> None:
    made, _ = actions.take_file(system, "ledger", "台账.csv", ROWS.encode())
    run_next()
    actions.cancel(system, made.id)
    with pytest.raises(WrongState):
        actions.confirm(system, made.id)
    assert everything(system) == []


def test_only_the_asset_office_brings_in_a_ledger_and_sees_its_own(
    institution: Institution,
) -> None:
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    second = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    keeper = actor_of(make_colleague(institution, Role.WAREHOUSE_KEEPER))
    with pytest.raises(Forbidden):
        actions.take_file(keeper, "ledger", "台账.csv", ROWS.encode())
    made, _ = actions.take_file(office, "ledger", "台账.csv", ROWS.encode())
    with pytest.raises(Missing):
        import_of(second, made.id)


def test_the_reject_file_mended_brings_in_the_rest(system: Actor) -> None:
    first = bring_in(system, ROWS)
    mended = actions.rejects_of(system, first, "csv").decode("utf-8-sig")
    assert "没有编号的" in mended
    lines = mended.splitlines()
    at = lines[0].split(",").index("资产编号")
    cells = lines[1].split(",")
    cells[at] = "ZC9"
    again = bring_in(system, f"{lines[0]}\n{','.join(cells)}\n")
    assert counts_of(system, again) == {"registered": 1}


def test_the_sample_ledger_comes_in_as_it_says(system: Actor) -> None:
    out = io.BytesIO()
    truth = sample_ledger(out, TODAY, 80)
    reading = read_ledger(out.getvalue(), today=TODAY)
    done = bring_in(system, out.getvalue(), "样表.xlsx")
    assert counts_of(system, done)["registered"] == truth.assets
    assert len(reading.rejected) == len(truth.rejected)
    total = sum(asset.cost_fen or 0 for asset in _all(system))
    assert total == truth.original_value_fen


def _all(actor: Actor) -> Iterator[Any]:
    page = queries.list_assets(actor, Filter(), size=200)
    yield from page.rows
    while page.next_cursor:
        page = queries.list_assets(actor, Filter(), size=200, cursor=page.next_cursor)
        yield from page.rows


def test_an_unreadable_file_is_told_and_nothing_is_left_behind(system: Actor) -> None:
    made, job = actions.take_file(system, "ledger", "台账.xlsx", b"PK\x03\x04 broken")
    assert run_next()
    found = import_of(system, made.id)
    assert found.state == "checking"
    assert APPLY_JOB in HANDLERS
    assert job.id == found.job_id


def test_a_sheet_without_numbers_comes_in_once_however_often_it_is_sent(
    system: Actor,
) -> None:
    bare = "资产名称,品牌,数量,使用部门\n投影仪,光峰,1,教务处\n课桌,,3,教务处\n"
    assert counts_of(system, bring_in(system, bare)) == {"registered": 4}
    assert counts_of(system, bring_in(system, bare)) == {"unchanged": 4}
    numbers = {asset.asset_number for asset in everything(system)}
    assert len(numbers) == 2
    other = bring_in(system, bare + "椅子,,1,教务处\n")
    assert counts_of(system, other) == {"registered": 5}


PEOPLE = (
    "姓名,工号,部门,电话,角色\n赵一,001,教务处,8001,部门资产管理员\n钱二,002,教务处,,\n"
)


def test_people_come_in_with_their_roles_and_only_once(
    system: Actor, institution: Institution
) -> None:
    for expected in ({"registered": 2}, {"unchanged": 2}):
        made, _ = actions.take_file(system, "people", "人员.csv", PEOPLE.encode())
        run_next()
        actions.confirm(system, made.id)
        run_next()
        assert counts_of(system, made.id) == expected
