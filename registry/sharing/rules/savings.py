"""What was not spent: the price a thing would be bought for, and how it is known."""

from __future__ import annotations

from dataclasses import dataclass

from registry.sharing.states import Pricing


@dataclass(frozen=True)
class Price:
    """A price in fen, and where it comes from."""

    fen: int
    by: Pricing


def price_from(
    type_fen: int | None, newest_fen: int | None, original_fen: int | None
) -> Price | None:
    """The replacement price of the type, else the newest purchase's, else the own one.

    A price of nothing says nothing; None where no price is known.
    """
    known = (
        (type_fen, Pricing.TYPE),
        (newest_fen, Pricing.NEWEST),
        (original_fen, Pricing.ORIGINAL),
    )
    return next((Price(fen, by) for fen, by in known if fen), None)
