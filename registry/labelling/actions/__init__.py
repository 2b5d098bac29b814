"""Use cases of printing, gathered for the doors."""

from registry.labelling.actions.printing import (
    blank_labels,
    draw,
    preview,
    print_assets,
    print_blanks,
    print_places,
)
from registry.labelling.actions.setting import (
    add_printer,
    add_sheet,
    remove_printer,
    remove_sheet,
)

__all__ = [
    "add_printer",
    "add_sheet",
    "blank_labels",
    "draw",
    "preview",
    "print_assets",
    "print_blanks",
    "print_places",
    "remove_printer",
    "remove_sheet",
]
