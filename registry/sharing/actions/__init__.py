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
from registry.sharing.actions.finding import find_suspects
from registry.sharing.actions.lives import note_scans
from registry.sharing.actions.policies import change_policy
from registry.sharing.actions.watching import follow_change, replaced, seen_unused

__all__ = [
    "Answered",
    "Bundle",
    "Reply",
    "answer",
    "ask",
    "ask_everywhere",
    "ask_institution",
    "change_policy",
    "find_suspects",
    "follow_change",
    "note_scans",
    "planned",
    "replaced",
    "seen_unused",
    "withdraw",
]
