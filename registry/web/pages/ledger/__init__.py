"""The ledger's pages: lists, one asset, entering, changing, correcting."""

from registry.web.pages.ledger import changing, entering, listing, photos, showing
from registry.web.pages.ledger.blueprints import ledger

BLUEPRINTS = (ledger,)

__all__ = ["BLUEPRINTS", "changing", "entering", "listing", "photos", "showing"]
