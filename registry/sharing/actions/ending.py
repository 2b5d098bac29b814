"""Ending lines of a transfer, however they end; the document and its waits follow.

Locks are taken in one order everywhere: assets, the transfer, its waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.ledger.models import Asset
from registry.ledger.states import Restriction
from registry.sharing.events import TransferLineEnded
from registry.sharing.models import Transfer, TransferLine, TransferSide
from registry.sharing.rules.passing import (
    ANSWER_HOURS,
    MOVE_HOURS,
    state_of_lines,
    verb_between,
)
from registry.sharing.states import TRANSFER_OPEN, TransferLineState
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.waiting import actions as waiting
from registry.waiting.actions import begin
from registry.waiting.queries import ladder, open_wait

KIND = "transfer"
SIDE = "transfer_side"
ANSWER, HAND_OVER, RECEIVE = (
    "transfer_answer",
    "transfer_hand_over",
    "transfer_receive",
)


def locked_transfer(institution_id: int, transfer_id: int) -> Transfer:
    """A transfer under lock; its assets have been locked before."""
    return (
        current_session()
        .scalars(
            sa.select(Transfer)
            .where(
                Transfer.id == transfer_id, Transfer.institution_id == institution_id
            )
            .with_for_update(of=Transfer)
            .execution_options(populate_existing=True)
        )
        .one()
    )


def end_line(actor: Actor, line: TransferLine, verb: str, reason: str = "") -> None:
    """End one line whose claim has ended with what happened to the thing."""
    with transaction() as session:
        found = locked_transfer(line.institution_id, line.transfer_id)
        close_line(found, line, verb, reason)
        session.flush()
        tell(actor, found, verb, [line], reason)
        settle(actor, found)


def close_line(
    found: Transfer, line: TransferLine, verb: str, reason: str = ""
) -> None:
    """Note that a line has ended, and say so to whoever follows."""
    line.follow(verb)
    line.ended_at = now()
    if reason:
        line.reason = reason
    emit(
        TransferLineEnded(
            found.institution_id, found.id, line.asset_id, line.state, found.cause
        )
    )


def tell(
    actor: Actor,
    found: Transfer,
    verb: str,
    lines: Iterable[TransferLine],
    reason: str = "",
    **more: Any,
) -> None:
    """Record what happened to lines of a transfer, in its own chain."""
    facts: dict[str, Any] = {"assets": [line.asset_id for line in lines], **more}
    if reason:
        facts["reason"] = reason
    record(actor, KIND, found.id, verb, facts, document=found.number)


def settle(actor: Actor, found: Transfer) -> None:
    """Bring a locked transfer, and what waits for it, in line with its lines."""
    with transaction() as session:
        session.flush()
        lines = session.scalars(
            sa.select(TransferLine)
            .where(TransferLine.transfer_id == found.id)
            .order_by(TransferLine.id)
            .execution_options(populate_existing=True)
        ).all()
        verb = verb_between(found.state, state_of_lines([each.state for each in lines]))
        if verb is not None:
            found.follow(verb)
            if found.state not in TRANSFER_OPEN:
                found.closed_at = now()
            session.flush()
        _keep_waits(actor, found, lines)


def _keep_waits(actor: Actor, found: Transfer, lines: Sequence[TransferLine]) -> None:
    session = current_session()
    sides = session.scalars(
        sa.select(TransferSide)
        .where(TransferSide.transfer_id == found.id)
        .order_by(TransferSide.id)
    ).all()
    for side in sides:
        mine = [each for each in lines if each.side_id == side.id]
        asked = [each for each in mine if each.state == TransferLineState.REQUESTED]
        agreed = [each for each in mine if each.state == TransferLineState.AGREED]
        facts = {
            "number": found.number,
            "department": found.to_department.name,
        }
        path = side.department.path
        here = found.institution_id
        first = [] if not asked else _office_first(here, asked, path)
        rungs = [first, *ladder(here, path)]
        _keep(
            actor,
            (SIDE, side.id, ANSWER),
            rungs,
            ANSWER_HOURS,
            side.department_id,
            facts | {"count": len(asked)},
        )
        keepers = ladder(here, path, _keepers(agreed))
        givers = [[*keepers[0], *keepers[1]], *keepers[2:]]
        _keep(
            actor,
            (SIDE, side.id, HAND_OVER),
            givers,
            MOVE_HOURS,
            side.department_id,
            facts | {"count": len(agreed)},
        )
    coming = [each for each in lines if each.state == TransferLineState.HANDED_OVER]
    takers = ladder(
        found.institution_id,
        found.to_department.path,
        [found.custodian_id or found.requester_id],
    )
    _keep(
        actor,
        (KIND, found.id, RECEIVE),
        takers,
        MOVE_HOURS,
        found.to_department_id,
        {"number": found.number, "count": len(coming)},
    )


def _keep(
    actor: Actor,
    of: tuple[str, int, str],
    rungs: Sequence[Iterable[int]],
    hours: int,
    department_id: int,
    facts: dict[str, Any],
) -> None:
    """Have a step wait while there is something to do, and end when there is not."""
    kind, subject_id, step = of
    standing = open_wait(actor.institution_id, kind, subject_id, step)
    if facts["count"] and standing is None:
        begin(
            actor,
            subject_kind=kind,
            subject_id=subject_id,
            step=step,
            rungs=rungs,
            hours=hours,
            department_id=department_id,
            facts=facts,
        )
    elif not facts["count"] and standing is not None:
        waiting.finish(actor, standing, "settled")


def _office_first(
    institution_id: int, asked: Sequence[TransferLine], path: str
) -> list[int]:
    """Whom to ask before the officers: the office, where only it may agree."""
    told = current_session().scalars(
        sa.select(Asset.restrictions).where(
            Asset.id.in_([each.asset_id for each in asked])
        )
    )
    if any(Restriction.EARMARKED_FUNDS in each for each in told):
        return ladder(institution_id, path)[3]
    return []


def _keepers(lines: Sequence[TransferLine]) -> list[int]:
    """Who keeps the things of some lines, each once, in the order of the lines."""
    ids = [each.asset_id for each in lines]
    rows = current_session().execute(
        sa.select(Asset.id, Asset.custodian_id).where(Asset.id.in_(ids))
    )
    kept = {asset_id: person for asset_id, person in rows}  # noqa: C416 - typed
    found = (kept.get(each) for each in ids)
    return list(dict.fromkeys(each for each in found if each is not None))
