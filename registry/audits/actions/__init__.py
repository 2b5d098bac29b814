"""Use cases of audits, gathered for the doors."""

from registry.audits.actions.ending import close, end_walk, resume
from registry.audits.actions.freezing import freeze
from registry.audits.actions.planning import (
    Named,
    Plan,
    cancel,
    change_plan,
    name_counters,
    plan,
)
from registry.audits.actions.syncing import (
    Delivery,
    Result,
    Taken,
    take_photo,
    take_records,
)

__all__ = [
    "Delivery",
    "Named",
    "Plan",
    "Result",
    "Taken",
    "cancel",
    "change_plan",
    "close",
    "end_walk",
    "freeze",
    "name_counters",
    "plan",
    "resume",
    "take_photo",
    "take_records",
]
