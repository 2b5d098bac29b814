"""States of somebody's second factor, and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class FactorState(StrEnum):
    """How far somebody is with their second factor."""

    NONE = "none"
    """There is none; the password alone lets in."""
    BEGUN = "begun"
    """A secret was shown, and no code of it has come yet; not asked for."""
    ON = "on"
    """A code is asked for at every sign-in."""
    RENEWING = "renewing"
    """The old one is asked for until the first code of the new one has come."""

    @property
    def is_asked(self) -> bool:
        """Whether signing in takes a code."""
        return self in (FactorState.ON, FactorState.RENEWING)


class FactorVerb(StrEnum):
    """What is done about a second factor."""

    BEGIN = "begin"
    """Have a new secret shown."""
    CONFIRM = "confirm"
    """Prove by a code that the phone has the secret."""
    RENEW_CODES = "renew_codes"
    """Have ten new spare codes; the old ones are void."""
    REMOVE = "remove"
    """Do without from now on."""
    RESET = "reset"
    """Take it from somebody who has lost it."""


FACTOR_MOVES: dict[tuple[FactorState, FactorVerb], FactorState] = {
    (FactorState.NONE, FactorVerb.BEGIN): FactorState.BEGUN,
    (FactorState.BEGUN, FactorVerb.BEGIN): FactorState.BEGUN,
    (FactorState.ON, FactorVerb.BEGIN): FactorState.RENEWING,
    (FactorState.RENEWING, FactorVerb.BEGIN): FactorState.RENEWING,
    (FactorState.BEGUN, FactorVerb.CONFIRM): FactorState.ON,
    (FactorState.RENEWING, FactorVerb.CONFIRM): FactorState.ON,
    (FactorState.ON, FactorVerb.RENEW_CODES): FactorState.ON,
    (FactorState.RENEWING, FactorVerb.RENEW_CODES): FactorState.RENEWING,
    (FactorState.BEGUN, FactorVerb.REMOVE): FactorState.NONE,
    (FactorState.ON, FactorVerb.REMOVE): FactorState.NONE,
    (FactorState.RENEWING, FactorVerb.REMOVE): FactorState.NONE,
    (FactorState.BEGUN, FactorVerb.RESET): FactorState.NONE,
    (FactorState.ON, FactorVerb.RESET): FactorState.NONE,
    (FactorState.RENEWING, FactorVerb.RESET): FactorState.NONE,
}
"""Every move there is; what is not here is refused."""
