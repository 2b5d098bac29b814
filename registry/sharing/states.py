"""Signals, questions, holds, transfers, loans: their states and the moves between."""

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


class HoldState(StrEnum):
    """How somebody's wish for a thing stands."""

    WAITING = "waiting"
    """In line behind whoever has it."""
    HELD = "held"
    """Kept for them until a moment; a claim on the thing."""
    USED = "used"
    """It became a transfer or a loan."""
    RELEASED = "released"
    """They no longer want it, or somebody has decided so."""
    EXPIRED = "expired"
    """The days were over."""
    LAPSED = "lapsed"
    """The thing is no longer to be had."""


_H = HoldState

HOLD = StateMachine(
    HoldState.WAITING,
    {
        "hold": ((_H.WAITING,), _H.HELD),
        "use": ((_H.WAITING, _H.HELD), _H.USED),
        "release": ((_H.WAITING, _H.HELD), _H.RELEASED),
        "expire": ((_H.HELD,), _H.EXPIRED),
        "lapse": ((_H.WAITING, _H.HELD), _H.LAPSED),
    },
    of="hold",
)


class TransferLineState(StrEnum):
    """How far one thing of a transfer has come."""

    REQUESTED = "requested"
    AGREED = "agreed"
    HANDED_OVER = "handed_over"
    RECEIVED = "received"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """Something else happened to the thing: it is missing, say."""


_L = TransferLineState
LINE_OPEN = (_L.REQUESTED, _L.AGREED, _L.HANDED_OVER)

TRANSFER_LINE = StateMachine(
    TransferLineState.REQUESTED,
    {
        "agree": ((_L.REQUESTED,), _L.AGREED),
        "refuse": ((_L.REQUESTED, _L.AGREED), _L.REFUSED),
        "hand_over": ((_L.AGREED,), _L.HANDED_OVER),
        "take_back": ((_L.HANDED_OVER,), _L.AGREED),
        "receive": ((_L.HANDED_OVER,), _L.RECEIVED),
        "cancel": (LINE_OPEN, _L.CANCELLED),
        "lapse": (LINE_OPEN, _L.LAPSED),
    },
    of="transfer_line",
)


class TransferState(StrEnum):
    """How a transfer stands: what its lines make of it."""

    REQUESTED = "requested"
    """The owner has not said of every thing whether it may go."""
    AGREED = "agreed"
    """All is answered; things are to be handed over."""
    UNDER_WAY = "under_way"
    """Everything that is still to come has been handed over."""
    RECEIVED = "received"
    """All is settled, and something has arrived."""
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


_T = TransferState
TRANSFER_OPEN = (_T.REQUESTED, _T.AGREED, _T.UNDER_WAY)

TRANSFER = StateMachine(
    TransferState.REQUESTED,
    {
        "settle_answers": ((_T.REQUESTED,), _T.AGREED),
        "send": ((_T.REQUESTED, _T.AGREED), _T.UNDER_WAY),
        "take_back": ((_T.UNDER_WAY,), _T.AGREED),
        "complete": ((_T.REQUESTED, _T.AGREED, _T.UNDER_WAY), _T.RECEIVED),
        "refuse": ((_T.REQUESTED, _T.AGREED, _T.UNDER_WAY), _T.REFUSED),
        "cancel": ((_T.REQUESTED, _T.AGREED, _T.UNDER_WAY), _T.CANCELLED),
        "lapse": ((_T.REQUESTED, _T.AGREED, _T.UNDER_WAY), _T.LAPSED),
    },
    of="transfer",
)


class Pricing(StrEnum):
    """Where the price of what was not bought comes from."""

    TYPE = "type"
    """The replacement price of the item type."""
    NEWEST = "newest"
    """What the last one of the same item type cost."""
    ORIGINAL = "original"
    """What the thing itself once cost."""


class LoanState(StrEnum):
    """How a loan stands, from being asked for to being back."""

    REQUESTED = "requested"
    RESERVED = "reserved"
    """Agreed; nobody else gets it for these days."""
    OUT = "out"
    """The borrower has it; a claim on the thing."""
    RETURNED = "returned"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """Not fetched in its days, or the thing is no longer to be had."""


_O = LoanState
LOAN_OPEN = (_O.REQUESTED, _O.RESERVED, _O.OUT)

LOAN = StateMachine(
    LoanState.REQUESTED,
    {
        "agree": ((_O.REQUESTED,), _O.RESERVED),
        "refuse": ((_O.REQUESTED, _O.RESERVED), _O.REFUSED),
        "hand_out": ((_O.RESERVED,), _O.OUT),
        "extend": ((_O.OUT,), _O.OUT),
        "return": ((_O.OUT,), _O.RETURNED),
        "cancel": ((_O.REQUESTED, _O.RESERVED), _O.CANCELLED),
        "lapse": ((_O.REQUESTED, _O.RESERVED), _O.LAPSED),
    },
    of="loan",
)


class WantedState(StrEnum):
    """How a notice that somebody looks for something stands."""

    OPEN = "open"
    MET = "met"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """Its last day is over."""


WANTED = StateMachine(
    WantedState.OPEN,
    {
        "meet": ((WantedState.OPEN,), WantedState.MET),
        "withdraw": ((WantedState.OPEN,), WantedState.WITHDRAWN),
        "lapse": ((WantedState.OPEN,), WantedState.LAPSED),
    },
    of="wanted",
)


class OuterThingState(StrEnum):
    """How a thing stands that is shown to other institutions."""

    OFFERED = "offered"
    PROMISED = "promised"
    """Put aside for an institution that has asked for it; a claim on the thing."""
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"
    """Somebody inside has it by now, or it no longer lies idle."""


_U = OuterThingState

OUTER_THING = StateMachine(
    OuterThingState.OFFERED,
    {
        "withdraw": ((_U.OFFERED,), _U.WITHDRAWN),
        "promise": ((_U.OFFERED,), _U.PROMISED),
        "put_back": ((_U.PROMISED,), _U.OFFERED),
        "give": ((_U.PROMISED,), _U.GIVEN),
        "overtake": ((_U.OFFERED, _U.PROMISED), _U.OVERTAKEN),
    },
    of="outer_thing",
)


class InquiryState(StrEnum):
    """How another institution's wish stands."""

    ASKED = "asked"
    PROMISED = "promised"
    """Agreed: so many are put aside until the paper is there and they are fetched."""
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    """What was put aside is no longer to be had."""


_I = InquiryState
INQUIRY_OPEN = (_I.ASKED, _I.PROMISED)

INQUIRY = StateMachine(
    InquiryState.ASKED,
    {
        "promise": ((_I.ASKED,), _I.PROMISED),
        "refuse": (INQUIRY_OPEN, _I.REFUSED),
        "withdraw": (INQUIRY_OPEN, _I.WITHDRAWN),
        "give": ((_I.PROMISED,), _I.GIVEN),
        "lapse": ((_I.PROMISED,), _I.LAPSED),
    },
    of="outer_inquiry",
)
