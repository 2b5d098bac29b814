"""Use cases of waiting, gathered for the features and doors."""

from registry.waiting.actions.calendar import (
    add_days,
    add_term,
    remove_day,
    remove_term,
    set_day,
    set_week,
)
from registry.waiting.actions.steps import (
    begin,
    drop,
    escalate_due,
    finish,
    nudge,
    pass_on,
    step_down,
)

__all__ = [
    "add_days",
    "add_term",
    "begin",
    "drop",
    "escalate_due",
    "finish",
    "nudge",
    "pass_on",
    "remove_day",
    "remove_term",
    "set_day",
    "set_week",
    "step_down",
]
