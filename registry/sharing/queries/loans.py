"""Loans one may see: of one's departments' things, and what one has borrowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.kernel.clock import today
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.ledger.queries.sight import reach_of
from registry.organisation import queries as organisation
from registry.organisation.models import Person
from registry.sharing.models import Loan
from registry.sharing.states import LOAN_OPEN, LoanState
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

WHOLE = (
    joinedload(Loan.asset).joinedload(Asset.item_type).joinedload(ItemType.merged_into),
    joinedload(Loan.asset).joinedload(Asset.department),
    joinedload(Loan.asset).joinedload(Asset.place),
    joinedload(Loan.person),
    joinedload(Loan.department),
)


@dataclass(frozen=True)
class LoanFilter:
    """What a list of loans is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """A part of the borrower's name or of the purpose, or the asset's number."""
    states: tuple[str, ...] = ()
    late: bool = False
    """Only what should be back by now and is not."""
    mine: bool = False
    """Only what the actor has borrowed or asked for."""
    department_id: int | None = None
    """Whose things they are."""
    due_from: date | None = None
    due_to: date | None = None


LOAN_ORDERS: Orders = {
    "newest": Order(falling=True),
    "due": Order((Loan.until_on,)),
}
"""In which orders loans are listed; each has an index that gives it."""


def loan_rows(actor: Actor, wanted: LoanFilter, sort: str) -> Rows[Loan]:
    """The loans the actor may see, narrowed."""
    here = actor.institution_id
    conditions = [Loan.institution_id == here]
    seen = _seen(actor)
    if seen is not None:
        conditions.append(seen)
    if wanted.text:
        conditions.append(_matching(here, wanted.text))
    if wanted.states:
        conditions.append(Loan.state.in_(wanted.states))
    if wanted.late:
        day = today(organisation.institution(here).time_zone)
        conditions += [Loan.state == LoanState.OUT, Loan.until_on < day]
    if wanted.mine:
        conditions.append(Loan.borrower_id == actor.person_id)
    if wanted.department_id is not None:
        top = organisation.department(actor, wanted.department_id)
        below = organisation.departments_below(here, [top.path])
        mine = sa.select(Asset.id).where(
            Asset.institution_id == here, Asset.department_id.in_(below)
        )
        conditions.append(Loan.asset_id.in_(mine))
    if wanted.due_from is not None:
        conditions.append(Loan.until_on >= wanted.due_from)
    if wanted.due_to is not None:
        conditions.append(Loan.until_on <= wanted.due_to)
    return Rows(sa.select(Loan), Loan.id, tuple(conditions))


def _matching(here: int, text: str) -> sa.ColumnElement[bool]:
    named = sa.select(Person.id).where(
        Person.institution_id == here, Person.name.contains(text, autoescape=True)
    )
    numbered = sa.select(Asset.id).where(
        Asset.institution_id == here, Asset.asset_number == text
    )
    return sa.or_(
        Loan.borrower.contains(text, autoescape=True),
        Loan.purpose.contains(text, autoescape=True),
        Loan.borrower_id.in_(named),
        Loan.asset_id.in_(numbered),
    )


def _seen(actor: Actor) -> sa.ColumnElement[bool] | None:
    """What the policy lets the actor see, as a condition; None for all."""
    if not actor.reads("sharing") and not actor.is_system:
        return sa.false()
    reach = reach_of(actor)
    if reach.everything:
        return None
    kept = sa.select(Asset.id).where(
        Asset.institution_id == actor.institution_id,
        sa.or_(Asset.custodian_id == actor.person_id, Asset.user_id == actor.person_id),
    )
    seen = [Loan.borrower_id == actor.person_id, Loan.asset_id.in_(kept)]
    if reach.paths:
        below = organisation.departments_below(actor.institution_id, reach.paths)
        theirs = sa.select(Asset.id).where(
            Asset.institution_id == actor.institution_id,
            Asset.department_id.in_(below),
        )
        seen.append(Loan.asset_id.in_(theirs))
    return sa.or_(*seen)


def loan_of(actor: Actor, loan_id: int) -> Loan:
    """A loan the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(Loan)
        .where(Loan.id == loan_id, Loan.institution_id == actor.institution_id)
        .options(*WHOLE)
    )
    if found is None or not may_see(actor, found):
        raise Missing(what="loans")
    return found


def may_see(actor: Actor, found: Loan) -> bool:
    """Whether the actor borrows the thing, or may see who does."""
    mine = actor.person_id is not None and found.borrower_id == actor.person_id
    return (mine and actor.reads("sharing")) or actor.may(
        Permission.LOAN_SEE, found.asset
    )


def open_loans_of(actor: Actor, limit: int = 50) -> Sequence[Loan]:
    """What the actor has borrowed or asked to borrow, what is due first on top."""
    return (
        session()
        .scalars(
            sa.select(Loan)
            .where(
                Loan.institution_id == actor.institution_id,
                Loan.borrower_id == actor.person_id,
                Loan.state.in_(LOAN_OPEN),
            )
            .options(*WHOLE)
            .order_by(Loan.until_on, Loan.id)
            .limit(limit)
        )
        .all()
    )


def live_loan(asset: Asset) -> Loan | None:
    """The loan of a thing that is out now."""
    return session().scalar(
        sa.select(Loan).where(
            Loan.institution_id == asset.institution_id,
            Loan.asset_id == asset.id,
            Loan.ended_at.is_(None),
            Loan.state == LoanState.OUT,
        )
    )
