"""Use cases of notices, gathered for the doors and for what happens elsewhere."""

from registry.notifications.actions.asking import (
    tell_of_deciding,
    tell_of_throwing_back,
)
from registry.notifications.actions.delivering import (
    claim,
    forget_old_notices,
    note_needless,
    note_sent,
    note_trouble,
    retry_failed,
)
from registry.notifications.actions.noticing import (
    forget_answered,
    notify,
    tell_of_beginning,
    tell_of_escalation,
    tell_of_nudge,
    tell_of_passing,
    tell_of_silence,
)
from registry.notifications.actions.passing import (
    tell_of_answer,
    tell_of_cancelling,
    tell_of_due_loan,
    tell_of_find,
    tell_of_fruitless_search,
    tell_of_hold,
    tell_of_hold_end,
    tell_of_loan,
)
from registry.notifications.actions.reading import read, read_all, wish_mail

__all__ = [
    "claim",
    "forget_answered",
    "forget_old_notices",
    "note_needless",
    "note_sent",
    "note_trouble",
    "notify",
    "read",
    "read_all",
    "retry_failed",
    "tell_of_answer",
    "tell_of_beginning",
    "tell_of_cancelling",
    "tell_of_deciding",
    "tell_of_due_loan",
    "tell_of_escalation",
    "tell_of_find",
    "tell_of_fruitless_search",
    "tell_of_hold",
    "tell_of_hold_end",
    "tell_of_loan",
    "tell_of_nudge",
    "tell_of_passing",
    "tell_of_silence",
    "tell_of_throwing_back",
    "wish_mail",
]
