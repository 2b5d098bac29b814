"""One act on all that a list shows, and the documents of such acts."""

from registry.web.pages.bulk import asking, following, papers
from registry.web.pages.bulk.blueprints import bulk, documents

BLUEPRINTS = (bulk, documents)

__all__ = ["BLUEPRINTS", "asking", "following", "papers"]
