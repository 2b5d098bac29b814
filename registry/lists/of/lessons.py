"""What answers have taught the search, as a list."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.interchange.rules.fields import Kind
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.procurement.models.lessons import Lesson
from registry.procurement.queries.lessons import (
    LESSON_ORDERS,
    LessonFilter,
    lesson_rows,
)
from registry.procurement.states import LessonKind, LessonState
from registry.words import N_
from registry.words.lessons import KINDS, STATES, lesson_kind_word, lesson_state_word

__all__ = ["LESSONS"]

_TYPE = (joinedload(Lesson.item_type).joinedload(ItemType.merged_into),)


LESSONS: Listing[LessonFilter, Lesson] = Listing(
    name="lessons",
    title=N_("学到的说法"),
    wanted=LessonFilter,
    rows=lesson_rows,
    orders=LESSON_ORDERS,
    usual="newest",
    permission=Permission.LESSON_MANAGE,
    columns=(
        Column("text", N_("这样写"), lambda found: found.text, phone="title"),
        Column(
            "state",
            N_("状态"),
            lambda found: lesson_state_word(found.state),
            phone="chip",
        ),
        Column("kind", N_("是不是它"), lambda found: lesson_kind_word(found.kind)),
        Column(
            "item_type",
            N_("资产品名"),
            lambda found: found.item_type.standing.title,
            loads=_TYPE,
        ),
        Column(
            "times",
            N_("几次"),
            lambda found: found.times,
            kind=Kind.WHOLE,
            phone="none",
        ),
        Column("words", N_("说明"), lambda found: found.words, phone="none"),
        Column(
            "proposed_at",
            N_("最早一次"),
            lambda found: found.proposed_at,
            kind=Kind.MOMENT,
            sort="newest",
            phone="none",
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICES,
            "states",
            choices={str(each): STATES[each] for each in LessonState},
        ),
        FilterField(
            "kind",
            N_("是不是它"),
            Narrows.CHOICES,
            "kinds",
            choices={str(each): KINDS[each] for each in LessonKind},
        ),
    ),
    topics="lessons",
)
