"""Telling people what becomes of wishes between institutions, each on its own side."""

from __future__ import annotations

from typing import Any

from registry.access.roles import Role
from registry.notifications.actions.noticing import notify
from registry.organisation import queries as organisation
from registry.sharing.events import InquiryAnswered, InquiryMade, InquiryWithdrawn
from registry.sharing.models import OuterInquiry
from registry.store.db import session

WISH, INQUIRY = "outer_wish", "outer_inquiry"


def tell_of_inquiry(event: InquiryMade) -> None:
    """One's own asset office hears what a colleague asks of another institution."""
    found = session().get_one(OuterInquiry, event.inquiry_id)
    office = set(_office(event.institution_id)) - {found.asked_by_id}
    _tell(event.institution_id, office, "outer_asked", WISH, found)


def tell_of_inquiry_answer(event: InquiryAnswered) -> None:
    """Whoever asked, and their asset office, hear what the other institution says."""
    if event.state == "withdrawn":
        return
    found = session().get_one(OuterInquiry, event.inquiry_id)
    people = {found.asked_by_id, *_office(event.institution_id)}
    _tell(event.institution_id, people, f"outer_{event.state}", WISH, found)


def tell_of_inquiry_end(event: InquiryWithdrawn) -> None:
    """The asset office that was asked hears that it is not wanted any more."""
    found = session().get_one(OuterInquiry, event.inquiry_id)
    office = _office(event.institution_id)
    _tell(event.institution_id, office, "outer_withdrawn", INQUIRY, found)


def _office(institution_id: int) -> list[int]:
    root = organisation.root_department(institution_id).path
    return organisation.holders_today(institution_id, root, Role.ASSET_OFFICE)


def _tell(
    institution_id: int, people: Any, kind: str, subject: str, found: OuterInquiry
) -> None:
    facts = {
        "step": "outer",
        "name": found.card.item_type.standing.name,
        "number": found.number,
        "count": found.promised or found.count,
    }
    notify(
        institution_id, sorted(people), kind, subject=(subject, found.id), facts=facts
    )
