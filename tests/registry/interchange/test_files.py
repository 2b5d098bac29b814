"""Files are told by what is in them, and what cannot be read says why."""

from __future__ import annotations

import ast
import codecs
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import interchange
from registry.interchange.errors import SheetTooLarge, SheetUnreadable
from registry.interchange.sheets import delimited as delimited_text
from registry.interchange.sheets.opening import Source, open_book
from registry.interchange.sheets.reading import LedgerReading, read_ledger
from registry.kernel.errors import Refused
from registry.words import known_codes
from tests.registry.interchange.messy import delimited, workbook
from tests.registry.interchange.packages import (
    HEADER,
    ROW,
    ledger,
    package,
    parts,
    text_cell,
)

SAMPLES = Path(__file__).parent / "samples"
TODAY = date(2026, 9, 1)
ROWS = [
    ["资产编号", "资产名称", "数量", "备注"],
    ["ZC1", "桌，带\n抽屉", 3, '他说"好"'],
    ["ZC2", "椅", 1, ""],
]


TRADITIONAL_ROWS = [
    ["資產編號", "資產名稱", "數量", "備註"],
    ["ZC1", "書桌，帶\n抽屜", 3, '他說"好"'],
    ["ZC2", "椅", 1, ""],
]


def read(source: Source, encoding: str | None = None) -> LedgerReading:
    return read_ledger(source, today=TODAY, encoding=encoding)


def code_of(source: Source, encoding: str | None = None) -> str:
    with pytest.raises(Refused) as refused:
        read(source, encoding)
    assert isinstance(refused.value, SheetUnreadable | SheetTooLarge)
    assert refused.value.code in known_codes()
    return refused.value.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "big5"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_is_read_in_every_encoding_and_delimiter(
    encoding: str, delimiter: str
) -> None:
    rows = TRADITIONAL_ROWS if encoding == "big5" else ROWS
    reading = read(delimited(rows, encoding, delimiter))
    assert [row.asset_number for row in reading.rows()] == ["ZC1", "ZC2"]
    assert reading.tally.assets == 4


def test_utf_16_either_way_round_is_read() -> None:
    text = delimited(ROWS, "utf-8").decode()
    for mark, encoding in (
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        assert read(mark + text.encode(encoding)).data_rows == 2


def test_text_in_no_encoding_asks_for_it_and_takes_the_answer() -> None:
    content = "Asset Tag,Name,Quantity\nA1,Caf\xe9 table,1\n".encode("cp1252")
    assert code_of(content) == "encoding_unknown"
    (row,) = read(content, encoding="cp1252").rows()
    assert row.name == "Café table"
    assert code_of(content, encoding="utf-8") == "encoding_unknown"
    for nonsense in ("nonsense", "rot13", "a\0b", "", "é"):
        assert code_of(content, encoding=nonsense) == "encoding_unknown"


@pytest.mark.parametrize(
    ("named", "encoding"),
    [
        ("GBK", "gb18030"),
        ("gb2312", "gb18030"),
        ("UTF8", "utf-8"),
        ("Big5", "big5hkscs"),
    ],
)
def test_an_encoding_may_be_called_by_any_of_its_names(
    named: str, encoding: str
) -> None:
    content = delimited(TRADITIONAL_ROWS, encoding)
    assert read(content, encoding=named).plan.encoding == encoding


def test_an_encoding_is_tried_on_the_whole_file() -> None:
    many = b"".join(b"A%d,folding table,1\r\n" % n for n in range(100_000))
    start = b"Asset Tag,Name,Quantity\r\n" + many
    assert len(start) > 2 * 1024 * 1024
    assert code_of(start + b"Z,\xff\xff,1\r\n") == "encoding_unknown"
    assert read(start + "Z,é,1\r\n".encode()).plan.encoding == "utf-8"


def test_records_are_counted_from_one_with_blank_and_broken_lines() -> None:
    content = 'title\n\n资产编号,资产名称,数量\nA,"桌\n子",1\n\n\nB,椅,x\n'.encode()
    reading = read(content)
    assert [row.row for row in reading.rows()] == [4]
    assert reading.rejected[0].row == 7
    assert reading.tally.blank_rows == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"  \r\n \n", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"asset tag,name\0,quantity\n", "not_a_sheet"),
        (b"%PDF-1.7 ...", "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n", "not_a_sheet"),
        (b"<html><table><tr><td>x</td></tr></table>", "web_page_not_workbook"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "web_page_not_workbook"),
        (b"hello\nworld\n", "header_not_found"),
        (b"PK\x03\x04 and then nothing", "workbook_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook_damaged"),
        (package({"word/document.xml": "<x/>"}), "workbook_damaged"),
        (ledger()[:-300], "workbook_damaged"),
        (package({**parts(), "xl/worksheets/sheet1.xml": "<work"}), "workbook_damaged"),
        (package(parts()), "header_not_found"),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_reason(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_old_workbooks_are_read() -> None:
    reading = read(SAMPLES / "ledger.xls")
    assert [(r.name, r.quantity, r.cost) for r in reading.rows()] == [
        ("桌", 3, 3_750),
        ("椅", 1, None),
        ("椅", 2, None),
    ]
    assert next(reading.rows()).acquired_on == date(2020, 1, 2)


def test_open_documents_are_read() -> None:
    names = ["资产编号", "资产名称", "数量"]
    rows = [names, ["ZC1", "桌", "3"]]
    table = "".join(
        "<table:table-row>"
        + "".join(
            '<table:table-cell office:value-type="string">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    base = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{base}:office:1.0" '
        f'xmlns:table="{base}:table:1.0" xmlns:text="{base}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="台账">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f'<manifest:manifest xmlns:manifest="{base}:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    file = package(
        {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    )
    assert read(file).tally.assets == 3


def test_an_encrypted_workbook_says_so() -> None:
    assert code_of(SAMPLES / "encrypted.xlsx") == "workbook_encrypted"


def test_an_encrypted_part_says_so() -> None:
    content = bytearray(ledger())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        part = archive.infolist()[0]
    content[part.header_offset + 6] |= 1
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    assert code_of(bytes(content)) == "workbook_encrypted"


def test_a_workbook_of_macros_alone_says_so() -> None:
    odd = parts(HEADER + ROW)
    odd["xl/_rels/workbook.xml.rels"] = str(odd["xl/_rels/workbook.xml.rels"]).replace(
        "/worksheet", "/dialogsheet"
    )
    assert code_of(package(odd)) in ("workbook_without_sheets", "workbook_damaged")


def test_the_name_of_a_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    path.write_bytes(workbook(ROWS))
    assert read(path).data_rows == 2
    path.with_suffix(".xlsx").write_bytes(delimited(ROWS, "gbk"))
    assert read(path.with_suffix(".xlsx")).data_rows == 2


def test_a_table_need_not_begin_in_the_first_column() -> None:
    rows = [[], *(["", "", *row] for row in ROWS)]
    reading = read(workbook(rows))
    assert reading.layout.positions["asset_number"] == 2
    assert [(r.row, r.asset_number) for r in reading.rows()] == [(3, "ZC1"), (4, "ZC2")]


def test_formulas_are_values_and_without_one_nothing() -> None:
    header = HEADER.replace("</row>", text_cell("D1", "单价") + text_cell("E1", "原值"))
    rows = (
        f"{header}</row>"
        '<row r="2">' + text_cell("A2", "ZC1") + text_cell("B2", "桌") + ""
        '<c r="C2"><v>3</v></c><c r="D2"><v>2.5</v></c><c r="E2"><f>C2*D2</f></c></row>'
        '<row r="3">' + text_cell("A3", "ZC2") + text_cell("B3", "椅") + ""
        '<c r="C3"><v>2</v></c><c r="D3"><v>4</v></c>'
        '<c r="E3"><f>C3*D3</f><v>9</v></c></row>'
        '<row r="4">' + text_cell("A4", "ZC3") + text_cell("B4", "柜") + ""
        '<c r="C4"><v>2</v></c><c r="D4"><v>4</v></c>'
        '<c r="E4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    reading = read(package(parts(rows)))
    assert [row.cost for row in reading.rows()] == [750, 900, 800]


def test_days_counted_from_1904_are_the_days_they_were() -> None:
    header = HEADER.replace("</row>", text_cell("D1", "取得日期") + "</row>")
    row = ROW.replace("</row>", '<c r="D2" s="1"><v>40000</v></c></row>')
    since_1904 = package(parts(header + row, properties='<workbookPr date1904="1"/>'))
    since_1900 = package(parts(header + row))
    (first,), (second,) = read(since_1900).rows(), read(since_1904).rows()
    assert first.acquired_on == date(2009, 7, 6)
    assert second.acquired_on == date(2013, 7, 7)


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xef\xbb\xbf"]))
def test_no_bytes_break_the_reader(content: bytes, start: bytes) -> None:
    code = None
    try:
        read(start + content)
    except Refused as refused:
        code = refused.code
    assert code is None or code in known_codes()


def test_a_text_left_half_read_can_be_read_again() -> None:
    content = delimited(
        [ROWS[0], *([f"A{n}", "桌", 1, ""] for n in range(500))], "utf-8"
    )
    with open_book(content) as book:
        rows = book.rows(0)
        next(rows)
        assert len(list(book.rows(0))) == 501
    del rows


def test_every_encoding_that_may_be_named_exists() -> None:
    for name in delimited_text.ENCODINGS:
        assert codecs.lookup(name)


def test_every_refusal_has_its_sentence() -> None:
    kinds = {"SheetUnreadable", "SheetTooLarge", "NotWritable"}
    codes = {
        str(argument.value)
        for path in Path(interchange.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in kinds
        for argument in node.args
        if isinstance(argument, ast.Constant)
    }
    assert len(codes) > 20
    assert codes - known_codes() == set()
