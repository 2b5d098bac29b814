"""Documents say what the code does: printed ones to the letter."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.harness.printed import PRINTED
from tests.harness.sources import ROOT, floors, listed, modules

PICTURE = ROOT / "docs" / "architecture.md"


@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_document_is_current(name):
    printed = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    assert printed == PRINTED[name](), "run: make docs"


def _drawn() -> list[tuple[int, set[str]]]:
    """Each floor of the picture, from the top: its number and its packages."""
    text = PICTURE.read_text("utf-8")
    lines = re.findall(r"^ ?(\d+)  ((?:registry|labels).*)   \S.*$", text, re.M)
    drawn = []
    for number, packages in lines:
        names = re.findall(r"(?:registry)?\.[\w.]+|labels", packages)
        full = {f"registry{name}" if name[0] == "." else name for name in names}
        drawn.append((int(number), full & _built()))
    return drawn


def _built() -> set[str]:
    return {module.feature for module in modules()} - {
        "registry",
        "registry.web",
        "registry.__main__",
    }


def test_the_picture_of_the_house_shows_every_package():
    shown = set().union(*(names for _, names in _drawn()))
    assert not _built() - shown, listed(_built() - shown)


def test_the_picture_has_the_floors_that_are_checked():
    known = floors()
    for (upper, above), (lower, below) in pairwise(_drawn()):
        assert upper > lower
        assert min(known[name] for name in above) > max(known[name] for name in below)


def test_every_decision_is_numbered_and_says_what_follows():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    silent = [
        page.name for page in pages if "Consequence" not in page.read_text("utf-8")
    ]
    assert not silent, listed(silent)


def test_no_document_points_to_a_file_that_is_not_there():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not broken, listed(broken)
