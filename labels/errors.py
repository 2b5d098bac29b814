"""Refusals of this library: what cannot be printed, and the facts of why."""

from __future__ import annotations


class LabelError(Exception):
    """Nothing has been drawn. ``code`` is stable, ``facts`` are plain values.

    Neither is a sentence: the caller says it in the reader's language.
    """

    code = "label_error"

    def __init__(self, code: str | None = None, /, **facts: object) -> None:
        self.code = code or type(self).code
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        known = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({known})"


class PayloadRefused(LabelError):
    """The text for the QR symbol holds what a scanner must not type."""

    code = "payload_refused"


class PayloadTooLong(LabelError):
    """The text for the QR symbol is longer than a label symbol should hold."""

    code = "payload_too_long"


class CodeRefused(LabelError):
    """The printed code is empty, too long or not plain ASCII."""

    code = "code_refused"


class LabelTooSmall(LabelError):
    """What must be on the label cannot be printed legibly at this size."""

    code = "label_too_small"


class TooManyFields(LabelError):
    """More captioned fields than any label shows."""

    code = "too_many_fields"


class SheetRefused(LabelError):
    """The measures of a sheet are not numbers, out of range or off the page."""

    code = "sheet_refused"


class RollRefused(LabelError):
    """The measures of a roll label are out of range."""

    code = "roll_refused"


class RunRefused(LabelError):
    """Start cell, copies, offset, page, resolution or amount is out of range."""

    code = "run_refused"


class NothingToDraw(LabelError):
    """There is no label to draw."""

    code = "nothing_to_draw"


class FontUnusable(LabelError):
    """The font file is not there or cannot be read as a font."""

    code = "font_unusable"
