"""Which campus is near to somebody, if that can be told."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation.models import Place, PlaceKind
from registry.store.db import session

MOST_LOOKED_AT = 500
"""So many assets of a department tell where it is."""


def home_campus(actor: Actor) -> Place | None:
    """The campus, or outermost place, of the actor's department; None if unclear.

    It is where most of the rooms are that the department keeps, else where most of its
    things stand. With one campus alone everything is as near.
    """
    if actor.department_id is None:
        return None
    campuses = _campuses(actor.institution_id)
    if len(campuses) < 2:
        return None
    return _most(campuses, _kept(actor)) or _most(campuses, _furnished(actor))


def _campuses(institution_id: int) -> list[Place]:
    """The campuses, or where none is called so, the outermost places."""
    rows = session().scalars(
        sa.select(Place)
        .where(
            Place.institution_id == institution_id,
            Place.closed_on.is_(None),
            sa.or_(Place.kind == PlaceKind.CAMPUS, Place.parent_id.is_(None)),
        )
        .order_by(Place.id)
    )
    found = list(rows)
    campuses = [place for place in found if place.kind == PlaceKind.CAMPUS]
    return campuses or [place for place in found if place.parent_id is None]


def _kept(actor: Actor) -> list[str]:
    """The paths of the places that the department keeps."""
    return list(
        session().scalars(
            sa.select(Place.path).where(
                Place.institution_id == actor.institution_id,
                Place.department_id == actor.department_id,
                Place.closed_on.is_(None),
            )
        )
    )


def _furnished(actor: Actor) -> list[str]:
    """The paths of the places where things of the department stand, one for each."""
    some = (
        sa.select(Asset.place_id)
        .where(
            Asset.institution_id == actor.institution_id,
            Asset.department_id == actor.department_id,
            Asset.state == AssetState.IN_USE,
            Asset.place_id.is_not(None),
        )
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    return list(
        session().scalars(sa.select(Place.path).join(some, some.c.place_id == Place.id))
    )


def _most(campuses: list[Place], paths: list[str]) -> Place | None:
    counted = Counter(
        place for place in campuses for path in paths if path.startswith(place.path)
    )
    return counted.most_common(1)[0][0] if counted else None
