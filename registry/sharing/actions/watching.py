"""Following the ledger: what happened to a thing ends what was thought of it before."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.kernel.clock import today
from registry.ledger.events import AssetChanged
from registry.organisation import queries as organisation
from registry.sharing.actions.closing import close_question, locked_open
from registry.sharing.actions.lives import note_life
from registry.sharing.models import AssetLife, IdleQuestion, Suspicion
from registry.sharing.states import QuestionState
from registry.store.db import session as current_session
from registry.store.transaction import transaction

TELLS_NOTHING = frozenset({"register", "amend", "relabel", "add_photo", "remove_photo"})
"""Verbs of an asset's entries that do not tell whether it is used."""


def follow_change(event: AssetChanged) -> None:
    """Forget the signs a thing gave, and end the question about it, if there is one.

    What happened is a sign of life; whoever moved, lent or marked it has answered.
    """
    if event.verb in TELLS_NOTHING:
        return
    held, seen, asked = current_session().execute(_what_is_held(event.asset_id)).one()
    if held is None and seen is None and asked is None:
        return
    with transaction() as session:
        if held is not None:
            session.execute(
                sa.delete(Suspicion).where(Suspicion.asset_id == event.asset_id)
            )
        if seen is not None:
            session.execute(
                sa.update(AssetLife)
                .where(AssetLife.asset_id == event.asset_id)
                .values(unused_on=None, unused_by="", replaced_on=None, replaced_by="")
                .execution_options(synchronize_session=False)
            )
        if asked is not None:
            _overtake(event, asked)


def _what_is_held(asset_id: int) -> sa.Select[int | None, int | None, int | None]:
    """Whether a thing is suspected, was seen unused or replaced, is asked about."""
    return sa.select(
        sa.select(Suspicion.asset_id)
        .where(Suspicion.asset_id == asset_id)
        .scalar_subquery(),
        sa.select(AssetLife.asset_id)
        .where(
            AssetLife.asset_id == asset_id,
            sa.or_(
                AssetLife.unused_on.is_not(None), AssetLife.replaced_on.is_not(None)
            ),
        )
        .scalar_subquery(),
        sa.select(IdleQuestion.id)
        .where(IdleQuestion.asset_id == asset_id, IdleQuestion.closed_at.is_(None))
        .scalar_subquery(),
    )


def _overtake(event: AssetChanged, question_id: int) -> None:
    actor = Actor.system(event.institution_id)
    found = locked_open(actor, question_id)
    if found is not None:
        found.overtaken_by = event.verb[:40]
        facts = {"by": event.verb}
        close_question(actor, found, "overtake", QuestionState.OVERTAKEN, facts)


def seen_unused(institution_id: int, asset_id: int, source: str) -> None:
    """Note that a thing was seen unused; ``source`` numbers the audit it was seen in.

    For whoever counts things; the caller has asked who may count.
    """
    day = today(organisation.institution(institution_id).time_zone)
    note_life(institution_id, asset_id, unused_on=day, unused_by=source[:60])


def replaced(institution_id: int, asset_id: int, source: str) -> None:
    """Note that something was bought in a thing's place, under this number.

    For whoever takes goods in; the caller has asked who may.
    """
    day = today(organisation.institution(institution_id).time_zone)
    note_life(institution_id, asset_id, replaced_on=day, replaced_by=source[:60])
