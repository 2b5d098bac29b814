"""One act on all that a list shows: looked at first, carried out in batches, resumed.

What is planned is stored line by line with the version it was judged at. Each batch is
one transaction that notes what became of its lines, so that whoever goes on after a
crash does nothing twice; an asset changed since the preview is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.jobs.actions import enqueue
from registry.jobs.queries import is_at_work
from registry.kernel.clock import isoformat, now
from registry.kernel.errors import Invalid, Refused, StaleVersion
from registry.ledger.actions.acts import ACTS, foreseen, settled
from registry.ledger.actions.asking import still_may
from registry.ledger.actions.documents import MOST_AT_ONCE, open_document
from registry.ledger.errors import NothingChanges
from registry.ledger.models import Asset, BulkChange, BulkLine, Document
from registry.ledger.queries.bulk import bulk_change, outcomes
from registry.ledger.queries.filtering import Filter
from registry.ledger.queries.listing import LISTED, narrowed
from registry.ledger.states import BULK, BulkState, Outcome
from registry.store.base import table_of
from registry.store.db import session as current_session
from registry.store.transaction import transaction

BATCH = 200
MOST = 200_000
PLANNED_AT_ONCE = 5_000
"""So many assets are looked at while one waits; more by a job."""
KEPT_FOR = timedelta(days=30)
PLAN_JOB, CARRY_OUT_JOB = "bulk_plan", "bulk_carry_out"

Progress = Callable[[int, int, str], None]


def plan_bulk(
    actor: Actor,
    act: str,
    given: Mapping[str, Any],
    wanted: Filter,
    *,
    title: str = "",
    source: str = "",
) -> BulkChange:
    """Look at what an act would do to all that a filter finds; nothing is changed yet.

    Of thousands a job does the looking. Raises Invalid, Missing, Forbidden.
    """
    with transaction() as session:
        actor.require(Permission.ASSET_SEE)
        how = settled(actor, act, given)
        actor.require(ACTS[act].permission)
        ids = _ids(actor, wanted)
        _drop_old(actor)
        found = BulkChange(
            institution_id=actor.institution_id,
            person_id=actor.person_id,
            act=act,
            how=how,
            title=title[:200],
            source=source,
            state=str(BulkState.PLANNING),
            total=len(ids),
            created_at=now(),
        )
        session.add(found)
        session.flush()
        if len(ids) <= PLANNED_AT_ONCE:
            _look_at(actor, found, ids)
            found.step("plan")
        else:
            # What the filter finds now is what is meant, whenever the job comes to it.
            _note_all(found, ids)
            arguments = {"bulk": found.id}
            found.job_id = enqueue(
                actor, PLAN_JOB, title=found.title, arguments=arguments
            ).id
        session.flush()
        return found


def _ids(actor: Actor, wanted: Filter) -> list[int]:
    query = narrowed(actor, wanted).with_only_columns(Asset.id).order_by(Asset.id)
    ids = list(current_session().scalars(query.limit(MOST + 1)))
    if not ids:
        raise Invalid.field("assets", "nothing_to_change")
    if len(ids) > MOST:
        raise Invalid.field("assets", "too_many", most=MOST)
    return ids


def _drop_old(actor: Actor) -> None:
    """Forget what was looked at a month ago and never carried out."""
    with transaction() as session:
        old = sa.select(BulkChange.id).where(
            BulkChange.institution_id == actor.institution_id,
            BulkChange.person_id == actor.person_id,
            BulkChange.document.is_(None),
            BulkChange.created_at < now() - KEPT_FOR,
        )
        ids = list(session.scalars(old))
        if ids:
            session.execute(sa.delete(BulkLine).where(BulkLine.bulk_id.in_(ids)))
            session.execute(sa.delete(BulkChange).where(BulkChange.id.in_(ids)))


def _note_all(found: BulkChange, ids: Sequence[int]) -> None:
    """Note which assets are meant, before they are looked at: version 0."""
    rows = [_row(found, asset_id, 0, Outcome.PLANNED, "", None) for asset_id in ids]
    current_session().execute(sa.insert(table_of(BulkLine)), rows)


def _row(
    found: BulkChange,
    asset_id: int,
    version: int,
    outcome: Outcome,
    code: str,
    facts: dict[str, Any] | None,
) -> dict[str, Any]:
    return {
        "institution_id": found.institution_id,
        "bulk_id": found.id,
        "asset_id": asset_id,
        "asset_version": version,
        "outcome": str(outcome),
        "code": code,
        "facts": facts or None,
    }


def _look_at(actor: Actor, found: BulkChange, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), BATCH):
        rows = _judged(actor, found, ids[start : start + BATCH])
        current_session().execute(sa.insert(table_of(BulkLine)), rows)


def _judged(
    actor: Actor, found: BulkChange, ids: Sequence[int]
) -> list[dict[str, Any]]:
    """The lines of some assets as they are now; one no longer there is left out."""
    session = current_session()
    assets = session.scalars(
        sa.select(Asset)
        .where(Asset.institution_id == actor.institution_id, Asset.id.in_(ids))
        .options(*LISTED)
        .execution_options(populate_existing=True)
        .order_by(Asset.id)
    ).unique()
    rows = []
    for asset in assets:
        outcome, code, facts = foreseen(actor, asset, found.act, found.how)
        rows.append(_row(found, asset.id, asset.version, outcome, code, facts))
    return rows


def look_at_all(
    actor: Actor, bulk_id: int, progress: Progress | None = None
) -> BulkChange:
    """Look at what is noted but not looked at yet, batch by batch."""
    actor.require(Permission.ASSET_SEE)
    found = bulk_change(actor, bulk_id)
    while found.state == BulkState.PLANNING:
        with transaction() as session:
            worker = still_may(actor)
            found = bulk_change(worker, bulk_id, lock=True)
            ids = _unseen(found)
            if not ids and found.state == BulkState.PLANNING:
                found.step("plan")
            for row in _judged(worker, found, ids):
                key = {"bulk_id", "asset_id", "institution_id"}
                session.execute(
                    sa.update(BulkLine)
                    .where(
                        BulkLine.bulk_id == bulk_id,
                        BulkLine.asset_id == row["asset_id"],
                    )
                    .values({n: v for n, v in row.items() if n not in key})
                    .execution_options(synchronize_session=False)
                )
            session.flush()
            done = _seen(found)
        found = bulk_change(actor, bulk_id)
        if progress is not None:
            progress(done, found.total, "checking")
    return found


def _unseen(found: BulkChange) -> list[int]:
    return list(
        current_session().scalars(
            sa.select(BulkLine.asset_id)
            .where(BulkLine.bulk_id == found.id, BulkLine.asset_version == 0)
            .order_by(BulkLine.asset_id)
            .limit(BATCH)
        )
    )


def _seen(found: BulkChange) -> int:
    query = sa.select(sa.func.count()).select_from(BulkLine)
    query = query.where(BulkLine.bulk_id == found.id, BulkLine.asset_version > 0)
    return current_session().scalar(query) or 0


def confirm_bulk(actor: Actor, bulk_id: int) -> BulkChange:
    """Carry out what was looked at, or go on with what was stopped.

    Up to a thousand at once, more by a job. Raises WrongState, Invalid where nothing
    would change.
    """
    with transaction() as session:
        found = bulk_change(actor, bulk_id, lock=True)
        actor.require(ACTS[found.act].permission)
        left = outcomes(found)[Outcome.PLANNED]
        _begin(actor, found, left)
        if left > MOST_AT_ONCE:
            found.job_id = enqueue(
                actor, CARRY_OUT_JOB, title=found.title, arguments={"bulk": found.id}
            ).id
            session.flush()
            return found
    # Here too in batches: whoever else writes is not kept waiting for all of it.
    return carry_out_bulk(actor, bulk_id)


def _begin(actor: Actor, found: BulkChange, left: int) -> None:
    lost = found.job_id is None or not is_at_work(found.job_id)
    if found.state == BulkState.RUNNING and lost:
        # Its job came to an end without it: somebody takes it up again.
        found.step("stop")
    BULK.after(BulkState(found.state), "confirm")
    if not left and found.document is None:
        raise Invalid.field("assets", "nothing_to_change")
    if found.document is None:
        found.document = open_document(actor, "bulk", found.title).number
    found.refusal = None
    found.step("confirm")
    current_session().flush()


def carry_out_bulk(
    actor: Actor, bulk_id: int, progress: Progress | None = None
) -> BulkChange:
    """Carry out the planned lines of a confirmed change, batch by batch, to the end."""
    while True:
        with transaction() as session:
            found = bulk_change(actor, bulk_id, lock=True)
            if found.state != BulkState.RUNNING:
                return found
            worker = still_may(actor, ACTS[found.act].permission)
            lines = _next_lines(found)
            for line in lines:
                _carry_out(worker, found, line)
            if not lines:
                found.step("finish")
                found.finished_at = now()
            session.flush()
            _count_changed(found)
            told = outcomes(found)
            if not lines:
                return found
        if progress is not None:
            progress(found.total - told[Outcome.PLANNED], found.total, "changing")


def _next_lines(found: BulkChange) -> list[BulkLine]:
    return list(
        current_session().scalars(
            sa.select(BulkLine)
            .where(BulkLine.bulk_id == found.id, BulkLine.outcome == Outcome.PLANNED)
            .order_by(BulkLine.asset_id)
            .limit(BATCH)
            .execution_options(populate_existing=True)
        )
    )


def _carry_out(worker: Actor, found: BulkChange, line: BulkLine) -> None:
    """Do the act to one asset, and note on its line what came of it.

    The acts refuse before they write anything, so that a refusal leaves nothing.
    """
    rest = {"version": line.asset_version, "document": found.document}
    outcome, code, facts = Outcome.CHANGED, "", None
    try:
        ACTS[found.act].carry_out(worker, line.asset_id, dict(found.how), rest)
    except StaleVersion:
        outcome, code = Outcome.OVERTAKEN, StaleVersion.code
    except NothingChanges:
        outcome = Outcome.UNCHANGED
    except Refused as refusal:
        outcome, code, facts = Outcome.REFUSED, refusal.code, refusal.facts
    line.outcome, line.code, line.facts = str(outcome), code, facts


def _count_changed(found: BulkChange) -> None:
    session = current_session()
    session.execute(
        sa.update(Document)
        .where(
            Document.institution_id == found.institution_id,
            Document.number == found.document,
        )
        .values(count=outcomes(found)[Outcome.CHANGED])
    )


def stop_bulk(actor: Actor, bulk_id: int, refusal: Refused | None = None) -> BulkChange:
    """Note that a change stopped where it is; what is done stays."""
    with transaction() as session:
        found = bulk_change(actor, bulk_id, lock=True)
        if found.state == BulkState.RUNNING:
            found.step("stop")
        elif found.state == BulkState.PLANNING:
            found.step("cancel")
        if refusal is not None:
            found.refusal = {"code": refusal.code, "at": isoformat(now())}
        session.flush()
        return found


def cancel_bulk(actor: Actor, bulk_id: int) -> BulkChange:
    """Give up a change before it was carried out; nothing was changed."""
    with transaction() as session:
        found = bulk_change(actor, bulk_id, lock=True)
        found.step("cancel")
        session.flush()
        return found
