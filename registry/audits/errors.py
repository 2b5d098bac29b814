"""Refusals of audits."""

from registry.kernel.errors import Conflict, Invalid, WrongState


class AuditClosed(WrongState):
    """The audit has ended; nothing of it changes any more."""

    code = "audit_closed"


class PlaceInAudit(Conflict):
    """Another audit that is still open counts one of these places."""

    code = "place_in_audit"


class NothingInScope(Invalid):
    """The ledger holds nothing of what the audit shall cover."""

    code = "nothing_in_scope"


class BaselineAhead(Conflict):
    """The baseline date is still to come."""

    code = "baseline_ahead"


class WalkOfAnother(Conflict):
    """The records belong to a walk that somebody else has begun."""

    code = "walk_of_another"


class RoundOpen(Conflict):
    """A round of the audit is still open."""

    code = "round_open"


class RulingsOpen(Conflict):
    """Differences still wait for a ruling; the facts say how many."""

    code = "rulings_open"


class NeedsAnother(Conflict):
    """Whoever proposed a ruling does not approve it too."""

    code = "needs_another"


class NothingToRule(Conflict):
    """None of the differences named can be ruled or approved now."""

    code = "nothing_to_rule"
