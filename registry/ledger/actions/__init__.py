"""Use cases of the ledger, gathered for the doors."""

from registry.ledger.actions.changing import (
    amend,
    assign,
    change_state,
    correct,
    hand_to,
    move,
    reassign,
    replace_label,
    take_blank,
    withdraw,
)
from registry.ledger.actions.claims import complete_loan, end_loan, lend
from registry.ledger.actions.documents import SomeRefused, act_on_many, open_document
from registry.ledger.actions.naming import name_assets
from registry.ledger.actions.photos import add_photo, remove_photo
from registry.ledger.actions.registering import register, register_many, several
from registry.ledger.actions.reports import report_from_label, settle_report

__all__ = [
    "SomeRefused",
    "act_on_many",
    "add_photo",
    "amend",
    "assign",
    "change_state",
    "complete_loan",
    "correct",
    "end_loan",
    "hand_to",
    "lend",
    "move",
    "name_assets",
    "open_document",
    "reassign",
    "register",
    "register_many",
    "remove_photo",
    "replace_label",
    "report_from_label",
    "settle_report",
    "several",
    "take_blank",
    "withdraw",
]
