"""A page that states something: one page, readable, its symbol leads where it says."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import Part, Statement, draw_statement_pdf
from labels.errors import PayloadRefused
from labels.fonts import face
from labels.marks import TextMark
from labels.statement import HEIGHT, MARGIN, SIZES, WIDTH, compose_statement
from tests.harness.reading import pdf_pages, pdf_text, qr_texts

PAYLOAD = "HTTPS://ZC.SCHOOL.EDU.CN/CHECKS/K7Q4M2XNT"
SHORT = Statement(
    "育才中学",
    "采购前置检查证明",
    "K7Q4-M2XN-T",
    PAYLOAD,
    (
        Part("申请", (("部门", "教务处"), ("要的东西", "投影仪 8 台"))),
        Part("当时的闲置", (("库房", "投影仪 12 台，完好"), ("", "采用 5 台"))),
    ),
    beside=(("状态", "有效"), ("日期", "2026-09-01")),
    foot="核验：扫码，或在核验页输入编号",
    more="……其余见核验页",
)


def drawn(statement: Statement) -> tuple[bytes, bool]:
    out = io.BytesIO()
    shortened = draw_statement_pdf(statement, out=out)
    return out.getvalue(), shortened


def test_a_short_one_says_everything_and_its_symbol_is_read() -> None:
    pdf, shortened = drawn(SHORT)
    assert not shortened
    [page] = pdf_pages(pdf)
    assert qr_texts(page) == [PAYLOAD]
    text = pdf_text(pdf).replace("\n", "")
    for words in ("采购前置检查证明", "K7Q4-M2XN-T", "投影仪 12 台，完好", "教务处"):
        assert words in text


def test_a_long_one_keeps_to_one_page_and_says_what_it_leaves_out() -> None:
    rows = tuple((f"第 {n} 件", "不适用：规格不符，" * 20) for n in range(90))
    pdf, shortened = drawn(
        Statement(
            "育才中学",
            "证明",
            "K7Q4-M2XN-T",
            PAYLOAD,
            (Part("答复", rows),),
            more="其余见核验页",
        )
    )
    assert shortened
    assert len(list(pdf_pages(pdf, dots_per_inch=72))) == 1
    assert "其余见核验页" in pdf_text(pdf)


def test_a_payload_no_scanner_types_is_refused() -> None:
    with pytest.raises(PayloadRefused):
        Statement("", "", "", "没有", ())


words = st.text(max_size=300)


@settings(max_examples=40)
@given(words, words, st.lists(st.tuples(words, words), max_size=12))
def test_nothing_leaves_the_paper(
    title: str, heading: str, rows: list[tuple[str, str]]
) -> None:
    made = Statement(
        title, title, title, PAYLOAD, (Part(heading, tuple(rows)),), foot=title
    )
    drawing = compose_statement(made, face())
    for mark in drawing.marks:
        if isinstance(mark, TextMark):
            assert mark.box.x >= MARGIN - 0.01
            assert mark.box.right <= WIDTH - MARGIN + mark.size
            assert mark.box.bottom <= HEIGHT - 10
            assert mark.size >= SIZES[-1]
