"""Files in the API: those that are sent, and those that are handed out."""

from __future__ import annotations

from flask_smorest.fields import Upload

from registry.web.base.fields import StrictSchema
from registry.web.base.handing import handed_out

__all__ = ["BYTES", "PhotoIn", "SheetIn", "handed_out"]

BYTES = {"type": "string", "format": "binary"}
"""How the description tells the bytes of a file."""


class PhotoIn(StrictSchema):
    """A picture as a camera makes it."""

    photo = Upload(required=True, metadata={"description": "JPEG, PNG, WebP or HEIC"})


class SheetIn(StrictSchema):
    """A spreadsheet: ``.xlsx``, ``.xls`` or ``.csv``."""

    file = Upload(required=True, metadata={"description": ".xlsx, .xls or .csv"})
