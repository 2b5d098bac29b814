"""Whether a check still tells the truth."""

from __future__ import annotations

from datetime import timedelta

from registry.kernel.clock import now
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.checks import (
    answers_of,
    candidates_of,
    last_check,
    taken_assets,
)
from registry.procurement.queries.searching import Finding, Wanted, search
from registry.procurement.states import CandidateKind, DeclineReason

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
    if any(
        serves_anew(line, finding) for line, finding in zip(lines, found, strict=True)
    ):
        return "new_match"
    return ""


def serves_anew(line: PurchaseLine, finding: Finding) -> bool:
    """Whether something would serve a line now that could not be had at its check.

    What was only shown (put to use, under repair) and what was declined because
    somebody else had it is answered once it can be had.
    """
    put_off = {
        each.candidate_id
        for each in answers_of([line.id])
        if each.kind == "decline" and each.reason == DeclineReason.CLAIMED
    }
    answered = {each.candidate_id for each in answers_of([line.id])} - put_off
    free: set[int] = set()
    claimed: set[int] = set()
    for each in candidates_of(line):
        if each.kind == CandidateKind.IDLE or each.id in answered:
            free.update(each.asset_ids)
        elif each.kind == CandidateKind.CLAIMED:
            claimed.update(each.asset_ids)
    return any(
        not (
            free if hit.group.kind is CandidateKind.IDLE else free | claimed
        ).issuperset(hit.group.asset_ids)
        for hit in finding.hits
        if hit.must_answer
    )


def is_fresh(request: PurchaseRequest) -> bool:
    """Whether the check may be decided on: not old, and nothing new would serve."""
    return not why_stale(request)
