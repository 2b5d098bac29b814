"""What an audit covers: a scope as conditions on assets, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.models import Audit, AuditPlace
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.ledger.queries import Filter
from registry.ledger.queries.filtering import conditions_of
from registry.ledger.states import AssetState
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Place
from registry.store.db import session

MOST_NAMED = 200
"""So many departments, places and classes one may name."""

IN_BOOKS = tuple(str(each) for each in AssetState if each != AssetState.DISPOSED)


@dataclass(frozen=True)
class Scope:
    """What an audit covers; what is left empty narrows nothing."""

    department_ids: tuple[int, ...] = ()
    """Each with all that is below it; the same goes for places and classes."""
    place_ids: tuple[int, ...] = ()
    class_codes: tuple[str, ...] = ()
    cost_from_fen: int | None = None

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> Scope:
        """A scope as an audit keeps it."""
        return cls(
            tuple(written.get("departments", ())),
            tuple(written.get("places", ())),
            tuple(written.get("classes", ())),
            written.get("cost_from_fen"),
        )

    def written(self) -> dict[str, Any]:
        """The scope as an audit keeps it."""
        return {
            "departments": list(self.department_ids),
            "places": list(self.place_ids),
            "classes": list(self.class_codes),
            "cost_from_fen": self.cost_from_fen,
        }


def in_scope(actor: Actor, scope: Scope) -> list[sa.ColumnElement[bool]]:
    """The conditions on assets of the actor's institution that a scope means."""
    wanted = Filter(
        department_ids=scope.department_ids,
        place_ids=scope.place_ids,
        class_codes=scope.class_codes,
        cost_from_fen=scope.cost_from_fen,
        states=IN_BOOKS,
    )
    here = Asset.institution_id == actor.institution_id
    return [here, *conditions_of(actor, wanted)]


@dataclass(frozen=True)
class PlaceShare:
    """So many things of an audit are at a place; None for no place."""

    place: Place | None
    count: int


@dataclass(frozen=True)
class Preview:
    """What an audit would cover, were its list frozen now."""

    things: int
    value_fen: int
    unlabelled: int
    """How many of them are counted in heaps, not scanned one by one."""
    without_place: int
    places: list[PlaceShare]
    """The fullest first."""
    departments: list[tuple[Department, int]]
    custodians: int
    without_custodian: int
    busy: list[tuple[Place, Audit]]
    """Places that another audit, which is still open, counts."""


def preview(actor: Actor, scope: Scope, *, besides: int | None = None) -> Preview:
    """What a scope covers; ``besides`` is an audit whose own places are not busy."""
    actor.require(Permission.AUDIT_PLAN)
    where = in_scope(actor, scope)
    labelled = sa.case((ItemType.is_labelled, 0), else_=1)
    row = (
        session()
        .execute(
            sa.select(
                sa.func.count(),
                sa.func.coalesce(sa.func.sum(Asset.cost_fen), 0),
                sa.func.coalesce(sa.func.sum(labelled), 0),
                sa.func.count(sa.distinct(Asset.custodian_id)),
                sa.func.count(Asset.custodian_id),
            )
            .select_from(Asset)
            .join(ItemType, ItemType.id == Asset.item_type_id)
            .where(*where)
        )
        .one()
    )
    things, value, unlabelled, custodians, kept = row
    places = _by_place(where)
    return Preview(
        things=things,
        value_fen=int(value),
        unlabelled=int(unlabelled),
        without_place=sum(each.count for each in places if each.place is None),
        places=places,
        departments=_by_department(actor, where),
        custodians=custodians,
        without_custodian=things - kept,
        busy=busy_places(
            actor, [each.place.id for each in places if each.place], besides
        ),
    )


def _by_place(where: list[sa.ColumnElement[bool]]) -> list[PlaceShare]:
    rows = session().execute(
        sa.select(Asset.place_id, sa.func.count())
        .where(*where)
        .group_by(Asset.place_id)
    )
    counts = {place_id: count for place_id, count in rows}  # noqa: C416 - typed
    known = {
        each.id: each
        for each in session().scalars(
            sa.select(Place).where(
                Place.id.in_([key for key in counts if key is not None])
            )
        )
    }
    shares = [
        PlaceShare(known.get(key) if key is not None else None, count)
        for key, count in counts.items()
    ]
    return sorted(
        shares,
        key=lambda each: (-each.count, each.place.full_name if each.place else ""),
    )


def _by_department(
    actor: Actor, where: list[sa.ColumnElement[bool]]
) -> list[tuple[Department, int]]:
    rows = session().execute(
        sa.select(Asset.department_id, sa.func.count())
        .where(*where)
        .group_by(Asset.department_id)
    )
    counts = {department_id: count for department_id, count in rows}  # noqa: C416 - typed
    return [
        (each, counts[each.id])
        for each in organisation.departments(actor, closed=True)
        if each.id in counts
    ]


def busy_places(
    actor: Actor, place_ids: list[int], besides: int | None = None
) -> list[tuple[Place, Audit]]:
    """Of some places those that an audit, which is still open, counts."""
    query = (
        sa.select(Place, Audit)
        .join(AuditPlace, AuditPlace.place_id == Place.id)
        .join(Audit, Audit.id == AuditPlace.audit_id)
        .where(
            AuditPlace.institution_id == actor.institution_id,
            AuditPlace.is_open,
            Place.id.in_(place_ids),
            Audit.id != (besides or 0),
        )
        .order_by(Place.full_name)
    )
    return [(place, audit) for place, audit in session().execute(query)]
