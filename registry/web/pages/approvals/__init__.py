"""Pages about approving purchases: what one decides, the rules, who acts for whom."""

from registry.web.pages.approvals import acting, policy
from registry.web.pages.approvals.blueprints import approvals

BLUEPRINTS = (approvals,)

__all__ = ["BLUEPRINTS", "acting", "policy"]
