"""What serves a line is found, what only looks like it is not, and each says why."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.matching.deciding import (
    ANSWERS_FROM,
    Answer,
    match,
    read_weights,
    standard_weights,
    wording,
)
from registry.matching.index import Index
from registry.matching.measures import measures
from registry.matching.records import Adjustments, Line, Record
from registry.matching.text import legible
from registry.words import use_language
from registry.words.matches import REASONS, reason_sentence
from tests.registry.matching.shelf import RECORDS, shelf, small_thesaurus

KEYS = [record.key for record in RECORDS]


def ask(text, specification="", **options):
    return match(shelf(), Line(text, specification), **options)


def keys(verdict):
    return [each.key for each in verdict.matches]


@pytest.mark.parametrize(
    ("text", "specification", "found"),
    [
        ("投影仪", "", {"P1", "P2", "P3", "P4"}),
        ("projector", "", {"P1", "P2", "P3", "P4"}),
        ("投影仪", "5000流明以上", {"P2"}),
        ("短焦投影仪", "", {"P3"}),
        ("电动投影幕", "", {"S1"}),
        ("投影仪灯泡", "", {"L1"}),
        ("打印机", "", {"D1", "D2", "D3"}),
        ("激光打印机", "", {"D1", "D2"}),
        ("爱普生 X05", "", {"P1"}),
        ("惠普 硒鼓 30A", "", {"H1"}),
        ("手提电脑", "16G内存", {"N1"}),
        ("电视", "55寸", {"V1"}),
        ("televisions", "", {"V1", "V2"}),
        ("台燈", "", {"B1"}),
        ("糊化锅", "", {"U1"}),
        ("印试卷要用，一次几百份", "", {"R1"}),
        ("suizhiji", "", {"Z1"}),
    ],
)
def test_what_serves_comes_first_and_stops_the_line(text, specification, found):
    verdict = ask(text, specification)
    assert verdict.answer is Answer.MATCHED
    assert set(keys(verdict)[: len(found)]) == found


@pytest.mark.parametrize(
    ("text", "specification"),
    [
        ("投影仪租赁", ""),
        ("投影仪维修", ""),
        ("投影仪遥控器", ""),
        ("投影仪防尘网", ""),
        ("投影仪电池", ""),
        ("打印机支架", ""),
        ("电视机顶盒", ""),
        ("课桌抽屉锁", ""),
        ("台灯灯泡", ""),
        ("钢琴", ""),
        ("全息沙盘", ""),
        ("无人机", ""),
        ("投影仪", "20000流明"),
        ("哑铃", "25kg"),
        ("笔记本电脑", "64GB内存"),
        ("索尼 VPL-DX221 投影仪", ""),
        ("电视", "32寸"),
        ("piano", ""),
    ],
)
def test_what_nothing_serves_goes_on(text, specification):
    assert ask(text, specification).answer is not Answer.MATCHED


@pytest.mark.parametrize("text", ["教学设备一批", "办公设备", "东西若干", "", "？"])
def test_a_vague_line_is_never_clear(text):
    assert ask(text).answer is not Answer.CLEAR


def bare(*names):
    """Item types of which the ledger has a name, and a brand and model, and no more."""
    return Index(
        [Record(str(at), *each) for at, each in enumerate(names)], small_thesaurus()
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("投影仪 10000流明", Answer.UNCLEAR),
        ("短焦投影仪", Answer.UNCLEAR),
        ("爱普生 CB-X06", Answer.UNCLEAR),
        ("爱普生 CB-X50", Answer.MATCHED),
        ("投影仪和投影机支架", Answer.MATCHED),
        ("台灯及投影仪", Answer.MATCHED),
        ("投影仪与投影幕", Answer.MATCHED),
        ("电脑和投影仪灯泡", Answer.CLEAR),
        ("台灯", Answer.CLEAR),
    ],
)
def test_more_words_get_nobody_past_a_thing_of_which_only_the_name_is_known(
    text, answer
):
    index = bare(("投影仪", "爱普生", "CB-X50"))
    assert match(index, Line(text)).answer is answer


@pytest.mark.parametrize("record", RECORDS, ids=KEYS)
def test_a_types_own_name_finds_it_first(record):
    """With brand and model it is the first; its name alone finds it or its equals."""
    whole = ask(f"{record.brand} {record.name} {record.model}", record.specification)
    assert keys(whole)[0] == record.key
    by_name = ask(record.name)
    scores = {each.key: each.score for each in by_name.matches}
    assert scores[record.key] >= by_name.matches[0].score * 0.75
    assert by_name.answer is Answer.MATCHED


TRADITIONAL = {"投影仪": "投影儀", "笔记本电脑": "筆記本電腦", "电视机": "電視機"}


@pytest.mark.parametrize(("simplified", "traditional"), TRADITIONAL.items())
def test_traditional_characters_make_no_difference(simplified, traditional):
    assert ask(simplified).matches == ask(traditional).matches


@pytest.mark.parametrize(
    "text", ["激光打印机 惠普", "laser printer", "Projector 4000 lumens"]
)
def test_width_and_case_make_no_difference(text):
    wide = "".join(chr(ord(e) + 0xFEE0) if "!" <= e <= "~" else e for e in text)
    plain = [(each.key, each.score) for each in ask(text).matches]
    for other in (wide, text.upper(), text.title()):
        assert [(each.key, each.score) for each in ask(other).matches] == plain


@pytest.mark.parametrize(
    "words", [("投影仪", "松下"), ("打印机", "激光", "黑白"), ("电视", "55寸", "海信")]
)
def test_the_order_of_words_makes_no_difference_to_what_serves(words):
    forward, backward = ask(" ".join(words)), ask(" ".join(reversed(words)))
    assert forward.answer == backward.answer
    assert keys(forward)[0] == keys(backward)[0]


PROPERTIES = ["65寸", "16GB内存", "4000流明", "A3", "25kg", "1.2米", "双人", "1TB硬盘"]


@given(
    st.sampled_from(["投影仪", "电视", "笔记本电脑", "打印机", "课桌", "哑铃", "白板"]),
    st.lists(st.sampled_from(PROPERTIES), max_size=3, unique=True),
    st.sampled_from(PROPERTIES),
)
def test_one_more_property_never_lifts_what_contradicts_it(text, asked, more):
    """Not its own score, nor its place before what meets the property."""
    fewer = {e.key: e for e in ask(text, " ".join(asked), most=99).matches}
    with_more = ask(text, " ".join([*asked, more]), most=99).matches
    (wish,) = measures(legible(more))
    for each in with_more:
        fits = [
            reason.code
            for reason in each.reasons
            if reason.facts.get("property") == wish.kind
            and reason.facts.get("wanted") == wish.written
        ]
        if each.key in fewer and "property_contradicted" in fits:
            assert each.score <= fewer[each.key].score


def test_no_weight_rewards_what_speaks_against():
    weights = standard_weights()
    for table in (weights.serves, weights.worth):
        for signal, weight in table.items():
            if signal.endswith(("contradicted", "silent", "missing", "near", "unsure")):
                assert weight <= 0, signal
            if signal.endswith("_met"):
                assert weight >= 0, signal


def test_the_answer_does_not_depend_on_the_order_of_records():
    mixed = list(RECORDS)
    random.Random(7).shuffle(mixed)
    other = Index(mixed, small_thesaurus())
    for text in ("投影仪", "打印机 黑白", "电视 60寸", "糊化锅", "锅", "笔记本"):
        assert match(other, Line(text)) == ask(text)


def test_the_answer_is_the_same_in_every_process():
    script = (
        "from tests.registry.matching.shelf import shelf\n"
        "from registry.matching.deciding import match\n"
        "from registry.matching.records import Line\n"
        "for t in ('投影仪', '超导体测试', '印试卷要用', 'lazer printer'):\n"
        "    v = match(shelf(), Line(t))\n"
        "    print(v.answer, [(m.key, m.score) for m in v.matches])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_records_come_and_go():
    index = Index(RECORDS, small_thesaurus())
    text = Line("糊化锅")
    assert match(index, text).matches[0].key == "U1"
    index.remove("U1")
    assert match(index, text).answer is not Answer.MATCHED
    assert "U1" not in [each.key for each in match(index, text).matches]
    index.add(next(record for record in RECORDS if record.key == "U1"))
    assert match(index, text) == match(shelf(), text)
    changed = replace(RECORDS[0], name="糊化锅")
    index.add(changed)
    assert {each.key for each in match(index, text).matches[:2]} == {"U1", "P1"}
    index.add(RECORDS[0])
    for line in ("投影仪", "糊化锅", "爱普生 x05"):
        assert match(index, Line(line)) == match(shelf(), Line(line))
    for key in KEYS:
        index.remove(key)
    index.remove("nothing")
    assert len(index) == 0
    assert match(index, text).matches == ()


def test_indices_share_the_thesaurus_and_nothing_else():
    """The names of one institution's item types are not known to another's."""
    one, other = Index([Record("X", "玄武测绘箱")]), Index([Record("Y", "台灯")])
    assert one.reader is other.reader
    assert match(one, Line("xuan wu ce hui xiang")).matches[0].key == "X"
    for text in ("玄武测绘箱", "xuan wu ce hui xiang", "玄舞测绘箱"):
        assert all(not head.name for head in other.reading_of(Line(text)).heads)


def test_only_what_is_allowed_is_shown():
    verdict = ask("投影仪", allowed=lambda key: key == "P4")
    assert keys(verdict) == ["P4"]
    assert ask("投影仪", allowed=lambda key: False).answer is Answer.CLEAR


def test_a_model_alone_says_what_kind_is_asked_for():
    """So that others of the kind are shown too, as others; parts for it are not it."""
    verdict = ask("爱普生 CB-X05")
    assert keys(verdict)[0] == "P1"
    assert set(keys(verdict)[1:4]) == {"P2", "P3", "P4"}
    codes = {reason.code for reason in verdict.matches[1].reasons}
    assert codes >= {"same", "number_contradicted"}


def test_what_suits_a_model_is_not_that_model():
    verdict = ask("惠普 M203")
    assert "number_suits" in {reason.code for reason in verdict.matches[0].reasons}
    verdict = ask("硒鼓", "惠普M203用")
    assert (verdict.answer, keys(verdict)[0]) == (Answer.MATCHED, "H1")


def test_words_alike_alone_stop_nobody():
    """Where neither line nor record is understood, a person looks."""
    assert ask("超导体测试仪").answer is not Answer.MATCHED
    assert ask("高临界温度超导体测试仪").answer is Answer.MATCHED


def test_an_alias_of_a_record_finds_it():
    index = Index(
        [*RECORDS, replace(RECORDS[-1], key="U3", aliases=("超导仪",))],
        small_thesaurus(),
    )
    verdict = match(index, Line("超导仪"))
    assert (verdict.answer, verdict.matches[0].key) == (Answer.MATCHED, "U3")


def test_what_people_answered_is_remembered_and_can_be_taken_back():
    words = wording("小天才学习机")
    assert ask("小天才学习机").answer is Answer.CLEAR
    taught = Adjustments(aliases={words: frozenset(["N1"])})
    verdict = ask("小天才 学习机", taught=taught)
    assert (verdict.answer, keys(verdict)[0]) == (Answer.MATCHED, "N1")
    assert verdict.matches[0].reasons[0].code == "taught_accepted"
    declined = Adjustments(declined={wording("投影仪"): frozenset(["P1"])})
    without = ask("投影仪", taught=declined)
    assert keys(without)[0] != "P1"
    assert ask("投影仪") == ask("投影仪", taught=Adjustments())


def test_a_record_that_was_picked_is_first():
    verdict = match(shelf(), Line("给老师用的", item_type="N2"))
    assert (verdict.answer, keys(verdict)[0]) == (Answer.MATCHED, "N2")


def test_a_match_says_what_differs():
    verdict = ask("电视", "65寸")
    other = next(each for each in verdict.matches if each.key == "V2")
    with use_language("zh-CN"):
        told = [reason_sentence(each.code, each.facts) for each in other.reasons]
    assert told == ["同一种物品：电视机", "尺寸接近：要 65寸，闲置的是 75寸"]
    with use_language("en"):
        told = [reason_sentence(each.code, each.facts) for each in other.reasons]
    assert told[0] == "The same thing: television"
    assert "75寸" in told[1]


def test_every_reason_has_its_sentence():
    lines = [
        *("投影仪 爱普生", "投影幕 电动", "打印机支架", "一体机", "办公设备", "蓝球"),
        *("印试卷要用", "电脑桌 双人", "CB-X05", "CB-X99 投影仪", "台灯", "projecter"),
        *("复印机", "短焦投影仪", "打印机 A3 彩色", "课桌椅", "超导测试仪", "灯"),
    ]
    found = {
        reason.code
        for text in lines
        for each in ask(text, most=99).matches
        for reason in each.reasons
    }
    assert found <= set(REASONS)
    assert len(found) > 15


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_breaks_anything(text, specification):
    verdict = ask(text, specification)
    assert verdict.answer in Answer
    assert all(0 <= each.score <= 1 for each in verdict.matches)
    scores = [each.score for each in verdict.matches]
    assert scores == sorted(scores, reverse=True)


def test_a_very_long_line_is_read_in_bounded_time_and_found():
    assert ask("投影仪 " * 5000).answer is Answer.MATCHED


def planted(**changed):
    """The weights with a mistake in them."""
    rows = ["signal,serves,worth"]
    weights = standard_weights()
    rows += [
        f"{ANSWERS_FROM[0]},{weights.matched_from},",
        f"{ANSWERS_FROM[1]},{weights.unclear_from},",
    ]
    for signal, serves in weights.serves.items():
        rows.append(f"{signal},{changed.get(signal, serves)},{weights.worth[signal]}")
    return read_weights("\n".join(rows))


@pytest.mark.parametrize(
    ("changed", "text", "specification"),
    [
        ({"measure_contradicted": 0, "measure_distance": 0}, "哑铃", "25kg"),
        ({"owner_silent": 6, "owner_contradicted": 6, "other": 6}, "投影仪遥控器", ""),
        (
            {"number_contradicted": 0, "brand_contradicted": 0},
            "索尼 VPL-DX221 投影仪",
            "",
        ),
    ],
)
def test_a_planted_mistake_in_the_weights_is_seen(changed, text, specification):
    """Each of these lines is only right because of the weights changed here."""
    assert ask(text, specification).answer is not Answer.MATCHED
    wrong = ask(text, specification, weights=planted(**changed))
    assert wrong.answer is Answer.MATCHED


def test_planting_nothing_changes_nothing():
    assert ask("投影仪", weights=planted()) == ask("投影仪")
