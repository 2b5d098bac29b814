"""What journeys share: signing in at the page, photographs of labels, a scanner."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FilePayload, Page

from registry.access.roles import Role
from registry.config import Settings
from registry.organisation.models import Institution, Person
from registry.store.db import db
from tests.factories.auth import PASSWORD, ensure_credential
from tests.factories.organisation import make_colleague

SignIn = Callable[..., None]


@pytest.fixture
def officer(institution: Institution) -> Person:
    """Somebody of the asset office, who has not signed in yet."""
    return make_colleague(institution, Role.ASSET_OFFICE)


@pytest.fixture
def sign_in(settings: Settings) -> SignIn:
    """``sign_in(page, person)``: name and password, typed where the page asks."""

    def enter(page: Page, person: Person, *, here: bool = False) -> None:
        name = ensure_credential(settings, person).sign_in_name
        if not here:
            page.goto("/sign-in")
        page.fill("[name=name]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("main button:has-text('登录')")
        page.wait_for_selector("meta[name=me]", state="attached")

    return enter


def started(page: Page) -> Page:
    """A page whose scripts have begun to listen."""
    page.wait_for_selector("html[data-started]", state="attached")
    return page


def read_afresh() -> None:
    """Forget what the test has read, so that it sees what the pages did."""
    db.session.rollback()
    db.session.expire_all()


def photograph(sheet: Image.Image, number: int = 0) -> FilePayload:
    """One label of a printed sheet, as a telephone would take its picture."""
    found = zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCodeModel2)
    code = found[number].position
    wide = code.bottom_right.x - code.top_left.x
    area = (
        max(0, code.top_left.x - wide // 4),
        max(0, code.top_left.y - wide // 4),
        code.bottom_right.x + wide // 4,
        code.bottom_right.y + wide // 4,
    )
    out = io.BytesIO()
    label = sheet.convert("RGB").crop(area).resize((900, 900))
    label.rotate(7, expand=True, fillcolor="white").save(out, "JPEG", quality=80)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def without_camera(page: Page) -> None:
    """From now on this browser is one that gives pages no camera."""
    page.add_init_script("delete Navigator.prototype.mediaDevices")


def burst(page: Page, text: str) -> None:
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


def bytes_of(download: Any) -> bytes:
    """What the browser has saved."""
    return Path(download.value.path()).read_bytes()
