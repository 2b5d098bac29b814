"""Where the API about things on their way to others stands."""

from registry.web.base.api import ApiBlueprint

blueprint = ApiBlueprint(
    "api_sharing",
    __name__,
    url_prefix="",
    description="Holds, transfers and loans",
)
