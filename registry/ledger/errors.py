"""Refusals of the ledger."""

from registry.kernel.errors import Conflict, Forbidden, Invalid, WrongState


class AlreadyClaimed(Conflict):
    """Somebody has an exclusive hand on the asset; the facts say who and until when."""

    code = "already_claimed"


class NumberTaken(Conflict):
    """Another asset bears the same asset number and sub-number."""

    code = "asset_number_taken"


class AssetEnded(WrongState):
    """The asset has been disposed of; only a correction can change its entry."""

    code = "asset_ended"


class NothingChanges(Invalid):
    """What was given is what the ledger already says."""

    code = "nothing_changes"


class NotCorrectable(Invalid):
    """The entry holds nothing that a correction could take back."""

    code = "not_correctable"


class TooManyPhotos(Conflict):
    """An asset has as many photos as it may have."""

    code = "too_many_photos"


class ReportSettled(Conflict):
    """Somebody has settled the report already; the facts say when."""

    code = "report_settled"


class NoLongerAllowed(Forbidden):
    """A role was taken away while the work it allowed was going on."""

    code = "no_longer_allowed"


class NotUndoable(Conflict):
    """A document of this kind is not taken back, or has been already."""

    code = "not_undoable"
