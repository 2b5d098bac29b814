"""What was taught: what the search goes by, and the list for those who decide it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.kernel.errors import Missing
from registry.matching.deciding import wording
from registry.matching.records import Adjustments
from registry.procurement.models.lessons import Lesson
from registry.procurement.states import LessonKind, LessonState
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

WHOLE = (
    joinedload(Lesson.item_type).joinedload(ItemType.merged_into),
    joinedload(Lesson.item_type).selectinload(ItemType.aliases),
    joinedload(Lesson.request),
    joinedload(Lesson.proposed_by),
    joinedload(Lesson.decided_by),
)


@dataclass(frozen=True)
class LessonFilter:
    """What the list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


LESSON_ORDERS: Orders = {"newest": Order(falling=True)}
"""In which orders lessons are listed."""


def lesson_rows(actor: Actor, wanted: LessonFilter, sort: str) -> Rows[Lesson]:
    """What answers have taught in the institution, narrowed."""
    conditions = [
        Lesson.institution_id == actor.institution_id,
        sa.true() if actor.may(Permission.LESSON_MANAGE) else sa.false(),
    ]
    if wanted.states:
        conditions.append(Lesson.state.in_(wanted.states))
    if wanted.kinds:
        conditions.append(Lesson.kind.in_(wanted.kinds))
    if wanted.text:
        named = sa.select(ItemType.id).where(
            ItemType.institution_id == actor.institution_id,
            ItemType.name.icontains(wanted.text, autoescape=True),
        )
        conditions.append(
            sa.or_(
                Lesson.text.icontains(wanted.text, autoescape=True),
                Lesson.item_type_id.in_(named),
            )
        )
    return Rows(sa.select(Lesson), Lesson.id, tuple(conditions))


def lesson(actor: Actor, lesson_id: int) -> Lesson:
    """One of them; Missing for one of another institution, and for nobody to see."""
    found = session().scalar(
        sa.select(Lesson)
        .where(Lesson.id == lesson_id, Lesson.institution_id == actor.institution_id)
        .options(*WHOLE)
    )
    if found is None or not actor.may(Permission.LESSON_MANAGE):
        raise Missing(what="match_lessons")
    return found


def count_proposed(actor: Actor, most: int = 99) -> int:
    """How many wait for a word of whoever may decide them."""
    if not actor.may(Permission.LESSON_MANAGE):
        return 0
    rows = (
        sa.select(Lesson.id)
        .where(
            Lesson.institution_id == actor.institution_id,
            Lesson.state == LessonState.PROPOSED,
        )
        .limit(most)
    )
    return (
        session().scalar(sa.select(sa.func.count()).select_from(rows.subquery())) or 0
    )


def taught(institution_id: int, texts: Iterable[str]) -> Adjustments:
    """What was confirmed about some wordings, as the matcher takes it."""
    keys = sorted({wording(text) for text in texts} - {""})
    rows = session().execute(
        sa.select(
            Lesson.wording, Lesson.kind, Lesson.item_type_id, ItemType.merged_into_id
        )
        .join(ItemType, ItemType.id == Lesson.item_type_id)
        .where(
            Lesson.institution_id == institution_id,
            Lesson.wording.in_(keys),
            Lesson.state == LessonState.CONFIRMED,
        )
    )
    found: dict[str, dict[str, set[str]]] = {
        str(each): defaultdict(set) for each in LessonKind
    }
    for key, kind, type_id, merged_into_id in rows:
        found[kind][key].add(str(merged_into_id or type_id))
    return Adjustments(
        aliases=_frozen(found[LessonKind.SAME]),
        declined=_frozen(found[LessonKind.DIFFERENT]),
    )


def _frozen(found: dict[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(each) for key, each in found.items()}
