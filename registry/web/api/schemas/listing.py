"""What every page of a list has beside its items."""

from __future__ import annotations

import marshmallow as ma

from registry.web.base.fields import Flag, StrictSchema, Whole


class ListPage(StrictSchema):
    """The cursors of the pages beside it; how long the list is, if that was asked."""

    next_cursor = ma.fields.String(required=True, allow_none=True)
    previous_cursor = ma.fields.String(required=True, allow_none=True)
    count = Whole()
    is_longer = Flag()
