"""Choosing the columns of a list and keeping filters, each person for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.clock import now
from registry.kernel.errors import Invalid, Missing
from registry.kernel.text import required_line
from registry.lists.description import Listing
from registry.lists.errors import TooManyKept
from registry.lists.models import ChosenColumns, KeptFilter
from registry.lists.queries import kept_filter, kept_filters
from registry.lists.rules import LONGEST_NAME, LONGEST_QUERY, MOST_KEPT
from registry.store.transaction import transaction


def choose_columns(
    actor: Actor, listing: Listing[Any, Any], keys: Sequence[str]
) -> tuple[str, ...]:
    """Show a list to oneself in these columns, in this order, from now on.

    Raises Invalid for none at all and for what is no column of the list.
    """
    with transaction() as session:
        person_id = _person(actor)
        wanted = list(dict.fromkeys(keys))
        known = {column.key for column in listing.columns_for(actor)}
        unknown = [key for key in wanted if key not in known]
        if unknown:
            raise Invalid.field("columns", "not_a_choice", found=unknown[0][:40])
        if not wanted:
            raise Invalid.field("columns", "choose_a_column")
        _drop_chosen(actor, listing)
        session.add(
            ChosenColumns(
                institution_id=actor.institution_id,
                person_id=person_id,
                listing=listing.name,
                columns=wanted,
                changed_at=now(),
            )
        )
        session.flush()
        return tuple(wanted)


def reset_columns(actor: Actor, listing: Listing[Any, Any]) -> None:
    """Show a list to oneself as it is usually shown."""
    with transaction():
        _person(actor)
        _drop_chosen(actor, listing)


def _drop_chosen(actor: Actor, listing: Listing[Any, Any]) -> None:
    with transaction() as session:
        session.execute(
            sa.delete(ChosenColumns).where(
                ChosenColumns.institution_id == actor.institution_id,
                ChosenColumns.person_id == actor.person_id,
                ChosenColumns.listing == listing.name,
            )
        )


def keep_filter(
    actor: Actor, listing: Listing[Any, Any], name: str, query: str
) -> KeptFilter:
    """Keep what a list is narrowed to under a name; an earlier one of it is replaced.

    ``query`` is the part of the list's address that narrows it. Raises Invalid,
    TooManyKept.
    """
    with transaction() as session:
        person_id = _person(actor)
        name = required_line(name, field="name", most=LONGEST_NAME)
        if not query:
            raise Invalid.field("query", "nothing_to_keep")
        if len(query) > LONGEST_QUERY:
            raise Invalid.field("query", "too_long", most=LONGEST_QUERY)
        kept = kept_filters(actor, listing)
        found = next((each for each in kept if each.name == name), None)
        if found is None:
            if len(kept) >= MOST_KEPT:
                raise TooManyKept(most=MOST_KEPT)
            found = KeptFilter(
                institution_id=actor.institution_id,
                person_id=person_id,
                listing=listing.name,
                name=name,
            )
            session.add(found)
        found.query, found.kept_at = query, now()
        session.flush()
        return found


def drop_filter(actor: Actor, filter_id: int) -> None:
    """Keep a filter no longer; Missing for one that is not one's own."""
    with transaction() as session:
        _person(actor)
        session.delete(kept_filter(actor, filter_id))
        session.flush()


def _person(actor: Actor) -> int:
    """Whose lists they are; the installation itself has none."""
    actor.require(Permission.LIST_ARRANGE)
    if actor.person_id is None:
        raise Missing(what="people")
    return actor.person_id
