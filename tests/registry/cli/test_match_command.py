"""Request lines are answered from the command line, without any installation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.registry.cli.conftest import Run

CATALOGUE = """item_id,name,brand,model,spec,category_code,idle_qty
K1,糊化锅,,,,,2
K2,糊化锅,,,大号,,0
K3,三角洲沙盘模型,本地,,1米,,1
"""
REQUESTS = """request_id,name,spec,qty
R1,糊化锅,,1
R2,无人驾驶飞行器,,2
R3,设备一批,,1
"""


@pytest.fixture
def tables(tmp_path: Path) -> list[str]:
    (tmp_path / "catalogue.csv").write_text(CATALOGUE, "utf-8-sig")
    (tmp_path / "requests.csv").write_text(REQUESTS, "utf-8")
    return [
        *("--catalogue", str(tmp_path / "catalogue.csv")),
        *("--requests", str(tmp_path / "requests.csv")),
        *("--out", str(tmp_path / "run.jsonl")),
    ]


def rows(tmp_path: Path) -> list[dict[str, object]]:
    text = (tmp_path / "run.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_is_answered_from_what_is_idle(
    bare: Run, tables: list[str], tmp_path: Path
) -> None:
    ran = bare("match", *tables, LANG="en")
    assert ran.code == 0
    assert "Lines: 3" in ran.err
    answers = {row["request_id"]: row for row in rows(tmp_path)}
    assert answers["R1"]["decision"] == "block"
    assert next(each["item_id"] for each in answers["R1"]["matches"]) == "K1"
    assert "K2" not in str(answers)
    assert answers["R2"]["decision"] == "pass"
    assert answers["R3"]["decision"] == "review"


def test_it_says_why_when_asked(bare: Run, tables: list[str], tmp_path: Path) -> None:
    assert bare("match", *tables, "--explain").code == 0
    best = rows(tmp_path)[0]["matches"][0]
    assert best["why"] == ["同一种物品：糊化锅"]


def test_the_same_again_is_the_same(
    bare: Run, tables: list[str], tmp_path: Path
) -> None:
    bare("match", *tables)
    first = (tmp_path / "run.jsonl").read_bytes()
    bare("match", *tables)
    assert (tmp_path / "run.jsonl").read_bytes() == first


def test_a_table_without_its_columns_is_refused(
    bare: Run, tables: list[str], tmp_path: Path
) -> None:
    (tmp_path / "requests.csv").write_text("id,what\n1,投影仪\n", "utf-8")
    ran = bare("match", *tables, LANG="en")
    assert ran.code == 1
    assert "request_id" in ran.err
    assert not (tmp_path / "run.jsonl").exists()


def test_a_table_that_is_no_text_is_refused(
    bare: Run, tables: list[str], tmp_path: Path
) -> None:
    (tmp_path / "catalogue.csv").write_bytes("item_id,name\nK1,投影仪".encode("gbk"))
    ran = bare("match", *tables, LANG="en")
    assert ran.code == 1
    assert "UTF-8" in ran.err
