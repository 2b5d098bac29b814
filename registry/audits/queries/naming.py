"""The names behind the ids that answers to records hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.organisation.models import Place
from registry.organisation.queries import names_of
from registry.store.db import session


def names_told(
    actor: Actor, told: Iterable[Mapping[str, Any]]
) -> tuple[dict[int, str], dict[int, str]]:
    """The people and the places that some answers name, by id."""
    known = list(told)
    people = {each["by"] for each in known if each.get("by")}
    places = {each["place"] for each in known if each.get("place")}
    return names_of(actor, people), place_names(actor, places)


def place_names(actor: Actor, place_ids: Iterable[int]) -> dict[int, str]:
    """What some places are called in full."""
    rows = session().execute(
        sa.select(Place.id, Place.full_name).where(
            Place.institution_id == actor.institution_id,
            Place.id.in_(sorted(set(place_ids))),
        )
    )
    return {place_id: name for place_id, name in rows}  # noqa: C416 - typed
