"""How far an import is, and the steps between."""

from __future__ import annotations

from enum import StrEnum

from registry.kernel.states import StateMachine


class ImportState(StrEnum):
    """How far an import is."""

    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    DONE = "done"
    CANCELLED = "cancelled"
    UNDONE = "undone"


_S = ImportState

IMPORT = StateMachine(
    ImportState.CHECKING,
    {
        "check": ((_S.CHECKING, _S.CHECKED), _S.CHECKED),
        "confirm": ((_S.CHECKED,), _S.APPLYING),
        "finish": ((_S.APPLYING,), _S.DONE),
        "cancel": ((_S.CHECKING, _S.CHECKED), _S.CANCELLED),
        "undo": ((_S.DONE,), _S.UNDONE),
    },
    of="import",
)
