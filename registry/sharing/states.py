"""Signals that something lies idle, and the states of the question that follows."""

from __future__ import annotations

from enum import StrEnum

from registry.kernel.states import StateMachine


class Signal(StrEnum):
    """Why something in use seems to lie idle."""

    STORED = "stored"
    """It stands in a place for storing things."""
    QUIET = "quiet"
    """Nobody has scanned, moved, lent or changed it for months."""
    KEEPER_LEFT = "keeper_left"
    """Whoever keeps it has left."""
    SEEN_UNUSED = "seen_unused"
    """It was seen unused, such as in an audit."""
    REPLACED = "replaced"
    """Something was bought in its place."""
    REPAIRED = "repaired"
    """It came back from repair and was not put to use."""


class Answer(StrEnum):
    """What the one who was asked says."""

    IDLE = "idle"
    IN_USE = "in_use"
    NOT_HERE = "not_here"


class Reason(StrEnum):
    """Why something that seems idle is in use after all."""

    DAILY = "daily"
    SEASONAL = "seasonal"
    SPARE = "spare"
    PROJECT = "project"
    SOON = "soon"
    OTHER = "other"


class QuestionState(StrEnum):
    """How a question about a thing stands."""

    OPEN = "open"
    IDLE = "idle"
    IN_USE = "in_use"
    NOT_HERE = "not_here"
    OVERTAKEN = "overtaken"
    """Something happened to the thing before anybody answered."""
    WITHDRAWN = "withdrawn"
    """Whoever may ask no longer wants to know."""


_S = QuestionState

QUESTION = StateMachine(
    QuestionState.OPEN,
    {
        "answer_idle": ((_S.OPEN,), _S.IDLE),
        "answer_in_use": ((_S.OPEN,), _S.IN_USE),
        "answer_not_here": ((_S.OPEN,), _S.NOT_HERE),
        "overtake": ((_S.OPEN,), _S.OVERTAKEN),
        "withdraw": ((_S.OPEN,), _S.WITHDRAWN),
    },
    of="idle_question",
)

VERB_OF_ANSWER = {
    Answer.IDLE: "answer_idle",
    Answer.IN_USE: "answer_in_use",
    Answer.NOT_HERE: "answer_not_here",
}
