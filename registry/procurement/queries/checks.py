"""Reading the checks of a request: what was found, answered and ruled."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.procurement.models.checks import (
    Candidate,
    CheckAnswer,
    CheckLine,
    FallenThrough,
    IdleCheck,
    Ruling,
)
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.states import RulingKind
from registry.store.db import session


def last_check(request_id: int) -> IdleCheck | None:
    """The newest check of a request."""
    return session().scalar(
        sa.select(IdleCheck)
        .where(IdleCheck.request_id == request_id)
        .order_by(IdleCheck.round.desc())
        .limit(1)
    )


def checks_of(request_id: int) -> list[IdleCheck]:
    """Every check of a request, the newest first."""
    return list(
        session().scalars(
            sa.select(IdleCheck)
            .where(IdleCheck.request_id == request_id)
            .order_by(IdleCheck.round.desc())
        )
    )


def candidates_of(line: PurchaseLine) -> list[Candidate]:
    """What the line's last check found, what serves best first."""
    return list(
        session().scalars(
            sa.select(Candidate)
            .where(
                Candidate.institution_id == line.institution_id,
                Candidate.check_line_id == line.check_line_id,
            )
            .options(
                joinedload(Candidate.item_type),
                joinedload(Candidate.department),
                joinedload(Candidate.place),
            )
            .order_by(Candidate.id)
        )
    )


def check_line(line: PurchaseLine) -> CheckLine | None:
    """What the last check said of a line."""
    if line.check_line_id is None:
        return None
    return session().get(CheckLine, line.check_line_id)


def answers_of(line_ids: Iterable[int]) -> list[CheckAnswer]:
    """Every answer about some lines, the first first."""
    return list(
        session().scalars(
            sa.select(CheckAnswer)
            .where(CheckAnswer.line_id.in_(sorted(line_ids)))
            .order_by(CheckAnswer.id)
        )
    )


def rulings_of(line_ids: Iterable[int]) -> list[Ruling]:
    """Every ruling about some lines, the first first."""
    return list(
        session().scalars(
            sa.select(Ruling)
            .where(Ruling.line_id.in_(sorted(line_ids)))
            .order_by(Ruling.id)
        )
    )


def fallen_of(line_ids: Iterable[int]) -> list[FallenThrough]:
    """What was taken for some lines and will not come."""
    return list(
        session().scalars(
            sa.select(FallenThrough)
            .where(FallenThrough.line_id.in_(sorted(line_ids)))
            .order_by(FallenThrough.id)
        )
    )


def taken_assets(request: PurchaseRequest) -> set[int]:
    """Assets that are on their way for a request, or have come."""
    lines = [line.id for line in request.lines]
    taken = [
        asset_id
        for answer in answers_of(lines)
        if answer.kind == "take"
        for asset_id in answer.asset_ids
    ]
    for gone in fallen_of(lines):
        if gone.asset_id in taken:
            taken.remove(gone.asset_id)
    return set(taken)


def must_answer(line: PurchaseLine) -> list[Candidate]:
    """The groups that are taken or declined before a line goes on.

    What the check found to serve, and look-alikes of which an officer has said so.
    """
    named = {
        candidate_id
        for ruling in rulings_of([line.id])
        if ruling.kind == RulingKind.SETTLE_MATCHED
        and ruling.check_line_id == line.check_line_id
        for candidate_id in ruling.candidate_ids
    }
    return [
        each for each in candidates_of(line) if each.must_answer or each.id in named
    ]
