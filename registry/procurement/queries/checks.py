"""Reading the checks of a request: what was found, answered and ruled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
from registry.procurement.rules.lines import Group
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


@dataclass(frozen=True)
class LineRead:
    """A line with all that its last check found, and all that was said of it.

    ``groups`` holds, by the candidate's id, those that must be answered.
    """

    line: PurchaseLine
    vague: bool
    candidates: list[Candidate]
    groups: dict[int, Group]
    answers: list[CheckAnswer]
    rulings: list[Ruling]


def read_lines(lines: Sequence[PurchaseLine]) -> list[LineRead]:
    """Some lines of requests as they are read: the same few reads for many lines."""
    ids = [line.id for line in lines]
    rows = [line.check_line_id for line in lines if line.check_line_id is not None]
    vague = set(
        session().scalars(
            sa.select(CheckLine.id).where(CheckLine.id.in_(rows), CheckLine.vague)
        )
    )
    candidates = _candidates(lines[0].institution_id, rows) if lines else []
    answers, rulings = answers_of(ids), rulings_of(ids)
    return [
        _read(
            line,
            line.check_line_id in vague,
            [each for each in candidates if each.check_line_id == line.check_line_id],
            [each for each in answers if each.line_id == line.id],
            [each for each in rulings if each.line_id == line.id],
        )
        for line in lines
    ]


def _read(
    line: PurchaseLine,
    vague: bool,
    candidates: list[Candidate],
    answers: list[CheckAnswer],
    rulings: list[Ruling],
) -> LineRead:
    named = {
        candidate_id
        for ruling in rulings
        if ruling.kind == RulingKind.SETTLE_MATCHED
        and ruling.check_line_id == line.check_line_id
        for candidate_id in ruling.candidate_ids
    }
    groups = {
        each.id: Group(
            each.count,
            _counted(each, "take", answers),
            _counted(each, "decline", answers),
        )
        for each in candidates
        if each.must_answer or each.id in named
    }
    return LineRead(line, vague, candidates, groups, answers, rulings)


def _counted(found: Candidate, kind: str, answers: Iterable[CheckAnswer]) -> int:
    return sum(
        each.count
        for each in answers
        if each.candidate_id == found.id and each.kind == kind
    )


def candidates_of(line: PurchaseLine) -> list[Candidate]:
    """What the line's last check found, what serves best first."""
    if line.check_line_id is None:
        return []
    return _candidates(line.institution_id, [line.check_line_id])


def _candidates(institution_id: int, check_line_ids: Iterable[int]) -> list[Candidate]:
    """What some lines of checks found, what serves best first."""
    return list(
        session().scalars(
            sa.select(Candidate)
            .where(
                Candidate.institution_id == institution_id,
                Candidate.check_line_id.in_(sorted(check_line_ids)),
            )
            .options(
                joinedload(Candidate.item_type),
                joinedload(Candidate.department),
                joinedload(Candidate.place),
            )
            .order_by(Candidate.id)
        )
    )


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
    [read] = read_lines([line])
    return [each for each in read.candidates if each.id in read.groups]
