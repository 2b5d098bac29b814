"""Use cases of the ledger, gathered for the doors."""

from registry.ledger.actions.bulk import (
    cancel_bulk,
    carry_out_bulk,
    confirm_bulk,
    look_at_all,
    plan_bulk,
    stop_bulk,
)
from registry.ledger.actions.changing import (
    amend,
    assign,
    change_state,
    correct,
    hand_to,
    let_use,
    move,
    reassign,
    replace_label,
    restrict,
    take_blank,
    withdraw,
)
from registry.ledger.actions.claims import complete_loan, end_loan, lend
from registry.ledger.actions.documents import SomeRefused, act_on_many, open_document
from registry.ledger.actions.naming import name_assets
from registry.ledger.actions.photos import add_photo, remove_photo
from registry.ledger.actions.registering import register, register_many, several
from registry.ledger.actions.reports import report_from_label, settle_report
from registry.ledger.actions.undoing import carry_out_undo, take_back, undo_document

__all__ = [
    "SomeRefused",
    "act_on_many",
    "add_photo",
    "amend",
    "assign",
    "cancel_bulk",
    "carry_out_bulk",
    "carry_out_undo",
    "change_state",
    "complete_loan",
    "confirm_bulk",
    "correct",
    "end_loan",
    "hand_to",
    "lend",
    "let_use",
    "look_at_all",
    "move",
    "name_assets",
    "open_document",
    "plan_bulk",
    "reassign",
    "register",
    "register_many",
    "remove_photo",
    "replace_label",
    "report_from_label",
    "restrict",
    "settle_report",
    "several",
    "stop_bulk",
    "take_back",
    "take_blank",
    "undo_document",
    "withdraw",
]
