"""A school whose every text is hostile: no page runs it, none bursts.

Every name, note, reason, title and file name there is becomes one of some texts that
would run somewhere if anything was written without care, or that have no end. Then
every page is opened on a phone: no dialog, no report of the policy, no broken script.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Dialog, Page
from sqlalchemy.orm import Session

from registry.organisation.models import Person
from registry.store.base import Base
from tests.everyone.conftest import SignIn
from tests.everyone.test_every_page import DRAWN_BY_A_LIBRARY, ON_PAPER
from tests.harness.crawling import Walk
from tests.harness.depth import deep
from tests.harness.looks import too_wide
from tests.registry.web.pages.lending import lend_session

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}
ENOUGH = 60
FREE = frozenset(
    """answer asker borrower brand contact email file_name funding holder model name
    name_en note phone purpose reason reference review_words ruling_words serial
    short_name specification supplier text title full_name unit words wording alias
    agent""".split()  # noqa: SIM905 - to be read
)
"""Columns that hold what somebody wrote."""
TOLD = frozenset({"facts", "attributes", "summary", "proposal", "conditions"})
"""Columns that repeat what somebody wrote, inside other things."""
LEFT = {("duties", "name"), ("job_files", "name")}
"""What is named so and is a key."""
RUNS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'-alert(3)-'",
    "</textarea></title><svg/onload=alert(4)>",
    "{{7*7}}${alert(5)}%(x)s%s{0}",
    "javascript:alert(6)",
    "<a href=javascript:alert(7)>x</a>",
    "&lt;script&gt;alert(8)",
    "W" * 60,
    "长" * 60,
    "\u202e\u2066gpj.exe",
    "Z\u0351\u0310\u0352\u034a" * 8,
)
WATCH = """
window.reports = [];
addEventListener("securitypolicyviolation", (event) =>
  window.reports.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
PLANT = "(text) => document.body.insertAdjacentHTML('beforeend', text.slice(2))"


@pytest.fixture
def hostile(context: Session) -> Callable[[], int]:
    """Makes every text in the database hostile; how many there were."""

    def turn() -> int:
        connection = context.connection()
        _let_go_of_triggers(connection)
        count = sum(
            _turn_table(connection, each) for each in Base.metadata.sorted_tables
        )
        context.commit()
        return count

    return turn


def _let_go_of_triggers(connection: sa.Connection) -> None:
    """What guards entries and closed audits stands in the way here."""
    if connection.dialect.name == "sqlite":
        names = connection.scalars(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name in names:
            connection.execute(sa.text(f'DROP TRIGGER "{name}"'))
    else:
        for each in Base.metadata.sorted_tables:
            disable = f'ALTER TABLE "{each.name}" DISABLE TRIGGER USER'
            connection.execute(sa.text(disable))


def _turn_table(connection: sa.Connection, table: sa.Table) -> int:
    choices = " ".join(
        str(each.sqltext)
        for each in table.constraints
        if isinstance(each, sa.CheckConstraint)
    )
    columns = [
        each
        for each in table.columns
        if each.name in FREE | TOLD
        and (table.name, each.name) not in LEFT
        and f"{each.name} IN (" not in choices
    ]
    if not columns:
        return 0
    keys = list(table.primary_key.columns)
    texts = itertools.cycle(RUNS)
    numbers = itertools.count()
    changes = []
    for row in connection.execute(sa.select(*keys, *columns)).mappings():
        fresh = {
            each.name: _turned(row[each.name], each, next(texts), next(numbers))
            for each in columns
        }
        if any(fresh[each.name] != row[each.name] for each in columns):
            named = {f"key_{each.name}": row[each.name] for each in keys}
            changes.append(named | {f"new_{name}": fresh[name] for name in fresh})
    if changes:
        connection.execute(
            sa.update(table)
            .where(*(each == sa.bindparam(f"key_{each.name}") for each in keys))
            .values({each: sa.bindparam(f"new_{each.name}") for each in columns}),
            changes,
        )
    return len(changes)


def _turned(value: Any, column: sa.Column[Any], text: str, number: int) -> Any:
    """A hostile text for another, of a length that fits and unlike all others."""
    if not value:
        return value
    if column.name in TOLD:
        return _inside(value, text)
    most = getattr(column.type, "length", None) or 400
    if most < 40:
        return f"<b>{number}"[:most]
    return f"{text[: most - 9]}{number}"


def _inside(value: Any, text: str) -> Any:
    """The same with every Chinese word in it made hostile; keys and codes stay."""
    if isinstance(value, str):
        if value.startswith(("{", "[")):
            return json.dumps(_inside(json.loads(value), text), ensure_ascii=False)
        return text if any("\u4e00" <= each <= "\u9fff" for each in value) else value
    if isinstance(value, dict):
        return {key: _inside(each, text) for key, each in value.items()}
    if isinstance(value, list):
        return [_inside(each, text) for each in value]
    return value


def test_no_page_runs_what_somebody_wrote_and_none_bursts(
    app: Flask,
    reader: Callable[..., Person],
    busy: Callable[..., None],
    hostile: Callable[[], int],
    sign_in: SignIn,
    open_page: Callable[..., Page],
) -> None:
    person = reader("zh-CN", "normal")
    busy(person)
    assert hostile() >= 1_000
    client = sign_in(person)
    walk = Walk(app, client).from_addresses("/")
    assert [each for each in walk.broken if each[2] >= 500] == []
    assert len(walk.pages) >= ENOUGH
    page = open_page()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.add_init_script(WATCH)
    lend_session(page, client)
    faults: list[str] = []
    heard: list[str] = []
    shown = 0

    def dismiss(dialog: Dialog) -> None:
        heard.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("pageerror", lambda error: heard.append(str(error)))
    looked_at = list(walk.pages.items())[:: deep(2, 1)]
    for endpoint, addresses in looked_at:
        if endpoint in DRAWN_BY_A_LIBRARY:
            continue
        page.goto(addresses[0])
        page.wait_for_selector("html[data-started]", state="attached")
        shown += "alert(" in page.content()
        found = [*heard, *page.evaluate("window.reports")]
        if endpoint not in ON_PAPER:
            found += too_wide(page)
        faults += [f"{addresses[0]}: {each}" for each in found]
        heard.clear()
    assert faults == [], "\n".join(faults)
    assert shown >= len(looked_at) // 2
    assert _is_heard(page)


def _is_heard(page: Page) -> bool:
    """Whether a text that was written without care would have been noticed."""
    browser = page.context.browser
    assert browser is not None
    apart = browser.new_context()
    bare = apart.new_page()
    bare.add_init_script(WATCH)
    bare.goto(urljoin(page.url, "/sign-in"))
    bare.evaluate(PLANT, RUNS[1])
    bare.wait_for_function("window.reports.length")
    apart.close()
    return True
