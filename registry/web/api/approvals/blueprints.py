"""Where the API about approving stands: below ``/approvals``."""

from registry.web.base.api import ApiBlueprint

blueprint = ApiBlueprint(
    "api_approvals",
    __name__,
    url_prefix="/approvals",
    description="Who must agree before something is bought",
)
