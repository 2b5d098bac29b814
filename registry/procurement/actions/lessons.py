"""Learning from answers: proposed by who answers, in effect once it is confirmed."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.actions import add_alias, remove_alias
from registry.catalogue.models import ItemType
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.kernel.errors import Conflict, Missing
from registry.matching.deciding import wording
from registry.procurement.errors import NotOnesOwn
from registry.procurement.models.checks import Candidate
from registry.procurement.models.lessons import Lesson
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.lessons import WHOLE
from registry.procurement.rules.lessons import is_called_so, is_name, is_new
from registry.procurement.states import LessonKind, LessonState
from registry.store.db import session as current_session
from registry.store.transaction import transaction

KIND = "match_lesson"


def learn_taken(
    actor: Actor, request: PurchaseRequest, line: PurchaseLine, found: Candidate
) -> Lesson | None:
    """What was taken may be what such words mean; None where that was known."""
    names = _names(found.item_type.standing)
    if not is_new(line.text, names, found.reasons):
        return None
    return _propose(actor, request, line, found, LessonKind.SAME, "")


def learn_declined(
    actor: Actor,
    request: PurchaseRequest,
    line: PurchaseLine,
    found: Candidate,
    words: str,
) -> Lesson | None:
    """What was declined as another thing may not be what such words mean.

    None for what an item type is called itself: that it does mean.
    """
    if is_called_so(line.text, _names(found.item_type.standing)):
        return None
    return _propose(actor, request, line, found, LessonKind.DIFFERENT, words)


def _names(kind: ItemType) -> list[str]:
    """What an item type is called."""
    return [kind.name, *(each.alias for each in kind.aliases)]


def _propose(
    actor: Actor,
    request: PurchaseRequest,
    line: PurchaseLine,
    found: Candidate,
    kind: LessonKind,
    words: str,
) -> Lesson | None:
    key = wording(line.text)[:200]
    if not key:
        return None
    with transaction() as session:
        type_id = found.item_type.standing.id
        known = session.scalar(
            sa.select(Lesson)
            .where(
                Lesson.institution_id == request.institution_id,
                Lesson.wording == key,
                Lesson.item_type_id == type_id,
                Lesson.kind == str(kind),
            )
            .with_for_update()
        )
        if known is not None:
            known.times += 1
            known.last_at = now()
            session.flush()
            return known
        made = Lesson(
            institution_id=request.institution_id,
            wording=key,
            text=line.text[:200],
            item_type_id=type_id,
            kind=str(kind),
            state=str(LessonState.PROPOSED),
            words=words,
            request_id=request.id,
            proposed_by_id=actor.person_id,
            proposed_at=now(),
            last_at=now(),
        )
        session.add(made)
        session.flush()
        facts = {
            "text": made.text,
            "item_type": type_id,
            "kind": made.kind,
            "request": request.number,
        }
        record(actor, KIND, made.id, "propose", facts, is_new=True)
        return made


def confirm_lesson(actor: Actor, lesson_id: int) -> Lesson:
    """Have the search go by it from now on; a name becomes another name of the type.

    That something is *not* meant, nobody confirms who said it themselves, and of what
    an item type is called it cannot be said.
    """
    with transaction() as session:
        actor.require(Permission.LESSON_MANAGE)
        found = _locked(actor, lesson_id)
        if found.state == LessonState.CONFIRMED:
            return found
        kind = found.item_type.standing
        names = _names(kind)
        if found.kind == LessonKind.DIFFERENT:
            if actor.person_id is not None and actor.person_id in (
                found.proposed_by_id,
                found.request.requester_id,
            ):
                raise NotOnesOwn
            if is_called_so(found.text, names):
                raise Conflict("lesson_is_its_name")
        _withdraw_opposite(actor, found)
        found.follow("confirm")
        found.decided_at, found.decided_by_id = now(), actor.person_id
        is_news = is_name(found.text) and not is_called_so(found.text, names)
        if found.kind == LessonKind.SAME and is_news:
            add_alias(actor, kind.id, found.text)
            found.alias = found.text
        session.flush()
        record(actor, KIND, found.id, "confirm", {"alias": found.alias})
        return found


def dismiss_lesson(actor: Actor, lesson_id: int) -> Lesson:
    """Have it come to nothing; it is not proposed anew, only counted."""
    with transaction() as session:
        actor.require(Permission.LESSON_MANAGE)
        found = _locked(actor, lesson_id)
        if found.state == LessonState.DISMISSED:
            return found
        found.follow("dismiss")
        found.decided_at, found.decided_by_id = now(), actor.person_id
        session.flush()
        record(actor, KIND, found.id, "dismiss", {})
        return found


def unlearn_lesson(actor: Actor, lesson_id: int) -> Lesson:
    """Have the search no longer go by it; the other name it brought goes as well."""
    with transaction() as session:
        actor.require(Permission.LESSON_MANAGE)
        found = _locked(actor, lesson_id)
        if found.state == LessonState.DISMISSED:
            return found
        _take_back(actor, found)
        session.flush()
        return found


def _take_back(actor: Actor, found: Lesson) -> None:
    with transaction() as session:
        found.follow("unlearn")
        found.decided_at, found.decided_by_id = now(), actor.person_id
        if found.alias:
            remove_alias(actor, found.item_type.standing.id, found.alias)
        facts = {"alias": found.alias}
        found.alias = ""
        session.flush()
        record(actor, KIND, found.id, "unlearn", facts)


def _withdraw_opposite(actor: Actor, found: Lesson) -> None:
    """The same words do not both mean a thing and not mean it."""
    other = current_session().scalar(
        sa.select(Lesson)
        .where(
            Lesson.institution_id == found.institution_id,
            Lesson.wording == found.wording,
            Lesson.item_type_id == found.item_type_id,
            Lesson.kind != found.kind,
            Lesson.state == LessonState.CONFIRMED,
        )
        .with_for_update()
    )
    if other is not None:
        _take_back(actor, other)


def _locked(actor: Actor, lesson_id: int) -> Lesson:
    found = current_session().scalar(
        sa.select(Lesson)
        .where(Lesson.id == lesson_id, Lesson.institution_id == actor.institution_id)
        .options(*WHOLE)
        .with_for_update(of=Lesson)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing(what="match_lessons")
    return found
