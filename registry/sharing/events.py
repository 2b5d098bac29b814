"""What has happened to things on their way to others, past tense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TransferLineEnded:
    """One thing of a transfer has arrived, or will not.

    ``outcome`` is received, refused, cancelled or lapsed; ``cause`` the number of what
    caused the transfer, such as a purchase request.
    """

    institution_id: int
    transfer_id: int
    asset_id: int
    outcome: str
    cause: str


@dataclass(frozen=True)
class TransferRequested:
    """Somebody wants things of other departments."""

    institution_id: int
    transfer_id: int


@dataclass(frozen=True)
class TransferAnswered:
    """A giver has said which of the things asked for may go."""

    institution_id: int
    transfer_id: int
    agreed: int
    refused: int


@dataclass(frozen=True)
class TransferCancelled:
    """Things of a transfer will not come after all; who cancelled knows."""

    institution_id: int
    transfer_id: int
    count: int
    by_person_id: int | None


@dataclass(frozen=True)
class HoldGiven:
    """Whoever was first in line has the thing kept for them now."""

    institution_id: int
    hold_id: int


@dataclass(frozen=True)
class HoldEnded:
    """A hold, or a place in line, ended without the holder's doing."""

    institution_id: int
    hold_id: int
    outcome: str


@dataclass(frozen=True)
class LoanAnswered:
    """Whoever keeps a thing lends it, or does not, or nobody fetched it in time."""

    institution_id: int
    loan_id: int
    agreed: bool


@dataclass(frozen=True)
class LoanDue:
    """What somebody has borrowed is to be back today or tomorrow."""

    institution_id: int
    loan_id: int


@dataclass(frozen=True)
class WantedPosted:
    """Somebody says what they look for."""

    institution_id: int
    wanted_id: int


@dataclass(frozen=True)
class WantedFound:
    """Something that somebody looks for has turned up."""

    institution_id: int
    wanted_id: int
    count: int


@dataclass(frozen=True)
class WantedEnded:
    """A notice came to nothing: its last day is over."""

    institution_id: int
    wanted_id: int


@dataclass(frozen=True)
class InquiryMade:
    """Somebody asks another institution; the institution is who asks."""

    institution_id: int
    inquiry_id: int


@dataclass(frozen=True)
class InquiryAnswered:
    """An inquiry stands otherwise than before; the institution is who asked.

    ``cause`` is the number of the purchase request it was made for, ``promised`` how
    many are put aside or given, ``reason`` why not.
    """

    institution_id: int
    inquiry_id: int
    state: str
    cause: str
    promised: int
    reason: str


@dataclass(frozen=True)
class InquiryWithdrawn:
    """Whoever asked no longer wants it; the institution is who was asked."""

    institution_id: int
    inquiry_id: int
