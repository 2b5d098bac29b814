"""Reports of many pages: heads repeat, nothing is lost, long texts stay in place."""

from __future__ import annotations

import io

import pypdfium2

import labels
from labels import Report, ReportColumn, ReportTable

COLUMNS = (
    ReportColumn("序号", 0.5, True),
    ReportColumn("名称", 1),
    ReportColumn("地点", 2),
)


def texts(report: Report) -> list[str]:
    out = io.BytesIO()
    count = labels.draw_report_pdf(report, out=out)
    document = pypdfium2.PdfDocument(out.getvalue())
    assert len(document) == count
    return [page.get_textpage().get_text_range() for page in document]


def test_every_row_stands_on_some_page_under_its_heads():
    rows = [
        (str(number), f"物{number:03d}", "东楼三层" * 40) for number in range(1, 90)
    ]
    table = ReportTable("盘点表", COLUMNS, iter(rows), total=("", "合计", "89"))
    empty = ReportTable("盘盈盘亏表", COLUMNS, (), empty="没有差异")
    report = Report(
        "光明中学",
        "期末盘点",
        "PD2026-000001",
        (("基准日", "6月30日"), ("负责人", "米晓晓"), ("盘点人", "张库")),
        (table, empty),
        signatures=("盘点人", "单位负责人"),
        foot="内容摘要 abc",
        page="第 %d 页",
    )
    pages = texts(report)
    whole = "".join(pages)
    assert len(pages) > 3
    for name in (f"物{number:03d}" for number in range(1, 90)):
        assert whole.count(name) == 1
    assert all("名称" in page and "内容摘要 abc" in page for page in pages)
    assert [f"第 {number} 页" in page for number, page in enumerate(pages, 1)]
    assert "…" in pages[0]
    for word in ("合计", "没有差异", "单位负责人"):
        assert word in whole


def test_a_report_without_anything_is_one_page():
    [page] = texts(Report("校", "题", "号", (), ()))
    assert "题" in page
