"""The states of an asset, the moves between them, and the kinds of claim."""

from __future__ import annotations

from enum import StrEnum

from registry.kernel.states import StateMachine


class AssetState(StrEnum):
    """What an asset is doing."""

    IN_USE = "in_use"
    IDLE = "idle"
    UNDER_REPAIR = "under_repair"
    MISSING = "missing"
    PENDING_DISPOSAL = "pending_disposal"
    DISPOSED = "disposed"


_S = AssetState

ASSET = StateMachine(
    AssetState.IN_USE,
    {
        "put_in_use": ((_S.IDLE, _S.UNDER_REPAIR, _S.MISSING), _S.IN_USE),
        "mark_idle": (
            (_S.IN_USE, _S.UNDER_REPAIR, _S.MISSING, _S.PENDING_DISPOSAL),
            _S.IDLE,
        ),
        "send_to_repair": ((_S.IN_USE, _S.IDLE), _S.UNDER_REPAIR),
        "report_missing": (
            (_S.IN_USE, _S.IDLE, _S.UNDER_REPAIR, _S.PENDING_DISPOSAL),
            _S.MISSING,
        ),
        "propose_disposal": (
            (_S.IN_USE, _S.IDLE, _S.UNDER_REPAIR, _S.MISSING),
            _S.PENDING_DISPOSAL,
        ),
        "dispose": ((_S.PENDING_DISPOSAL,), _S.DISPOSED),
    },
    of="asset",
)


class ClaimKind(StrEnum):
    """Who has an exclusive hand on an asset, and why."""

    HOLD = "hold"
    LOAN = "loan"
    TRANSFER = "transfer"
    REPAIR = "repair"
    BOOKING = "booking"


class Condition(StrEnum):
    """How good an asset still is."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    BROKEN = "broken"


class Method(StrEnum):
    """How an asset came into the ledger (取得方式)."""

    PURCHASE = "purchase"
    DONATION = "donation"
    TRANSFER = "transfer"
    BUILT = "built"
    SURPLUS = "surplus"
    OTHER = "other"


class Restriction(StrEnum):
    """Why an asset may not simply be redeployed."""

    EARMARKED_FUNDS = "earmarked_funds"
    DATA_BEARING = "data_bearing"
    SAFETY = "safety"


CHANGING_VERBS = (
    "register",
    "amend",
    "move",
    "assign",
    "reassign",
    "relabel",
    "add_photo",
    "remove_photo",
    "claim",
    "change_claim",
    "release",
    "receive",
    "correct",
)
"""The verbs of an asset's entries that are no moves of its state machine."""

ACTS_AS = {"receive": "put_in_use"}
"""Verbs that bring a move of the machine with them: who receives a thing uses it."""

UNCLAIMED_ONLY = frozenset({"send_to_repair", "propose_disposal", "dispose"})
"""Moves that nobody else's claim may stand in the way of."""

PROMISED = frozenset({ClaimKind.HOLD, ClaimKind.TRANSFER})
"""Claims of whoever is to get the thing: its owner does not use it meanwhile."""


class BulkState(StrEnum):
    """How far a change of many assets at once is."""

    PLANNING = "planning"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """Part of it is done; the rest can be gone on with."""
    CANCELLED = "cancelled"


_B = BulkState

BULK = StateMachine(
    BulkState.PLANNING,
    {
        "plan": ((_B.PLANNING,), _B.PLANNED),
        "confirm": ((_B.PLANNED, _B.STOPPED), _B.RUNNING),
        "finish": ((_B.RUNNING,), _B.DONE),
        "stop": ((_B.RUNNING,), _B.STOPPED),
        "cancel": ((_B.PLANNING, _B.PLANNED), _B.CANCELLED),
    },
    of="bulk",
)


class Outcome(StrEnum):
    """What is to become of one asset of a bulk change, or has become of it."""

    PLANNED = "planned"
    UNCHANGED = "unchanged"
    """It is so already."""
    REFUSED = "refused"
    CHANGED = "changed"
    OVERTAKEN = "overtaken"
    """Somebody changed it after the preview: it is left as it is."""
