"""The first day: a spreadsheet becomes a ledger; labels are printed and scanned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from registry.demo import sample_ledger
from registry.demo.sheet_truth import LedgerTruth
from registry.interchange.sheets.reading import read_ledger
from registry.jobs.running import run_next
from registry.kernel.clock import today
from registry.ledger.verifying import verify
from registry.organisation.models import Institution, Person
from tests.factories.organisation import actor_of, make_place
from tests.harness.browser import DESK, PHONE, OpenPage
from tests.harness.reading import pdf_pages, qr_texts

from .conftest import (
    SignIn,
    bytes_of,
    photograph,
    read_afresh,
    started,
    without_camera,
)

pytestmark = pytest.mark.browser

SECRETS = ("原值", "保管人", "使用人", "存放地点", "¥", "元")


def test_from_a_spreadsheet_to_a_scanned_label(
    app: Flask,
    institution: Institution,
    officer: Person,
    sign_in: SignIn,
    open_page: OpenPage,
    tmp_path: Path,
) -> None:
    make_place(institution, "新报告厅")
    sheet = tmp_path / "台账.xlsx"
    truth = sample_ledger(sheet, today("Asia/Shanghai"), 65)
    desk, phone, stranger = open_page(**DESK), open_page(**PHONE), open_page(**PHONE)
    sign_in(desk, officer)

    _import(app, desk, sheet, truth)
    [printed] = pdf_pages(_print_three(desk))
    addresses = qr_texts(printed)
    assert len(set(addresses)) == 3
    for page in (stranger, phone):
        without_camera(page)

    found = photograph(printed)
    address = _open_by_photo(phone, found, sign_in, officer)
    _a_passer_by_reports(stranger, next(each for each in addresses if address in each))
    old_place = _move(phone, "新报告厅")
    _correct(phone, old_place, "新报告厅")
    _settle(desk)

    desk.goto("/assets")
    with desk.expect_download() as download:
        desk.click("summary:has-text('导出')")
        desk.click("a:has-text('Excel')")
    assert read_ledger(bytes_of(download)).tally.assets == truth.assets
    read_afresh()
    assert list(verify(actor_of(officer))) == []


def _import(app: Flask, desk: Page, sheet: Path, truth: LedgerTruth) -> None:
    """Choose the file, look at what would come of it, and say yes."""
    desk.goto("/imports")
    desk.set_input_files("[name=file]", sheet)
    desk.click("button:has-text('核对这个文件')")
    desk.wait_for_url("**/imports/*")
    expect(desk.locator("main")).to_contain_text(f"确认导入 {len(truth.rows)} 行")
    desk.click("button:has-text('确认导入')")
    desk.wait_for_selector("[data-part=progress]")
    with app.app_context():
        assert run_next()
    desk.wait_for_selector("text=导入完成")
    desk.click("a:has-text('看这些资产')")
    expect(desk.locator("main")).to_contain_text(f"共 {truth.assets} 件")


def _print_three(desk: Page) -> bytes:
    """Tick the first three rows of the list and print their labels."""
    for row in range(3):
        started(desk).locator("tbody .pick input").nth(row).check()
    desk.click("button:has-text('打印标签')")
    desk.wait_for_url("**/labels?**")
    with desk.expect_download() as download:
        desk.click("button:has-text('打印'):not(:has-text('预览'))")
    return bytes_of(download)


def _a_passer_by_reports(page: Page, address: str) -> None:
    """Whoever finds the thing sees its public card and tells us, without signing in."""
    page.goto("/A/" + address.rpartition("/")[2])
    words = page.inner_text("main")
    assert [secret for secret in SECRETS if secret in words] == []
    page.fill("[name=words]", "在操场上捡到的")
    page.click("button:has-text('提交')")
    page.wait_for_selector("text=谢谢您")


def _open_by_photo(
    phone: Page, photo: FilePayload, sign_in: SignIn, officer: Person
) -> str:
    """Sign in on the phone, photograph a label; the code of what was opened."""
    phone.goto("/scan")
    assert phone.url.partition("?")[0].endswith("/sign-in")
    sign_in(phone, officer, here=True)
    phone.wait_for_url("**/scan")
    started(phone).set_input_files("[name=photo]", photo)
    phone.wait_for_url(re.compile(r"/assets/\d+$"))
    return phone.inner_text(".lede .code").replace("-", "").replace(" ", "")


def _move(phone: Page, place: str) -> str:
    """Try a place that is not there, then one that is; the place of before."""
    phone.click("a:has-text('变更存放地点')")
    before = started(phone).input_value("[name=place_text]")
    phone.fill("[name=place_text]", "不存在的地方")
    phone.click("button:has-text('记入台账')")
    expect(phone.locator(".field-error")).to_contain_text("没有")
    started(phone).fill("[name=place_text]", place)
    phone.click(".combobox-option")
    phone.click("button:has-text('记入台账')")
    phone.wait_for_selector("text=已记入台账")
    return before


def _correct(phone: Page, old: str, new: str) -> None:
    """The history shows the old place and the new one; a mistake is put right."""
    phone.click("a:has-text('全部变动记录')")
    change = phone.locator(".entry", has_text="变更存放地点").first
    expect(change).to_contain_text(old)
    expect(change).to_contain_text(new)
    change.get_by_role("link", name="记错了，更正").click()
    phone.fill("[name=reason]", "看错了门牌")
    phone.click("main button:has-text('更正')")
    phone.wait_for_url(re.compile(r"/assets/\d+"))
    expect(phone.locator("main")).to_contain_text(old)
    phone.goto(re.sub(r"(/assets/\d+).*", r"\1/history", phone.url))
    expect(phone.locator(".timeline")).to_contain_text("看错了门牌")
    expect(phone.locator(".timeline")).to_contain_text("登记")


def _settle(desk: Page) -> None:
    """What the passer-by said waits at home for the office, until it is settled."""
    desk.goto("/reports")
    desk.click("main tr:has-text('在操场上捡到的') a")
    desk.fill("[name=answer]", "已取回，放回原处")
    desk.click("button:has-text('办结')")
    desk.wait_for_selector("text=没有等着处理的反映")
    desk.click("main a:has-text('已办结')")
    expect(desk.locator("main")).to_contain_text("已取回，放回原处")
