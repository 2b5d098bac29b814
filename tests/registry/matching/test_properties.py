"""What holds of every text: bounds, forms, and that a part finds the whole."""

import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.matching import (
    enough,
    normalise,
    query_tokens,
    rank,
    score,
    tokens,
)
from registry.matching.normalising import MOST_CHARACTERS, runs
from registry.matching.pinyin import _SECOND, _library, readings, spelled_span
from registry.matching.ranking import LEAST_SCORE
from registry.matching.tokens import MOST_TOKENS

HANZI = (
    "投影仪打印机电脑桌椅空调柜显微镜音箱响黑板书架床钢琴话筒功放摄像头"
    "冰箱水泵灯笔记本台式激光液晶触控一体投幕布课讲桌文件保险箱饮水重长乐行"
)
anything = st.text(st.characters(exclude_categories=()))
chinese = st.text(HANZI, min_size=2, max_size=9)
latin = st.text("abcdefgxyz0123456789", min_size=2, max_size=10)


def finds(query, name, *, ranked=False):
    asked = query_tokens(query)
    there = len(asked & tokens(name)) >= enough(len(asked), ranked=ranked)
    return bool(asked) and there and score(query, name) >= LEAST_SCORE


@st.composite
def part_of(draw, whole):
    """A text and a part of it at least two characters long."""
    text = draw(whole)
    start = draw(st.integers(0, len(text) - 2))
    return text, text[start : draw(st.integers(start + 2, len(text)))]


@given(anything)
def test_no_text_breaks_anything_and_all_is_bounded(text):
    assert len(normalise(text)) <= MOST_CHARACTERS
    assert len(tokens(text)) <= MOST_TOKENS
    assert all(1 <= len(token) <= 3 for token in tokens(text) | query_tokens(text))
    assert 0 <= score(text, text) <= 100
    assert 0 <= score("投影仪", text) <= 100
    assert 0 <= score(text, "投影仪 PT-X3000") <= 100


@given(anything)
def test_normal_form_is_one_line_of_words_and_does_not_change_again(text):
    normal = normalise(text)
    assert normal == " ".join(normal.split(" "))
    assert all(each.isalnum() for word in normal.split() for each in word)
    assert normalise(normal) == normal


@given(st.text(HANZI + "abcABC123 -_（）。，"))
def test_width_and_case_make_no_difference(text):
    wide = "".join(
        chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text
    )
    assert normalise(wide) == normalise(text) == normalise(text.swapcase())
    assert tokens(wide) == tokens(text)
    assert query_tokens(wide) == query_tokens(text)


@given(part_of(chinese))
def test_any_part_of_a_chinese_name_finds_it(text_and_part):
    text, part = text_and_part
    assert finds(part, text)


@given(chinese)
def test_any_one_character_finds_a_chinese_name(text):
    assert all(finds(character, text) for character in text)


@given(part_of(latin))
def test_any_part_of_a_word_or_number_finds_it(text_and_part):
    text, part = text_and_part
    assert finds(part, text)


@given(part_of(chinese), st.randoms())
def test_initials_and_pinyin_of_any_part_find_it(text_and_part, chance):
    text, part = text_and_part
    said = [chance.choice(readings(character)) for character in part]
    initials = "".join(syllable[0] for syllable in said)
    assert finds(initials, text)
    assume(len(tokens(text)) < MOST_TOKENS)
    assert finds("".join(said), text)
    assert finds(" ".join(said), text)


@given(chinese, latin)
def test_words_are_found_in_any_order(first, second):
    assert finds(f"{second} {first}", f"{first} {second}")
    assert finds(f"{second}{first}", f"{first}{second}", ranked=True)


@given(chinese, chinese)
def test_a_name_is_its_own_best_answer(name, other):
    assert score(name, name) == 100
    assert score(name, other) <= 100
    if name != other:
        assert rank(name, [(1, other), (2, name)])[0] == (2, 100.0)


def test_a_long_name_has_only_so_many_tokens_and_its_words_come_first():
    long = "高分辨率电致发光成像在线检测系统与多通道数据采集记录分析工作站"
    found = tokens(long)
    assert len(found) == MOST_TOKENS
    assert query_tokens(long) <= found


def test_what_is_too_long_is_cut():
    long = "投影仪" * 100_000
    assert len(normalise(long)) == MOST_CHARACTERS
    assert finds("投影仪", long)
    assert len(query_tokens(long)) <= MOST_CHARACTERS


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＰＴ－Ｘ３０００", "pt x3000"),
        ("  投影仪\t（多媒体） ", "投影仪 多媒体"),
        ("電腦、滑鼠、臺燈", "电脑 滑鼠 台灯"),
        ("Café Straße", "cafe strasse"),
        ("lüsè", "lvse"),
        ("65㎡", "65m2"),
        ("①号", "1号"),
        ("Ⅱ型", "ii型"),
        ("a_b", "a b"),
        ("プロジェクター", "プロジェクター"),
        ("\x00\ud800投影\u202e仪", "投影 仪"),
        ("😀", ""),
    ],
)
def test_these_are_written_so(text, normal):
    assert normalise(text) == normal


def test_runs_are_of_one_script():
    assert runs("65寸 pt x3000投影") == ["65", "寸", "pt", "x3000", "投影"]


@pytest.mark.parametrize(
    ("character", "said"),
    [
        ("投", ("tou",)),
        ("长", ("zhang", "chang")),
        ("重", ("zhong", "chong")),
        ("乐", ("le", "yue")),
        ("绿", ("lv", "lu")),
        ("𬭎", ("hong",)),
        ("a", ()),
        ("ブ", ()),
        ("，", ()),
    ],
)
def test_characters_are_read_as_people_read_them(character, said):
    assert readings(character) == said


@pytest.mark.parametrize(("character", "second"), _SECOND.items())
def test_a_second_reading_is_a_reading_and_not_the_first(character, second):
    library = _library()
    known = library.pinyin(character, style=library.Style.NORMAL, heteronym=True)[0]
    assert second in known[1:] or second != known[0]
    assert second in known


@pytest.mark.parametrize(
    ("letters", "span"),
    [
        ("tyy", (0, 3)),
        ("touyingyi", (0, 3)),
        ("touying", (0, 2)),
        ("touyy", (0, 3)),
        ("tyingyi", (0, 3)),
        ("yingy", (1, 2)),
        ("ying", (1, 1)),
        ("yi", (1, 1)),
        ("ouying", (0, 0)),
        ("tyyx", (0, 0)),
        ("yt", (0, 0)),
    ],
)
def test_letters_spell_neighbouring_characters(letters, span):
    assert spelled_span(letters, [readings(each) for each in "投影仪"]) == span


def test_importing_loads_no_dictionary():
    probe = (
        "import sys, registry.matching as m;"
        "m.tokens('plain 3000');"
        "assert not {'opencc', 'pypinyin'} & set(sys.modules);"
        "m.tokens('投影仪');"
        "assert {'opencc', 'pypinyin'} <= set(sys.modules);"
        "assert 'pypinyin.phrases_dict' not in sys.modules;"
        "import os; assert 'PYPINYIN_NO_PHRASES' not in os.environ"
    )
    subprocess.run([sys.executable, "-c", probe], check=True)
