"""People: particulars, what they may do, leaving and handing over."""

from registry.web.pages.people import leaving, particulars, powers

blueprint = particulars.blueprint

__all__ = ["blueprint", "leaving", "particulars", "powers"]
