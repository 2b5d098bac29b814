"""Pages of lists: limits, cursors, addresses that keep their filters."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from registry.kernel.errors import Invalid
from registry.kernel.pages import Page
from registry.web.base.paging import (
    address_with,
    asked_cursor,
    asked_limit,
    envelope,
    next_address,
    page_of,
)

app = Flask("paging", static_folder=None)


def test_a_limit_is_a_number_from_1_to_200():
    for text, limit in {"": 50, "1": 1, "200": 200}.items():
        with app.test_request_context(f"/?limit={text}"):
            assert asked_limit() == limit


@pytest.mark.parametrize(
    "text", ["0", "-1", "201", "1e2", "٣", "1_0", "x", "+1", "9" * 5_000, "1.0", "%00"]
)
def test_any_other_limit_is_refused(text):
    with app.test_request_context(f"/?limit={text}"), pytest.raises(Invalid) as refusal:
        asked_limit()
    assert list(refusal.value.problems) == ["limit"]


@pytest.mark.parametrize(
    "text", ["x", "!!", "W10", "eyJhIjoxfQ", "x" * 3_000, "WzEsMl0"]
)
def test_any_cursor_that_is_not_ours_is_refused(text):
    with (
        app.test_request_context(f"/?cursor={text}"),
        pytest.raises(Invalid) as refusal,
    ):
        asked_cursor(3)
    assert list(refusal.value.problems) == ["cursor"]


@given(st.integers(1, 7), st.lists(st.integers(0, 50), unique=True, max_size=30))
def test_going_on_page_by_page_sees_every_row_once(limit, numbers):
    rows, seen, address = sorted(numbers), [], "/list?q=x"
    while address:
        with app.test_request_context(address):
            after = asked_cursor(1)
            following = [row for row in rows if after is None or row > after[0]]
            page = page_of(following[: limit + 1], limit, lambda row: [row])
            seen.extend(page.rows)
            address = next_address(page)
    assert seen == rows


def test_an_address_keeps_its_other_filters():
    with app.test_request_context("/list?q=椅子&state=idle&state=in_use&cursor=x"):
        kept = "q=%E6%A4%85%E5%AD%90&state=idle&state=in_use"
        assert address_with(cursor=None) == f"/list?{kept}"
        assert address_with(cursor="y") == f"/list?{kept}&cursor=y"
        assert address_with(q=None, state=None, cursor=None) == "/list"


def test_the_api_answers_items_and_the_next_cursor():
    assert envelope(Page([1, 2], "abc")) == {"items": [1, 2], "next_cursor": "abc"}
