"""What `docs/security/asvs.md` says is proved, is there to prove it."""

from __future__ import annotations

import ast
import re

import pytest

from tests.harness.sources import ROOT

TABLE = ROOT / "docs" / "security" / "asvs.md"
ELSEWHERE = ("**open**", "**outside**")
NUMBER = re.compile(r"\d+\.\d+\.\d+")
PROOF = re.compile(r"`([a-z_/]+\.py)(?:::(test_\w+))?`")
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
    for file, name in PROOF.findall(proof):
        tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
        named = {each.name for each in ast.walk(tree) if hasattr(each, "name")}
        assert not name or name in named, f"{file} has no {name}"


def test_no_requirement_is_said_twice():
    numbers = [each for cell in _lines() for each in NUMBER.findall(cell)]
    assert sorted(numbers) == sorted(set(numbers))
