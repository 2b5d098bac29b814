"""Use cases of sharing, gathered for the doors and for whoever follows."""

from registry.sharing.actions.answering import Answered, Reply, answer
from registry.sharing.actions.asking import (
    Bundle,
    ask,
    ask_everywhere,
    ask_institution,
    planned,
    withdraw,
)
from registry.sharing.actions.feeding import drop_feed, end_feed, make_feed
from registry.sharing.actions.finding import find_suspects
from registry.sharing.actions.following import (
    follow_closing_department,
    keep_borrower,
    let_go_of_leaver,
)
from registry.sharing.actions.holding import (
    end_expired_holds,
    hold,
    release_hold,
    stand_in_line,
)
from registry.sharing.actions.inquiring import (
    ask_outside,
    give_outside,
    promise_outside,
    refuse_outside,
    withdraw_inquiry,
)
from registry.sharing.actions.lending import (
    adopt_loan,
    agree_to_loan,
    ask_for_loan,
    cancel_loan,
    extend_loan,
    hand_out,
    lend_out,
    look_after_loans,
    refuse_loan,
    return_loan,
)
from registry.sharing.actions.lining import follow_claims
from registry.sharing.actions.lives import note_scans
from registry.sharing.actions.outside import (
    follow_outside,
    publish,
    withdraw_card,
    withdraw_from_outside,
)
from registry.sharing.actions.policies import change_policy
from registry.sharing.actions.transferring import (
    agree,
    cancel,
    hand_over,
    receive,
    refuse,
    request_transfer,
    take_back,
)
from registry.sharing.actions.wanting import (
    end_wanted,
    look_for_wanted,
    note_arrival,
    offer,
    post_wanted,
)
from registry.sharing.actions.watching import follow_change, replaced, seen_unused

__all__ = [
    "Answered",
    "Bundle",
    "Reply",
    "adopt_loan",
    "agree",
    "agree_to_loan",
    "answer",
    "ask",
    "ask_everywhere",
    "ask_for_loan",
    "ask_institution",
    "ask_outside",
    "cancel",
    "cancel_loan",
    "change_policy",
    "drop_feed",
    "end_expired_holds",
    "end_feed",
    "end_wanted",
    "extend_loan",
    "find_suspects",
    "follow_change",
    "follow_claims",
    "follow_closing_department",
    "follow_outside",
    "give_outside",
    "hand_out",
    "hand_over",
    "hold",
    "keep_borrower",
    "lend_out",
    "let_go_of_leaver",
    "look_after_loans",
    "look_for_wanted",
    "make_feed",
    "note_arrival",
    "note_scans",
    "offer",
    "planned",
    "post_wanted",
    "promise_outside",
    "publish",
    "receive",
    "refuse",
    "refuse_loan",
    "refuse_outside",
    "release_hold",
    "replaced",
    "request_transfer",
    "return_loan",
    "seen_unused",
    "stand_in_line",
    "take_back",
    "withdraw",
    "withdraw_card",
    "withdraw_from_outside",
    "withdraw_inquiry",
]
