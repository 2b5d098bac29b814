"""What people type finds what they mean, and leaves the rest alone."""

import csv
import random
import sqlite3
from pathlib import Path

import pytest

from registry.matching import enough, query_tokens, rank, score, tokens
from registry.matching.ranking import LEAST_SCORE

SHELF = [
    "投影仪",
    "松下投影仪 PT-X3000",
    "投影幕",
    "电动投影幕布 120寸",
    "激光打印机",
    "HP LaserJet 1020 打印机",
    "A4打印纸",
    "台式电脑",
    "笔记本电脑",
    "电脑桌",
    "课桌",
    "阅览椅",
    "长条椅",
    "音响",
    "重型货架",
    "银行柜台",
    "空调柜机",
    "格力空调（挂机）",
    "65寸液晶电视",
    "86寸触控一体机",
    "显微镜",
    "电子显微镜",
    "乐器架",
    "会计凭证装订机",
    "绿板",
    "床",
    "Sony Projector VPL-EX455",
    "Café Table",
    "interactive flat panel",
]


@pytest.fixture(scope="module")
def table():
    """The names in a table of tokens, as the house keeps them."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE name_tokens (record_id, token)")
    rows = [(name, token) for name in SHELF for token in tokens(name)]
    connection.executemany("INSERT INTO name_tokens VALUES (?, ?)", rows)
    yield connection
    connection.close()


def select(table, query, *, ranked):
    """The names a database finds, with or without somebody to look at them after."""
    asked = sorted(query_tokens(query))
    marks = ", ".join("?" * len(asked))
    found = table.execute(
        f"SELECT record_id FROM name_tokens WHERE token IN ({marks})"
        " GROUP BY record_id HAVING COUNT(*) >= ? ORDER BY COUNT(*) DESC LIMIT 500",
        [*asked, enough(len(asked), ranked=ranked)],
    )
    return [name for (name,) in found]


def find(table, query):
    found = select(table, query, ranked=True)
    return [name for name, _ in rank(query, [(name, name) for name in found])]


FIRST_FOUND = {
    "投影仪": "投影仪",
    "影仪": "投影仪",
    "tyy": "投影仪",
    "TYY": "投影仪",
    "ｔｙｙ": "投影仪",
    "touyingyi": "投影仪",
    "TouYingYi": "投影仪",
    "tou ying yi": "投影仪",
    "touyy": "投影仪",
    "yingyi": "投影仪",
    "stouying": None,
    "sxtyy": "松下投影仪 PT-X3000",
    "投影仪 松下": "松下投影仪 PT-X3000",
    "投影仪松下": "松下投影仪 PT-X3000",
    "松下 投影": "松下投影仪 PT-X3000",
    "松下touying": "松下投影仪 PT-X3000",
    "pt-x3000": "松下投影仪 PT-X3000",
    "PTX3000": "松下投影仪 PT-X3000",
    "pt x3000": "松下投影仪 PT-X3000",
    "ＰＴ－Ｘ３０００": "松下投影仪 PT-X3000",
    "x3000": "松下投影仪 PT-X3000",
    "3000": "松下投影仪 PT-X3000",
    "投影儀": "投影仪",
    "筆記本電腦": "笔记本电脑",
    "電視": "65寸液晶电视",
    "65寸": "65寸液晶电视",
    "６５寸": "65寸液晶电视",
    "86": "86寸触控一体机",
    "电视 65": "65寸液晶电视",
    "dnz": "电脑桌",
    "diannaozhuo": "电脑桌",
    "a4": "A4打印纸",
    "A4 纸": "A4打印纸",
    "hp打印机": "HP LaserJet 1020 打印机",
    "打印机 HP": "HP LaserJet 1020 打印机",
    "laserjet": "HP LaserJet 1020 打印机",
    "laserjt": "HP LaserJet 1020 打印机",
    "LASERJET1020": "HP LaserJet 1020 打印机",
    "zty": "长条椅",
    "changtiaoyi": "长条椅",
    "yinxiang": "音响",
    "zhongxing": "重型货架",
    "chongxing": "重型货架",
    "yinhang": "银行柜台",
    "yueqi": "乐器架",
    "kuaiji": "会计凭证装订机",
    "lvban": "绿板",
    "lüban": "绿板",
    "luban": "绿板",
    "床": "床",
    "chuang": "床",
    "椅": "阅览椅",
    "空调 格力": "格力空调（挂机）",
    "空调(挂机)": "格力空调（挂机）",
    "guaji": "格力空调（挂机）",
    "显微电子镜": "电子显微镜",
    "xianweijing": "显微镜",
    "projector": "Sony Projector VPL-EX455",
    "projectors": "Sony Projector VPL-EX455",
    "PROJ": "Sony Projector VPL-EX455",
    "projetor": "Sony Projector VPL-EX455",
    "projector sony": "Sony Projector VPL-EX455",
    "vplex455": "Sony Projector VPL-EX455",
    "ex455": "Sony Projector VPL-EX455",
    "cafe": "Café Table",
    "CAFÉ": "Café Table",
    "flat panel": "interactive flat panel",
    "panel interactive": "interactive flat panel",
    "": None,
    "  ": None,
    "！？…": None,
    "飞机": None,
    "xyzzy": None,
    "9999": None,
    "投影仪 惠普": None,
    "ang": None,
    "%": None,
    "_": None,
    "'; DROP TABLE name_tokens; --": None,
}


@pytest.mark.parametrize(("query", "name"), FIRST_FOUND.items())
def test_a_search_shows_first_what_was_meant(table, query, name):
    assert next(iter(find(table, query)), None) == name


FOUND = {
    "投": {"投影仪", "松下投影仪 PT-X3000", "投影幕", "电动投影幕布 120寸"},
    "電腦": {"台式电脑", "笔记本电脑", "电脑桌"},
    "p": {
        "松下投影仪 PT-X3000",
        "Sony Projector VPL-EX455",
        "interactive flat panel",
    },
    "激光打印纸": {"激光打印机", "A4打印纸"},
    "激光打印机": {"激光打印机"},
    "投影": {"投影仪", "松下投影仪 PT-X3000", "投影幕", "电动投影幕布 120寸"},
    "touying": {"投影仪", "松下投影仪 PT-X3000", "投影幕", "电动投影幕布 120寸"},
    "tyy": {"投影仪", "松下投影仪 PT-X3000"},
    "投影仪": {"投影仪", "松下投影仪 PT-X3000"},
    "打印机": {"激光打印机", "HP LaserJet 1020 打印机"},
    "dyj": {"激光打印机", "HP LaserJet 1020 打印机"},
    "电脑": {"台式电脑", "笔记本电脑", "电脑桌"},
    "桌": {"电脑桌", "课桌"},
    "椅": {"阅览椅", "长条椅"},
    "zhuo": {"电脑桌", "课桌"},
    "显微镜": {"显微镜", "电子显微镜"},
    "projector": {"Sony Projector VPL-EX455"},
    "空调": {"空调柜机", "格力空调（挂机）"},
}


@pytest.mark.parametrize(("query", "names"), FOUND.items())
def test_a_search_finds_these_and_no_others(table, query, names):
    assert set(find(table, query)) == names


GUESSED = {"激光打印纸"}


@pytest.mark.parametrize("query", sorted(FOUND.keys() - GUESSED))
def test_a_database_alone_finds_the_same(table, query):
    assert set(select(table, query, ranked=False)) <= set(find(table, query))
    assert set(select(table, query, ranked=False)) == FOUND[query]


@pytest.mark.parametrize("query", [*FOUND, *FIRST_FOUND])
def test_what_a_database_finds_alone_is_found_with_ranking_too(table, query):
    alone, looser = (select(table, query, ranked=ranked) for ranked in (False, True))
    assert set(alone) <= set(looser)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("投影仪", "投影仪", "投影仪升降台"),
        ("投影仪", "投影仪升降台", "松下投影仪"),
        ("投影仪", "松下投影仪", "投影器仪"),
        ("touyingyi", "投影仪", "投影仪升降台"),
        ("yinxiang", "音箱", "收音、电唱音箱"),
        ("hp", "HP 打印机", "湖泊"),
        ("打印机 hp", "HP 打印机", "打印机"),
        ("projector", "Projector", "Projektor"),
        ("课桌", "课桌", "课桌椅"),
        ("课桌", "课桌椅", "双人课桌"),
    ],
)
def test_the_nearer_name_comes_first(query, better, worse):
    assert score(query, better) > score(query, worse)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("投影仪", "投影幕"),
        ("投影幕", "投影仪"),
        ("打印纸", "打印机"),
        ("课桌", "课程"),
        ("65寸", "86寸"),
        ("x3000", "x4000"),
        ("tyy", "投影幕"),
        ("投影仪 索尼", "投影仪"),
    ],
)
def test_what_is_something_else_is_not_shown(query, name):
    assert rank(query, [(1, name)]) == []


def test_a_record_of_several_names_counts_by_its_best():
    names = [(1, "多媒体设备"), (2, "投影仪升降台"), (1, "投影仪"), (3, "课桌")]
    assert rank("投影仪", names)[0] == (1, 100.0)
    assert [key for key, _ in rank("投影仪", names)] == [1, 2]


def test_equal_answers_keep_their_order_and_only_so_many_are_shown():
    names = [(key, "投影仪") for key in range(9)]
    assert [key for key, _ in rank("投影仪", names, most=4)] == [0, 1, 2, 3]


SHARED = Path(__file__).parents[4] / "shared" / "data-raw"
CLASSES = SHARED / "edu_asset_classification.csv"


@pytest.mark.skipif(not CLASSES.exists(), reason="the universities' names are not here")
def test_eighteen_thousand_names_are_found_by_any_part_of_them():
    with CLASSES.open(encoding="utf-8-sig") as file:
        names = sorted({row["name"] for row in csv.DictReader(file)})
    chance = random.Random(3)
    lost = []
    for name in chance.sample(names, 1500):
        start = chance.randrange(len(name))
        part = name[start : start + chance.randint(2, 8)]
        asked = query_tokens(part)
        there = len(asked & tokens(name)) >= enough(len(asked))
        if asked and not (there and score(part, name) >= LEAST_SCORE):
            lost.append((name, part))
    assert len(lost) <= 3, lost
