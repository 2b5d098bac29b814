"""Whether a check still tells the truth."""

from __future__ import annotations

from datetime import timedelta

from registry.kernel.clock import now
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.checks import (
    answers_of,
    candidates_of,
    last_check,
    must_answer,
    taken_assets,
)
from registry.procurement.queries.orders import left_to_order
from registry.procurement.queries.searching import Finding, Wanted, search
from registry.procurement.queries.stock import count_free
from registry.procurement.states import (
    CandidateKind,
    DeclineReason,
    LineState,
    RequestState,
)

MOST_DAYS = 7
"""A check older than this is made again before anything is decided on it."""


def why_stale(request: PurchaseRequest) -> str:
    """``old``, ``new_match`` where something that serves turned idle, or nothing."""
    check = last_check(request.id)
    if check is None:
        return "never"
    if check.made_at < now() - timedelta(days=MOST_DAYS):
        return "old"
    return "new_match" if served_anew(request) else ""


def to_be_had(request: PurchaseRequest) -> dict[int, int]:
    """How many of each line are still to be had: what is ordered is not any more."""
    if request.state == RequestState.ORDERED:
        return left_to_order(request)
    return {line.id: line.to_buy for line in request.lines}


def served_anew(request: PurchaseRequest) -> list[PurchaseLine]:
    """The lines for which something serves now that could not be had at their check."""
    left = to_be_had(request)
    lines = [line for line in request.lines if left[line.id]]
    wanted = [
        Wanted(line.text, line.specification, line.item_type_id) for line in lines
    ]
    if not wanted:
        return []
    found, _ = search(request.institution_id, wanted, without=taken_assets(request))
    return [
        line
        for line, finding in zip(lines, found, strict=True)
        if serves_anew(line, finding)
    ]


def overtaken(request: PurchaseRequest) -> list[PurchaseLine]:
    """The lines for which others have by now what could still be taken.

    Whoever asks could neither take it nor truly decline it: it is looked for again.
    """
    mine = taken_assets(request)
    return [
        line
        for line in request.lines
        if line.standing == LineState.MATCHED and _is_overtaken(line, mine)
    ]


def _is_overtaken(line: PurchaseLine, mine: set[int]) -> bool:
    answers = answers_of([line.id])
    for each in must_answer(line):
        said = sum(a.count for a in answers if a.candidate_id == each.id)
        left = min(each.count - said, line.to_buy)
        others = [asset_id for asset_id in each.asset_ids if asset_id not in mine]
        if each.kind == CandidateKind.IDLE and count_free(others) < left:
            return True
    return False


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
