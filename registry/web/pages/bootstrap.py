"""Where the installed Bootstrap lies."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def _installed() -> Path:
    """Bootstrap 5 inside the Bootstrap-Flask wheel, whose code is not needed."""
    found = find_spec("flask_bootstrap")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("flask_bootstrap", name="flask_bootstrap")
    return Path(found.submodule_search_locations[0]) / "static" / "bootstrap5"


BOOTSTRAP = _installed()
