"""Questions whether things are in use: one's own, those one oversees, their answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.kernel.errors import Missing
from registry.kernel.pages import MOST_PER_PAGE, PAGE_SIZE, Page
from registry.ledger.models import Asset
from registry.sharing.models import Asking, IdleQuestion
from registry.sharing.queries.narrowing import narrowing
from registry.sharing.queries.paging import keyset_page
from registry.sharing.queries.suspects import overseen
from registry.sharing.states import QuestionState
from registry.store.db import session
from registry.waiting.models import Wait, WaitHolder

BUNDLE = "idle_asking"

WHOLE = (
    joinedload(IdleQuestion.asset).options(
        joinedload(Asset.item_type).joinedload(ItemType.merged_into),
        joinedload(Asset.department),
        joinedload(Asset.place),
        joinedload(Asset.custodian),
    ),
    joinedload(IdleQuestion.asking).joinedload(Asking.person),
    joinedload(IdleQuestion.answered_by),
)


def asked_of(actor: Actor, limit: int = 500) -> list[IdleQuestion]:
    """The open questions the actor has been asked, things alike beside each other."""
    query = (
        _asked(actor)
        .join(Asset, Asset.id == IdleQuestion.asset_id)
        .options(*WHOLE)
        .order_by(Asset.place_id, Asset.item_type_id, Asset.id)
    )
    return list(session().scalars(query.limit(limit)))


def count_asked_of(actor: Actor, most: int = 500) -> int:
    """How many open questions the actor has been asked, counted up to ``most``."""
    ids = _asked(actor).with_only_columns(IdleQuestion.id).limit(most)
    return session().scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


def _asked(actor: Actor) -> sa.Select[IdleQuestion]:
    return (
        sa.select(IdleQuestion)
        .join(
            Wait,
            sa.and_(
                Wait.institution_id == IdleQuestion.institution_id,
                Wait.subject_kind == BUNDLE,
                Wait.subject_id == IdleQuestion.asking_id,
            ),
        )
        .join(WaitHolder, WaitHolder.wait_id == Wait.id)
        .where(
            IdleQuestion.institution_id == actor.institution_id,
            IdleQuestion.closed_at.is_(None),
            Wait.ended_at.is_(None),
            WaitHolder.institution_id == actor.institution_id,
            WaitHolder.person_id == actor.person_id,
            WaitHolder.since.is_not(None),
            WaitHolder.until.is_(None),
        )
    )


def is_asked(actor: Actor, found: IdleQuestion) -> bool:
    """Whether the actor has been asked this open question."""
    if actor.person_id is None:
        return False
    mine = _asked(actor).where(IdleQuestion.id == found.id)
    return session().scalar(mine.with_only_columns(IdleQuestion.id)) is not None


def was_asked(actor: Actor, found: IdleQuestion) -> bool:
    """Whether the actor has been asked this question, be it open or not.

    Whoever passed it on has been, and may still answer.
    """
    if actor.person_id is None:
        return False
    asked = (
        sa.select(WaitHolder.id)
        .join(Wait, Wait.id == WaitHolder.wait_id)
        .where(
            Wait.institution_id == actor.institution_id,
            Wait.subject_kind == BUNDLE,
            Wait.subject_id == found.asking_id,
            WaitHolder.person_id == actor.person_id,
            WaitHolder.since.is_not(None),
        )
        .limit(1)
    )
    return session().scalar(asked) is not None


def question(actor: Actor, question_id: int) -> IdleQuestion:
    """A question the actor was asked, may answer, or oversees; Missing otherwise."""
    found = session().scalar(
        sa.select(IdleQuestion)
        .where(
            IdleQuestion.id == question_id,
            IdleQuestion.institution_id == actor.institution_id,
        )
        .options(*WHOLE)
    )
    if found is None or not _may_look(actor, found):
        raise Missing(what="idle_questions")
    return found


def _may_look(actor: Actor, found: IdleQuestion) -> bool:
    return (
        actor.may(Permission.IDLE_SEE, found)
        or actor.may(Permission.IDLE_ANSWER, found)
        or was_asked(actor, found)
    )


def sorted_by_asset(actor: Actor, question_ids: Iterable[int]) -> list[int]:
    """Questions in the order of their things' ids, in which these are locked.

    Missing if one of them is not there.
    """
    wanted = sorted(set(question_ids))
    rows = session().execute(
        sa.select(IdleQuestion.id)
        .where(
            IdleQuestion.id.in_(wanted),
            IdleQuestion.institution_id == actor.institution_id,
        )
        .order_by(IdleQuestion.asset_id, IdleQuestion.id)
    )
    found = [question_id for (question_id,) in rows]
    if len(found) != len(wanted):
        raise Missing(what="idle_questions")
    return found


def open_question_of(asset: Asset) -> IdleQuestion | None:
    """The open question about a thing, if there is one."""
    return session().scalar(
        sa.select(IdleQuestion)
        .where(IdleQuestion.asset_id == asset.id, IdleQuestion.closed_at.is_(None))
        .options(*WHOLE)
    )


def questions_overseen(actor: Actor) -> sa.Select[IdleQuestion]:
    """A select of the questions about things whose idleness the actor oversees."""
    query = (
        sa.select(IdleQuestion)
        .join(Asset, Asset.id == IdleQuestion.asset_id)
        .where(IdleQuestion.institution_id == actor.institution_id)
    )
    condition = overseen(actor)
    return query if condition is None else query.where(condition)


def answers_since(actor: Actor, since: datetime) -> dict[str, int]:
    """How many questions one oversees have closed since a moment, by how."""
    query = (
        questions_overseen(actor)
        .where(IdleQuestion.closed_at >= since)
        .with_only_columns(IdleQuestion.state, sa.func.count())
        .group_by(IdleQuestion.state)
    )
    return {state: count for state, count in session().execute(query)}  # noqa: C416 - typed


@dataclass(frozen=True)
class QuestionFilter:
    """Which questions one looks at."""

    state: str = QuestionState.OPEN
    department_id: int | None = None
    person_id: int | None = None
    """Whose things it is about: who was asked first."""


def questions_matching(actor: Actor, wanted: QuestionFilter) -> sa.Select[IdleQuestion]:
    """A select of the questions one oversees that a filter asks for."""
    query = questions_overseen(actor).where(IdleQuestion.state == wanted.state)
    if wanted.department_id is not None:
        for condition in narrowing(actor, department_id=wanted.department_id):
            query = query.where(condition)
    if wanted.person_id is not None:
        query = query.join(Asking, Asking.id == IdleQuestion.asking_id).where(
            Asking.person_id == wanted.person_id
        )
    return query


def questions_page(
    actor: Actor,
    wanted: QuestionFilter,
    *,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[IdleQuestion]:
    """A page of questions: open ones asked longest first, closed ones newest first."""
    is_open = wanted.state == QuestionState.OPEN
    column = IdleQuestion.asked_at if is_open else IdleQuestion.closed_at
    return keyset_page(
        questions_matching(actor, wanted).options(*WHOLE),
        (column, IdleQuestion.id),
        falling=not is_open,
        cursor=cursor,
        size=size,
        key=lambda row: (row.asked_at if is_open else row.closed_at, row.id),
    )


def count_questions(actor: Actor, wanted: QuestionFilter, most: int = 10_000) -> int:
    """How many questions a filter finds, counted up to ``most``."""
    ids = questions_matching(actor, wanted).with_only_columns(IdleQuestion.id)
    counted = sa.select(sa.func.count()).select_from(ids.limit(most).subquery())
    return session().scalar(counted) or 0


def count_open(actor: Actor) -> int:
    """How many open questions there are about things one oversees."""
    return count_questions(actor, QuestionFilter(), most=100_000)


def every_question(actor: Actor, wanted: QuestionFilter) -> Iterator[IdleQuestion]:
    """All the questions one looks at, to be taken out; a page at a time."""
    cursor = None
    while True:
        page = questions_page(actor, wanted, cursor=cursor, size=MOST_PER_PAGE)
        yield from page.rows
        cursor = page.next_cursor
        session().expunge_all()
        if cursor is None:
            return


def open_questions_about(asset_ids: Iterable[int]) -> dict[int, IdleQuestion]:
    """The open questions about some things, by the thing."""
    rows = session().scalars(
        sa.select(IdleQuestion).where(
            IdleQuestion.asset_id.in_(sorted(set(asset_ids))),
            IdleQuestion.closed_at.is_(None),
        )
    )
    return {row.asset_id: row for row in rows}
