"""Files as browsers get them, icons, colours, and what templates may not hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes

from registry.kernel.colours import contrast, read_colour
from registry.web.pages import assets
from registry.web.pages.accent import shades
from registry.web.pages.icons import ICONS, icon_sheet

ROOT = assets.STATIC.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
HERE = Path(__file__).parent
STYLES = sorted((assets.STATIC / "css").glob("*.css"))
EVENTS = (
    r"click|load|error|submit|change|input|focus|blur|toggle|key\w+|mouse\w+|pointer\w+"
)
COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")


@pytest.fixture(scope="module")
def client(gallery: Any) -> Any:
    return gallery.test_client()


def test_files_of_this_release_are_kept_for_ever_and_of_another_asked_again(
    client: Any,
) -> None:
    now = client.get(f"/assets/{assets.release()}/js/main.js")
    old = client.get("/assets/000000000000/js/main.js")
    assert "immutable" in now.headers["Cache-Control"]
    assert old.headers["Cache-Control"] == "no-cache"
    assert now.data == old.data
    assert now.content_type == "text/javascript; charset=utf-8"


def test_texts_are_sent_compressed_to_whoever_reads_that(client: Any) -> None:
    path = f"/assets/{assets.release()}/registry.css"
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.content_encoding == "gzip"
    assert plain.content_encoding is None
    assert len(packed.data) < 45_000 < len(plain.data)
    assert "Accept-Encoding" in packed.vary


def test_only_what_lies_on_the_shelf_is_served(client: Any) -> None:
    for name in ("../icons.py", "css/../../icons.py", "nothing.css", "%2e%2e/icons.py"):
        assert client.get(f"/assets/{assets.release()}/{name}").status_code == 404
    for colour in ("red", "1b49", "1b4965;}body{", "1B4965x"):
        path = f"/assets/{assets.release()}/accent/{colour}.css"
        assert client.get(path).status_code == 404


def test_scripts_of_all_pages_together_stay_small() -> None:
    """What only the walk of an audit or reading a picture takes comes when needed."""
    sizes = {
        name: len(each.compressed or b"")
        for name, each in assets.shelf().items()
        if name.endswith(".js")
    }
    apart = {name for name in sizes if name.startswith(("js/qr/", "js/walk/"))}
    assert sum(sizes[name] for name in sizes.keys() - apart) < 32_000
    assert sum(sizes[name] for name in apart) < 40_000


def test_every_icon_used_is_on_the_sheet_and_drawn() -> None:
    used = set()
    for path in [*TEMPLATES, *(HERE / "templates").glob("*.html")]:
        used |= set(re.findall(r'\bicon\("([\w-]+)"[,)]', path.read_text("utf-8")))
    for path in (assets.STATIC / "js").glob("*.js"):
        used |= set(re.findall(r'\bicon\("([\w-]+)"[,)]', path.read_text("utf-8")))
    assert used <= set(ICONS)
    assert icon_sheet().count(b"<symbol") == len(ICONS)
    assert icon_sheet().count(b"<path") >= len(ICONS)


@given(st.integers(min_value=0, max_value=0xFFFFFF))
def test_whatever_colour_an_institution_has_it_is_readable(number: int) -> None:
    made = shades(f"#{number:06x}")
    accent, dark = read_colour(made["accent"]), read_colour(made["accent-dark"])
    tint = read_colour(made["accent-tint"])
    white = read_colour("#ffffff")
    assert contrast(accent, white) >= 7
    assert contrast(dark, white) >= contrast(accent, white)
    assert contrast(accent, tint) >= 4.5
    assert contrast(read_colour("#1c1b19"), tint) >= 7


def test_a_dark_colour_stays_as_it_is() -> None:
    assert shades("#1b4965")["accent"] == "#1b4965"


@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("ink", "paper", 12),
        ("ink-soft", "paper", 7),
        ("ink-soft", "shade", 7),
        ("accent", "paper", 7),
        ("good", "good-tint", 7),
        ("calm", "calm-tint", 7),
        ("warn", "warn-tint", 7),
        ("bad", "bad-tint", 7),
        ("bad", "paper", 7),
        ("still", "still-tint", 7),
        ("rule-strong", "paper", 4.5),
    ],
)
def test_every_pair_of_colours_is_readable(ink: str, paper: str, least: float) -> None:
    tokens = (assets.STATIC / "css" / "tokens.css").read_text("utf-8")
    colours = {name: read_colour(value) for name, value in COLOUR.findall(tokens)}
    assert contrast(colours[ink], colours[paper]) >= least


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_style_or_script_or_trusts_text(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(rf"\sstyle=|\son(?:{EVENTS})=|javascript:", text)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\|\s*safe\b|autoescape false", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


LOOK_UPS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
OWN_NAME = "<span>中文</span>"
"""A language is called what it calls itself."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_chinese_text_of_a_template_is_marked(path: Path) -> None:
    environment = jinja2.Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True
    )
    tree = environment.parse(path.read_text("utf-8").replace(OWN_NAME, ""))
    marked = {
        id(text)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in LOOK_UPS
        for text in call.args
    }
    written = [each.data for each in tree.find_all(nodes.TemplateData)] + [
        str(each.value) for each in tree.find_all(nodes.Const) if id(each) not in marked
    ]
    assert [found for text in written for found in CHINESE.findall(text)] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_style_sheets_ask_for_no_font_or_picture(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "@import" not in text
    assert "@font-face" not in text
    assert "url(" not in text


def test_scripts_write_text_and_never_markup() -> None:
    for path in (assets.STATIC / "js").glob("*.js"):
        text = path.read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(", text)
        assert not re.search(r"document\.write|\balert\(|\bconfirm\(", text)
        assert not re.search(
            r"[\u4e00-\u9fff]", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        )


def test_every_macro_and_every_part_is_in_the_reference() -> None:
    page = (ROOT.parents[2] / "docs" / "design-system.md").read_text("utf-8")
    macros = set()
    for path in (ROOT / "templates" / "_macros").glob("*.html"):
        if path.name != "shell.html":
            macros |= set(re.findall(r"{% macro (\w+)\(", path.read_text("utf-8")))
    internal = {"need", "help_and_error", "ties", "in_unit", "_passing_chip"}
    assert {name for name in macros - internal if f"`{name}(" not in page} == set()
