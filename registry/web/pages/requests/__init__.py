"""Pages about asking to buy: writing, what lies idle, answers, rulings."""

from registry.web.pages.requests import answering, outside, ruling, showing, writing
from registry.web.pages.requests.blueprints import blueprint

BLUEPRINTS = (blueprint,)

__all__ = ["BLUEPRINTS", "answering", "outside", "ruling", "showing", "writing"]
