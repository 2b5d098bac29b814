"""Rows inside a table that are no rows of it: headers again, totals, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from registry.interchange.rules.fields import Fields
from registry.interchange.rules.grid import Cell, is_blank
from registry.interchange.rules.headers import assign, header_texts
from registry.interchange.rules.layout import Layout, cell_at
from registry.interchange.rules.text import folded, line_of


class Interlude(StrEnum):
    """Why a row is no row of the table."""

    BLANK = "blank"
    HEADER = "header"
    TITLE = "title"
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    SIGNATURE = "signature"
    CAPTION = "caption"


_SUBTOTAL = re.compile(
    r"(?:.{0,12}(?:小计|本页合计|部门合计|分类合计)|本页.{0,4}计|承前页|过次页|接上页|转下页|"
    r"(?:sub|page)totals?|carriedforward|broughtforward)(?:\W|\d|共|$|人民币|金额)"
)
_TOTAL = re.compile(
    r"(?:(?:总|共|累|合)计|总合计|合计总|总金额|(?:grand|over)?(?:all)?totals?|sum)"
    r"(?:\d|共|$|人民币|金额|数量|大写|项|件|amount|qty)"
)
_ANY_SUM = re.compile(r"(?:小|合|总|共)计(?:\d|$)|^(?:sub|grand)?totals?")
_UNIT = re.compile(r"[百千万]?元|[台套件张个年月日]+|yuan|cny|rmb|pcs|yyyymmdd|年月日")
_FIGURE = re.compile(r"\d+")
_SIGNATURE = re.compile(
    r"\s*(?:制\s*表|填\s*表|审\s*核|复\s*核|经\s*办|主\s*管|会\s*计|出\s*纳|盘点人|监盘|"
    r"单位负责|部门负责|财务负责|负责人|资产管理(?:员|部门|处)|保管人签|签字|签名|盖章|"
    r"打印(?:日期|时间|人)|制单|编制|领导|校长|打印|报表日期|日期|prepared by|"
    r"approved by|checked by|verified by|signature|signed|printed|date|reviewed by|"
    r"authori[sz]ed by)"
    r"[^:：]{0,14}(?:[:：]|[（(](?:签|盖|公章))|\s*(?:签字|盖章|signature)\s*$",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"\s*(?:[(（]?[一二三四五六七八九十]{1,3}[)）]?\s*[、.．:：]|第\s*\d+\s*页|共\s*\d+\s*[页项条件]|"
    r"page\s*\d+|注\s*[:：\d]|备注\s*[:：]|说明\s*[:：]|附\s*[:：注]|以下空白|续表|"
    r"[^:：\d]{1,12}[:：]|\*|※|note\s*:)",
    re.IGNORECASE,
)
_SMALL = re.compile(r"[0-9]{1,3}")
_CODE = re.compile(r"[A-Za-z0-9][\w\-/.]*")


class InterludeFinder:
    """Tells the rows of one table from what stands between and below them."""

    def __init__(self, layout: Layout, fields: Fields) -> None:
        self._layout, self._fields = layout, fields
        self._number = layout.positions.get("asset_number")
        self._name = layout.positions.get("name")
        self._headers = {c.index: folded(c.header) for c in layout.columns if c.header}
        self._words = {c.header for c in layout.columns} | {
            word
            for name in fields.telling
            for word in fields.by_name[name].known_as[:40]
        }

    def kind(self, cells: Sequence[Cell]) -> Interlude | None:
        """Why this row is no row of the table; None if it is one."""
        number = line_of(cell_at(cells, self._number))
        name = line_of(cell_at(cells, self._name))
        plain = number and number[0] < "\u2e80" and name and not name.isdigit()
        if plain and name not in self._words:
            return None
        return self._slowly(cells, number, name)

    def _slowly(
        self, cells: Sequence[Cell], number: str, name: str
    ) -> Interlude | None:
        if is_blank(cells):
            return Interlude.BLANK
        if self._is_header(cells):
            return Interlude.HEADER
        filled = [line_of(cell) for cell in cells if str(cell).strip()]
        if kind := _summing(filled, number):
            return kind
        if not number and not name and (kind := _nameless(cells)):
            return kind
        first = filled[0]
        if _SIGNATURE.match(first) and not _is_coded(number):
            return Interlude.SIGNATURE
        if len(filled) == 1 or len(set(filled)) == 1:
            return self._lonely(first, cells)
        return None

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        """Whether most of the row says what the header says, or numbers its columns."""
        filled = [
            (index, line_of(cell)) for index, cell in enumerate(cells) if cell != ""
        ]
        same = sum(self._headers.get(index) == folded(text) for index, text in filled)
        if same >= 2 and same * 2 > len(filled):
            return True
        if _counts_up([text for _, text in filled]):
            return True
        texts = header_texts(cells)
        if sum(1 for text in texts if text) * 2 < len(filled):
            return False
        again = assign(texts, self._fields)
        known = sum(self._layout.positions.get(f) == i for i, f in again.items())
        return known >= 3 and known * 2 > len(filled)

    def _lonely(self, text: str, cells: Sequence[Cell]) -> Interlude | None:
        """A row of one text: a title again, a caption, or a row that lacks the rest."""
        if folded(text) in self._layout.titles:
            return Interlude.TITLE
        if _CAPTION.match(text):
            return Interlude.CAPTION
        first = next(i for i, cell in enumerate(cells) if str(cell).strip())
        wide = self._layout.kind == "ledger" and len(self._layout.positions) >= 4
        if wide and first == 0 and first != self._name and not _is_coded(text):
            return Interlude.CAPTION
        return None


def _is_coded(text: str) -> bool:
    """Whether a text may be somebody's number of something."""
    return bool(_CODE.fullmatch(text)) and any(c.isdigit() for c in text)


def _summing(filled: Sequence[str], number: str) -> Interlude | None:
    if _is_coded(number):
        return None
    for text in filled[:3]:
        plain = folded(text)
        if _SUBTOTAL.match(plain):
            return Interlude.SUBTOTAL
        if _TOTAL.match(plain):
            return Interlude.TOTAL
    return None


def _nameless(cells: Sequence[Cell]) -> Interlude | None:
    """Rows without number and name: units under a header, sums with or without word."""
    texts = [folded(cell) for cell in cells if isinstance(cell, str) and cell.strip()]
    if all(_UNIT.fullmatch(text) for text in texts) and texts:
        return Interlude.HEADER
    if any(_ANY_SUM.search(text) for text in texts):
        return Interlude.SUBTOTAL
    figures = [text for text in texts if _FIGURE.fullmatch(text)]
    return Interlude.SUBTOTAL if len(figures) == len(texts) else None


def _counts_up(texts: Sequence[str]) -> bool:
    """Whether a row numbers its columns: 1 2 3 4 5, perhaps after 栏次."""
    counts = texts if texts and _SMALL.fullmatch(texts[0]) else texts[1:]
    if len(counts) < 5 or not all(_SMALL.fullmatch(text) for text in counts):
        return False
    first = int(counts[0])
    return [int(text) for text in counts] == list(range(first, first + len(counts)))
