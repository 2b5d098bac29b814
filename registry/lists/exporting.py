"""A list as a table for a file: what it is narrowed to, in its order and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.interchange.sheets.writing import Column as Written
from registry.interchange.sheets.writing import Value
from registry.kernel.errors import Invalid
from registry.lists.description import Column, Listing
from registry.lists.queries import chosen_columns, stream
from registry.words import gettext


def export(
    actor: Actor,
    listing: Listing[Any, Any],
    values: Mapping[str, Any],
    *,
    sort: str,
    columns: Sequence[Column],
) -> tuple[list[Written], Iterator[list[Value]]]:
    """The columns and rows of a file; rows are read as they are written.

    Raises Forbidden where the list is not for the actor.
    """
    actor.require(Permission.EXPORT_RUN)
    written = [
        Written(gettext(column.label), column.kind, name=column.key)
        for column in columns
    ]
    rows = stream(listing, actor, values, sort=sort, columns=columns)
    return written, rows


def columns_named(
    actor: Actor, listing: Listing[Any, Any], names: Sequence[str]
) -> tuple[Column, ...]:
    """The columns of these names, all for ``all``, those chosen for none; Invalid."""
    if not names:
        return chosen_columns(actor, listing)
    known = {column.key: column for column in listing.columns_for(actor)}
    if list(names) == ["all"]:
        return tuple(known.values())
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Invalid.field("columns", "not_a_choice", found=unknown[0][:40])
    return tuple(known[name] for name in dict.fromkeys(names))
