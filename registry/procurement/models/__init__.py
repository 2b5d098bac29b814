"""Tables of procurement, by what they are about; all of them are known together."""

from registry.procurement.models import approvals, checks, requests

__all__ = ["approvals", "checks", "requests"]
