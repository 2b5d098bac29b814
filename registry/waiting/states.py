"""The states of a wait and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from registry.kernel.states import StateMachine


class WaitState(StrEnum):
    """How a step that somebody has stands."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    DONE = "done"
    DROPPED = "dropped"


_S = WaitState
_OPEN = (_S.WAITING, _S.OVERDUE)

WAIT = StateMachine(
    WaitState.WAITING,
    {
        "escalate": ((_S.WAITING,), _S.WAITING),
        "exhaust": ((_S.WAITING,), _S.OVERDUE),
        "pass_on": (_OPEN, _S.WAITING),
        "finish": (_OPEN, _S.DONE),
        "drop": (_OPEN, _S.DROPPED),
    },
    of="wait",
)

OPEN = tuple(str(state) for state in _OPEN)
