"""A request's check as plain values, for its certificate."""

from __future__ import annotations

from typing import Any

from registry.procurement.models.checks import Candidate, CheckAnswer, Ruling
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.checks import (
    answers_of,
    candidates_of,
    last_check,
    rulings_of,
)
from registry.procurement.queries.outside import OuterRead, read_outside
from registry.procurement.states import RulingKind


def frozen_of(request: PurchaseRequest) -> dict[str, Any]:
    """What was asked, what the ledger held, what was answered and ruled; no people."""
    outside = read_outside(request, request.lines)
    check = last_check(request.id)
    ids = [line.id for line in request.lines]
    answers, rulings = answers_of(ids), rulings_of(ids)
    return {
        "request": request.number,
        "department": request.department.name,
        "asked_at": _moment(request.submitted_at),
        "urgent": request.urgent,
        "check": {
            "number": check.number if check else "",
            "position": check.position if check else 0,
            "matcher": check.matcher if check else "",
            "hash": check.hash if check else "",
            "made_at": _moment(check.made_at) if check else None,
        },
        "lines": [
            _line(
                number,
                line,
                [each for each in answers if each.line_id == line.id],
                [each for each in rulings if each.line_id == line.id],
                outside[line.id],
            )
            for number, line in enumerate(request.lines, start=1)
        ],
    }


def _line(
    number: int,
    line: PurchaseLine,
    answers: list[CheckAnswer],
    rulings: list[Ruling],
    outside: list[OuterRead],
) -> dict[str, Any]:
    told = [
        each
        for each in rulings
        if each.kind in (RulingKind.UPHOLD, RulingKind.URGENT, RulingKind.SETTLE_CLEAR)
    ]
    return {
        "line": number,
        "text": line.text,
        "specification": line.specification,
        "quantity": line.quantity,
        "covered": line.covered,
        "to_buy": line.to_buy,
        "standing": line.standing,
        "candidates": [
            _candidate(each, [a for a in answers if a.candidate_id == each.id])
            for each in candidates_of(line)
        ],
        "outside": [_outer(each) for each in outside],
        "ruling": _ruling(told[-1]) if told else None,
    }


def _outer(read: OuterRead) -> dict[str, Any]:
    found, answer = read.candidate, read.answer
    return {
        "institution": found.institution,
        "type": found.title,
        "condition": found.condition or None,
        "count": found.count,
        "score": found.score / 1000,
        "answer": answer.kind if answer else None,
        "promised": answer.count if answer else 0,
        "code": answer.reason if answer else None,
        "words": answer.words if answer else "",
        "inquiry": answer.inquiry if answer else "",
    }


def _candidate(found: Candidate, answers: list[CheckAnswer]) -> dict[str, Any]:
    declined = [each for each in answers if each.kind == "decline"]
    return {
        "type": found.item_type.title,
        "count": found.count,
        "department": found.department.name,
        "place": found.place.full_name if found.place else "",
        "condition": found.condition,
        "kind": found.kind,
        "score": found.score / 1000,
        "reasons": found.reasons,
        "reason": "",
        "differs": "",
        "taken": sum(each.count for each in answers if each.kind == "take"),
        "declined": sum(each.count for each in declined),
        "code": declined[-1].reason if declined else None,
        "words": declined[-1].words if declined else "",
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {
        "outcome": ruling.kind,
        "office": "asset_office",
        "words": ruling.words,
        "at": _moment(ruling.ruled_at),
    }


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment is not None else None
