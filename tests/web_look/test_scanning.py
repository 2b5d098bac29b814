"""Scanning: every way in ends in the same answer, and nothing scanned is lost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness.browser import ARGUMENTS, find_chromium

from .conftest import Opening

pytestmark = pytest.mark.browser

DETECTOR = """
  window.seen = [];
  window.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
    detect() {
      const text = window.seen[0];
      return Promise.resolve(text ? [{ rawValue: text }] : []);
    }
  };
"""
NO_CAMERA = "delete Navigator.prototype.mediaDevices"


def _burst(page: Page, text: str) -> None:
    """What a hand-held scanner does, as fast as it does it."""
    page.evaluate(
        """(text) => {
          for (const key of [...text, "Enter"]) {
            const event = { key, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", event));
          }
        }""",
        text,
    )


@pytest.fixture
def quiet(opened: Opening) -> Any:
    """A page of a device without a camera."""

    def open_page(path: str, **more: Any) -> Page:
        page = opened("/sign-in", **more)
        page.add_init_script(NO_CAMERA)
        page.goto(path)
        page.wait_for_selector("html[data-started]", state="attached")
        return page

    return open_page


def test_a_hand_held_scanner_opens_what_it_reads(quiet: Any) -> None:
    page = quiet("/scan", width=1280)
    _burst(page, "HTTPS://ZC.SCHOOL.EDU.CN/A/K7Q4M2XN1")
    page.wait_for_url("**/asset?text=HTTPS*K7Q4M2XN1")


def test_a_hand_held_scanner_works_on_every_page(quiet: Any) -> None:
    page = quiet("/dashboard", width=1280)
    _burst(page, "K7Q4M2XN1")
    page.wait_for_url("**/ledger?q=K7Q4M2XN1")


def test_with_a_chinese_input_method_on_the_keys_are_still_read(quiet: Any) -> None:
    page = quiet("/scan", width=1280)
    page.evaluate(
        """() => {
          for (const code of ["KeyK", "Digit7", "KeyQ", "Digit4", "Minus", "KeyX"]) {
            const key = { key: "Process", code, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new KeyboardEvent("keydown", key));
          }
          const enter = { key: "Enter", code: "Enter", bubbles: true };
          document.body.dispatchEvent(new KeyboardEvent("keydown", enter));
        }"""
    )
    page.wait_for_url("**/asset?text=k7q4-x")


def test_slow_typing_is_not_taken_for_a_scanner(quiet: Any) -> None:
    page = quiet("/scan", width=1280)
    page.keyboard.type("K7Q4M2XN1", delay=120)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.url.endswith("/scan")


def test_scans_gather_in_the_basket_and_go_out_together(
    quiet: Any, gallery: Any
) -> None:
    page = quiet("/basket", width=1280)
    for code in ("K7Q4M2XN1", "K7Q4M2XN2", "K7Q4M2XN1", "K7Q4M2XNX", "K7Q4M2XN9"):
        _burst(page, code)
        answer = page.locator(".answer")
        words = {
            "K7Q4M2XNX": "这个码有一两个字符不对",
            "K7Q4M2XN9": "没有这个码的记录",
        }.get(code, "：")
        expect(answer).to_contain_text(words)
    expect(page.get_by_role("heading", name="已扫 2 件")).to_be_visible()
    gallery.received.clear()
    page.get_by_role("combobox", name="都放到").fill("实训楼 3-301")
    page.locator(".combobox [role=option]").click()
    page.get_by_role("button", name="更改存放地点").click()
    page.wait_for_url("**/home")
    (sent,) = gallery.received
    assert sent["codes"][0].split() == ["K7Q4M2XN1", "K7Q4M2XN2"]
    page.goto("/basket")
    expect(page.get_by_role("heading", name="还没有扫到")).to_be_visible()


def test_the_basket_survives_leaving_and_single_scans_are_taken_out(
    quiet: Any,
) -> None:
    page = quiet("/basket", width=1280)
    for code in ("K7Q4M2XN1", "K7Q4M2XN2", "K7Q4M2XN3"):
        _burst(page, code)
        expect(page.locator(".answer")).to_contain_text(f"{code[-1]} 号")
    page.goto("/ledger")
    page.goto("/basket")
    expect(page.get_by_role("heading", name="已扫 3 件")).to_be_visible()
    page.get_by_role("button", name="去掉刚扫的").click()
    expect(page.locator(".answer")).to_contain_text("已去掉：爱普生投影仪 3 号")
    page.get_by_role("button", name="去掉：爱普生投影仪 1 号").click()
    assert page.locator("textarea[name=codes]").input_value() == "K7Q4M2XN2"


def test_codes_that_came_with_the_page_are_in_the_basket(quiet: Any) -> None:
    page = quiet("/basket?codes=K7Q4M2XN1%0AK7Q4M2XN2", width=1280)
    expect(page.get_by_role("heading", name="已扫 2 件")).to_be_visible()
    expect(page.get_by_role("button", name="更改存放地点")).to_be_visible()


def test_without_network_a_scan_is_noted_and_not_lost(quiet: Any) -> None:
    page = quiet("/basket", width=1280)
    page.context.set_offline(True)
    _burst(page, "K7Q4M2XN1")
    expect(page.locator(".answer")).to_contain_text("先记下：K7Q4M2XN1")
    assert page.locator("textarea[name=codes]").input_value() == "K7Q4M2XN1"


def test_what_a_scanner_writes_into_another_field_is_taken_back(quiet: Any) -> None:
    page = quiet("/basket", width=1280)
    _burst(page, "K7Q4M2XN1")
    place = page.get_by_role("combobox", name="都放到")
    place.fill("实训楼K7Q4M2XN2")
    _burst(page, "K7Q4M2XN2")
    expect(page.get_by_role("heading", name="已扫 2 件")).to_be_visible()
    expect(place).to_have_value("实训楼")


def test_a_camera_that_reads_codes_itself_is_used(opened: Opening) -> None:
    page = opened("/sign-in")
    page.add_init_script(DETECTOR)
    page.goto("/basket")
    expect(page.locator("video")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("把标签放进框里")).to_be_visible()
    for number, code in ((1, "K7Q4M2XN1"), (2, "K7Q4M2XN2")):
        page.evaluate("(code) => { window.seen = [code]; }", code)
        expect(page.get_by_role("heading", name=f"已扫 {number} 件")).to_be_visible()
    page.wait_for_timeout(600)
    expect(page.get_by_role("heading", name="已扫 2 件")).to_be_visible()
    page.get_by_role("button", name="停下摄像头").click()
    expect(page.locator("video")).to_be_hidden()


def test_a_browser_that_cannot_read_sends_frames_to_the_server_with_the_token(
    opened: Opening,
) -> None:
    page = opened("/sign-in")
    page.route("**/js/qr/**", lambda route: route.abort())
    frames: list[Any] = []

    def answer(route: Any) -> None:
        frames.append(route.request)
        text = '{"text": "HTTPS://ZC.SCHOOL.EDU.CN/A/K7Q4M2XN1"}'
        body = text if len(frames) == 3 else ""
        status = 200 if body else 204
        route.fulfill(status=status, content_type="application/json", body=body)

    page.route("**/scan-frame", answer)
    page.goto("/scan")
    page.wait_for_url("**/asset?text=HTTPS*", timeout=20_000)
    sent = frames[0]
    token = sent.headers["x-csrftoken"]
    assert len(token) > 20
    assert sent.headers["content-type"] == "image/jpeg"
    assert sent.post_data_buffer[:2] == b"\xff\xd8"
    assert 1_000 < len(sent.post_data_buffer) < 200_000


def test_a_photo_the_phone_cannot_read_is_made_small_and_read_by_the_server(
    quiet: Any,
) -> None:
    page = quiet("/scan")
    photo = page.request.get("/sample/1.jpg").body()
    with page.expect_request("**/scan-photo"):
        page.locator("input[type=file]").set_input_files(
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}
        )
    page.wait_for_url("**/asset?text=HTTPS*K7Q4M2XN2")


def test_an_unread_photo_says_what_to_do_next(quiet: Any) -> None:
    page = quiet("/scan")
    page.route("**/scan-photo", lambda route: route.fulfill(status=422, body="{}"))
    photo = page.request.get("/sample/1.jpg").body()
    page.locator("input[type=file]").set_input_files(
        {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    expect(page.get_by_text("照片里没有读到二维码")).to_be_visible()


def test_plain_http_says_in_words_why_there_is_no_camera(
    browser: Browser, base_url: str
) -> None:
    port = base_url.rsplit(":", 1)[1]
    rule = f"--host-resolver-rules=MAP zc.school.lan:80 127.0.0.1:{port}"
    insecure = browser.browser_type.launch(
        executable_path=find_chromium(), args=[*ARGUMENTS, rule]
    )
    page = insecure.new_page()
    page.goto("http://zc.school.lan/scan")
    expect(page.get_by_text("不让网页用摄像头")).to_be_visible()
    expect(page.get_by_text("拍照识别", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="打开摄像头扫")).to_be_hidden()
    insecure.close()
