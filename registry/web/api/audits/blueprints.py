"""Where the API about audits stands: below ``/audits``."""

from registry.web.base.api import ApiBlueprint

blueprint = ApiBlueprint(
    "api_audits", __name__, url_prefix="/audits", description="Audits"
)
