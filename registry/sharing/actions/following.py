"""Following the organisation: who leaves lets go, what a department had goes on."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.organisation.errors import StillInUse
from registry.organisation.events import DepartmentClosing, PersonLeaving, PersonLeft
from registry.organisation.models import Department
from registry.sharing.actions.holding import release_hold
from registry.sharing.actions.lending import cancel_loan
from registry.sharing.models import (
    Hold,
    Loan,
    Transfer,
    TransferLine,
    TransferSide,
)
from registry.sharing.states import LoanState
from registry.store.db import session as current_session
from registry.store.transaction import transaction


def keep_borrower(event: PersonLeaving) -> None:
    """Whoever still has borrowed things brings them back before leaving."""
    count = current_session().scalar(
        sa.select(sa.func.count()).where(
            Loan.institution_id == event.institution_id,
            Loan.borrower_id == event.person_id,
            Loan.state == LoanState.OUT,
        )
    )
    if count:
        raise StillInUse("still_has_borrowed", what="loans", count=count)


def let_go_of_leaver(event: PersonLeft) -> None:
    """What was kept for somebody who has left, or asked for by them, is free again."""
    system = Actor.system(event.institution_id)
    with transaction() as session:
        holds = session.scalars(
            sa.select(Hold.id)
            .where(
                Hold.institution_id == event.institution_id,
                Hold.person_id == event.person_id,
                Hold.ended_at.is_(None),
            )
            .order_by(Hold.asset_id)
        ).all()
        loans = session.scalars(
            sa.select(Loan.id)
            .where(
                Loan.institution_id == event.institution_id,
                Loan.borrower_id == event.person_id,
                Loan.state.in_((LoanState.REQUESTED, LoanState.RESERVED)),
            )
            .order_by(Loan.asset_id)
        ).all()
        for hold_id in holds:
            release_hold(system, hold_id, reason="left")
        for loan_id in loans:
            cancel_loan(system, loan_id, reason="left")


def follow_closing_department(event: DepartmentClosing) -> None:
    """Transfers to a merged department go to the one it went up in.

    One that just closes has none on their way to it: StillInUse otherwise.
    """
    with transaction() as session:
        closing = session.get_one(Department, event.department_id)
        into = closing.merged_into_id
        coming = sa.select(Transfer.id).where(
            Transfer.institution_id == event.institution_id,
            Transfer.to_department_id == closing.id,
            Transfer.closed_at.is_(None),
        )
        if into is None:
            count = session.scalar(
                sa.select(sa.func.count()).select_from(coming.subquery())
            )
            if count:
                raise StillInUse("still_gets_transfers", what="transfers", count=count)
            return
        for found in session.scalars(
            sa.select(Transfer)
            .where(Transfer.id.in_(coming))
            .order_by(Transfer.id)
            .with_for_update(of=Transfer)
        ):
            found.to_department_id = into
        session.flush()
        _join_sides(closing.id, into)


def _join_sides(department_id: int, into_id: int) -> None:
    """What a merged department was to give is given by the one it went up in."""
    session = current_session()
    for side in session.scalars(
        sa.select(TransferSide)
        .join(Transfer, Transfer.id == TransferSide.transfer_id)
        .where(
            TransferSide.department_id == department_id, Transfer.closed_at.is_(None)
        )
        .order_by(TransferSide.id)
    ).all():
        other = session.scalar(
            sa.select(TransferSide).where(
                TransferSide.transfer_id == side.transfer_id,
                TransferSide.department_id == into_id,
            )
        )
        if other is None:
            side.department_id = into_id
            continue
        for line in session.scalars(
            sa.select(TransferLine).where(
                TransferLine.transfer_id == side.transfer_id,
                TransferLine.side_id == side.id,
            )
        ):
            line.side_id = other.id
    session.flush()
