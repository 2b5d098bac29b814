"""Use cases of bringing data in, gathered for the doors."""

from registry.interchange.actions.importing import (
    apply,
    cancel,
    check,
    confirm,
    rejects_of,
    take_checked,
    take_file,
)
from registry.interchange.actions.undoing import undo

__all__ = [
    "apply",
    "cancel",
    "check",
    "confirm",
    "rejects_of",
    "take_checked",
    "take_file",
    "undo",
]
