"""The first day: a spreadsheet becomes a ledger; labels are printed and scanned."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.demo import sample_ledger
from registry.interchange.sheets.reading import read_ledger
from registry.jobs.running import run_next
from registry.kernel.clock import today
from registry.ledger.verifying import verify
from registry.organisation.models import Institution
from tests.factories.organisation import actor_of
from tests.harness.reading import pdf_pages, qr_texts
from tests.registry.web.pages.lending import lend_session

pytestmark = pytest.mark.browser


def test_from_a_spreadsheet_to_a_scanned_label(
    app: Flask,
    context: Session,
    institution: Institution,
    signed_in_as,
    desk: Page,
    live_server: str,
    tmp_path: Path,
) -> None:
    client = signed_in_as(Role.ASSET_OFFICE)
    lend_session(desk, client)
    sheet = tmp_path / "台账.xlsx"
    truth = sample_ledger(sheet, today("Asia/Shanghai"), 65)

    desk.goto(f"{live_server}/imports")
    desk.set_input_files("[name=file]", sheet)
    desk.click("button:has-text('核对这个文件')")
    desk.wait_for_url("**/imports/*")
    assert f"确认导入 {len(truth.rows)} 行" in desk.inner_text("main")
    desk.click("button:has-text('确认导入')")
    desk.wait_for_selector("[data-part=progress]")
    with app.app_context():
        assert run_next()
    desk.wait_for_selector("text=导入完成")

    desk.click("a:has-text('看这些资产')")
    for box in desk.query_selector_all("tbody .pick input")[:3]:
        box.check()
    desk.click("button:has-text('打印标签')")
    desk.wait_for_url("**/labels?**")
    with desk.expect_download() as download:
        desk.click("button:has-text('打印'):not(:has-text('预览'))")
    printed = Path(download.value.path()).read_bytes()
    addresses = [text for page in pdf_pages(printed) for text in qr_texts(page)]
    assert len(addresses) == 3
    code = addresses[0].rpartition("/")[2]

    stranger = desk.context.browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN"
    )
    try:
        _a_passer_by_reports(stranger.new_page(), live_server, code)
    finally:
        stranger.close()

    desk.goto(f"{live_server}/a/{code.lower()}")
    assert re.search(r"/assets/\d+$", desk.url)
    desk.click("a:has-text('变更存放地点')")
    desk.fill("[name=place_text]", "不存在的地方")
    desk.click("button:has-text('记入台账')")
    assert "没有" in desk.inner_text(".field-error")
    desk.fill("[name=place_text]", _some_place(desk, live_server))
    desk.click(".combobox-option")
    desk.click("button:has-text('记入台账')")
    desk.wait_for_selector("text=已记入台账")
    desk.click("a:has-text('全部变动记录')")
    history = desk.inner_text(".timeline")
    assert "变更存放地点" in history
    assert "登记" in history

    with desk.expect_download() as download:
        desk.goto(f"{live_server}/assets")
        desk.click("summary:has-text('导出')")
        desk.click("a:has-text('Excel')")
    out = io.BytesIO(Path(download.value.path()).read_bytes())
    assert read_ledger(out.getvalue()).tally.assets == truth.assets
    assert list(verify(actor_of(client.person))) == []


def _some_place(page: Page, home: str) -> str:
    """The beginning of a place's name that leads to one place at least."""
    answer = page.request.get(f"{home}/pick/places?q=库").json()
    answer = answer or page.request.get(f"{home}/pick/places?q=教").json()
    return str(answer[0]["label"])


def _a_passer_by_reports(page: Page, home: str, code: str) -> None:
    """Whoever finds the thing sees its public card and tells us, without signing in."""
    page.goto(f"{home}/A/{code}")
    words = page.inner_text("main")
    for secret in ("原值", "保管人", "存放地点", "¥"):
        assert secret not in words
    page.fill("[name=words]", "在操场上捡到的")
    page.click("button:has-text('提交')")
    page.wait_for_selector("text=谢谢您")
