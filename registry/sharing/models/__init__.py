"""Tables of sharing: what lies idle or seems to, and how it goes to others."""

from registry.sharing.models.feeds import CalendarFeed
from registry.sharing.models.idle import (
    Asking,
    AssetLife,
    IdlePolicy,
    IdleQuestion,
    Suspicion,
)
from registry.sharing.models.outer import OuterCard, OuterInquiry, OuterThing
from registry.sharing.models.passing import (
    Hold,
    Loan,
    Transfer,
    TransferLine,
    TransferSide,
)
from registry.sharing.models.wanting import IdleArrival, Wanted, WantedFind

__all__ = [
    "Asking",
    "AssetLife",
    "CalendarFeed",
    "Hold",
    "IdleArrival",
    "IdlePolicy",
    "IdleQuestion",
    "Loan",
    "OuterCard",
    "OuterInquiry",
    "OuterThing",
    "Suspicion",
    "Transfer",
    "TransferLine",
    "TransferSide",
    "Wanted",
    "WantedFind",
]
