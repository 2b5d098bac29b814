"""What every list has: its page as a view, its columns, kept filters and files."""

from registry.web.pages.lists import choosing, exporting, keeping
from registry.web.pages.lists.blueprints import lists
from registry.web.pages.lists.view import ListView, view_of

BLUEPRINTS = (lists,)

__all__ = ["BLUEPRINTS", "ListView", "choosing", "exporting", "keeping", "view_of"]
