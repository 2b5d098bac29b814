"""The calibration page: how far off a printer is, and what to enter for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labels.column import Paragraph, set_column
from labels.errors import RunRefused
from labels.fonts import EM, Face
from labels.marks import Box, Drawing, LineMark, Mark, TextMark, edges, text_mark
from labels.sheet import Sheet

_CROSS_AT = 20.0
_CROSS_ARM = 7.0
_STROKE = 0.25
_EDGE_GREY = 0.55
_PANEL_WIDTH, _PANEL_HEIGHT = 150.0, 92.0
_LONGEST_RULER = 100


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    from_edge: str
    ruler: str
    steps: tuple[str, ...]


_WORDS = {
    "zh": _Words(
        title="标签打印校准页",
        from_edge="距纸边 {at:g} 毫米",
        ruler="这把尺长 {ruler} 毫米",
        steps=(
            "1. 打印时选“实际大小”或 100%，不要选“适合页面”。先用普通纸打印。",
            "2. 量一量下面的尺，应为 {ruler} 毫米；不是，说明打印时缩放了，先改正。",
            "3. 量左上角十字中心到纸的左边、上边的距离，两处都应为 {at:g} 毫米。",
            "4. 横向偏移 = {at:g} − 量得的左边距离；纵向偏移 = {at:g} − 量得的上边距离"
            "（毫米，可为负数）。填到打印设置里，再打印本页核对。",
            "5. 最后把本页叠在标签纸上对着光看，灰色方框应与标签的边重合。",
        ),
    ),
    "en": _Words(
        title="Label printer calibration",
        from_edge="{at:g} mm from the edge",
        ruler="This ruler is {ruler} mm long",
        steps=(
            '1. Print at "actual size" or 100 %, never "fit to page". Use plain paper.',
            "2. Measure the ruler below. If it is not {ruler} mm long, the page was"
            " scaled: put that right first.",
            "3. Measure from the middle of the cross at the top left to the left and"
            " the top edge of the paper. Both should be {at:g} mm.",
            "4. Offset across = {at:g} − measured from the left; offset down = {at:g} −"
            " measured from the top (mm, may be negative). Enter both where you print"
            " and print this page again.",
            "5. Last, hold this page and a label sheet against the light: the grey"
            " frames should lie on the edges of the labels.",
        ),
    ),
}


def calibration_page(sheet: Sheet, language: str, face: Face) -> Drawing:
    """Frames of all labels, a cross and a ruler to measure, and what to do."""
    if language not in _WORDS:
        raise RunRefused("language_unknown", known=list(_WORDS))
    words = _WORDS[language]
    panel = _panel(sheet)
    marks: list[Mark] = [*_frames(sheet, panel), *_cross(words, face)]
    marks += _instructions(sheet, words, panel, face)
    return Drawing(sheet.page_width, sheet.page_height, tuple(marks))


def _panel(sheet: Sheet) -> Box:
    """Where the words stand, in the middle of the page."""
    wide = min(_PANEL_WIDTH, sheet.page_width - 16)
    high = min(_PANEL_HEIGHT, sheet.page_height - 2 * _CROSS_AT - 2 * _CROSS_ARM)
    x, y = (sheet.page_width - wide) / 2, (sheet.page_height - high) / 2
    return Box(x, y, wide, high)


def _frames(sheet: Sheet, panel: Box) -> Iterator[Mark]:
    """The edge of every label that the words leave free."""
    for cell in range(1, sheet.cells + 1):
        box = Box(*sheet.corner(cell), sheet.width, sheet.height)
        beside = box.right <= panel.x or box.x >= panel.right
        if beside or box.bottom <= panel.y or box.y >= panel.bottom:
            yield from edges(box, _EDGE_GREY)


def _cross(words: _Words, face: Face) -> Iterator[Mark]:
    at, arm = _CROSS_AT, _CROSS_ARM
    yield LineMark(at - arm, at, at + arm, at, _STROKE)
    yield LineMark(at, at - arm, at, at + arm, _STROKE)
    yield _text(words.from_edge.format(at=at), at + 2, at - 1.5, 2.8, face)


def _instructions(
    sheet: Sheet, words: _Words, panel: Box, face: Face
) -> Iterator[Mark]:
    length = min(_LONGEST_RULER, int((panel.width - 8) // 10) * 10)
    facts = {"at": _CROSS_AT, "ruler": length}
    title = face.printable(f"{words.title}  {sheet.name}".strip())
    steps = [face.printable(step.format(**facts)) for step in words.steps]
    text = set_column(
        [
            Paragraph(title, 5.5, 3.0, bold=True),
            *(Paragraph(step, 3.4, 1.8, gap=0.45) for step in steps),
        ],
        face,
        panel.width,
        panel.height - 18,
    )
    yield from (text_mark(line, panel.x, panel.y) for line in text.lines)
    yield from _ruler(length, panel.x, panel.bottom - 8, face)
    yield _text(words.ruler.format(**facts), panel.x, panel.bottom - 11, 2.8, face)


def _ruler(length: int, x: float, y: float, face: Face) -> Iterator[Mark]:
    """Millimetres from 0 to ``length``, the tens with numbers."""
    yield LineMark(x, y, x + length, y, _STROKE)
    for tick in range(length + 1):
        depth = 4.0 if tick % 10 == 0 else 3.0 if tick % 5 == 0 else 2.0
        at = x + tick
        yield LineMark(at, y, at, y + depth, _STROKE if tick % 5 == 0 else 0.15)
        if tick % 10 == 0:
            text = _text(str(tick), at, y + 7, 2.6, face)
            yield _text(str(tick), at - text.width / 2, y + 7, 2.6, face)


def _text(text: str, x: float, y: float, size: float, face: Face) -> TextMark:
    shown = face.printable(text)
    return TextMark(shown, x, y, size, face.width(shown) * size / EM)
