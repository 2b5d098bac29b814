"""Telling people that how they sign in has changed: if it was not they, they hear."""

from __future__ import annotations

from registry.auth.events import SecondFactorChanged
from registry.notifications.actions.noticing import notify

KINDS = {
    "set_second_factor": "factor_set",
    "renew_second_factor": "factor_renewed",
    "remove_second_factor": "factor_removed",
    "reset_second_factor": "factor_reset",
}


def tell_of_second_factor(event: SecondFactorChanged) -> None:
    """Whose second factor it is hears of it, whoever changed it."""
    notify(
        event.institution_id,
        [event.person_id],
        KINDS[event.verb],
        subject=("second_factor", event.person_id),
    )
