"""Answering whether things are still in use: one, or several alike in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.images import Photo
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_notes
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Document
from registry.ledger.queries import asset as asset_of
from registry.sharing.actions.closing import (
    close_question,
    locked_open,
    rest,
    with_locked_asset,
)
from registry.sharing.errors import QuestionClosed
from registry.sharing.models import IdleQuestion
from registry.sharing.queries.questions import sorted_by_asset, was_asked
from registry.sharing.states import VERB_OF_ANSWER, Answer, QuestionState, Reason
from registry.store.transaction import transaction

MOST_AT_ONCE = 200
MOST_WORDS = 1_000

STATE_OF_ANSWER = {
    Answer.IDLE: QuestionState.IDLE,
    Answer.IN_USE: QuestionState.IN_USE,
    Answer.NOT_HERE: QuestionState.NOT_HERE,
}


@dataclass(frozen=True)
class Reply:
    """What somebody answers."""

    answer: str
    reason: str | None = None
    """Why it is in use; OTHER needs words."""
    words: str = ""
    condition: str | None = None
    """How a thing that lies idle was found, if somebody looked."""
    photo: Photo | None = None
    """A picture of a thing that lies idle, cleaned before."""

    def cleaned(self) -> Reply:
        """The same with tidy words; Invalid for what says nothing."""
        if self.answer not in set(Answer):
            raise Invalid.field("answer", "not_a_choice", found=str(self.answer)[:40])
        words = clean_notes(self.words, field="words", most=MOST_WORDS)
        if self.answer == Answer.IN_USE:
            if self.reason is None:
                raise Invalid.field("reason", "required")
            if self.reason not in set(Reason):
                raise Invalid.field("reason", "not_a_choice", found=self.reason[:40])
        silent = self.answer == Answer.NOT_HERE or self.reason == Reason.OTHER
        if silent and not words:
            raise Invalid.field("words", "required")
        idle = self.answer == Answer.IDLE
        return Reply(
            answer=self.answer,
            reason=self.reason if self.answer == Answer.IN_USE else None,
            words=words,
            condition=self.condition if idle else None,
            photo=self.photo if idle else None,
        )


@dataclass(frozen=True)
class Answered:
    """What became of some answers: those that counted, and those that came too late."""

    done: tuple[IdleQuestion, ...]
    late: tuple[IdleQuestion, ...]
    document: str | None = None


def answer(actor: Actor, question_ids: Sequence[int], reply: Reply) -> Answered:
    """Answer one question, or several with the same words, under one document.

    Idle things are marked so in the ledger; for one that is not there a report is made
    for the department to follow. What somebody else has answered, or has ended by
    itself meanwhile, is passed over; QuestionClosed if that is all of it. Answering the
    same again changes nothing.
    """
    with transaction():
        ids = list(dict.fromkeys(question_ids))
        if not 1 <= len(ids) <= MOST_AT_ONCE:
            raise Invalid.field("questions", "out_of_range", least=1, most=MOST_AT_ONCE)
        told = reply.cleaned()
        act = _Act(actor, told, several=len(ids) > 1)
        done: list[IdleQuestion] = []
        late: list[IdleQuestion] = []
        for question_id in sorted_by_asset(actor, ids):
            found, counted = act.answer(question_id)
            (done if counted else late).append(found)
        if not done:
            raise QuestionClosed
        return Answered(tuple(done), tuple(late), act.number)


class _Act:
    """The same answer to one question after the other, under one document."""

    def __init__(self, actor: Actor, told: Reply, *, several: bool) -> None:
        self.actor = actor
        self.told = told
        self.needs_document = several and told.answer == Answer.IDLE
        self.document: Document | None = None

    @property
    def number(self) -> str | None:
        """The number of the document, once there is something under it."""
        return self.document.number if self.document else None

    def answer(self, question_id: int) -> tuple[IdleQuestion, bool]:
        """Answer a question; False for one that somebody was quicker with."""
        actor, told = self.actor, self.told
        found = with_locked_asset(actor, question_id)
        if not was_asked(actor, found):
            actor.require(Permission.IDLE_ANSWER, found)
        still = locked_open(actor, question_id)
        if still is None:
            return found, _is_the_same(actor, found, told)
        facts = {"words": told.words} | self._act_on(still)
        # All that is answered is set at once: the database takes no half of it.
        still.answer, still.reason, still.words = told.answer, told.reason, told.words
        still.answered_by_id = actor.person_id
        answered = Answer(told.answer)
        verb, state = VERB_OF_ANSWER[answered], STATE_OF_ANSWER[answered]
        close_question(actor, still, verb, state, facts)
        return still, True

    def _act_on(self, still: IdleQuestion) -> dict[str, Any]:
        """What follows from the answer, and what is told of it."""
        actor, told = self.actor, self.told
        asset = asset_of(actor, still.asset_id)
        if told.answer == Answer.IDLE:
            _mark_idle(actor, asset, told, self._numbered())
            return {}
        facts: dict[str, Any] = {"rested_until": rest(actor, asset.id)}
        if told.reason is not None:
            facts["reason"] = told.reason
        if told.answer == Answer.NOT_HERE:
            report = ledger.report_from_label(actor, asset, "problem", told.words)
            facts["report"] = report.id
        return facts

    def _numbered(self) -> str | None:
        if not self.needs_document:
            return None
        if self.document is None:
            self.document = ledger.open_document(self.actor, "basket")
        self.document.count += 1
        return self.document.number


def _is_the_same(actor: Actor, found: IdleQuestion, told: Reply) -> bool:
    """Whether a closed question was closed by this very answer, sent once more."""
    mine = actor.person_id is not None and found.answered_by_id == actor.person_id
    return mine and (found.answer, found.reason, found.words) == (
        told.answer,
        told.reason,
        told.words,
    )


def _mark_idle(actor: Actor, asset: Asset, told: Reply, document: str | None) -> None:
    if told.photo is not None:
        ledger.add_photo(actor, asset.id, told.photo)
    ledger.change_state(
        actor,
        asset.id,
        "mark_idle",
        reason=told.words,
        condition=told.condition,
        document=document,
    )
