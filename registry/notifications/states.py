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
    WEEKLY = "weekly"
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


class RobotKind(StrEnum):
    """Whose group chat a robot speaks in."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class RobotTopic(StrEnum):
    """What a group may be told; never more than what every colleague may see."""

    BEGUN = "begun"
    """Something has come to somebody there."""
    LATE = "late"
    """Somebody there has not answered in time."""
    WANTED = "wanted"
    """Somebody looks for something that others may have."""


class RobotState(StrEnum):
    """Whether a robot speaks."""

    ON = "on"
    PAUSED = "paused"
    BROKEN = "broken"
    """The group's service has refused for good; somebody must look."""
    REMOVED = "removed"


_R = RobotState

ROBOT = StateMachine(
    RobotState.ON,
    {
        "pause": ((_R.ON, _R.BROKEN), _R.PAUSED),
        "resume": ((_R.PAUSED, _R.BROKEN), _R.ON),
        "break": ((_R.ON,), _R.BROKEN),
        "remove": ((_R.ON, _R.PAUSED, _R.BROKEN), _R.REMOVED),
    },
    of="robot",
)


class Trouble(StrEnum):
    """Why a robot could not speak."""

    UNREACHABLE = "unreachable"
    UNCLEAR = "unclear"
    """It broke off after the message had gone: nobody knows whether it arrived."""
    TOO_OFTEN = "too_often"
    REFUSED = "refused"
    BAD_ADDRESS = "bad_address"
    BAD_SIGNATURE = "bad_signature"
    KEYWORD = "keyword"
    NOT_FROM_HERE = "not_from_here"
    NOT_ALLOWED = "not_allowed"
    """Its host is not, or no longer, one that this installation may call."""
    TOO_LATE = "too_late"


FINAL = frozenset(
    {
        Trouble.BAD_ADDRESS,
        Trouble.BAD_SIGNATURE,
        Trouble.KEYWORD,
        Trouble.NOT_FROM_HERE,
        Trouble.NOT_ALLOWED,
    }
)
"""What trying again does not change."""
