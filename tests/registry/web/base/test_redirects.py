"""Nobody is sent anywhere but to a page of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.web.base.redirects import is_local, local_or

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "///evil.example",
    "http:evil.example",
    "/%0d%0aLocation:evil\r\n",
    "evil.example",
    " //evil.example",
    "",
    "/" + "x" * 3000,
    "/a\\b",
    "/\x00",
    "/\x7f",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_these_lead_elsewhere(address):
    assert not is_local(address)
    assert local_or(address, "/home") == "/home"


@pytest.mark.parametrize(
    "address", ["/", "/me", "/assets?q=%E6%A4%85&page=2", "/a/b#part", "/A/K7Q4M2XNT"]
)
def test_these_are_pages_of_ours(address):
    assert is_local(address)


@given(st.text(max_size=30))
def test_whatever_passes_begins_with_one_slash_and_a_name(rest):
    address = "/" + rest
    if is_local(address):
        assert address[1:2] not in {"/", "\\"}
        assert not set(address) & set("\\\r\n\t\0 ")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_leads_to_the_home_page_instead(address, signed_in_as):
    browser = signed_in_as()
    answer = browser.get("/sign-in", query_string={"next": address})
    led = (answer.status_code, answer.headers.get("Location"))
    assert led in {(303, "/"), (422, None)}


@pytest.mark.parametrize("address", ELSEWHERE)
def test_setting_preferences_leads_to_the_home_page_instead(address, client):
    answer = client.submit("/preferences", {"text_size": "large", "next": address})
    if answer.status_code == 303:
        # Spaces at the ends of a field are not part of it.
        assert answer.headers["Location"] in {"/", address.strip()}
        assert is_local(answer.headers["Location"])
    else:
        assert answer.status_code == 422
