"""What the tables of `docs/security` say is proved, is there to prove it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.harness.sources import ROOT

TABLE = ROOT / "docs" / "security" / "asvs.md"
RACES = TABLE.with_name("races.md")
FAULTS = TABLE.with_name("faults.md")
ELSEWHERE = ("**open**", "**outside**")
NUMBER = re.compile(r"\d+\.\d+\.\d+")
PROOF = re.compile(r"`([a-z_/]+\.py)(?:::(\w+))?`")
LINT = re.compile(r"ruff `S\d*`")


def _lines() -> dict[str, tuple[str, str]]:
    """By what each line is numbered: what holds it, and its proof."""
    lines = {}
    for line in TABLE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and NUMBER.match(cells[0]):
            assert cells[0] not in lines, "twice"
            lines[cells[0]] = cells[2], cells[3]
    return lines


def test_the_table_is_read_at_all():
    assert len(_lines()) > 80


@pytest.mark.parametrize("number", _lines())
def test_every_requirement_has_a_proof_or_says_that_it_has_none(number):
    held, proof = _lines()[number]
    assert PROOF.search(proof) or LINT.search(proof) or held.count("**") == 2
    assert not _absent(proof)


def _absent(text: str) -> list[str]:
    """What a text names below ``tests`` that is not there."""
    absent = []
    for file, name in PROOF.findall(text):
        path = ROOT / "tests" / file
        tree = ast.parse(path.read_text("utf-8") if path.exists() else "")
        named = {each.name for each in ast.walk(tree) if hasattr(each, "name")}
        if name not in named | {""} or not path.exists():
            absent.append(f"{file}::{name}")
    return absent


def test_every_race_and_every_fault_has_its_test_and_it_is_there():
    text = RACES.read_text("utf-8")
    lines = [line.split("|")[1:-1] for line in text.splitlines() if "| R" in line]
    assert [cells[0].strip() for cells in lines] == [f"R{n}" for n in range(1, 25)]
    assert all(PROOF.search(cells[3]) and PROOF.search(cells[5]) for cells in lines)
    assert _absent(text) == []
    faults = FAULTS.read_text("utf-8")
    lines = [line for line in faults.splitlines() if line.count("|") == 5][2:]
    assert len(lines) > 10
    assert all(PROOF.search(line) for line in lines)
    assert _absent(faults) == []
    assert _absent("`registry/nowhere.py::test_it`") != []


def test_no_requirement_is_said_twice():
    numbers = [each for cell in _lines() for each in NUMBER.findall(cell)]
    assert sorted(numbers) == sorted(set(numbers))
