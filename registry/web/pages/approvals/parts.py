"""What several pages show of approving: steps, what is to be bought, what came."""

from __future__ import annotations

from typing import Any

from flask import url_for

from registry.kernel.checkcodes import grouped
from registry.procurement.models.approvals import Approval
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import (
    DECIDE,
    KIND,
    last_pass,
    last_round_of,
    steps_of,
)
from registry.procurement.queries.certificates import of_request
from registry.procurement.queries.orders import (
    left_to_order,
    orders_of,
    receipts_of,
    received_ids,
)
from registry.procurement.states import ApprovalState
from registry.waiting.models import Wait
from registry.waiting.queries import calendar_of, holders_of, open_wait, waited
from registry.words import _, format_list, format_money
from registry.words.approving import (
    approver_word,
    cause_word,
    step_state_word,
    verdict_word,
)
from registry.words.steps import clock_words

TONES = {
    "open": ("waiting", "calm"),
    "approved": ("done", "good"),
    "refused": ("error", "bad"),
    "returned": ("return", "warn"),
    "later": ("dot", "still"),
    "void": ("dot", "still"),
}


def approval_steps(request: PurchaseRequest) -> list[dict[str, Any]]:
    """The steps of the last round as pages show them: who has it, or what they said."""
    return [_step(request, row) for row in last_round_of(steps_of(request.id))]


def _step(request: PurchaseRequest, row: Approval) -> dict[str, Any]:
    wait = (
        open_wait(request.institution_id, KIND, request.id, f"{DECIDE}{row.step}")
        if row.state == ApprovalState.OPEN
        else None
    )
    icon, tone = TONES[row.state]
    return {
        "who": approver_word(row.step),
        "state": step_state_word(row.state),
        "icon": icon,
        "tone": tone,
        "why": _("、").join(cause_word(each) for each in row.causes),
        "at": row.decided_at,
        "by": _by(row) if row.decided_by else _held_by(wait),
        "words": row.words,
        "clock": _clock(request, wait) if wait else "",
    }


def _by(row: Approval) -> str:
    name = row.decided_by.name if row.decided_by else ""
    if row.acting_for is None:
        return name
    return _("%(name)s（替%(other)s）", name=name, other=row.acting_for.name)


def _held_by(wait: Wait | None) -> str:
    if wait is None:
        return ""
    return format_list([each.name for each in holders_of([wait])[wait.id]])


def _clock(request: PurchaseRequest, wait: Wait) -> str:
    calendar = calendar_of(request.institution_id)
    return clock_words(waited(wait, calendar))


def urgent_of(request: PurchaseRequest) -> dict[str, Any] | None:
    """How a request was let through as urgent, and what the review said."""
    found = last_pass(request.id)
    if found is None:
        return None
    return {
        "id": found.id,
        "by": found.allowed_by.name,
        "at": found.allowed_at,
        "reason": found.reason,
        "verdict": verdict_word(found.verdict) if found.verdict else "",
        "reviewed_by": found.reviewed_by.name if found.reviewed_by else "",
        "review_words": found.review_words,
    }


def to_buy_rows(request: PurchaseRequest) -> list[tuple[str, str]]:
    """What is to be bought, line by line, with what it is estimated to cost."""
    return [
        (line.text, _price_words(line.to_buy, line.price_fen))
        for line in request.lines
        if line.to_buy
    ]


def _price_words(count: int, price_fen: int | None) -> str:
    if price_fen is None:
        return _("%(count)s 件，没有估价", count=count)
    return _(
        "%(count)s 件 × %(price)s = %(total)s",
        count=count,
        price=format_money(price_fen),
        total=format_money(count * price_fen),
    )


def total_of(request: PurchaseRequest) -> int:
    """What all that is to be bought is estimated to cost, in fen."""
    return sum(line.to_buy * (line.price_fen or 0) for line in request.lines)


def summary_of(request: PurchaseRequest) -> str:
    """What a request asks for, in one line."""
    return _("；").join(
        _("%(what)s %(count)s 件", what=line.text, count=line.to_buy)
        for line in request.lines
        if line.to_buy
    )


def certificates_of(request: PurchaseRequest) -> list[dict[str, Any]]:
    """The certificates of a request with their addresses, the newest first."""
    return [
        {
            "url": url_for("certificates.show", certificate_id=each.id),
            "number": grouped(each.code),
            "at": each.issued_at,
        }
        for each in of_request(request.id)
    ]


def buying_of(request: PurchaseRequest) -> dict[str, Any]:
    """What was ordered for a request, what has come, and what is still to order."""
    orders = orders_of(request)
    texts = {line.id: line.text for line in request.lines}
    receipts = receipts_of(request)
    came = received_ids(receipts)
    return {
        "left": sum(left_to_order(request).values()),
        "orders": [
            {
                "id": each.id,
                "number": each.number,
                "supplier": each.supplier,
                "reference": each.reference,
                "on": each.ordered_on,
                "total": each.total_fen,
                "missing": sum(line.missing for line in each.lines),
                "lines": [
                    {
                        "what": texts.get(line.line_id, ""),
                        "quantity": line.quantity,
                        "price": line.price_fen,
                        "received": line.received,
                    }
                    for line in each.lines
                ],
                "receipts": [
                    {
                        "id": one.id,
                        "document": one.document.number,
                        "at": one.received_at,
                        "count": one.count,
                        "assets": came[one.id],
                    }
                    for one in receipts
                    if one.order_id == each.id
                ],
            }
            for each in orders
        ],
    }
