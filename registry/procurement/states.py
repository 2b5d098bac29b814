"""What happens to a request to buy, as tables of moves; and who must agree to it."""

from __future__ import annotations

from enum import StrEnum

from registry.kernel.states import StateMachine


class Step(StrEnum):
    """Who must agree before something is bought, in the order they are asked."""

    DEPARTMENT_HEAD = "department_head"
    """Who answers for the department that asks."""
    ASSET_OFFICE = "asset_office"
    """Who keeps the whole ledger."""
    FINANCE = "finance"
    """Who answers for the money."""
    PRINCIPAL = "principal"
    """Who decides what exceeds everyone else."""


class Cause(StrEnum):
    """Why a step is needed."""

    ALWAYS = "always"
    AMOUNT = "amount"
    DECLINED = "declined"
    URGENT = "urgent"
    SPECIAL = "special"


class ApprovalState(StrEnum):
    """How one step of an approval stands."""

    LATER = "later"
    """Others are asked before."""
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    RETURNED = "returned"
    """Sent back to whoever asks, to be changed."""
    VOID = "void"
    """Not needed any more: the request went another way."""


_A = ApprovalState

APPROVAL = StateMachine(
    ApprovalState.LATER,
    {
        "open": ((_A.LATER,), _A.OPEN),
        "approve": ((_A.OPEN,), _A.APPROVED),
        "refuse": ((_A.OPEN,), _A.REFUSED),
        "send_back": ((_A.OPEN,), _A.RETURNED),
        "void": ((_A.LATER, _A.OPEN), _A.VOID),
    },
    of="approval",
)

DECIDED = (_A.APPROVED, _A.REFUSED, _A.RETURNED)


class ReviewVerdict(StrEnum):
    """What a review of an urgent purchase finds."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


class CertificateStatus(StrEnum):
    """What a certificate is worth at the moment it is looked at."""

    VALID = "valid"
    STALE = "stale"
    """The check must be made again: it is old, or something suitable turned idle."""
    SUPERSEDED = "superseded"
    """A later check of the same request stands in its place."""
    VOID = "void"
    """The request came to nothing."""
    BROKEN = "broken"
    """What is kept is not what was frozen."""


class RequestState(StrEnum):
    """How a request to buy stands."""

    DRAFT = "draft"
    ANSWERING = "answering"
    """Something idle would serve, or may: whoever asks answers, or an officer looks."""
    RULING = "ruling"
    """All is answered; what was declined waits for an officer's ruling."""
    APPROVING = "approving"
    APPROVED = "approved"
    ORDERED = "ordered"
    CLOSED = "closed"
    COVERED = "covered"
    """Nothing is left to buy: idle things serve."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_R = RequestState

REQUEST = StateMachine(
    RequestState.DRAFT,
    {
        "submit": ((_R.DRAFT,), _R.ANSWERING),
        "answer_all": ((_R.ANSWERING,), _R.RULING),
        "send_back_to_answer": ((_R.RULING,), _R.ANSWERING),
        "resolve": ((_R.ANSWERING, _R.RULING), _R.APPROVING),
        "cover": ((_R.ANSWERING, _R.RULING), _R.COVERED),
        "approve": ((_R.APPROVING,), _R.APPROVED),
        "refuse": ((_R.APPROVING,), _R.REFUSED),
        "send_back": ((_R.APPROVING,), _R.DRAFT),
        "allow_urgent": ((_R.ANSWERING, _R.RULING, _R.APPROVING), _R.APPROVED),
        "ask_more": ((_R.APPROVED,), _R.APPROVING),
        "order": ((_R.APPROVED, _R.ORDERED), _R.ORDERED),
        "part": ((_R.ORDERED,), _R.ORDERED),
        "close": ((_R.ORDERED,), _R.CLOSED),
        "reopen": (
            (_R.ANSWERING, _R.RULING, _R.APPROVING, _R.APPROVED, _R.COVERED),
            _R.ANSWERING,
        ),
        "withdraw": (
            (_R.DRAFT, _R.ANSWERING, _R.RULING, _R.APPROVING, _R.APPROVED),
            _R.WITHDRAWN,
        ),
    },
    of="purchase_request",
)

PAST_THE_CHECK = (_R.APPROVING, _R.APPROVED, _R.ORDERED, _R.CLOSED)
"""States that no request reaches with a line that is not resolved."""

OVER = (_R.CLOSED, _R.COVERED, _R.REFUSED, _R.WITHDRAWN)


class LineState(StrEnum):
    """How one line of a request stands before the check."""

    OPEN = "open"
    """Not looked for yet, or to be looked for again."""
    UNCLEAR = "unclear"
    """Look-alikes, or words that name nothing: an officer settles it."""
    MATCHED = "matched"
    """Something that serves is there: to be taken, or declined with a reason."""
    DECLINED = "declined"
    """All is answered, something declined: an officer rules."""
    CLEAR = "clear"
    """Understood, and nothing (more) serves."""
    COVERED = "covered"
    """Idle things serve all of it."""
    OVERRIDDEN = "overridden"
    """Bought although something idle was there; somebody else has ruled so."""


_L = LineState

LINE = StateMachine(
    LineState.OPEN,
    {
        "find_nothing": ((_L.OPEN,), _L.CLEAR),
        "find_look_alikes": ((_L.OPEN,), _L.UNCLEAR),
        "find": ((_L.OPEN,), _L.MATCHED),
        "settle_clear": ((_L.UNCLEAR,), _L.CLEAR),
        "settle_matched": ((_L.UNCLEAR,), _L.MATCHED),
        "take_enough": ((_L.OPEN, _L.MATCHED, _L.UNCLEAR), _L.COVERED),
        "take_all_there_is": ((_L.MATCHED,), _L.CLEAR),
        "decline": ((_L.MATCHED,), _L.DECLINED),
        "uphold": ((_L.DECLINED,), _L.OVERRIDDEN),
        "send_back": ((_L.DECLINED,), _L.MATCHED),
        "override": (
            (_L.OPEN, _L.UNCLEAR, _L.MATCHED, _L.DECLINED),
            _L.OVERRIDDEN,
        ),
        "reopen": (tuple(each for each in _L if each is not _L.OPEN), _L.OPEN),
    },
    of="purchase_line",
)

RESOLVED = (_L.CLEAR, _L.COVERED, _L.OVERRIDDEN)


class CandidateKind(StrEnum):
    """How the things of a group lie idle, or nearly."""

    IDLE = "idle"
    CLAIMED = "claimed"
    """Idle, but somebody has them kept or borrowed until some day."""
    LEFT = "left"
    """Idle until lately; put to use since."""
    SUSPECTED = "suspected"
    """In use by the ledger, idle by all signs."""
    REPAIRABLE = "repairable"
    """Under repair."""


ANSWERED = (CandidateKind.IDLE, CandidateKind.CLAIMED)
"""Kinds that are taken or declined; the others are shown."""


class DeclineReason(StrEnum):
    """Why something idle is not taken."""

    CONDITION = "condition"
    SPECIFICATION = "specification"
    TIME = "time"
    OWNER_NEEDS = "owner_needs"
    COST = "cost"
    SAFETY = "safety"
    RESTRICTION = "restriction"
    REPAIR = "repair"
    NOT_FOUND = "not_found"
    CLAIMED = "claimed"
    OTHER = "other"


OUTER_REASONS = (
    DeclineReason.CONDITION,
    DeclineReason.SPECIFICATION,
    DeclineReason.TIME,
    DeclineReason.COST,
    DeclineReason.SAFETY,
    DeclineReason.OTHER,
)
"""Why what another institution shows does not serve."""


class OuterAnswerKind(StrEnum):
    """What became of a card of another institution that would serve."""

    DECLINE = "decline"
    REFUSED = "refused"
    """Its owner was asked, and does not give it."""
    PROMISED = "promised"
    """Its owner was asked, and puts so many aside: they are not bought."""
    URGENT = "urgent"
    """It could not wait; whoever let it through answers for it."""
    FELL = "fell"
    """So many of what was promised do not come after all."""


class RulingKind(StrEnum):
    """What an officer, or whoever lets something urgent through, has ruled."""

    SETTLE_CLEAR = "settle_clear"
    SETTLE_MATCHED = "settle_matched"
    UPHOLD = "uphold"
    SEND_BACK = "send_back"
    URGENT = "urgent"


class LessonKind(StrEnum):
    """What an answer teaches of a wording and an item type."""

    SAME = "same"
    """It was taken: whoever writes so may mean this."""
    DIFFERENT = "different"
    """It was declined as another kind of thing."""


class LessonState(StrEnum):
    """Whether the search goes by it."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


_KNOWS = LessonState

LESSON = StateMachine(
    LessonState.PROPOSED,
    {
        "confirm": ((_KNOWS.PROPOSED, _KNOWS.DISMISSED), _KNOWS.CONFIRMED),
        "dismiss": ((_KNOWS.PROPOSED,), _KNOWS.DISMISSED),
        "unlearn": ((_KNOWS.CONFIRMED,), _KNOWS.DISMISSED),
    },
    of="match_lesson",
)
