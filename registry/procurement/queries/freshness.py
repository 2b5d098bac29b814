"""Whether a check still tells the truth."""

from __future__ import annotations

from datetime import timedelta

from registry.kernel.clock import now
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.checks import (
    candidates_of,
    last_check,
    taken_assets,
)
from registry.procurement.queries.searching import Wanted, search

MOST_DAYS = 7
"""A check older than this is made again before anything is decided on it."""


def why_stale(request: PurchaseRequest) -> str:
    """``old``, ``new_match`` where something that serves turned idle, or nothing."""
    check = last_check(request.id)
    if check is None:
        return "never"
    if check.made_at < now() - timedelta(days=MOST_DAYS):
        return "old"
    lines = [line for line in request.lines if line.to_buy]
    wanted = [
        Wanted(line.text, line.specification, line.item_type_id) for line in lines
    ]
    found, _ = search(request.institution_id, wanted, without=taken_assets(request))
    for line, finding in zip(lines, found, strict=True):
        seen = {asset_id for each in candidates_of(line) for asset_id in each.asset_ids}
        for hit in finding.hits:
            if hit.must_answer and not seen.issuperset(hit.group.asset_ids):
                return "new_match"
    return ""


def is_fresh(request: PurchaseRequest) -> bool:
    """Whether the check may be decided on: not old, and nothing new would serve."""
    return not why_stale(request)
