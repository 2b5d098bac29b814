"""Saying what one looks for; what turns idle later is held against it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
import structlog

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_line, required_line
from registry.ledger import actions as ledger
from registry.ledger.events import AssetTurnedIdle
from registry.ledger.models import Asset
from registry.ledger.queries import asset_seen
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
from registry.sharing.actions.standing import somebody, zone_of
from registry.sharing.events import WantedEnded, WantedFound, WantedPosted
from registry.sharing.models import IdleArrival, Wanted, WantedFind
from registry.sharing.queries.wanting import (
    IdleKinds,
    open_wanted,
    types_that_serve,
    wanted_of,
)
from registry.sharing.rules.passing import FURTHEST_AHEAD
from registry.sharing.states import WantedState
from registry.store.db import session as current_session
from registry.store.transaction import emit, release, transaction

KIND = "wanted"
AT_ONCE = 500
MOST_FINDS = 20
"""So many finds are noted for one notice at one time."""

log = structlog.get_logger("registry.sharing")


def post_wanted(
    actor: Actor,
    text: str,
    *,
    quantity: int = 1,
    until_on: date,
    item_type_id: int | None = None,
    note: str = "",
) -> Wanted:
    """Say that one looks for something, how many, until when."""
    with transaction() as session:
        actor.require(Permission.WANTED_POST)
        person = somebody(actor)
        day = today(zone_of(actor.institution_id))
        if until_on < day:
            raise Invalid.field("until_on", "in_the_past")
        if until_on - day > FURTHEST_AHEAD:
            raise Invalid.field("until_on", "too_far_ahead", most=FURTHEST_AHEAD.days)
        if not 1 <= quantity <= 1_000:
            raise Invalid.field("quantity", "out_of_range", least=1, most=1_000)
        kind = (
            catalogue.standing_type(actor, item_type_id)
            if item_type_id is not None
            else None
        )
        made = Wanted(
            institution_id=actor.institution_id,
            person_id=person.id,
            department_id=person.department_id,
            text=required_line(text or (kind.title if kind else ""), field="text"),
            item_type_id=kind.id if kind is not None else None,
            quantity=quantity,
            until_on=until_on,
            note=clean_line(note, field="note", most=400),
            state=str(WantedState.OPEN),
            asked_at=now(),
        )
        session.add(made)
        session.flush()
        facts = {"text": made.text, "quantity": quantity, "until": until_on.isoformat()}
        record(actor, KIND, made.id, "request", facts, is_new=True)
        emit(WantedPosted(made.institution_id, made.id))
        return made


def end_wanted(actor: Actor, wanted_id: int, *, met: bool) -> Wanted:
    """Say that one has found what one looked for, or no longer looks."""
    with transaction():
        found = _locked(actor, wanted_id)
        actor.require(Permission.WANTED_POST)
        if actor.person_id != found.person_id:
            actor.require(Permission.HOLD_END, found.department)
        if found.ended_at is not None:
            return found
        _end(actor, found, "meet" if met else "withdraw")
        return found


def _locked(actor: Actor, wanted_id: int) -> Wanted:
    wanted_of(actor, wanted_id)
    return (
        current_session()
        .scalars(
            sa.select(Wanted)
            .where(Wanted.id == wanted_id)
            .with_for_update(of=Wanted)
            .execution_options(populate_existing=True)
        )
        .one()
    )


def _end(actor: Actor, found: Wanted, verb: str) -> None:
    with transaction() as session:
        found.follow(verb)
        found.ended_at = now()
        session.flush()
        record(actor, KIND, found.id, verb, {})


def offer(actor: Actor, wanted_id: int, asset_id: int) -> WantedFind:
    """Say that one has what somebody looks for: it turns idle, and they are told.

    The thing is one that the actor may mark idle, or that lies idle already. Raises
    AlreadyClaimed, WrongState; repeating it changes nothing.
    """
    with transaction():
        found = _locked(actor, wanted_id)
        actor.require(Permission.WANTED_POST)
        asset = asset_seen(actor, asset_id)
        if asset.state != AssetState.IDLE:
            ledger.change_state(actor, asset.id, "mark_idle")
        made = _note(found, [asset.id], actor.person_id)
        return made[0] if made else _known(found, asset.id)


def _known(found: Wanted, asset_id: int) -> WantedFind:
    return (
        current_session()
        .scalars(
            sa.select(WantedFind).where(
                WantedFind.wanted_id == found.id, WantedFind.asset_id == asset_id
            )
        )
        .one()
    )


def _note(
    found: Wanted, asset_ids: Iterable[int], person_id: int | None
) -> list[WantedFind]:
    """Note things that may be it, those known apart; whoever looks is told."""
    with transaction() as session:
        known = set(
            session.scalars(
                sa.select(WantedFind.asset_id).where(WantedFind.wanted_id == found.id)
            )
        )
        made = [
            WantedFind(
                institution_id=found.institution_id,
                wanted_id=found.id,
                asset_id=asset_id,
                person_id=person_id,
                found_at=now(),
            )
            for asset_id in asset_ids
            if asset_id not in known
        ]
        session.add_all(made)
        session.flush()
        if made:
            emit(WantedFound(found.institution_id, found.id, len(made)))
        return made


def note_arrival(event: AssetTurnedIdle) -> None:
    """Keep in mind what has turned idle, if anybody looks for anything."""
    session = current_session()
    known = session.info.setdefault("looked_for", {})
    if event.institution_id not in known:
        known[event.institution_id] = session.scalar(
            sa.select(
                sa.exists().where(
                    Wanted.institution_id == event.institution_id,
                    Wanted.state == WantedState.OPEN,
                )
            )
        )
    if not known[event.institution_id]:
        return
    with transaction():
        if session.get(IdleArrival, event.asset_id) is None:
            session.add(
                IdleArrival(
                    asset_id=event.asset_id, institution_id=event.institution_id
                )
            )
            session.flush()


def look_for_wanted() -> int:
    """Hold what has turned idle against what is looked for; how many finds.

    A duty of the installation; notices whose last day is over end with it.
    """
    count = 0
    for each in organisation.institutions():
        day = today(each.time_zone)
        late = current_session().scalars(
            sa.select(Wanted.id).where(
                Wanted.institution_id == each.id,
                Wanted.state == WantedState.OPEN,
                Wanted.until_on < day,
            )
        )
        ids = list(late)
        release()
        for wanted_id in ids:
            _lapse(each.id, wanted_id)
        count += _match_arrivals(each.id)
    if count:
        log.info("wanted_found", count=count)
    return count


def _lapse(institution_id: int, wanted_id: int) -> None:
    system = Actor.system(institution_id)
    with transaction():
        found = _locked(system, wanted_id)
        if found.ended_at is None:
            _end(system, found, "lapse")
            emit(WantedEnded(institution_id, found.id))


def _match_arrivals(institution_id: int) -> int:
    with transaction() as session:
        arrived = session.scalars(
            sa.select(IdleArrival)
            .where(IdleArrival.institution_id == institution_id)
            .order_by(IdleArrival.asset_id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()
        if not arrived:
            return 0
        rows = session.execute(
            sa.select(Asset.id, Asset.item_type_id, Asset.department_id)
            .where(
                Asset.id.in_([each.asset_id for each in arrived]),
                Asset.state == AssetState.IDLE,
            )
            .order_by(Asset.id)
        ).all()
        types = {type_id for _, type_id, _ in rows}
        count, pool = 0, IdleKinds(institution_id) if rows else None
        for found in open_wanted(institution_id) if rows else ():
            serving = set(types_that_serve(found, types, pool))
            ids = [asset_id for asset_id, type_id, _ in rows if type_id in serving]
            count += len(_note(found, ids[:MOST_FINDS], None))
        for each in arrived:
            session.delete(each)
        session.flush()
        return count
