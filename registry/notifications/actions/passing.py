"""Telling people what became of things they asked for, lend or have borrowed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from registry.notifications.actions.noticing import notify
from registry.sharing.events import (
    HoldEnded,
    HoldGiven,
    LoanAnswered,
    LoanDue,
    TransferAnswered,
    TransferCancelled,
    WantedEnded,
    WantedFound,
)
from registry.sharing.models import Hold, Loan, Transfer, TransferLine, Wanted
from registry.store.db import session


def tell_of_hold(event: HoldGiven) -> None:
    """Whoever was first in line has the thing kept for them now."""
    _tell_holder("hold_given", event.institution_id, event.hold_id)


def tell_of_hold_end(event: HoldEnded) -> None:
    """A hold, or a place in line, came to nothing."""
    kinds = {"expired": "hold_expired", "released": "hold_released"}
    kind = kinds.get(event.outcome, "hold_lapsed")
    _tell_holder(kind, event.institution_id, event.hold_id)


def _tell_holder(kind: str, institution_id: int, hold_id: int) -> None:
    held = session().get_one(Hold, hold_id)
    notify(
        institution_id,
        [held.person_id],
        kind,
        subject=("hold", held.id),
        facts=_thing(held),
    )


def _thing(of: Hold | Loan) -> dict[str, Any]:
    asset = of.asset
    return {"step": "thing", "name": asset.item_type.name, "number": asset.number}


def tell_of_answer(event: TransferAnswered) -> None:
    """The owner has said which things may go."""
    found = session().get_one(Transfer, event.transfer_id)
    notify(
        event.institution_id,
        _asking(found),
        "transfer_agreed" if event.agreed else "transfer_refused",
        subject=("transfer", found.id),
        facts=_document(found, event.agreed or event.refused),
    )


def tell_of_cancelling(event: TransferCancelled) -> None:
    """Who was to give, or had given already, hears that it is not wanted any more."""
    found = session().get_one(Transfer, event.transfer_id)
    rows = session().execute(
        sa.select(TransferLine.answered_by_id, TransferLine.handed_by_id).where(
            TransferLine.transfer_id == found.id
        )
    )
    people = {each for row in rows for each in row if each is not None}
    notify(
        event.institution_id,
        (people | set(_asking(found))) - {event.by_person_id},
        "transfer_cancelled",
        subject=("transfer", found.id),
        facts=_document(found, event.count),
    )


def _asking(found: Transfer) -> list[int]:
    people = (found.requester_id, found.custodian_id)
    return [each for each in people if each is not None]


def _document(found: Transfer, count: int) -> dict[str, Any]:
    return {"step": "transfer", "number": found.number, "count": count}


def tell_of_loan(event: LoanAnswered) -> None:
    """Who asked to borrow a thing hears whether they may."""
    _tell_borrower(
        "loan_agreed" if event.agreed else "loan_refused",
        event.institution_id,
        event.loan_id,
    )


def tell_of_due_loan(event: LoanDue) -> None:
    """A borrowed thing is to be back today or tomorrow."""
    _tell_borrower("loan_due", event.institution_id, event.loan_id)


def _tell_borrower(kind: str, institution_id: int, loan_id: int) -> None:
    lent = session().get_one(Loan, loan_id)
    if lent.borrower_id is None:
        return
    notify(
        institution_id,
        [lent.borrower_id],
        kind,
        subject=("loan", lent.id),
        facts=_thing(lent),
    )


def tell_of_find(event: WantedFound) -> None:
    """Something that somebody looks for has turned up."""
    _tell_seeker("wanted_found", event.institution_id, event.wanted_id)


def tell_of_fruitless_search(event: WantedEnded) -> None:
    """The last day of a search is over."""
    _tell_seeker("wanted_lapsed", event.institution_id, event.wanted_id)


def _tell_seeker(kind: str, institution_id: int, wanted_id: int) -> None:
    found = session().get_one(Wanted, wanted_id)
    notify(
        institution_id,
        [found.person_id],
        kind,
        subject=("wanted", found.id),
        facts={"step": "wanted", "name": found.text},
    )
