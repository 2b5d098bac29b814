"""``registry import --dry-run`` says what would come of a file, and writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
