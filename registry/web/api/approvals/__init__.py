"""Approving purchases in the API."""

from registry.web.api.approvals import acting, deciding, policy, urgent
from registry.web.api.approvals.blueprints import blueprint

BLUEPRINTS = (blueprint,)

__all__ = ["BLUEPRINTS", "acting", "blueprint", "deciding", "policy", "urgent"]
