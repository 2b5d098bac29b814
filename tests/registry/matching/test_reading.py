"""Lines are read as people mean them."""

from __future__ import annotations

import pytest

from registry.matching.fitting import Fit, fit
from registry.matching.measures import measures
from registry.matching.model_numbers import model_numbers, same_number
from registry.matching.records import Line
from registry.matching.slips import unlike
from registry.matching.text import legible
from tests.registry.matching.shelf import shelf


def read(text, specification=""):
    return shelf().reading_of(Line(text, specification))


def first(text, specification=""):
    heads = read(text, specification).heads
    return (heads[0].concept or heads[0].name) if heads else None


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("投影仪", "投影仪"),
        ("投影機", "投影仪"),
        ("ＰＲＯＪＥＣＴＯＲＳ", "投影仪"),
        ("beamer", "投影仪"),
        ("投影仪灯泡", "投影仪灯泡"),
        ("projector bulb for Epson", "投影仪灯泡"),
        ("投影仪 松下", "投影仪"),
        ("投影仪用遥控器", "遥控器"),
        ("投影仪租赁", "租赁"),
        ("激光打印机", "激光打印机"),
        ("打印机 激光", "激光打印机"),
        ("机 打印 激光", "激光打印机"),
        ("电脑 台式", "台式电脑"),
        ("筆記型電腦", "笔记本电脑"),
        ("手提电脑 办公用", "笔记本电脑"),
        ("台灯 护眼", "台灯"),
        ("desk lamp", "台灯"),
        ("student desks", "课桌"),
        ("pc for the office", "台式电脑"),
        ("显示器 不含支架", "显示器"),
        ("电脑（含显示器）", "电脑"),
        ("电脑带显示器", "电脑"),
        ("显示器 电脑用", "显示器"),
        ("touyingyi", "投影仪"),
        ("bijiben diannao", "笔记本电脑"),
        ("蓝球", "篮球"),
        ("课卓", "课桌"),
        ("打应机", "打印机"),
        ("笔记本典脑", "笔记本电脑"),
        ("projecter", "投影仪"),
        ("lazer printer", "激光打印机"),
        ("whitebaord", "白板"),
        ("糊化锅", "糊化锅"),
        ("hu hua guo", "糊化锅"),
        ("laser printer / copier", "激光打印机"),
        ("新来的老师没有电脑用，想申请一台", "电脑"),
        ("教室的投影仪坏了，想换一台新的", "投影仪"),
        ("年级组要印卷子，一次几百份", "速印机"),
        ("财务室打发票", "针式打印机"),
        ("不要投影幕，要一台投影仪", "投影仪"),
        ("机房要添几台微机", "电脑"),
        ("all-in-one computer", "一体电脑"),
        ("photocopy machine", "复印机"),
        ("笔记本电脑 惠普", "笔记本电脑"),
        ("课桌 单人用的", "课桌"),
        ("平板用支架", "支架"),
    ],
)
def test_a_line_asks_for_this(text, concept):
    assert first(text) == concept


@pytest.mark.parametrize(
    "text", ["全息沙盘", "盲文显示板", "钢琴", "xyzzy", "电视机顶盒"]
)
def test_an_unknown_head_is_not_taken_for_the_known_word_before_it(text):
    reading = read(text)
    assert not reading.heads
    assert reading.unknown_head


@pytest.mark.parametrize(
    "text", ["教学设备一批", "办公设备", "东西", "等等", "", "？？", "设备 若干"]
)
def test_words_that_name_nothing_are_vague(text):
    assert read(text).vague


@pytest.mark.parametrize("text", ["投影仪", "糊化锅", "沙盘", "惠普", "CB-X05"])
def test_words_that_name_something_are_not_vague(text):
    assert not read(text).vague


def test_a_word_of_several_things_is_sure_of_none():
    heads = read("一体机").heads
    assert {head.concept for head in heads} == {"一体打印机", "一体电脑"}
    assert all(head.weight < 1 for head in heads)


def test_a_belonging_says_what_it_is_for():
    assert read("投影仪遥控器").owners == ("投影仪",)
    assert read("遥控器", "投影仪用").owners == ("投影仪",)
    assert read("投影仪").owners == ()


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("课桌布", "布"), ("投影仪顶盖", "顶盖"), ("白板膜", "膜")],
)
def test_the_last_word_is_the_head_however_short(text, unknown):
    reading = read(text)
    assert (reading.heads, reading.unknown_head) == ((), unknown)


def test_a_narrower_word_beside_a_broader_one_says_which():
    assert first("笔记本电脑电脑") == "笔记本电脑"
    assert first("电脑 笔记本") == "笔记本电脑"


@pytest.mark.parametrize("text", ["被子", "globe", "手球", "沙盘", "钢笔"])
def test_a_word_that_is_not_known_is_not_taken_for_another(text):
    assert all(head.via != "slip" for head in read(text).heads)


def test_in_a_sentence_only_what_sounds_alike_is_forgiven():
    assert first("教室的投影义坏了，想换一台") == "投影仪"
    assert first("自板") == "白板"
    assert first("走廊的自板坏了，想换一块新的") is None


def test_what_is_refused_is_not_asked_for():
    assert "投影幕" not in read("不要投影幕，要一台投影仪").concepts


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("彩色激光打印机", {"colour"}),
        ("电动投影幕", set()),
        ("无线键盘", {"wireless"}),
        ("黑白打印机", {"mono"}),
        ("黑板", set()),
        ("户外折叠椅", {"outdoor"}),
        ("桌子折叠", {"folding"}),
        ("wireless mouse", {"wireless"}),
    ],
)
def test_qualities_are_read(text, features):
    assert {feature.value for feature in read(text).features} == features


def told(text):
    return [
        (each.kind, round(each.low, 3), round(each.high, 3), each.comparison)
        for each in measures(legible(text))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("65寸", [("length", 1651, 1651, "")]),
        ("６５ 英寸", [("length", 1651, 1651, "")]),
        ('TV 55"', [("length", 1397, 1397, "")]),
        ("≥4000流明", [("lumen", 4000, 4000, ">=")]),
        ("亮度不低于6000流明", [("lumen", 6000, 6000, ">=")]),
        ("1TB以上", [("bytes", 1024, 1024, ">=")]),
        ("最多5公斤", [("weight", 5, 5, "<=")]),
        ("24寸左右", [("length", 609.6, 609.6, "~")]),
        ("32-65寸", [("length", 812.8, 1651, "")]),
        ("1500×900", [("dims", 900, 1500, "")]),
        ("2.4米×1.2米", [("dims", 1200, 2400, "")]),
        ("105*50", [("dims", 500, 1050, "")]),
        (
            "i5-10500/8GB/256GB",
            [("processor", 5, 5, ""), ("memory", 8, 8, ""), ("storage", 256, 256, "")],
        ),
        (
            "16G内存，512固态",
            [("memory", 16, 16, ""), ("storage", 512, 512, "")],
        ),
        ("A3幅面", [("paper", 0.125, 0.125, "")]),
        ("双人", [("persons", 2, 2, "")]),
        ("六人位", [("persons", 6, 6, "")]),
        ("双面", []),
        ("70g", [("weight", 0.07, 0.07, "")]),
        ("16开", [("paper_open", 16, 16, "")]),
        ("4K", [("resolution", 2160, 2160, "")]),
        ("5号", [("size_number", 5, 5, "")]),
        ("11人制", [("people_side", 11, 11, "")]),
        ("1/2 儿童", [("fraction", 0.5, 0.5, "")]),
        ("100斤", [("weight", 50, 50, "")]),
        ("22页/分", [("speed", 22, 22, "")]),
        ("鸿合75一体机", [("bare", 75, 75, "")]),
        ("at least 65 inches", [("length", 1651, 1651, ">=")]),
        ("PT-BX651C", []),
        ("20台", []),
        ("桌椅45套", []),
        ("五千流明", [("lumen", 5000, 5000, "")]),
        ("一万二千流明", [("lumen", 12000, 12000, "")]),
        ("十二英寸", [("length", 304.8, 304.8, "")]),
        ("四分之三", [("fraction", 0.75, 0.75, "")]),
    ],
)
def test_measures_are_read(text, found):
    assert told(text) == found


@pytest.mark.parametrize(
    ("wanted", "known", "expected"),
    [
        ("65寸", "65英寸", Fit.MET),
        ("65寸", "1651mm", Fit.MET),
        ("24寸", "23.8寸", Fit.MET),
        ("65寸", "75寸", Fit.NEAR),
        ("65寸", "86寸", Fit.NEAR),
        ("65寸", "32寸", Fit.CONTRADICTED),
        ("65寸", "4K", Fit.SILENT),
        ("8GB内存", "i5/16GB/512GB", Fit.MET),
        ("16GB内存", "i5/8GB/512GB", Fit.NEAR),
        ("64GB内存", "i5/8GB/512GB", Fit.CONTRADICTED),
        ("3000流明", "4000流明", Fit.MET),
        ("≤3000流明", "4000流明", Fit.NEAR),
        ("20000流明", "3000流明", Fit.CONTRADICTED),
        ("55寸", "32-65寸", Fit.MET),
        ("A3", "A4 黑白", Fit.CONTRADICTED),
        ("A4", "A3 黑白", Fit.MET),
        ("1.2米", "1200×400×750", Fit.MET),
        ("2.4米×1.2米", "1200×900", Fit.CONTRADICTED),
        ("5公斤", "10斤", Fit.MET),
        ("25kg", "10kg", Fit.CONTRADICTED),
        ("10-20升", "15L", Fit.MET),
        ("2米左右", "1.8m", Fit.MET),
    ],
)
def test_measures_are_compared_and_not_matched(wanted, known, expected):
    (wish,) = measures(legible(wanted))
    assert fit(wish, measures(legible(known)))[0] is expected


@pytest.mark.parametrize(
    ("wanted", "known", "same"),
    [
        ("x05", "CB-X05", True),
        ("cb x05", "CB-X05", True),
        ("7080", "DCP-7080D", True),
        ("t9119", "SH-T9119P", True),
        ("dd3344", "DD 3344C", True),
        ("75", "HD-I7580E", False),
        ("x05", "CB-X051", False),
        ("2900", "LBP2900+", True),
        ("m203", "适用M203/M227", True),
        ("3080", "OptiPlex 3090", False),
    ],
)
def test_model_numbers_are_known_again(wanted, known, same):
    joined = "".join(
        each for each in known.lower() if each.isascii() and each.isalnum()
    )
    there = (*model_numbers(legible(known)), joined)
    asked = [each for part in wanted.split() for each in model_numbers(part)] or [
        wanted
    ]
    assert any(same_number(each, there) for each in asked) is same


def test_homophones_and_look_alikes_are_more_alike_than_others():
    assert unlike("蓝", "篮") < unlike("应", "印") < unlike("幕", "仪")
    assert unlike("白", "自") < unlike("白", "黑")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ＰＴ－Ｘ３０００", "pt-x3000"),
        ("雷射印表機", "激光打印机"),
        ("隨身碟", "u盘"),
        ("1500×900", "1500×900"),
        ("teacher’s desk", "teacher's desk"),
    ],
)
def test_legible_texts_keep_their_marks(text, form):
    assert legible(text) == form
