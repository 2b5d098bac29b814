"""The thesaurus holds to its rules, and each rule refuses what breaks it."""

from __future__ import annotations

import pytest

from registry.matching.concepts import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    Role,
    plain,
    read_thesaurus,
    standard_thesaurus,
    thesaurus_files,
)
from registry.matching.thesaurus_check import check_thesaurus

HEADER = ",".join(COLUMNS + OPTIONAL_COLUMNS)

GOOD = f"""{HEADER}
文印设备,,printing equipment,,group,,,,,
印刷设备,,duplicating equipment,,group,,,,,
复印机,影印机,copier,photocopier|Xerox,,文印设备,,2020100,印卷子|复印,一体打印机
一体打印机,一体机?,all-in-one printer,MFP,,文印设备,,2020300,,
彩色复印机,彩复,colour copier,,,复印机,,,,
一体电脑,一体机?,all-in-one computer,,,,,,,
碳粉盒,,toner cartridge,,consumable,,复印机,,,
维修,修理,repair,,service,,,,,
"""


def check(*rows, header=HEADER, good=GOOD):
    """The codes found in a file of these rows beside a good one."""
    text = "\n".join([header, *rows]) + "\n"
    files = {"a.csv": good.encode(), "b.csv": text.encode()}
    return [finding.code for finding in check_thesaurus(files)]


def row(name="投影仪", english="projector", **columns):
    values = {"name": name, "english": english, **columns}
    return ",".join(values.get(each, "") for each in COLUMNS + OPTIONAL_COLUMNS)


def test_the_thesaurus_that_comes_with_the_product_is_in_order():
    contents = {each.name: each.read_bytes() for each in thesaurus_files()}
    findings = check_thesaurus(contents)
    assert not findings, "\n".join(map(str, findings[:50]))


def test_good_files_are_let_through():
    assert check(row(also="投影机", goes_with="", purposes="放课件")) == []
    assert check(header=",".join(COLUMNS)) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("name_twice", row("复印机")),
        ("name_says_nothing", row("")),
        ("name_says_nothing", row("投影仪?")),
        ("english_missing", row(english="")),
        ("english_not_english", row(also_english="投影 projector")),
        ("role_unknown", row(role="thing")),
        ("class_unknown", row(classes="A0202")),
        ("class_unknown", row(classes="12345678")),
        ("alias_of_one_character", row(also="投")),
        ("blanks_around", row(also="投影机 |放映机")),
        ("empty_value", row(also="投影机||放映机")),
        ("value_twice", row(also="投影机|投影機")),
        ("value_twice", row(also_english="beamer|Beamers")),
        ("value_twice", row(goes_with="复印机|复印机", role="part")),
        ("one_value_only", row(broader="复印机|一体电脑")),
        ("no_such_concept", row(broader="办公设备")),
        ("no_such_concept", row(goes_with="影印机", role="part")),
        ("no_such_concept", row(instead="电视")),
        ("names_itself", row(broader="投影仪")),
        ("names_itself", row(instead="投影仪")),
        ("role_of_broader", row(broader="碳粉盒")),
        ("role_of_broader", row(broader="复印机", role="part")),
        ("group_goes_with", row(role="group", goes_with="复印机")),
        ("goes_with_its_own", row(broader="彩色复印机", goes_with="复印机")),
        ("instead_other_role", row(instead="碳粉盒")),
        ("instead_its_own", row(broader="彩色复印机", instead="复印机")),
        ("alias_shared", row(also="影印机")),
        ("alias_shared", row(also="影印機")),
        ("alias_shared", row(also="复印机")),
        ("alias_shared", row(also="一体机")),
        ("alias_shared", row(also_english="photo copiers")),
        ("alias_not_shared", row(also="放映机?")),
        ("cells", "投影仪,,projector"),
        ("cells", ""),
        ("not_csv", '"投影仪"x,,projector,,,,,,,'),
    ],
)
def test_a_bad_line_is_named(code, line):
    assert code in check(line)


def test_a_word_of_its_own_may_be_somebodys_second_meaning():
    assert check(row("彩印机", also="复印机?")) == []


def test_a_circle_of_broader_concepts_is_found():
    lines = [
        row("甲机", "machine a", broader="乙机"),
        row("乙机", "machine b", broader="丙机"),
        row("丙机", "machine c", broader="甲机"),
    ]
    assert check(*lines).count("circle") == 3


@pytest.mark.parametrize("header", ["name", "", HEADER + ",more", HEADER.upper()])
def test_another_header_is_refused(header):
    assert check(header=header) == ["header"]


def test_what_is_not_utf8_is_refused_and_nothing_else_said():
    found = check_thesaurus({"a.csv": GOOD.encode("gbk")})
    assert [each.code for each in found] == ["not_utf8"]


def test_concepts_are_found_by_all_their_names():
    thesaurus = read_thesaurus([GOOD])
    for word in ("影印机", "影印機", "Photocopiers", "ＰＨＯＴＯ copier", "复印机"):
        assert [each.concept.name for each in thesaurus.meanings[plain(word)]] == [
            "复印机"
        ]
    several = thesaurus.meanings[plain("一体机")]
    assert {each.concept.name for each in several} == {"一体打印机", "一体电脑"}
    assert not any(each.sure for each in several)
    assert thesaurus.above("彩色复印机") == ("复印机", "文印设备")
    assert thesaurus.concepts["碳粉盒"].role is Role.CONSUMABLE


def test_a_bad_file_is_read_as_far_as_it_goes():
    text = f"{HEADER}\n甲机,,,,strange,乙机\n,,nothing\n乙机,,,,,甲机\n"
    thesaurus = read_thesaurus([text])
    assert list(thesaurus.concepts) == ["甲机", "乙机"]
    assert thesaurus.above("甲机") == ("乙机", "甲机")


def test_the_standard_thesaurus_names_its_version():
    assert len(standard_thesaurus().version) == 12
    assert standard_thesaurus().version != read_thesaurus([GOOD]).version


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("projectors", "projector"),
        ("batteries", "battery"),
        ("boxes", "box"),
        ("brushes", "brush"),
        ("glasses", "glass"),
        ("glass", "glass"),
        ("lens", "lens"),
        ("lenses", "lens"),
        ("chess", "chess"),
        ("GPS", "gps"),
        ("shelves", "shelf"),
        ("mice", "mouse"),
        ("colours", "color"),
        ("keys", "key"),
        ("apparatus", "apparatus"),
        ("photos", "photo"),
    ],
)
def test_english_words_are_one_in_singular_and_plural(plural, one):
    assert plain(plural) == one
