"""Numbers with units, found in a text: ranges, ≥ and 以上, sides, numbers in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from registry.matching.units import BARE, NUMBER, Measure, all_units

_BEFORE = re.compile(
    r"(?P<ge>≥|>=|>|不低于|不少于|不小于|大于|至少|最少|超过|高于"
    r"|at least|over|minimum|min)"
    r"|(?P<le>≤|<=|<|不高于|不超过|不大于|小于|最多|最大|低于|at most|up to|under|max)"
    r"|(?P<about>约|大约|大概|about|around|approx)"
)
_AFTER = re.compile(
    r"\s*(?:(?P<ge>以上|及以上|或以上|起步?|\+|or more|or above|and above|plus)"
    r"|(?P<le>以下|以内|之内|及以下|或以下|or less|or below)"
    r"|(?P<about>左右|上下|多))"
)
_COMPARISONS = {"ge": ">=", "le": "<=", "about": "~"}
_COMPARISON_REACH = 12
_TIMES = r"\s*[×x*✕х]\s*"
_CHINESENUMBERS = {
    "单": 1, "双": 2, "两": 2, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6,
    "七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12, "十六": 16,
    "二十四": 24, "三十六": 36,
}  # fmt: skip
_COUNTED = (
    "人位|人座|人用|人制|人|门|抽屉|抽|斗|层|格|孔|龙头|头|眼|弦|座|位|口|路|键|通道"
    "|代|级|号|盘位|匹|行|寸|英寸|核"
)
_CHINESE = re.compile(
    "(?P<number>" + "|".join(sorted(_CHINESENUMBERS, key=len, reverse=True)) + ")"
    f"(?P<unit>{_COUNTED})(?!员|家|气|质|数|品|院|生|面|角|类|头)"
)
_SPELLED = re.compile(
    "(?P<number>[一二三四五六七八九两]?[十百千万][一二三四五六七八九十百千万零]*)"
    "(?P<unit>流明|毫米|厘米|公分|公斤|千克|毫升|英寸|万像素|米|寸|克|斤|升|瓦|伏|人|座|位|口|格|度|转)"
)
_ONE_TO = re.compile("一拖(?P<number>[一二三四五六八]|[1-9])")
_BELOW_ZERO = re.compile(r"(?:零下|(?<![\d℃°c])-)\s*$")
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_PAPER = re.compile(r"(?<![a-z0-9])(?P<size>[ab][0-6])(?![0-9a-z])")
_PAPER_OPEN = re.compile(
    r"(?<![a-z0-9])(?:(?P<size>8|16|32)k|(?P<open>2|4|8|16|32)开)(?![0-9a-z])"
)
_PIXEL_LINES = {
    "svga": 600, "xga": 768, "720p": 720, "wxga": 800, "hd": 720, "1080p": 1080,
    "1080i": 1080, "fhd": 1080, "full hd": 1080, "全高清": 1080, "wuxga": 1200,
    "2k": 1440, "qhd": 1440, "4k": 2160, "uhd": 2160, "超高清": 2160, "5k": 2880,
    "8k超高清": 4320,
}  # fmt: skip
_RESOLUTION = re.compile(
    r"(?<![a-z0-9])(?P<name>"
    + "|".join(sorted(_PIXEL_LINES, key=len, reverse=True))
    + r")(?![a-z0-9])"
)
_PROCESSOR = re.compile(
    r"(?<![a-z0-9])(?:core\s*)?(?P<maker>i|r|ryzen\s?)(?P<grade>[3579])(?![0-9a-z])"
)
_FRACTION = re.compile(r"(?<![\w/.])(?P<a>[1-7])/(?P<b>2|4|8|16)(?![\w/])")
_SPELLED_FRACTION = re.compile("(?P<b>[二四八])分之(?P<a>[一二三四五六七])")
_MEMORY_WORDS = re.compile(r"内存|运存|运行|ram|ddr|memory")
_STORAGE_WORDS = re.compile(
    r"硬盘|固态|存储|ssd|hdd|emmc|flash|disk|drive|机械盘|storage|nvme"
)
_LARGEST_MEMORY = 192
_BARE_STORAGE = re.compile(r"(?<![a-z0-9.])(?P<low>\d{3,4})(?=\s*(?:固态|ssd|硬盘))")
_BARE = re.compile(
    r"(?<![\w.-])(?<![^\W\d_]-)(?P<low>[1-9]\d)(?![\w.%-])|(?<=[\u4e00-\u9fff])[1-9]\d(?=[\u4e00-\u9fff])(?![个台套把张只支件部辆块副本根条盒箱包双对顶组名份次卷瓶袋桶捆元年月日班岁天周])"
)
_MILLIMETRES_FROM = 400
_BYTES_SOLD = frozenset(
    [
        1,
        2,
        3,
        4,
        6,
        8,
        12,
        16,
        18,
        24,
        32,
        36,
        48,
        64,
        96,
        120,
        128,
        160,
        192,
        240,
        250,
        256,
        320,
        384,
        480,
        500,
        512,
        750,
        768,
        960,
        1000,
        1024,
    ]
)
"""Sizes of memory; another number before ``g`` is grams."""


@lru_cache(maxsize=4096)
def measures(text: str) -> tuple[Measure, ...]:
    """All measures of a legible text, in the order in which they stand there."""
    found = list(_all(text))
    taken: list[Measure] = []
    for each in sorted(found, key=lambda each: (-(each.end - each.start), each.start)):
        if all(each.end <= other.start or other.end <= each.start for other in taken):
            taken.append(each)
    taken.sort(key=lambda each: each.start)
    return tuple(_told_apart(text, taken))


def _all(text: str) -> Iterator[Measure]:
    yield from _dimensions(text)
    _, units, pattern = all_units()
    for found in pattern.finditer(text):
        name, factor = _unit_of(found["unit"], units)
        if found["unit"] == "g" and float(found["low"]) not in _BYTES_SOLD:
            name, factor = "weight", 0.001
        low = float(found["low"]) * factor
        high = float(found["high"]) * factor if found["high"] else low
        if name == "temperature" and _BELOW_ZERO.search(text[: found.start()]):
            low, high = -low, -high if high == low else high
        yield _compared(text, name, min(low, high), max(low, high), found)
    for found in _CHINESE.finditer(text):
        name, factor = units[found["unit"]]
        value = _CHINESENUMBERS[found["number"]] * factor
        yield _compared(text, name, value, value, found)
    for found in _SPELLED.finditer(text):
        name, factor = _unit_of(found["unit"], units)
        value = _spelled_number(found["number"]) * factor
        yield _compared(text, name, value, value, found)
    for found in _ONE_TO.finditer(text):
        value = float(_CHINESENUMBERS.get(found["number"]) or found["number"])
        yield _compared(text, "receivers", value, value, found)
    for found in _PAPER.finditer(text):
        yield _compared(
            text, "paper", _paper_area(found["size"]), _paper_area(found["size"]), found
        )
    for found in _PAPER_OPEN.finditer(text):
        size = float(found["size"] or found["open"])
        yield _compared(text, "paper_open", size, size, found)
    for found in _RESOLUTION.finditer(text):
        lines = float(_PIXEL_LINES[found["name"]])
        yield _compared(text, "resolution", lines, lines, found)
    for found in _PROCESSOR.finditer(text):
        grade = float(found["grade"])
        yield _compared(text, "processor", grade, grade, found)
    for found in _SPELLED_FRACTION.finditer(text):
        value = _CHINESENUMBERS[found["a"]] / _CHINESENUMBERS[found["b"]]
        yield _compared(text, "fraction", value, value, found)
    for found in _FRACTION.finditer(text):
        value = int(found["a"]) / int(found["b"])
        yield _compared(text, "fraction", value, value, found)
    for found in _BARE.finditer(text):
        value = float(found[0])
        yield Measure(BARE, value, value, found[0], found.start(), found.end())
    for found in _BARE_STORAGE.finditer(text):
        size = float(found["low"])
        yield _compared(text, "storage", size, size, found)


def _spelled_number(text: str) -> float:
    """A number in Chinese characters: 五千, 一万二千, 十二."""
    total = section = digit = 0
    for character in text:
        place = _PLACES.get(character)
        if place == _PLACES["万"]:
            total, section, digit = (total + section + digit or 1) * place, 0, 0
        elif place:
            section += (digit or 1) * place
            digit = 0
        else:
            digit = _CHINESENUMBERS.get(character, 0)
    return float(total + section + digit)


def _unit_of(written: str, units: dict[str, tuple[str, float]]) -> tuple[str, float]:
    for name in (written, written.removesuffix("s"), written.removesuffix("es")):
        if name in units:
            return units[name]
    raise KeyError(written)


def _paper_area(size: str) -> float:
    return float(2.0 ** -int(size[1]) * (1.414 if size[0] == "b" else 1.0))


_LENGTH_UNIT = r"(?:mm|毫米|cm|厘米|公分|m|米|in|inch|寸|英寸|ft)"
_DIMENSIONS = re.compile(
    rf"(?<![a-z0-9.])(?P<a>{NUMBER})\s*(?P<ua>{_LENGTH_UNIT})?{_TIMES}"
    rf"(?P<b>{NUMBER})\s*(?P<ub>{_LENGTH_UNIT})?"
    rf"(?:{_TIMES}(?P<c>{NUMBER})\s*(?P<uc>{_LENGTH_UNIT})?)?(?![a-z0-9])"
)


def _dimensions(text: str) -> Iterator[Measure]:
    """``1500×900``: one measure for each side."""
    _, units, _ = all_units()
    for found in _DIMENSIONS.finditer(text):
        sides = [float(found[each]) for each in "abc" if found[each]]
        written = [found["u" + each] for each in "abc" if found["u" + each]]
        if written:
            factor = units[written[-1]][1]
        else:
            factor = 1.0 if max(sides) >= _MILLIMETRES_FROM else 10.0
        sides = sorted((side * factor for side in sides), reverse=True)
        yield Measure(
            "dims",
            sides[-1],
            sides[0],
            found[0].strip(),
            found.start(),
            found.end(),
            sides=tuple(sides),
        )


def _compared(
    text: str, name: str, low: float, high: float, found: re.Match[str]
) -> Measure:
    earlier = text[max(0, found.start() - _COMPARISON_REACH) : found.start()]
    before = list(_BEFORE.finditer(earlier))
    after = _AFTER.match(text, found.end())
    comparison = ""
    if before and not earlier[before[-1].end() :].strip():
        comparison = _COMPARISONS[before[-1].lastgroup or ""]
    elif after:
        comparison = _COMPARISONS[after.lastgroup or ""]
    end = after.end() if after and not before else found.end()
    return Measure(name, low, high, found[0].strip(), found.start(), end, comparison)


def _told_apart(text: str, found: list[Measure]) -> list[Measure]:
    """Bytes as memory or storage, as the words beside them or their order tell."""
    bytes_ = [each for each in found if each.kind == "bytes"]
    result: list[Measure] = []
    for each in found:
        if each.kind == "bytes":
            beside = (
                text[max(0, each.start - 8) : each.start]
                + " "
                + text[each.end : each.end + 8]
            )
            near = re.split(r"[/,，;；+、]", text[each.end : each.end + 8])[0]
            earlier = re.split(
                r"[/,，;；+、]", text[max(0, each.start - 8) : each.start]
            )[-1]
            beside = earlier + " " + near
            name = "bytes"
            if _MEMORY_WORDS.search(beside):
                name = "memory"
            elif _STORAGE_WORDS.search(beside):
                name = "storage"
            elif (
                len(bytes_) > 1
                and each is bytes_[0]
                and each.high <= _LARGEST_MEMORY
                and (each.high < bytes_[1].high)
            ):
                name = "memory"
            elif len(bytes_) > 1:
                name = "storage"
            each = Measure(
                name,
                each.low,
                each.high,
                each.written,
                each.start,
                each.end,
                each.comparison,
            )
        result.append(each)
    return result
