"""Changes meant for one version of a thing: ``If-Match`` read, and described."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request

from registry.web.base.versions import asked_version

View = Callable[..., Any]

NEEDS_VERSION = "registry_needs_version"
"""On a view: whether ``If-Match`` must be sent (True) or may be (False)."""


def versioned(view: View) -> View:
    """The view gets ``version`` from ``If-Match``; 428 without, 412 if it is stale."""

    @wraps(view)
    def read(*arguments: Any, **values: Any) -> Any:
        return view(*arguments, version=asked_version(), **values)

    setattr(read, NEEDS_VERSION, True)
    return read


def version_offered(view: View) -> View:
    """The view gets ``version`` from ``If-Match``, or None where it is not sent."""

    @wraps(view)
    def read(*arguments: Any, **values: Any) -> Any:
        given = "If-Match" in request.headers
        return view(*arguments, version=asked_version() if given else None, **values)

    setattr(read, NEEDS_VERSION, False)
    return read
