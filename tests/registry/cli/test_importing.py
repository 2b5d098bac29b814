"""``registry import`` says what would come of a file; it writes what was agreed to."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.interchange.models import Import
from registry.journal.models import Entry
from registry.ledger.models import Asset
from registry.organisation.models import Institution
from tests.factories.auth import make_credential
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_colleague
from tests.registry.cli.conftest import Run

SHEET = """资产编号,资产名称,数量,单价,取得日期,使用状况
ZC-1,投影仪,2,4500,2019-03-05,在用
ZC-2,讲台,0,800,2019-03-05,在用
,电脑,1,5000,2019-03-05,闲置
ZC-1,投影仪,1,4500,2019-03-05,在用
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "ledger.csv"
    file.write_text(SHEET, encoding="utf-8-sig")
    return file


def test_a_dry_run_needs_no_database_and_no_settings(bare: Run, sheet: Path) -> None:
    ran = bare("import", str(sheet), "--dry-run", "--json")
    told = json.loads(ran.out)
    assert ran.code == 0
    assert (told["data_rows"], told["valid_rows"], told["assets"]) == (4, 1, 2)
    assert told["original_value"] == 9000
    assert told["by_status"] == {"in_use": 1}
    assert told["rejected"] == [
        {"row": 3, "asset_no": "ZC-2", "reason": "bad_quantity"},
        {"row": 4, "asset_no": "", "reason": "missing_asset_no"},
        {"row": 5, "asset_no": "ZC-1", "reason": "duplicate_asset_no"},
    ]


def test_a_person_is_told_the_same_in_words(bare: Run, sheet: Path) -> None:
    ran = bare("import", str(sheet), "--dry-run")
    assert ran.code == 0
    assert "可导入 1 行" in ran.out
    assert "第 3 行 ZC-2" in ran.out
    assert "bad_quantity" not in ran.out


def test_an_old_encoding_is_read(bare: Run, tmp_path: Path) -> None:
    file = tmp_path / "gbk.csv"
    file.write_bytes(SHEET.encode("gbk"))
    told = json.loads(bare("import", str(file), "--dry-run", "--json").out)
    assert told["valid_rows"] == 1


def test_what_is_no_ledger_is_refused_with_a_reason(bare: Run, tmp_path: Path) -> None:
    file = tmp_path / "notes.csv"
    file.write_text("hello\nworld\n", encoding="utf-8")
    ran = bare("import", str(file), "--dry-run")
    assert ran.code == 1
    assert ran.err.strip()


def assets(context: Session) -> list[Asset]:
    context.rollback()
    context.expire_all()
    return list(context.scalars(sa.select(Asset).order_by(Asset.id)))


@pytest.fixture
def school(institution: Institution, context: Session) -> Institution:
    context.commit()
    return institution


def test_an_agreed_import_is_written_and_repeating_it_changes_nothing(
    registry: Run, school: Institution, context: Session, sheet: Path
) -> None:
    first = registry("import", str(sheet), "--yes")
    assert first.code == 0
    assert "其中新的 2 件" in first.out
    assert "新登记 2" in first.out
    assert {asset.asset_number for asset in assets(context)} == {"ZC-1"}
    again = json.loads(registry("import", str(sheet), "--yes", "--json").out)
    assert again["by_kind"] == {"unchanged": 2}
    assert again["rejected"] == 3
    assert len(assets(context)) == 2


def test_without_agreement_nothing_is_written(
    registry: Run,
    school: Institution,
    context: Session,
    sheet: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    ran = registry("import", str(sheet))
    assert ran.code == 1
    assert "什么都没有写入" in ran.err
    assert assets(context) == []
    assert context.scalars(sa.select(Import.state)).all() == ["cancelled"]


def test_an_import_in_somebody_s_name_is_theirs_and_needs_their_right(
    registry: Run,
    school: Institution,
    context: Session,
    settings,
    sheet: Path,
) -> None:
    office = make_colleague(school, Role.ASSET_OFFICE)
    nobody = make_colleague(school)
    make_credential(settings, office, "office")
    make_credential(settings, nobody, "nobody")
    context.commit()
    refused = registry("import", str(sheet), "--yes", "--as", "nobody")
    assert refused.code == 1
    assert assets(context) == []
    assert registry("import", str(sheet), "--yes", "--as", "office").code == 0
    assert len(assets(context)) == 2
    entries = context.scalars(sa.select(Entry).where(Entry.subject_kind == "asset"))
    assert {(entry.actor_id, entry.door) for entry in entries} == {
        (office.id, "import")
    }
    assert registry("import", str(sheet), "--yes", "--as", "ghost").code == 2


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rows_that_cannot_be_imported_come_back_as_a_file(
    registry: Run, school: Institution, sheet: Path, tmp_path: Path, ending: str
) -> None:
    rejects = tmp_path / f"rejects.{ending}"
    registry("import", str(sheet), "--yes", "--rejects", str(rejects))
    again = registry("import", str(rejects), "--dry-run", "--json")
    told = json.loads(again.out)
    assert (told["data_rows"], told["valid_rows"]) == (3, 1)


def test_people_can_be_brought_in_and_tried_out(
    registry: Run, school: Institution, context: Session, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("姓名,部门\n王芳,教务处\n李强,教务处\n", encoding="utf-8")
    tried = registry("import", str(file), "--kind", "people", "--dry-run")
    assert (tried.code, "可导入 2 行" in tried.out) == (0, True)
    done = registry("import", str(file), "--kind", "people", "--yes", "--json")
    assert done.code == 0
    assert sum(json.loads(done.out)["by_kind"].values()) == 2


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_comes_back_without_a_change(
    registry: Run,
    school: Institution,
    context: Session,
    tmp_path: Path,
    ending: str,
) -> None:
    make_assets(school, 3, asset_number="ZC-7", cost_fen=12_345)
    context.commit()
    file = tmp_path / f"ledger.{ending}"
    ran = registry("export", str(file))
    assert (ran.code, "3 件" in ran.out) == (0, True)
    told = json.loads(registry("import", str(file), "--yes", "--json").out)
    assert told["by_kind"] == {"unchanged": 3}


def test_an_export_holds_what_was_found_and_no_more(
    registry: Run, school: Institution, context: Session, tmp_path: Path
) -> None:
    make_assets(school, 2, asset_number="ZC-7")
    make_assets(school, 1, asset_number="ZC-8")
    context.commit()
    file = tmp_path / "found.csv"
    registry("export", str(file), "--search", "ZC-8")
    with file.open(encoding="utf-8-sig", newline="") as text:
        assert len(list(csv.reader(text))) == 2
    registry("export", str(file), "--state", "idle")
    with file.open(encoding="utf-8-sig", newline="") as text:
        assert len(list(csv.reader(text))) == 1


def test_a_file_of_another_kind_is_not_exported_to(bare: Run, tmp_path: Path) -> None:
    ran = bare("export", str(tmp_path / "ledger.pdf"))
    assert ran.code == 2
    assert ".xlsx" in ran.err
    assert list(tmp_path.iterdir()) == []
