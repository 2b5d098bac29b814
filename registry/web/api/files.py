"""Files in the API: those that are sent, and those that are handed out."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response
from flask_smorest.fields import Upload

from registry.web.base.fields import StrictSchema

BYTES = {"type": "string", "format": "binary"}
"""How the description tells the bytes of a file."""


class PhotoIn(StrictSchema):
    """A picture as a camera makes it."""

    photo = Upload(required=True, metadata={"description": "JPEG, PNG, WebP or HEIC"})


class SheetIn(StrictSchema):
    """A spreadsheet: ``.xlsx``, ``.xls`` or ``.csv``."""

    file = Upload(required=True, metadata={"description": ".xlsx, .xls or .csv"})


def handed_out(
    content: bytes | Iterable[bytes], media_type: str, name: str = ""
) -> Response:
    """Bytes as they are; with a name, as a file to keep."""
    answer = Response(content, content_type=media_type)
    if name:
        kept = f"attachment; filename*=UTF-8''{quote(name)}"
        answer.headers["Content-Disposition"] = kept
    return answer
