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
from registry.notifications.actions.digesting import begin_digests
from registry.notifications.actions.noticing import (
    forget_answered,
    notify,
    tell_of_beginning,
    tell_of_escalation,
    tell_of_nudge,
    tell_of_passing,
    tell_of_silence,
)
from registry.notifications.actions.outside import (
    tell_of_inquiry,
    tell_of_inquiry_answer,
    tell_of_inquiry_end,
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
from registry.notifications.actions.posting import (
    claim_round,
    drop_answered,
    note_said,
    note_unsaid,
    post_beginning,
    post_escalation,
    post_silence,
    post_wanted_notice,
)
from registry.notifications.actions.reading import read, read_all, wish_mail
from registry.notifications.actions.robots import (
    add_robot,
    change_robot,
    pause_robot,
    remove_robot,
    resume_robot,
    say_again,
    try_robot,
)
from registry.notifications.actions.signing_in import tell_of_second_factor
from registry.notifications.actions.working import tell_of_job

__all__ = [
    "add_robot",
    "begin_digests",
    "change_robot",
    "claim",
    "claim_round",
    "drop_answered",
    "forget_answered",
    "forget_old_notices",
    "note_needless",
    "note_said",
    "note_sent",
    "note_trouble",
    "note_unsaid",
    "notify",
    "pause_robot",
    "post_beginning",
    "post_escalation",
    "post_silence",
    "post_wanted_notice",
    "read",
    "read_all",
    "remove_robot",
    "resume_robot",
    "retry_failed",
    "say_again",
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
    "tell_of_inquiry",
    "tell_of_inquiry_answer",
    "tell_of_inquiry_end",
    "tell_of_job",
    "tell_of_loan",
    "tell_of_nudge",
    "tell_of_passing",
    "tell_of_second_factor",
    "tell_of_silence",
    "tell_of_throwing_back",
    "try_robot",
    "wish_mail",
]
