"""What stands beside the filters of lists about idle things: orders and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for

from registry.web.base.paging import address_with
from registry.words import _


def orders(words: Mapping[str, str], now: str) -> list[tuple[str, str, bool]]:
    """The orders that are offered: words, address, whether it is the one of now."""
    return [
        (said, address_with(sort=key, cursor=None), key == now)
        for key, said in words.items()
    ]


def files(
    endpoint: str, kinds: Sequence[tuple[str, Mapping[str, Any], str]]
) -> list[tuple[str, str, str]]:
    """The files of all that is shown: of each kind words, what asks for it, icon."""
    asked: dict[str, Any] = request.args.to_dict(flat=False)
    asked.pop("cursor", None)
    return [
        (words, url_for(endpoint, **{**asked, **own}), icon)
        for words, own, icon in kinds
    ]


def plain_files(endpoint: str) -> list[tuple[str, str, str]]:
    """The two forms in which a list goes out that has one set of columns."""
    return files(
        endpoint,
        [
            (_("Excel 工作簿"), {"form": "xlsx"}, "sheet"),
            (_("CSV 文本"), {"form": "csv"}, "export"),
        ],
    )
