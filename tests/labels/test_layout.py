"""Nothing leaves its label, nothing lies on anything else, whatever is to be said."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import labels
from labels.errors import LabelTooSmall
from labels.fitting import LEAST_CODE, LEAST_MODULE
from labels.fonts import face
from labels.layout import LEAST_INSTITUTION, compose, compose_for_sheet
from labels.marks import Box, LineMark, SymbolMark, TextMark
from labels.symbols import Correction
from labels.wording import LEAST_FIELD, LEAST_TITLE
from tests.labels.samples import asset_label, blank_label, place_label

HAIR = 1e-6
MEDIA = [*labels.sheets().values(), *labels.rolls().values()]
CELLS = sorted({(sheet.width, sheet.height) for sheet in labels.sheets().values()})
CELLS += sorted((roll.width_mm, roll.height_mm) for roll in labels.rolls().values())
ODD = (
    "中文名称（含全角标点）、“引号”——与……",
    "a long latin model name EB-L630SU/6000lm_WUXGA-1920x1200",
    "𬭎𫟹𨱏䶮㛃𣲗𬀩",  # beyond the basic plane
    "👩‍🔬🏫📽️🇨🇳",
    "שלום مرحبا",
    "e\u0301\u0323\u0302 a\u20dd Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "\u202etxet desrever\u202c \u200b\u200d\ufeff",
    "\ud800 lone \udfff",
    "\u2e3b\u3031\u3032\ufdfd\u0bf5",
    "tab\there\nline\r\nend\x00\x1b[31m",
    "（（（（（（（（（（",
    "。。。。。。。。。。。",
    "W" * 120,
    "汉" * 300,
    "0" * 60,
)
texts = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=40),
    st.text(alphabet="汉字名称 EB-06/（）,。", max_size=160),
    st.builds("".join, st.lists(st.sampled_from(ODD), max_size=4)),
)
codes = st.text(alphabet="ABCDEFGHJKMNPQRSTVWXYZ0123456789-", min_size=1, max_size=32)
payloads = codes.map(lambda code: f"HTTPS://ZC.SCHOOL.EDU.CN/A/{code}")
made = st.builds(
    labels.Label,
    payload=payloads,
    code=codes,
    title=texts,
    lines=st.lists(st.tuples(texts, texts), max_size=6).map(tuple),
    institution=texts,
    kind=st.sampled_from(labels.Kind),
)
sizes = st.one_of(
    st.sampled_from(CELLS),
    st.tuples(st.floats(10, 220), st.floats(10, 300)),
)
styles = st.builds(
    labels.Style,
    institution=st.sampled_from(["header", "footer"]),
    correction=st.sampled_from(Correction),
    outline=st.booleans(),
)
dots = st.sampled_from([None, 1 / 8, 25.4 / 300, 25.4 / 600])


def composed(label, size, style, dot):
    """The drawing; sizes too small for the symbol or the code are not looked at."""
    try:
        return compose(label, *size, face(), style, dot)
    except LabelTooSmall:
        return reject()


def block(mark: SymbolMark) -> Box:
    """The symbol with its quiet zone of four modules."""
    quiet = 4 * mark.side / mark.symbol.modules
    side = mark.side + 2 * quiet
    return Box(mark.x - quiet, mark.y - quiet, side, side)


def boxes(drawing):
    """Every text and symbol as a box, rules as boxes without height."""
    for mark in drawing.marks:
        if isinstance(mark, TextMark):
            yield mark.box
        elif isinstance(mark, SymbolMark):
            yield block(mark)
        elif mark.grey == 0:
            yield Box(mark.x1, mark.y1, mark.x2 - mark.x1, mark.y2 - mark.y1)


def apart(one: Box, other: Box) -> bool:
    return (
        one.right <= other.x + HAIR
        or other.right <= one.x + HAIR
        or one.bottom <= other.y + HAIR
        or other.bottom <= one.y + HAIR
    )


def assert_sound(drawing):
    for box in boxes(drawing):
        assert box.x >= -HAIR
        assert box.y >= -HAIR
        assert box.right <= drawing.width + HAIR
        assert box.bottom <= drawing.height + HAIR
    for one, other in combinations(boxes(drawing), 2):
        assert apart(one, other), (one, other)


@settings(max_examples=400)
@given(label=made, size=sizes, style=styles, dot=dots)
def test_nothing_leaves_the_label_or_lies_on_anything_else(label, size, style, dot):
    drawing = composed(label, size, style, dot)
    assert_sound(drawing)


@settings(max_examples=200)
@given(label=made, size=sizes, style=styles, dot=dots)
def test_all_type_is_large_enough_to_read_and_the_code_is_whole(
    label, size, style, dot
):
    drawing = composed(label, size, style, dot)
    shown = [mark for mark in drawing.marks if isinstance(mark, TextMark)]
    least = min(LEAST_CODE, LEAST_FIELD, LEAST_INSTITUTION, LEAST_TITLE)
    assert all(mark.size >= least - HAIR for mark in shown)
    assert label.code in [mark.text for mark in shown]


@settings(max_examples=200)
@given(label=made, size=sizes, style=styles, dot=dots)
def test_modules_are_never_finer_than_can_be_printed(label, size, style, dot):
    drawing = composed(label, size, style, dot)
    [mark] = [mark for mark in drawing.marks if isinstance(mark, SymbolMark)]
    module = mark.side / mark.symbol.modules
    assert module >= 0.33 - HAIR
    if dot:
        assert module >= 2 * dot - HAIR
        assert module / dot == pytest.approx(round(module / dot))
        for place in (mark.x, mark.y):
            assert place / dot == pytest.approx(round(place / dot), abs=1e-4)


@settings(max_examples=200)
@given(label=made, size=sizes, style=styles)
def test_widths_counted_with_are_those_of_the_font(label, size, style):
    drawing = composed(label, size, style, None)
    for mark in drawing.marks:
        if isinstance(mark, TextMark):
            wide = face().width(mark.text) * mark.size / 1000
            assert mark.width == pytest.approx(wide)


@pytest.mark.parametrize("size", CELLS, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("make", [asset_label, place_label, blank_label])
def test_every_known_size_takes_a_usual_label(size, make):
    drawing = compose(make(), *size, face(), labels.Style())
    assert_sound(drawing)
    assert not drawing.shortened


@pytest.mark.parametrize("name", labels.sheets())
@pytest.mark.parametrize("make", [asset_label, place_label, blank_label])
def test_every_known_sheet_takes_a_usual_label(name, make):
    style = labels.Style(outline=True)
    drawing = compose_for_sheet(make(), labels.sheets()[name], face(), style)
    assert_sound(drawing)
    assert not drawing.shortened


def words_of(drawing) -> str:
    return "".join(mark.text for mark in drawing.marks if isinstance(mark, TextMark))


@pytest.mark.parametrize("size", [(60, 40), (63.5, 38.1), (70, 50), (99.1, 38.1)])
def test_all_that_was_chosen_stands_on_the_label(size):
    label = asset_label(
        lines=(
            ("规格型号", "EB-L630SU"),
            ("资产编号", "JZ-2023-04-000127"),
            ("使用部门", "信息技术与现代教育中心"),
            ("保管人", "欧阳𬭎翃"),
            ("购置日期", "2023-09-01"),
        )
    )
    text = words_of(compose(label, *size, face(), labels.Style()))
    for caption, value in label.lines:
        assert caption in text
        assert value in text
    assert label.title in text
    assert label.institution in text


def test_a_number_or_date_is_not_broken_while_it_can_be_set_smaller():
    label = asset_label(lines=(("资产编号", "2023-04-000127"), ("日期", "2023-09-01")))
    for size in ((60, 40), (50, 30), (70, 50), (63.5, 38.1)):
        shown = [
            mark.text
            for mark in compose(label, *size, face(), labels.Style()).marks
            if isinstance(mark, TextMark)
        ]
        assert "2023-04-000127" in shown
        assert "2023-09-01" in shown


def test_fields_stand_in_the_order_given():
    label = asset_label(lines=tuple((f"栏{n}", f"值{n}") for n in range(5)))
    drawing = compose(label, 99.1, 67.7, face(), labels.Style())
    rows = {mark.text: mark.y for mark in drawing.marks if isinstance(mark, TextMark)}
    assert sorted(range(5), key=lambda n: rows[f"值{n}"]) == list(range(5))


def test_a_field_without_a_value_is_left_out_of_an_asset_label():
    label = asset_label(lines=(("保管人", ""), ("部门", "教务处")))
    text = words_of(compose(label, 60, 40, face(), labels.Style()))
    assert "保管人" not in text
    assert "教务处" in text


def test_text_that_cannot_fit_is_cut_with_an_ellipsis_and_reported():
    drawing = compose(
        asset_label(title="会议室专用投影仪" * 40), 50, 30, face(), labels.Style()
    )
    assert drawing.shortened
    assert "…" in words_of(drawing)


def test_the_institution_stands_above_or_below_as_chosen():
    for where, above in (("header", True), ("footer", False)):
        drawing = compose(
            asset_label(), 60, 40, face(), labels.Style(institution=where)
        )
        heights = {
            mark.text: mark.y for mark in drawing.marks if isinstance(mark, TextMark)
        }
        assert (heights["江州市第三中学"] < heights["多媒体投影仪"]) is above


def test_the_name_of_a_place_is_the_largest_thing_in_words():
    drawing = compose(place_label(), 99.1, 38.1, face(), labels.Style())
    sizes = {
        mark.text: mark.size for mark in drawing.marks if isinstance(mark, TextMark)
    }
    assert sizes["B12-303"] == max(sizes.values())
    assert sizes["B12-303"] >= 10


def test_a_blank_label_has_a_line_to_write_each_open_field_on():
    label = blank_label(lines=(("名称", ""), ("部门", ""), ("校区", "东校区")))
    drawing = compose(label, 60, 40, face(), labels.Style())
    rules = [mark for mark in drawing.marks if isinstance(mark, LineMark)]
    assert len(rules) == 1 + 2  # the institution's and two to write on
    assert "东校区" in words_of(drawing)


def test_a_blank_label_without_fields_still_has_a_line_to_write_on():
    drawing = compose(blank_label(), 50, 30, face(), labels.Style())
    rules = [mark for mark in drawing.marks if isinstance(mark, LineMark)]
    assert len(rules) >= 2


def test_a_label_too_small_for_its_symbol_is_refused_with_the_measures():
    with pytest.raises(LabelTooSmall) as refusal:
        labels.draw_png(asset_label(), labels.Roll(15, 10), 203)
    assert refusal.value.code == "symbol_too_fine"
    assert refusal.value.facts["least"] == LEAST_MODULE
    assert refusal.value.facts["module"] < LEAST_MODULE


def test_a_code_too_long_for_the_label_is_refused_not_cut():
    label = asset_label(code="ABCD-" * 6, payload="A1")
    with pytest.raises(LabelTooSmall) as refusal:
        labels.draw_png(label, labels.Roll(20, 12), 203)
    assert refusal.value.code == "code_too_fine"


def test_a_roomy_label_gets_the_strongest_correction():
    def modules(size):
        drawing = compose(asset_label(), *size, face(), labels.Style())
        [mark] = [mark for mark in drawing.marks if isinstance(mark, SymbolMark)]
        return mark.symbol.modules

    assert modules((99.1, 67.7)) == 33  # version 4-H
    assert modules((45.7, 25.4)) == 29  # version 3-Q
    assert modules((44.45, 12.7)) == 29


@pytest.mark.parametrize("title", ["库", "库房", "库房三"])
def test_the_name_of_a_place_keeps_to_a_narrow_label_however_tall(title):
    drawing = compose(place_label(title=title), 15, 200, face(), labels.Style())
    assert_sound(drawing)
    assert title in words_of(drawing)


def test_a_long_name_is_set_smaller_before_any_of_it_is_cut():
    name = "图书馆三层东侧古籍特藏阅览室与缩微胶片保管库（含附属设备间）"
    drawing = compose(place_label(title=name), 60, 40, face(), labels.Style())
    assert not drawing.shortened
    assert name in words_of(drawing)
