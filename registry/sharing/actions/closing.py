"""Closing a question, however it ends; the bundle's wait ends with its last one.

Locks are taken in one order everywhere: the asset, the bundle's wait, the question.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.organisation import queries as organisation
from registry.sharing.actions.lives import note_life
from registry.sharing.models import Asking, IdleQuestion, Suspicion
from registry.sharing.queries.policies import policy_of
from registry.sharing.rules.ages import months_after
from registry.sharing.states import QUESTION, QuestionState
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting import actions as waiting
from registry.waiting.models import Wait

KIND = "idle_question"
BUNDLE = "idle_asking"
STEP = "idle_question"


def with_locked_asset(actor: Actor, question_id: int) -> IdleQuestion:
    """A question of the actor's institution, its asset locked; Missing otherwise."""
    session = current_session()
    found = session.scalar(
        sa.select(IdleQuestion).where(
            IdleQuestion.id == question_id,
            IdleQuestion.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="idle_questions")
    session.execute(
        sa.select(Asset.id).where(Asset.id == found.asset_id).with_for_update(of=Asset)
    )
    return found


def locked_open(actor: Actor, question_id: int) -> IdleQuestion | None:
    """A question under lock, if it is still open; its asset has been locked before."""
    session = current_session()
    asking_id = session.scalar(
        sa.select(IdleQuestion.asking_id).where(
            IdleQuestion.id == question_id,
            IdleQuestion.institution_id == actor.institution_id,
        )
    )
    if asking_id is None:
        raise Missing(what="idle_questions")
    _locked_wait(actor.institution_id, asking_id)
    found = session.scalar(
        sa.select(IdleQuestion)
        .where(IdleQuestion.id == question_id)
        .with_for_update(of=IdleQuestion)
        .execution_options(populate_existing=True)
    )
    return found if found is not None and found.closed_at is None else None


def close_question(
    actor: Actor,
    found: IdleQuestion,
    verb: str,
    state: QuestionState,
    facts: dict[str, Any] | None = None,
) -> None:
    """End an open question by an entry, and the bundle with its last question."""
    with transaction() as session:
        QUESTION.after(QuestionState(found.state), verb)
        found.close(state, now())
        session.flush()
        told = {"asset": found.asset_id, **(facts or {})}
        record(actor, KIND, found.id, verb, told)
        _close_bundle(actor, found.asking_id)


def rest(actor: Actor, asset_id: int) -> str:
    """Let the signs of a thing rest as long as an answer holds; until when."""
    with transaction() as session:
        here = actor.institution_id
        day = today(organisation.institution(here).time_zone)
        until = months_after(day, policy_of(here).ask_again_months)
        note_life(here, asset_id, answered_on=day, rested_until=until)
        session.execute(sa.delete(Suspicion).where(Suspicion.asset_id == asset_id))
        return until.isoformat()


def _close_bundle(actor: Actor, asking_id: int) -> None:
    session = current_session()
    states = session.scalars(
        sa.select(IdleQuestion.state).where(
            IdleQuestion.institution_id == actor.institution_id,
            IdleQuestion.asking_id == asking_id,
        )
    ).all()
    if QuestionState.OPEN in states:
        return
    asking = session.get_one(Asking, asking_id)
    asking.closed_at = now()
    session.flush()
    found = _locked_wait(actor.institution_id, asking_id)
    if found is None:
        return
    answered = set(states) & {
        QuestionState.IDLE,
        QuestionState.IN_USE,
        QuestionState.NOT_HERE,
    }
    if answered:
        waiting.finish(actor, found, "answered")
    else:
        waiting.drop(actor, found, "needless")


def _locked_wait(institution_id: int, asking_id: int) -> Wait | None:
    return current_session().scalar(
        sa.select(Wait)
        .where(
            Wait.institution_id == institution_id,
            Wait.subject_kind == BUNDLE,
            Wait.subject_id == asking_id,
            Wait.step == STEP,
            Wait.ended_at.is_(None),
        )
        .with_for_update(of=Wait)
    )
