"""Use cases of audits, gathered for the doors."""

from registry.audits.actions.approving import Approved, approve
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
from registry.audits.actions.rounds import (
    Sample,
    ask_again,
    draw_sample,
    say_done,
)
from registry.audits.actions.ruling import (
    Entered,
    Ruled,
    note_not_found,
    rule,
    send_back,
)
from registry.audits.actions.syncing import (
    Delivery,
    Result,
    Taken,
    take_photo,
    take_records,
)

__all__ = [
    "Approved",
    "Delivery",
    "Entered",
    "Named",
    "Plan",
    "Result",
    "Ruled",
    "Sample",
    "Taken",
    "approve",
    "ask_again",
    "cancel",
    "change_plan",
    "close",
    "draw_sample",
    "end_walk",
    "freeze",
    "name_counters",
    "note_not_found",
    "plan",
    "resume",
    "rule",
    "say_done",
    "send_back",
    "take_photo",
    "take_records",
]
