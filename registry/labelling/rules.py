"""What stands on a label: its address, and the fields one may choose."""

from __future__ import annotations

from dataclasses import dataclass

FIELDS = (
    "model",
    "asset_number",
    "serial",
    "department",
    "place",
    "custodian",
    "acquired_on",
)
"""Fields that can be chosen, in the order they are printed."""

USUAL = ("model", "asset_number", "department", "acquired_on")
"""The fields of a label unless others are chosen."""

MOST_FIELDS = 5


@dataclass(frozen=True)
class Choice:
    """How labels are to be printed.

    ``medium`` is a known sheet (``L7160``), an own one (``own:3``) or a roll
    (``roll:60x40``). ``form`` is pdf, png, zpl or tspl.
    """

    medium: str = "L7160"
    form: str = "pdf"
    start_cell: int = 1
    copies: int = 1
    fields: tuple[str, ...] = USUAL
    dpi: int = 203
    offset: tuple[float, float] = (0.0, 0.0)


def payload(base_url: str, code: str) -> str:
    """The shortest address of a code, upper case for the compact QR alphabet."""
    return f"{base_url.rstrip('/')}/a/{code}".upper()
