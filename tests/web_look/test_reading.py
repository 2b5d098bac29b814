"""Codes are read on the phone: from photos, from the camera, and from what is typed."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page
from qrcode import util

from registry.kernel import checkcodes
from registry.kernel.errors import Invalid
from registry.web.pages.assets import release
from tests.harness.browser import ARGUMENTS, find_chromium
from tests.harness.label_photos import FRAME, label_photos

from .conftest import Opening

pytestmark = pytest.mark.browser

EACH = 4
LEAST_OF_A_KIND = {"out of focus": 0.5, "in the dark": 0.5, "scratched": 0.6}
USUAL_LEAST = 0.75
LEAST_OF_ALL = 0.9
TABLES = ["0123456789", "ABC-$/:%*+.0189", "abcXYZ~!?&=%_/#@019"]

READ = """async ([module, files]) => {
  const { readPixels } = await import(module);
  const texts = [];
  for (const file of files) {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const { width, height } = picture;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const brush = canvas.getContext("2d");
    brush.drawImage(picture, 0, 0);
    texts.push(await readPixels(brush.getImageData(0, 0, width, height)));
  }
  return texts;
}"""


@pytest.fixture(scope="module")
def reader(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page of the application whose scripts a test may call."""
    page = browser.new_context(base_url=base_url).new_page()
    page.goto("/sign-in")
    yield page
    page.context.close()


def module(name: str) -> str:
    """The address of a script, as pages of this release know it."""
    return f"/assets/{release()}/js/{name}"


def read(page: Page, files: list[bytes]) -> list[str | None]:
    """What the phone reads from pictures, by its own decoder."""
    sent = [base64.b64encode(file).decode() for file in files]
    return list(page.evaluate(READ, [module("qr/reader.js"), sent]))


def test_photos_of_labels_are_read_and_none_is_read_wrong(reader: Page) -> None:
    photos = list(label_photos(EACH))
    texts = read(reader, [photo.file for photo in photos])
    right: dict[str, list[bool]] = defaultdict(list)
    for photo, text in zip(photos, texts, strict=True):
        assert text in (photo.payload, None), f"{photo.kind}: {text}"
        right[photo.kind].append(text == photo.payload)
    rates = {kind: sum(each) / len(each) for kind, each in right.items()}
    poor = {
        kind: rate
        for kind, rate in rates.items()
        if rate < LEAST_OF_A_KIND.get(kind, USUAL_LEAST)
    }
    assert not poor, rates
    assert sum(map(sum, right.values())) / len(photos) >= LEAST_OF_ALL, rates


def test_pictures_without_a_symbol_are_not_read(reader: Page) -> None:
    noise = Image.effect_noise(FRAME, 90)
    stripes = Image.linear_gradient("L").resize(FRAME).point(lambda v: v // 9 % 2 * 255)
    assert read(reader, [png(noise), png(stripes)]) == [None, None]


def test_every_version_level_mask_and_alphabet_is_read(reader: Page) -> None:
    drawn = list(symbols())
    texts = read(reader, [file for _, file in drawn])
    assert texts == [payload for payload, _ in drawn]


def symbols() -> Iterator[tuple[str, bytes]]:
    """Symbols of the versions 1 to 10, each level and each mask among them."""
    levels = [0, 1, 2, 3]
    for version in range(1, 11):
        for number, level in enumerate(levels):
            mask = (2 * version + number) % 8
            letters = TABLES[(version + number) % 3]
            code = qrcode.QRCode(
                version, level, border=4, box_size=4, mask_pattern=mask
            )
            mode = util.optimal_mode(letters.encode())
            bits = 8 * sum(b.data_count for b in qrcode.base.rs_blocks(version, level))
            length = {1: 3 * bits // 10, 2: 2 * bits // 11, 4: bits // 8}[mode] - 4
            payload = (letters * 40)[:length]
            code.add_data(util.QRData(payload, mode))
            code.make(fit=False)
            yield payload, png(code.make_image().get_image().convert("L"))
    chinese = qrcode.QRCode(4, border=4, box_size=4)
    chinese.add_data("投影仪 二〇一")
    chinese.make()
    yield "投影仪 二〇一", png(chinese.make_image().get_image().convert("L"))


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_a_camera_without_a_reader_of_its_own_is_read_on_the_phone(
    base_url: str, browser: Browser, tmp_path: Path
) -> None:
    [photo, *_] = label_photos(1, seed=5)
    film = tmp_path / "label.mjpeg"
    film.write_bytes(photo.file)
    filmed = browser.browser_type.launch(
        executable_path=find_chromium(),
        args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"],
    )
    page = filmed.new_context(base_url=base_url).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("delete window.BarcodeDetector")
    page.goto("/scan")
    page.wait_for_url("**/asset?text=HTTPS*", timeout=20_000)
    assert not [url for url in asked if "scan-frame" in url]
    filmed.close()


def test_a_photo_is_read_without_the_server(opened: Opening) -> None:
    page = opened("/sign-in")
    page.add_init_script("delete Navigator.prototype.mediaDevices")
    page.goto("/basket")
    page.wait_for_selector("html[data-started]", state="attached")
    page.wait_for_function("() => document.querySelector('input[type=file]')")
    # What the reader is made of is there already; from now on there is no network.
    page.evaluate("(module) => import(module)", module("qr/reader.js"))
    page.context.set_offline(True)
    [photo, *_] = label_photos(1, seed=6)
    page.locator("input[type=file]").set_input_files(
        {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo.file}
    )
    page.get_by_text(f"先记下：{photo.payload}").wait_for()


CODES = """async ([module, texts]) => {
  const { readCode } = await import(module);
  return texts.map((text) => readCode(text));
}"""


def test_typed_codes_check_themselves_as_on_the_server(reader: Page) -> None:
    texts = [*typed_texts()]
    answers = reader.evaluate(CODES, [module("codes.js"), texts])
    assert [answer.get("code") for answer in answers] == [*map(as_read, texts)]
    for text, answer in zip(texts, answers, strict=True):
        refused = checkcodes.looks_like_code(text) and as_read(text) is None
        assert ("mistyped" in answer) == refused, text


def typed_texts() -> Iterator[str]:
    """Codes as printed, spaced, in small letters, mistyped; and what is no code."""
    for number in range(60):
        code = checkcodes.new_code()
        wrong = (
            code[: number % 9] + "7Z"[code[number % 9] == "7"] + code[number % 9 + 1 :]
        )
        swapped = code[1] + code[0] + code[2:]
        yield from (code, code.lower(), checkcodes.grouped(code), wrong, swapped)
        yield f" {code[:4]}–{code[4:8]} {code[8]} ".replace("0", "o").replace("1", "l")
    yield from (
        "",
        "投影仪",
        "123456789",
        "TY-2024-0001",
        "SN99887",
        "K7Q4M2XN",
        "U" * 9,
    )


def as_read(text: str) -> str | None:
    if not checkcodes.looks_like_code(text):
        return None
    try:
        return checkcodes.read_code(text)
    except Invalid:
        return None
