"""A page of any list, as the API is asked for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from registry.lists.description import Listing
from registry.lists.queries import rows_of
from registry.store.paging import page_of
from registry.web.base.lists import listed, values_of_api
from registry.web.base.sessions import current_actor


def listing_page(
    listing: Listing[Any, Any],
    asked: Mapping[str, Any],
    shape: Callable[[Sequence[Any]], Sequence[Any]] = list,
    options: Sequence[Any] = (),
) -> dict[str, Any]:
    """The page of a list that an address of ``list_schema`` asks for."""
    values, sort = values_of_api(listing, asked), asked["sort"]
    page = page_of(
        rows_of(listing, current_actor(), values, sort),
        listing.orders,
        sort,
        cursor=asked["cursor"],
        size=asked["limit"],
        options=options,
        counts=asked["count"],
    )
    return listed(page, asked, shape)
