"""What leaves as a sheet is safe to open and comes back as it was."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.interchange.errors import NotWritable
from registry.interchange.rules.fields import Kind
from registry.interchange.rules.headers import assign
from registry.interchange.rules.ledger_fields import LEDGER_FIELDS
from registry.interchange.rules.text import raw_text
from registry.interchange.rules.vocabulary import (
    STATUS_WORDS,
    STATUSES,
    condition_of,
    method_of,
    status_of,
)
from registry.interchange.sheets.exports import (
    LEDGER_NAMES,
    cells_of,
    ledger_columns,
    status_of_asset,
)
from registry.interchange.sheets.opening import open_book
from registry.interchange.sheets.reading import read_ledger
from registry.interchange.sheets.writing import (
    CSV,
    FORMATS,
    XLSX,
    Column,
    csv_pieces,
    sheet_name,
    write_table,
)
from registry.ledger.states import AssetState, ClaimKind
from registry.words import LANGUAGES, gettext, use_language
from registry.words.terms import (
    ACQUISITION_METHODS,
    CONDITIONS,
    STATES,
    condition_word,
    method_word,
)

TODAY = date(2026, 9, 1)
LEADS = tuple("=+-@\t\r\n＝＋－＠")
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(ANY, max_size=40)
NASTY = st.sampled_from(
    [
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "\t=1",
        "\r=1",
        "'=1",
        "''-",
        "＝1",
        "<r><t>x</t></r>",
        "<r>",
        "_x000D_",
        "_x005F_",
        'a"b',
        "a\nb",
        "a,b;c\td",
        "'",
        " ",
        "https://x",
        "mailto:x",
        "internal:A1",
        "{=1}",
        "12345678901234567890",
        "\u202e1",
    ]
)


def written(form: str, columns: list[Column], rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    assert write_table(out, form, columns, rows) == len(rows)
    return out.getvalue()


def read_back(content: bytes) -> list[list[str]]:
    with open_book(content) as book:
        return [[raw_text(cell) for cell in cells] for _, cells in book.rows(0)]


@settings(max_examples=200)
@given(st.lists(TEXTS | NASTY, min_size=1, max_size=6))
def test_any_text_leaves_as_no_formula_and_comes_back_in_csv(texts: list[str]) -> None:
    columns = [Column(f"列{n}") for n in range(len(texts))]
    content = written(CSV, columns, [["anchor", *texts[1:]], texts])
    assert content.startswith(b"\xef\xbb\xbf")
    records = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(records) == 3
    for cell in records[2]:
        assert not cell.startswith(LEADS)
    rows = read_back(content)
    expected = [["anchor", *texts[1:]], *([texts] if any(texts) else [])]
    assert rows[1:] == expected


@settings(max_examples=12)
@given(st.lists(TEXTS | NASTY, min_size=60, max_size=60))
def test_any_text_comes_back_from_a_workbook(texts: list[str]) -> None:
    columns = [Column("编号"), Column("文字")]
    rows = [[str(n), text] for n, text in enumerate(texts)]
    found = read_back(written(XLSX, columns, rows))[1:]
    for (_, text), cells in zip(rows, found, strict=True):
        assert [*cells, ""][1] == text.replace("\ufffe", "\ufffe")


@pytest.mark.parametrize("form", FORMATS)
def test_every_listed_trap_comes_back_as_it_was(form: str) -> None:
    traps = ["=1+1", "-5", "'-5", "''=", "<r><t>a & b</t></r>", "_x000D_", "a\r\nb"]
    traps += ["￥5", "0012", "1e5", "TRUE", "2019-03-05", "＝1", " =1", "𠮷"]
    rows = [[str(n), trap] for n, trap in enumerate(traps)]
    found = read_back(written(form, [Column("a"), Column("b")], rows))
    assert [cells[1] for cells in found[1:]] == traps


@pytest.mark.parametrize("form", FORMATS)
def test_numbers_stay_numbers(form: str) -> None:
    columns = [
        Column("原值", Kind.MONEY),
        Column("数量", Kind.WHOLE),
        Column("日期", Kind.DATE),
        Column("差"),
        Column("比"),
        Column("时刻"),
        Column("是否"),
        Column("空"),
    ]
    moment = datetime(2026, 9, 1, 14, 30)
    row = [-450_050, 3, date(2026, 9, 1), -5, Decimal("1.25"), moment, True, None]
    found = read_back(written(form, columns, [row]))[1]
    money = "-4500.50" if form == CSV else "-4500.5"
    assert found[:7] == [
        money,
        "3",
        "2026-09-01",
        "-5",
        "1.25",
        "2026-09-01 14:30",
        "是",
    ]


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_money_is_written_to_the_fen(fen: int) -> None:
    content = written(CSV, [Column("原值", Kind.MONEY)], [[fen]])
    found = Decimal(content.decode("utf-8-sig").splitlines()[1])
    assert found * 100 == fen


@pytest.mark.parametrize("form", FORMATS)
def test_a_text_no_cell_holds_is_refused_not_cut(form: str) -> None:
    with pytest.raises(NotWritable) as refused:
        written(form, [Column("文字")], [["长" * 32_768]])
    assert refused.value.code == "cell_too_long"
    assert read_back(written(form, [Column("a")], [["长" * 32_767]]))[1]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(NotWritable):
        written("pdf", [Column("a")], [])


def test_text_streams_without_waiting_for_the_last_row() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[str]]:
        for number in range(50_000):
            taken.append(number)
            yield ["桌" * 20]

    pieces = csv_pieces([Column("名称")], rows())
    next(pieces)
    assert 0 < len(taken) < 5_000


@pytest.mark.parametrize(
    "title", ["a/b:c*?[x]", "'引号'", "长" * 60, "", "   ", "[]:*?/\\", "\ud800"]
)
def test_every_title_gives_a_name_a_sheet_may_have(title: str) -> None:
    name = sheet_name(title)
    assert 0 < len(name) <= 31
    content = io.BytesIO()
    write_table(content, XLSX, [Column("a")], [["b"]], title=title)
    assert len(read_back(content.getvalue())) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_headers_are_recognised_in_every_language(language: str) -> None:
    with use_language(language):
        labels = [column.label for column in ledger_columns()]
    given_fields = assign(labels, LEDGER_FIELDS)
    assert [given_fields.get(n) for n in range(len(labels))] == list(LEDGER_NAMES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_are_understood_in_every_language(language: str) -> None:
    with use_language(language):
        for key, word in STATUS_WORDS.items():
            assert status_of(gettext(word)) == key
        for key, word in ACQUISITION_METHODS.items():
            assert method_of(gettext(word)) == key
        for key, word in CONDITIONS.items():
            assert condition_of(gettext(word)) == key
        for key, word in STATES.items():
            assert STATUSES[status_of(gettext(word))].state == key


def test_every_state_has_a_status_and_a_loan_shows() -> None:
    for state in AssetState:
        assert STATUSES[status_of_asset(state, None)].state == state
    assert status_of_asset(AssetState.IN_USE, ClaimKind.LOAN) == "lent"
    assert status_of_asset(AssetState.UNDER_REPAIR, ClaimKind.REPAIR) == "repair"


NAMES = st.text(st.characters(categories=["Lu", "Lo"]), min_size=1, max_size=20)
NAMES = NAMES.map(lambda text: unicodedata.normalize("NFC", text))
LINES = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf"]), max_size=20
).map(lambda text: unicodedata.normalize("NFC", " ".join(text.split())))


@st.composite
def assets(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "asset_number": draw(st.from_regex(r"[A-Z]{2}[0-9]{3,12}", fullmatch=True)),
        "sub_number": draw(st.none() | st.integers(1, 999)),
        "name": draw(NAMES),
        "brand": draw(LINES),
        "model": draw(LINES | NASTY.map(lambda t: " ".join(t.split()))),
        "specification": draw(LINES),
        "unit": draw(st.sampled_from(["台", "张", ""])),
        "quantity": 1,
        "cost": draw(st.none() | st.integers(0, 10**13)),
        "acquired_on": draw(st.none() | st.dates(date(1950, 1, 1), TODAY)),
        "method": draw(st.sampled_from(["", *ACQUISITION_METHODS])),
        "condition": draw(st.sampled_from(["", *CONDITIONS])),
        "status": draw(st.sampled_from(list(STATUS_WORDS))),
        "department": draw(LINES),
        "custodian": draw(LINES),
        "place": draw(LINES),
        "serial": draw(st.sampled_from(["", "110101199003074578", "0012"])),
        "service_life": draw(st.none() | st.integers(1, 1_200)),
        "warranty_until": draw(
            st.none() | st.dates(date(2000, 1, 1), date(2099, 1, 1))
        ),
        "note": draw(st.sampled_from(["", "两行\n备注", "=1"])),
    }


@settings(max_examples=40)
@given(
    st.lists(assets(), min_size=1, max_size=8, unique_by=lambda a: a["asset_number"]),
    st.sampled_from([CSV, CSV, CSV, XLSX]),
    st.sampled_from(list(LANGUAGES)),
)
def test_an_exported_ledger_is_imported_as_it_was(
    records: list[dict[str, Any]], form: str, language: str
) -> None:
    with use_language(language):
        columns = ledger_columns()
        rows = [
            cells_of(
                columns,
                asset
                | {
                    "status": gettext(STATUS_WORDS[asset["status"]]),
                    "method": asset["method"] and method_word(asset["method"]),
                    "condition": asset["condition"]
                    and condition_word(asset["condition"]),
                },
            )
            for asset in records
        ]
        content = written(form, columns, rows)
    reading = read_ledger(content, today=TODAY)
    assert not reading.rejected
    for row, asset in zip(reading.rows(), records, strict=True):
        assert row.sub_number == (asset["sub_number"] or 0)
        assert row.service_life_months == asset["service_life"]
        for name in set(asset) - {"sub_number", "service_life", "brand", "model"}:
            assert getattr(row, name) == asset[name], name
