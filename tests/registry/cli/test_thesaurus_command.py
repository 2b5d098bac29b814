"""The thesaurus is checked from the command line, by whoever wrote a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.cli.thesaurus import SENTENCES
from registry.matching import thesaurus_check
from tests.registry.cli.conftest import Run

HEADER = "name,also,english,also_english,role,broader,goes_with,classes,purposes"


def test_the_files_of_the_product_are_in_order(bare: Run) -> None:
    ran = bare("thesaurus", LANG="en")
    assert (ran.code, ran.out) == (0, "")
    assert "findings: 0" in ran.err


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "所指的名称不存在"), ("en", "names a concept that is not there")],
)
def test_what_is_wrong_is_named_by_file_and_line(
    bare: Run, tmp_path: Path, language: str, words: str
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"{HEADER}\n秒表,,stopwatch,,,计时器,,,\n", encoding="utf-8")
    ran = bare("thesaurus", str(file), LANG=language)
    assert ran.code == 1
    assert f"{file}:2" in ran.out
    assert words in ran.out


def test_every_finding_has_its_sentence() -> None:
    source = Path(thesaurus_check.__file__).read_text("utf-8")
    assert [code for code in SENTENCES if f'"{code}"' not in source] == []
