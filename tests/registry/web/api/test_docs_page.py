"""The page of the API's description, in a browser without any network."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from registry.access.roles import Role
from registry.config import Settings
from registry.organisation.models import Institution
from tests.factories.auth import PASSWORD, begin_session
from tests.factories.organisation import make_colleague
from tests.harness.depth import deep

WHO = "#operations-account-account_show"


def test_the_page_keeps_to_the_strict_policy(
    signed_in_as: Any, institution: Institution
) -> None:
    answer = signed_in_as(Role.ADMINISTRATOR).get("/api/docs")
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    for part in ("<style", "style=", " onclick", "<script>"):
        assert part not in answer.text


def test_a_stranger_is_sent_to_sign_in(client: Any, institution: Institution) -> None:
    answer = client.get("/api/docs")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("name", ["swagger-ui.css", "swagger-ui-bundle.js"])
def test_its_files_are_given_and_no_others(client: Any, name: str) -> None:
    assert client.get(f"/api/docs/{name}").status_code == 200
    assert client.get(f"/api/docs/{name}.map").status_code == 404
    assert client.get("/api/docs/..%2f__init__.py").status_code == 404


def test_every_operation_is_drawn_and_can_be_tried(
    desk: Page,
    live_server: str,
    institution: Institution,
    client: Any,
    settings: Settings,
) -> None:
    """The page's watch fails it for errors of policy and for outside requests.

    What is folded is opened part by part, as a reader does.
    """
    person = make_colleague(institution, Role.ADMINISTRATOR)
    begin_session(settings, person)
    desk.goto("/sign-in?next=/api/docs")
    desk.fill("input[name=name]", f"user{person.id}")
    desk.fill("input[name=password]", PASSWORD)
    desk.click("main button[type=submit]")
    desk.wait_for_selector(".opblock-tag")
    paths = client.get("/api/v1/openapi.json").json["paths"]
    parts = Counter(
        operation["tags"][0]
        for path in paths.values()
        for method, operation in path.items()
        if method != "parameters"
    )
    expect(desk.locator(".opblock-tag")).to_have_count(len(parts))
    few = [("account", parts["account"]), *parts.most_common(2)]
    for part, count in deep(few, list(parts.items())):
        desk.click(f"#operations-tag-{part} .expand-operation")
        drawn = desk.locator(f".opblock[id^=operations-{part}-]")
        expect(drawn).to_have_count(count)
        if f"operations-{part}-" not in WHO:
            desk.click(f"#operations-tag-{part} .expand-operation")
    desk.click(f"{WHO} .opblock-summary-control")
    desk.click(f"{WHO} .try-out__btn")
    desk.click(f"{WHO} .execute")
    status = desk.locator(f"{WHO} .live-responses-table tbody .response-col_status")
    assert status.inner_text().startswith("200")
