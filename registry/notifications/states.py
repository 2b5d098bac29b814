"""How a notice reaches somebody, and how far its delivery is."""

from __future__ import annotations

from enum import StrEnum

from registry.kernel.states import StateMachine


class Channel(StrEnum):
    """A way a notice goes out besides standing on the page."""

    MAIL = "mail"


class MailWish(StrEnum):
    """When somebody wants their notices by mail."""

    NOW = "now"
    DAILY = "daily"
    NEVER = "never"


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


_S = DeliveryState

DELIVERY = StateMachine(
    DeliveryState.WAITING,
    {
        "send": ((_S.WAITING,), _S.SENT),
        "put_off": ((_S.WAITING,), _S.WAITING),
        "give_up": ((_S.WAITING,), _S.FAILED),
        "drop": ((_S.WAITING, _S.FAILED), _S.DROPPED),
        "retry": ((_S.FAILED,), _S.WAITING),
    },
    of="delivery",
)
