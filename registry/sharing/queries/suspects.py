"""Things that seem to lie idle: found by a duty, narrowed to what the actor may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.policy import is_root
from registry.access.roles import Role
from registry.catalogue.models import ItemType
from registry.kernel.errors import Invalid
from registry.kernel.pages import MOST_PER_PAGE, PAGE_SIZE, Page
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation.queries import departments_below
from registry.sharing.models import IdleQuestion, Suspicion
from registry.sharing.queries.narrowing import narrowing
from registry.sharing.queries.paging import keyset_page
from registry.store.db import session

READS_ALL = (Role.AUDITOR, Role.FINANCE, Role.PRINCIPAL)
READS_BELOW = (
    Role.ASSET_OFFICE,
    Role.DEPARTMENT_ASSET_OFFICER,
    Role.WAREHOUSE_KEEPER,
    Role.DEPARTMENT_HEAD,
)


def overseen(actor: Actor) -> sa.ColumnElement[bool] | None:
    """The condition on assets whose idleness the actor oversees; None for all of them.

    The same rule as the policy's for ``sharing:idle:see``; a test holds them together.
    """
    return _below(actor, Permission.IDLE_SEE, READS_BELOW, READS_ALL)


def askable(actor: Actor) -> sa.ColumnElement[bool] | None:
    """The condition on assets about which the actor may ask; None for all of them."""
    roles = (Role.ASSET_OFFICE, Role.DEPARTMENT_ASSET_OFFICER)
    return _below(actor, Permission.IDLE_ASK, roles, ())


def _below(
    actor: Actor,
    permission: Permission,
    below: tuple[Role, ...],
    everywhere: tuple[Role, ...],
) -> sa.ColumnElement[bool] | None:
    if not actor.may(permission):
        return sa.false()
    paths = actor.paths_of(*below)
    if actor.is_system or actor.holds(*everywhere) or any(map(is_root, paths)):
        return None
    return Asset.department_id.in_(departments_below(actor.institution_id, paths))


def unasked(institution_id: int) -> sa.Select[*tuple[Any, ...]]:
    """A select of what one has to know of all suspects nobody is being asked about."""
    being_asked = sa.select(IdleQuestion.asset_id).where(
        IdleQuestion.closed_at.is_(None)
    )
    return (
        sa.select(
            Suspicion.asset_id,
            Suspicion.weight,
            Suspicion.since,
            Asset.item_type_id,
            Asset.place_id,
            Asset.department_id,
            Asset.custodian_id,
            Asset.user_id,
            Asset.cost_fen,
        )
        .join(Asset, Asset.id == Suspicion.asset_id)
        .where(
            Suspicion.institution_id == institution_id,
            Suspicion.asset_id.not_in(being_asked),
        )
    )


def suspected_ids(institution_id: int) -> sa.Select[int]:
    """A select of the ids of all things that seem to lie idle.

    For whoever looks for what could serve: to be shown, marked as such.
    """
    return sa.select(Suspicion.asset_id).where(
        Suspicion.institution_id == institution_id
    )


def seems_idle(asset: Asset) -> tuple[list[dict[str, Any]], int | None]:
    """The signs a thing gives of being idle, and the open question about it, if any.

    For a page of the thing, whose reader may see all of it; one statement.
    """
    if asset.state != AssetState.IN_USE:
        return [], None
    is_open = (IdleQuestion.asset_id == asset.id, IdleQuestion.closed_at.is_(None))
    asked = sa.select(IdleQuestion.id, IdleQuestion.signs).where(*is_open).subquery()
    row = (
        session()
        .execute(
            sa.select(Suspicion.signs, asked.c.signs, asked.c.id)
            .select_from(sa.select(sa.literal(asset.id).label("id")).subquery("thing"))
            .outerjoin(Suspicion, Suspicion.asset_id == asset.id)
            .outerjoin(asked, sa.true())
        )
        .one()
    )
    found, told, question_id = row
    return told or found or [], question_id


@dataclass(frozen=True)
class SuspectFilter:
    """Which suspects one looks at; empty fields narrow nothing."""

    text: str = ""
    signal: str = ""
    department_id: int | None = None
    place_id: int | None = None
    class_code: str = ""
    asked: bool | None = None
    """Only those somebody is being asked about, or only the others."""


SORTS: dict[str, tuple[Any, bool]] = {
    "signs": (Suspicion.weight, True),
    "since": (Suspicion.since, False),
}
"""Orders: the column, and whether the largest comes first."""

LISTED = (
    joinedload(Suspicion.asset).options(
        joinedload(Asset.item_type).joinedload(ItemType.merged_into),
        joinedload(Asset.department),
        joinedload(Asset.place),
        joinedload(Asset.custodian),
    ),
)


def suspects(actor: Actor, wanted: SuspectFilter) -> sa.Select[Suspicion]:
    """A select of the suspects that the actor oversees and the filter asks for."""
    query = (
        sa.select(Suspicion)
        .join(Asset, Asset.id == Suspicion.asset_id)
        .where(Suspicion.institution_id == actor.institution_id)
    )
    condition = overseen(actor)
    query = query if condition is None else query.where(condition)
    return query.where(*_narrowing(actor, wanted))


def _narrowing(actor: Actor, wanted: SuspectFilter) -> list[sa.ColumnElement[bool]]:
    alike = narrowing(
        actor,
        text=wanted.text,
        class_code=wanted.class_code,
        department_id=wanted.department_id,
        place_id=wanted.place_id,
    )
    if wanted.signal:
        alike.append(Suspicion.signals.contains(f" {wanted.signal} "))
    if wanted.asked is not None:
        asked = sa.exists().where(
            IdleQuestion.asset_id == Suspicion.asset_id,
            IdleQuestion.closed_at.is_(None),
        )
        alike.append(asked if wanted.asked else ~asked)
    return alike


def suspects_page(
    actor: Actor,
    wanted: SuspectFilter,
    *,
    sort: str = "signs",
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> Page[Suspicion]:
    """A page of suspects; those that give most signs first, or suspected longest."""
    if sort not in SORTS:
        raise Invalid.field("sort", "not_a_choice", found=sort[:40])
    column, falling = SORTS[sort]
    return keyset_page(
        suspects(actor, wanted).options(*LISTED),
        (column, Suspicion.asset_id),
        falling=falling,
        cursor=cursor,
        size=size,
        key=lambda row: (getattr(row, column.key), row.asset_id),
    )


def count_suspects(actor: Actor, wanted: SuspectFilter, most: int = 10_000) -> int:
    """How many suspects a filter finds, counted up to ``most``."""
    ids = suspects(actor, wanted).with_only_columns(Suspicion.asset_id).limit(most)
    return session().scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


def every_suspect(actor: Actor, wanted: SuspectFilter) -> Iterator[Suspicion]:
    """All the suspects one looks at, to be taken out; a page at a time."""
    cursor = None
    while True:
        page = suspects_page(actor, wanted, cursor=cursor, size=MOST_PER_PAGE)
        yield from page.rows
        cursor = page.next_cursor
        session().expunge_all()
        if cursor is None:
            return


def askable_ids(actor: Actor, wanted: SuspectFilter, most: int) -> list[int]:
    """The suspects of a filter that the actor may ask about and nobody is asked yet."""
    query = suspects(actor, replace(wanted, asked=False))
    condition = askable(actor)
    query = query if condition is None else query.where(condition)
    ids = query.with_only_columns(Suspicion.asset_id).order_by(Suspicion.asset_id)
    return list(session().scalars(ids.limit(most)))
