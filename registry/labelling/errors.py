"""Refusals about printing."""

from registry.kernel.errors import Busy, Conflict, Invalid


class MediumUnknown(Invalid):
    """There is no such sheet or roll."""

    code = "medium_unknown"


class LabelNotDrawn(Invalid):
    """The label library refused; its own code and facts say why."""

    code = "label_refused"


class PrinterUnreachable(Busy):
    """The label printer does not answer."""

    code = "printer_unreachable"


class NotLabelled(Conflict):
    """Things of this type bear no labels; they are counted, not scanned."""

    code = "not_labelled"
