"""How soon the walk of an audit stands on a phone, and how soon it answers a scan.

    python bench/walk.py [sqlite] [postgresql] [--things 5000] [--slower 4]

The server that ships serves an audit of so many things; a Chromium of the size of a
phone, its processor slowed so many times, loads the walk, opens it again without the
server, and scans. A scan is answered when the page shows it, which it does once the
record is on the disk of the phone.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from typing import Any

from databases import describe, fresh_database
from live import School, _cookie, server, settings_for
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from registry.app import create_app
from registry.audits import actions
from registry.audits.actions import Plan
from registry.kernel.clock import today
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.organisation import actions as organisation
from registry.organisation import queries as organised
from registry.store import migrations
from registry.store.db import db, make_engine, session

ROOMS = 100
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}

SCAN = """async (code) => {
  const room = document.querySelector("[data-answer]");
  const begun = performance.now();
  const shown = new Promise((done) => {
    new MutationObserver((_, watching) => {
      watching.disconnect();
      requestAnimationFrame(() => done(performance.now() - begun));
    }).observe(room, { childList: true });
  });
  for (const key of [...code, "Enter"]) {
    const event = { key, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", event));
  }
  return shown;
}"""

READY = """() => new Promise((done) => {
  const look = () => {
    if (document.querySelector("#walk[data-ready]")) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""

KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const { serviceWorker } = navigator;
  while (!serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
}"""


def audited(school: School, things: int) -> tuple[int, int, list[str]]:
    """An audit of so many things in a hundred rooms: its id, a room, codes in it."""
    root = organised.root_department(school.system.institution_id)
    asset = session().get(Asset, school.asset)
    assert asset is not None
    rooms = [
        organisation.add_place(school.system, f"{number:03} 室").id
        for number in range(ROOMS)
    ]
    for number, room in enumerate(rooms):
        share = things // ROOMS if number else things // ROOMS + 300
        draft = AssetDraft(
            item_type_id=asset.item_type_id, department_id=root.id, place_id=room
        )
        ledger.register(school.system, draft, count=share)
    zone = organised.institution(school.system.institution_id).time_zone
    made = actions.plan(school.system, Plan("测量盘点", today(zone)))
    actions.freeze(school.system, made.id)
    codes = [
        code
        for (code,) in session()
        .query(Asset.code)
        .filter(Asset.place_id == rooms[0])
        .order_by(Asset.id)
    ]
    return made.id, rooms[0], codes


def opened(page: Page, address: str) -> float:
    """Seconds from asking for the page until one can scan."""
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#walk[data-ready]", timeout=120_000)
    return float(page.evaluate(READY)) / 1000


def slowed(context: BrowserContext, times: int) -> Page:
    page = context.new_page()
    page.context.new_cdp_session(page).send(
        "Emulation.setCPUThrottlingRate", {"rate": times}
    )
    return page


def phone(playwright: Playwright, folder: str, cookie: Any) -> BrowserContext:
    """A phone with somebody signed in, and in its memory what the folder holds."""
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox"],
        **PHONE,
    )
    context.add_cookies([cookie])
    return context


def measure(kind: str, things: int, scans: int, slower: int, starts: int) -> None:
    """Everything on one database."""
    with fresh_database(kind) as url, tempfile.TemporaryDirectory() as folder:
        engine = make_engine(url)
        migrations.upgrade(engine)
        print(f"\n{describe(engine)}, {things} things, processor {slower} times slower")
        engine.dispose()
        app = create_app(settings_for(url))
        with app.app_context():
            school = School(app, settings_for(url), 1)
            audit, room, codes = audited(school, things)
            cookie = _cookie(school)
            db.session.remove()
            with sync_playwright() as playwright:
                with server(url) as (port, _):
                    address = f"http://127.0.0.1:{port}/audits/{audit}/walk/"
                    firsts = []
                    for _ in range(starts):  # each on a phone that holds nothing
                        with tempfile.TemporaryDirectory() as fresh:
                            context = phone(playwright, fresh, cookie)
                            firsts.append(opened(slowed(context, slower), address))
                            context.close()
                    context = phone(playwright, folder, cookie)
                    page = slowed(context, slower)
                    opened(page, address)
                    page.evaluate(KEPT)
                    again = opened(page, address)
                # From here on there is no server.
                offline = opened(page, address)
                page.goto(f"{address}#room/{room}")
                took = sorted(page.evaluate(SCAN, code) for code in codes[:scans])
                context.close()
            db.engine.dispose()
    print("| what | seconds |\n|---|---|")
    firsts.sort()
    print(f"| first start, list loaded (best) | {firsts[0]:.2f} |")
    print(f"| first start, list loaded (middle) | {firsts[len(firsts) // 2]:.2f} |")
    print(f"| start with the list on the phone | {again:.2f} |")
    print(f"| start without a network | {offline:.2f} |")
    print("\n| scan to answer | ms |\n|---|---|")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("worst", 1)):
        print(f"| {name} of {len(took)} | {took[int(share * (len(took) - 1))]:.0f} |")


def main() -> None:
    """Read what to measure from the command line."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("kinds", nargs="*", default=["sqlite"])
    read.add_argument("--things", type=int, default=5_000)
    read.add_argument("--scans", type=int, default=300)
    read.add_argument("--slower", type=int, default=4)
    read.add_argument("--starts", type=int, default=5)
    asked = read.parse_args()
    for kind in asked.kinds:
        measure(kind, asked.things, asked.scans, asked.slower, asked.starts)


if __name__ == "__main__":
    main()
