"""Pages about approving purchases: what one decides, the rules, who acts for whom."""

from registry.web.pages.approvals import acting, deciding, policy, urgent
from registry.web.pages.approvals.blueprints import approvals

BLUEPRINTS = (approvals,)

__all__ = ["BLUEPRINTS", "acting", "deciding", "policy", "urgent"]
