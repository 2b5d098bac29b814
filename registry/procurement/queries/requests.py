"""Requests to buy, narrowed to what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.kernel.clock import today
from registry.kernel.errors import Missing
from registry.organisation import queries as organisation
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.deciders import acting_on
from registry.procurement.states import OVER, RequestState
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

READS_ALL = (Role.AUDITOR, Role.FINANCE, Role.PRINCIPAL)
BOUGHT = (RequestState.ORDERED, RequestState.CLOSED)
"""From here on whoever takes the goods in sees what they are."""
READS_BELOW = (
    Role.ASSET_OFFICE,
    Role.DEPARTMENT_ASSET_OFFICER,
    Role.DEPARTMENT_HEAD,
)
WHOLE = (
    joinedload(PurchaseRequest.department),
    joinedload(PurchaseRequest.requester),
    selectinload(PurchaseRequest.lines).joinedload(PurchaseLine.item_type),
    selectinload(PurchaseRequest.lines).joinedload(PurchaseLine.place),
)


def request(actor: Actor, request_id: int) -> PurchaseRequest:
    """A request the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(PurchaseRequest)
        .where(
            PurchaseRequest.id == request_id,
            PurchaseRequest.institution_id == actor.institution_id,
        )
        .options(*WHOLE)
    )
    if found is None or not may_see(actor, found):
        raise Missing(what="purchase_requests")
    return found


def may_see(actor: Actor, found: PurchaseRequest) -> bool:
    """Whether the actor sees a request, by themselves or acting for somebody."""
    if actor.may(Permission.REQUEST_SEE, found):
        return True
    if found.state in BOUGHT and actor.may(Permission.ORDER_RECEIVE, found.department):
        return True
    if actor.person_id is None or not actor.reads("procurement"):
        return False
    day = today(organisation.institution(actor.institution_id).time_zone)
    return any(
        organisation.actor_of_person(
            actor.institution_id, each.person_id, actor.door
        ).may(Permission.REQUEST_SEE, found)
        for each in acting_on(actor.institution_id, day)
        if each.acting_id == actor.person_id
    )


def sight(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on requests the actor may see: their own, and what they answer for.

    The same rule as the policy's for ``procurement:request:see``.
    """
    if not actor.may(Permission.REQUEST_SEE):
        return sa.false()
    if actor.is_system or actor.holds(*READS_ALL):
        return sa.true()
    mine: list[sa.ColumnElement[bool]] = [
        PurchaseRequest.requester_id == actor.person_id
    ]
    paths = actor.paths_of(*READS_BELOW)
    if paths:
        below = organisation.departments_below(actor.institution_id, paths)
        mine.append(PurchaseRequest.department_id.in_(below))
    keeps = actor.paths_of(Role.WAREHOUSE_KEEPER)
    if keeps and actor.may(Permission.ORDER_RECEIVE):
        below = organisation.departments_below(actor.institution_id, keeps)
        arrives = PurchaseRequest.department_id.in_(below)
        mine.append(sa.and_(PurchaseRequest.state.in_(BOUGHT), arrives))
    return sa.or_(*mine)


@dataclass(frozen=True)
class RequestFilter:
    """What a list of requests is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """A number, or a part of what is asked for."""
    states: tuple[str, ...] = ()
    department_id: int | None = None
    mine: bool = False


REQUEST_ORDERS: Orders = {"newest": Order(falling=True)}
"""In which orders requests are listed."""


def request_rows(
    actor: Actor, wanted: RequestFilter, sort: str
) -> Rows[PurchaseRequest]:
    """The requests the actor may see, narrowed."""
    return narrowed_rows(actor, wanted, sight(actor))


def narrowed_rows(
    actor: Actor, wanted: RequestFilter, seen: sa.ColumnElement[bool]
) -> Rows[PurchaseRequest]:
    """The requests of the institution for which a condition holds, narrowed."""
    conditions = [PurchaseRequest.institution_id == actor.institution_id, seen]
    if wanted.states:
        conditions.append(PurchaseRequest.state.in_(wanted.states))
    if wanted.mine:
        conditions.append(PurchaseRequest.requester_id == actor.person_id)
    if wanted.department_id is not None:
        top = organisation.department(actor, wanted.department_id)
        below = organisation.departments_below(actor.institution_id, [top.path])
        conditions.append(PurchaseRequest.department_id.in_(below))
    if wanted.text:
        named = sa.select(PurchaseLine.request_id).where(
            PurchaseLine.institution_id == actor.institution_id,
            PurchaseLine.text.icontains(wanted.text, autoescape=True),
        )
        conditions.append(
            sa.or_(
                PurchaseRequest.number.startswith(wanted.text.upper(), autoescape=True),
                PurchaseRequest.id.in_(named),
            )
        )
    return Rows(sa.select(PurchaseRequest), PurchaseRequest.id, tuple(conditions))


def open_requests_of(actor: Actor, most: int) -> list[PurchaseRequest]:
    """What the actor has asked for and is not over, the newest first."""
    return list(
        session().scalars(
            sa.select(PurchaseRequest)
            .where(
                PurchaseRequest.institution_id == actor.institution_id,
                PurchaseRequest.requester_id == actor.person_id,
                PurchaseRequest.state.not_in([str(state) for state in OVER]),
            )
            .options(selectinload(PurchaseRequest.lines))
            .order_by(PurchaseRequest.id.desc())
            .limit(most)
        )
    )


def line_of(actor: Actor, line_id: int) -> PurchaseLine:
    """A line of a request the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(PurchaseLine).where(
            PurchaseLine.id == line_id,
            PurchaseLine.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="purchase_requests")
    request(actor, found.request_id)
    return found


def followers_of(found: PurchaseRequest) -> list[PurchaseRequest]:
    """The requests that take up what fell through or was not ordered, oldest first.

    They are of the same people: whoever sees the one sees the others.
    """
    return list(
        session().scalars(
            sa.select(PurchaseRequest)
            .where(
                PurchaseRequest.institution_id == found.institution_id,
                PurchaseRequest.requester_id == found.requester_id,
                PurchaseRequest.follows == found.number,
            )
            .order_by(PurchaseRequest.id)
        )
    )


def follows_of(found: PurchaseRequest) -> PurchaseRequest | None:
    """The request of which this one takes up something, if it does."""
    return by_number(found.institution_id, found.follows) if found.follows else None


def by_number(institution_id: int, number: str) -> PurchaseRequest | None:
    """The request of a number."""
    return session().scalar(
        sa.select(PurchaseRequest).where(
            PurchaseRequest.institution_id == institution_id,
            PurchaseRequest.number == number,
        )
    )
