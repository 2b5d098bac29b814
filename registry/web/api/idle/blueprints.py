"""Where the API about idle things stands: below ``/idle``."""

from registry.web.base.api import ApiBlueprint

blueprint = ApiBlueprint(
    "api_idle", __name__, url_prefix="/idle", description="What lies idle"
)
