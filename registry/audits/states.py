"""States of an audit, its rounds and what is ruled; what is recorded and answered."""

from __future__ import annotations

from enum import StrEnum

from registry.kernel.states import StateMachine


class AuditState(StrEnum):
    """How far an audit has come."""

    PLANNED = "planned"
    RUNNING = "running"
    REVIEWING = "reviewing"
    CLOSED = "closed"
    CANCELLED = "cancelled"


_A = AuditState

AUDIT = StateMachine(
    AuditState.PLANNED,
    {
        "freeze": ((_A.PLANNED,), _A.RUNNING),
        "end_walk": ((_A.RUNNING,), _A.REVIEWING),
        "resume": ((_A.REVIEWING,), _A.RUNNING),
        "close": ((_A.REVIEWING,), _A.CLOSED),
        "cancel": ((_A.PLANNED, _A.RUNNING, _A.REVIEWING), _A.CANCELLED),
    },
    of="audit",
)

ENDED = (AuditState.CLOSED, AuditState.CANCELLED)
"""States in which nothing of an audit changes any more."""

TAKES_RECORDS = (AuditState.RUNNING, AuditState.REVIEWING)
"""States in which what is counted counts."""


class RoundKind(StrEnum):
    """Who counts what in a round of an audit."""

    WALK = "walk"
    """Named people go from room to room and count everything."""
    SELF = "self"
    """Custodians count what they keep (自查)."""
    SAMPLE = "sample"
    """Drawn things are counted again (抽查)."""


class RoundState(StrEnum):
    """Whether a round is still counted."""

    OPEN = "open"
    DONE = "done"


ROUND = StateMachine(
    RoundState.OPEN,
    {
        "finish": ((RoundState.OPEN,), RoundState.DONE),
        "reopen": ((RoundState.DONE,), RoundState.OPEN),
    },
    of="audit_round",
)


class Outcome(StrEnum):
    """What has become of an expected thing: exactly one of these, at any time."""

    PENDING = "pending"
    HERE = "here"
    ELSEWHERE = "elsewhere"
    MISSING = "missing"
    EXCUSED = "excused"


class Excuse(StrEnum):
    """Why a thing need not be found where the list says; the entry is named."""

    LOAN = "loan"
    MOVED = "moved"
    REGISTERED = "registered"
    LEFT_SCOPE = "left_scope"
    DISPOSED = "disposed"


AT_ONCE = (Excuse.LOAN, Excuse.LEFT_SCOPE, Excuse.DISPOSED)
"""Excuses of what nobody looks for; the others count once it was not found."""


class RecordKind(StrEnum):
    """What somebody with a phone records."""

    SCAN = "scan"
    TICK = "tick"
    COUNT = "count"
    NOTE = "note"
    CLOSE_PLACE = "close_place"
    REOPEN_PLACE = "reopen_place"
    UNDO = "undo"


class Standing(StrEnum):
    """Whether a record counts."""

    COUNTED = "counted"
    LATE = "late"
    """It came after the audit had ended."""
    UNCONFIRMED = "unconfirmed"
    """Whoever sent it did not belong to the audit; somebody of it may confirm."""


class Verdict(StrEnum):
    """What a record turned out to mean."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOT_LISTED = "not_listed"
    ALREADY = "already"
    UNKNOWN = "unknown"
    DISPOSED = "disposed"
    PLACE = "place"
    """It is the label of a place."""
    COUNTED = "counted"
    NOTED = "noted"
    CLOSED = "closed"
    REOPENED = "reopened"
    UNDONE = "undone"


class TickReason(StrEnum):
    """Why a thing was ticked instead of scanned."""

    NO_LABEL = "no_label"
    LABEL_DAMAGED = "label_damaged"
    OUT_OF_REACH = "out_of_reach"
    NO_CAMERA = "no_camera"
    OTHER = "other"


class FindingKind(StrEnum):
    """How what was found differs from the ledger."""

    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    SURPLUS = "surplus"
    UNLISTED = "unlisted"
    """In the ledger, found here, and not on the list of the audit."""
    UNKNOWN = "unknown"
    CONDITION = "condition"
    NOT_FOUND = "not_found"
    """Somebody looked for it in vain: outside an audit, or a sample of one."""


class Ruling(StrEnum):
    """What shall be done about a difference."""

    MOVE = "move"
    """Let the ledger say where it was found."""
    MARK_MISSING = "mark_missing"
    """盘亏待查."""
    REGISTER = "register"
    """Enter it as a surplus (盘盈)."""
    SET_CONDITION = "set_condition"
    PUT_BACK = "put_back"
    """It was missing in the ledger and is there again."""
    EXCUSE = "excuse"
    """Nothing is changed; the cause says why."""


class Cause(StrEnum):
    """Why ledger and shelf differ."""

    MOVED_UNRECORDED = "moved_unrecorded"
    LENT_UNRECORDED = "lent_unrecorded"
    LOST = "lost"
    STOLEN = "stolen"
    SCRAPPED_UNRECORDED = "scrapped_unrecorded"
    NEVER_ENTERED = "never_entered"
    ENTERED_WRONG = "entered_wrong"
    LABEL_GONE = "label_gone"
    WEAR = "wear"
    NOT_OURS = "not_ours"
    OTHER = "other"


class FindingState(StrEnum):
    """How a difference stands."""

    OPEN = "open"
    RULED = "ruled"
    APPROVED = "approved"
    APPLIED = "applied"
    OVERTAKEN = "overtaken"
    """It has ceased to differ before anything was done about it."""


_F = FindingState

FINDING = StateMachine(
    FindingState.OPEN,
    {
        "rule": ((_F.OPEN, _F.RULED), _F.RULED),
        "send_back": ((_F.RULED, _F.APPROVED), _F.OPEN),
        "approve": ((_F.RULED,), _F.APPROVED),
        "come_back": ((_F.RULED, _F.APPROVED), _F.OPEN),
        "apply": ((_F.APPROVED,), _F.APPLIED),
        "overtake": ((_F.OPEN, _F.RULED, _F.APPROVED), _F.OVERTAKEN),
    },
    of="audit_finding",
)

UNSETTLED = (FindingState.OPEN, FindingState.RULED, FindingState.APPROVED)
