"""Versions of things in the API: ``ETag`` tells one, ``If-Match`` says it again."""

from __future__ import annotations

import re

from flask import request
from werkzeug.exceptions import PreconditionRequired

from registry.kernel.errors import StaleVersion

_VERSION = re.compile(r"[1-9][0-9]{0,17}")


def etag(version: int) -> dict[str, str]:
    """The header that tells the version of what is answered."""
    return {"ETag": f'"{version}"'}


def asked_version() -> int:
    """The version a change is meant for; 428 if none is named.

    One that was never ours is StaleVersion, which with this header is 412.
    """
    given = request.if_match
    if not given or given.star_tag:
        raise PreconditionRequired
    tags = [tag for tag in given.as_set() if _VERSION.fullmatch(tag)]
    if len(tags) != 1:
        raise StaleVersion(found=str(request.headers.get("If-Match"))[:40])
    return int(tags[0])
