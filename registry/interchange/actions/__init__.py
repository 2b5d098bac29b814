"""Use cases of bringing data in, gathered for the doors."""

from registry.interchange.actions.importing import (
    apply,
    cancel,
    check,
    confirm,
    keep_file,
    rejects_of,
    take_file,
)
from registry.interchange.actions.undoing import undo

__all__ = [
    "apply",
    "cancel",
    "check",
    "confirm",
    "keep_file",
    "rejects_of",
    "take_file",
    "undo",
]
