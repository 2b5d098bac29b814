"""Writing down what is needed, before and until idle stock is looked through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.queries import standing_type
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Invalid
from registry.kernel.text import clean_line, clean_notes, required_line
from registry.ledger.actions.registering import next_number
from registry.organisation import queries as organisation
from registry.procurement.actions.approving import void_steps
from registry.procurement.actions.locking import locked_lines, locked_request
from registry.procurement.actions.looking import go_on, look
from registry.procurement.actions.stepping import bring_waits_up_to_date
from registry.procurement.errors import NothingAsked
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.states import LINE, REQUEST, LineState, RequestState
from registry.store.db import session as current_session
from registry.store.transaction import transaction

MOST_LINES = 50
MOST_THINGS = 100_000
CONDITIONS = ("needed_for_duty", "cannot_be_shared", "too_dear_elsewise")
"""The three conditions under which Order 36 lets new assets be bought."""


@dataclass(frozen=True)
class LineDraft:
    """One line as it is written down; money in fen."""

    text: str
    quantity: int = 1
    specification: str = ""
    item_type_id: int | None = None
    unit: str = ""
    place_id: int | None = None
    needed_by: date | None = None
    price_fen: int | None = None
    budget: str = ""
    conditions: tuple[str, ...] = ()


def make_request(
    actor: Actor,
    lines: Sequence[LineDraft],
    *,
    purpose: str = "",
    urgent: bool = False,
    department_id: int | None = None,
) -> PurchaseRequest:
    """Write a request down for one's own department (or one below it)."""
    with transaction():
        if actor.person_id is None:
            raise Invalid.field("requester", "required")
        asks = organisation.person(actor, actor.person_id)
        home = organisation.department(actor, department_id or asks.department_id)
        actor.require(Permission.REQUEST_MAKE, home)
        made = _new(
            actor.institution_id,
            requester_id=actor.person_id,
            department_id=home.id,
            purpose=clean_notes(purpose, field="purpose", most=1_000),
            urgent=urgent,
        )
        _put_lines(actor, made, lines)
        facts = {"number": made.number, "department": home.id}
        record(actor, KIND, made.id, "draft", facts, is_new=True)
        return made


def _new(institution_id: int, **values: Any) -> PurchaseRequest:
    """A draft with the next number of the year."""
    session = current_session()
    zone = organisation.institution(institution_id).time_zone
    made = PurchaseRequest(
        institution_id=institution_id,
        number=next_number(institution_id, f"SG{today(zone).year}"),
        state=str(REQUEST.start),
        made_at=now(),
        **values,
    )
    session.add(made)
    session.flush()
    return made


def change_request(
    actor: Actor,
    request_id: int,
    version: int,
    lines: Sequence[LineDraft],
    *,
    purpose: str = "",
    urgent: bool = False,
) -> PurchaseRequest:
    """Write a draft anew. Raises StaleVersion, and WrongState once it is submitted."""
    with transaction() as session:
        found = locked_request(actor, request_id, version)
        actor.require(Permission.REQUEST_ANSWER, found)
        REQUEST.after(RequestState(found.state), "submit")
        found.purpose = clean_notes(purpose, field="purpose", most=1_000)
        found.urgent = urgent
        _put_lines(actor, found, lines)
        flag_modified(found, "purpose")
        session.flush()
        record(actor, KIND, found.id, "redraft", {"lines": len(lines)})
        return found


def _put_lines(
    actor: Actor, found: PurchaseRequest, drafts: Sequence[LineDraft]
) -> None:
    """Have a draft's lines as they are written; nothing was ever looked for by them."""
    session = current_session()
    if len(drafts) > MOST_LINES:
        raise Invalid.field("lines", "too_many", most=MOST_LINES)
    known = locked_lines(found)
    values = [_values(actor, draft) for draft in drafts]
    for line, value in zip(known, values, strict=False):
        for name, each in value.items():
            setattr(line, name, each)
        if line.standing != LineState.OPEN:
            line.follow("reopen")
        if line.covered > line.quantity:
            raise Invalid.field("quantity", "less_than_covered", least=line.covered)
    for line in known[len(values) :]:
        if line.covered or line.check_line_id is not None:
            line.quantity = line.covered
        else:
            session.execute(sa.delete(PurchaseLine).where(PurchaseLine.id == line.id))
    session.add_all(
        PurchaseLine(
            institution_id=found.institution_id,
            request_id=found.id,
            standing=str(LINE.start),
            **value,
        )
        for value in values[len(known) :]
    )
    session.flush()
    session.expire(found, ["lines"])


def _values(actor: Actor, draft: LineDraft) -> dict[str, object]:
    if not 1 <= draft.quantity <= MOST_THINGS:
        raise Invalid.field("quantity", "out_of_range", least=1, most=MOST_THINGS)
    if draft.price_fen is not None and draft.price_fen < 0:
        raise Invalid.field("price", "out_of_range", least=0, most="")
    kind = (
        standing_type(actor, draft.item_type_id)
        if draft.item_type_id is not None
        else None
    )
    place = (
        organisation.place(actor, draft.place_id)
        if draft.place_id is not None
        else None
    )
    return {
        "text": required_line(draft.text, field="text"),
        "quantity": draft.quantity,
        "specification": clean_line(
            draft.specification, field="specification", most=400
        ),
        "item_type_id": kind.id if kind is not None else None,
        "unit": clean_line(draft.unit, field="unit", most=20),
        "place_id": place.id if place is not None else None,
        "needed_by": draft.needed_by,
        "price_fen": draft.price_fen,
        "budget": clean_line(draft.budget, field="budget", most=100),
        "conditions": [each for each in CONDITIONS if each in draft.conditions],
    }


def submit(
    actor: Actor, request_id: int, version: int | None = None
) -> PurchaseRequest:
    """Have idle stock looked through; the request goes where that leads.

    Submitting twice is submitting once. Raises NothingAsked where nothing is asked for.
    """
    with transaction():
        found = locked_request(actor, request_id)
        actor.require(Permission.REQUEST_ANSWER, found)
        if found.state != RequestState.DRAFT and found.checks:
            return found
        if version is not None:
            found = locked_request(actor, request_id, version)
        if not any(line.quantity for line in found.lines):
            raise NothingAsked
        return submit_written(actor, found)


def submit_written(actor: Actor, found: PurchaseRequest) -> PurchaseRequest:
    """Have idle stock looked through for a draft whose lock the caller holds."""
    with transaction() as session:
        found.follow("submit")
        found.submitted_at = now()
        session.flush()
        facts = {"urgent": found.urgent, "lines": [_fact(line) for line in found.lines]}
        record(actor, KIND, found.id, "submit", facts)
        look(actor, found)
        go_on(actor, found)
        return found


def _fact(line: PurchaseLine) -> dict[str, object]:
    return {
        "line": line.id,
        "text": line.text,
        "specification": line.specification,
        "quantity": line.quantity,
        "price_fen": line.price_fen,
        "budget": line.budget,
    }


def withdraw(actor: Actor, request_id: int) -> PurchaseRequest:
    """Ask for it no longer; what is on its way from idle stock still comes."""
    with transaction() as session:
        found = locked_request(actor, request_id)
        actor.require(Permission.REQUEST_ANSWER, found)
        if found.state == RequestState.WITHDRAWN:
            return found
        found.follow("withdraw")
        session.flush()
        void_steps(actor, found)
        record(actor, KIND, found.id, "withdraw", {})
        bring_waits_up_to_date(actor, found, [])
        return found


def put_aside(actor: Actor, found: PurchaseRequest, line: PurchaseLine) -> None:
    """Write a draft for one thing of a line that fell through after the order.

    What is ordered goes on; the rest comes to the check by itself.
    """
    with transaction() as session:
        following = session.scalar(
            sa.select(PurchaseRequest).where(
                PurchaseRequest.institution_id == found.institution_id,
                PurchaseRequest.follows == found.number,
                PurchaseRequest.requester_id == found.requester_id,
                PurchaseRequest.state == str(REQUEST.start),
            )
        )
        if following is None:
            following = follow_up(actor, found, "fell_through")
        known = [each for each in locked_lines(following) if each.text == line.text]
        if known:
            known[0].quantity += 1
        else:
            session.add(
                PurchaseLine(
                    institution_id=found.institution_id,
                    request_id=following.id,
                    quantity=1,
                    **line.as_asked(),
                )
            )
        session.flush()


def follow_up(actor: Actor, found: PurchaseRequest, why: str) -> PurchaseRequest:
    """A draft of the same people that takes up something of a request that is ordered.

    ``why`` is what whoever asks reads there.
    """
    following = _new(
        found.institution_id,
        requester_id=found.requester_id,
        department_id=found.department_id,
        purpose=found.purpose,
        follows=found.number,
        thrown_back=why,
    )
    facts = {"number": following.number, "follows": found.number}
    record(actor, KIND, following.id, "draft", facts, is_new=True)
    return following
