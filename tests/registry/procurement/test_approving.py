"""Approving: by whom, in what order, once; and what can never be."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.journal.queries import entries_of
from registry.kernel.clock import today
from registry.kernel.errors import Forbidden, Invalid, WrongState
from registry.organisation.actions import revoke_role
from registry.organisation.models import Institution
from registry.organisation.queries import live_grants
from registry.procurement.actions.acting import name_acting
from registry.procurement.actions.approving import (
    approve,
    last_round,
    refuse,
    send_back,
    void_steps,
)
from registry.procurement.errors import NotTheirStep, StepDecided
from registry.procurement.models.approvals import Approval
from registry.procurement.states import ApprovalState, RequestState, Step
from registry.store.transaction import transaction
from registry.waiting.queries import open_waits, waits_of
from tests.factories.organisation import actor_of, make_colleague, make_department
from tests.factories.procurement import make_request


class House:
    """A department that asks, and one of each who decides."""

    def __init__(self, institution: Institution) -> None:
        self.institution = institution
        self.teaching = make_department(institution, "教务处")
        self.teacher = make_colleague(institution, department=self.teaching)
        self.head = make_colleague(
            institution, Role.DEPARTMENT_HEAD, department=self.teaching
        )
        self.office = make_colleague(institution, Role.ASSET_OFFICE)
        self.money = make_colleague(institution, Role.FINANCE)
        self.principal = make_colleague(institution, Role.PRINCIPAL)


@pytest.fixture
def house(context: Session, institution: Institution) -> House:
    return House(institution)


def states(request: Any) -> dict[str, str]:
    from registry.store.db import session

    rows = session().scalars(
        sa.select(Approval).where(
            Approval.request_id == request.id, Approval.round == last_round(request.id)
        )
    )
    return {row.step: row.state for row in rows}


BIG: dict[str, Any] = {"text": "投影仪", "quantity": 8, "price_fen": 1_000_000}


def test_a_small_one_passes_with_one(house: House) -> None:
    request = make_request(house.teacher)
    assert states(request) == {"department_head": "open"}
    assert [each.step for each in waits_of(actor_of(house.head))] == [
        "decide_department_head"
    ]
    approve(actor_of(house.head), request.id, words="同意")
    assert request.state == RequestState.APPROVED
    assert waits_of(actor_of(house.head)) == []
    assert (
        open_waits(house.institution.id, "purchase_request", [request.id])[
            request.id
        ].step
        == "place_order"
    )


def test_a_big_one_goes_up_stage_by_stage(house: House) -> None:
    request = make_request(house.teacher, BIG)
    assert states(request) == {
        "department_head": "open",
        "asset_office": "later",
        "finance": "later",
        "principal": "later",
    }
    with pytest.raises(NotTheirStep) as early:
        approve(actor_of(house.money), request.id)
    assert early.value.code == "not_yet_their_step"
    approve(actor_of(house.head), request.id)
    approve(actor_of(house.money), request.id)
    assert states(request)["principal"] == "later"
    approve(actor_of(house.office), request.id)
    assert states(request)["principal"] == "open"
    approve(actor_of(house.principal), request.id)
    assert request.state == RequestState.APPROVED
    verbs = [each.verb for each in entries_of("purchase_request", request.id)]
    assert verbs[-6:] == ["begin_approval", *["decide_step"] * 4, "approve"]


def test_pressing_twice_acts_once_and_the_second_one_is_told(house: House) -> None:
    other = make_colleague(house.institution, Role.ASSET_OFFICE)
    request = make_request(house.teacher, BIG)
    for _ in range(3):
        approve(actor_of(house.head), request.id)
    approve(actor_of(house.office), request.id)
    with pytest.raises(StepDecided) as late:
        approve(actor_of(other), request.id)
    assert late.value.facts["outcome"] == "approved"
    with pytest.raises(StepDecided):
        refuse(actor_of(house.office), request.id, words="不买")
    decided = [
        each
        for each in entries_of("purchase_request", request.id)
        if each.verb == "decide_step"
    ]
    assert len(decided) == 2


def test_nobody_approves_on_their_own_request(house: House) -> None:
    """Not the requester in any role, nor whoever acts for them, nor by the database."""
    chief = make_colleague(
        house.institution, Role.DEPARTMENT_HEAD, department=house.teaching
    )
    deputy = make_colleague(house.institution, department=house.teaching)
    day = today(house.institution.time_zone)
    name_acting(actor_of(chief), acting_id=deputy.id, first=day, last=day)
    request = make_request(chief)
    for person in (chief, deputy, house.teacher):
        with pytest.raises(Forbidden):
            approve(actor_of(person), request.id)
    with pytest.raises(Forbidden):
        approve(Actor.system(house.institution.id), request.id)
    approve(actor_of(house.head), request.id)
    assert request.state == RequestState.APPROVED


def test_one_who_acts_decides_for_the_other_and_it_says_so(house: House) -> None:
    deputy = make_colleague(house.institution, department=house.teaching)
    day = today(house.institution.time_zone)
    name_acting(actor_of(house.head), acting_id=deputy.id, first=day, last=day)
    request = make_request(house.teacher)
    approve(actor_of(deputy), request.id)
    facts = json.loads(entries_of("purchase_request", request.id)[-2].facts)
    assert facts["for"] == house.head.id


def test_a_role_taken_away_decides_nothing_any_more(house: House) -> None:
    request = make_request(house.teacher)
    was = actor_of(house.head)
    system = Actor.system(house.institution.id)
    for grant in live_grants(system, house.head.id):
        revoke_role(system, grant.id)
    with pytest.raises(NotTheirStep):
        approve(was, request.id)


@pytest.mark.parametrize(
    ("turn_down", "step", "leads_to"),
    [
        (refuse, ApprovalState.REFUSED, RequestState.REFUSED),
        (send_back, ApprovalState.RETURNED, RequestState.DRAFT),
    ],
)
def test_turning_down_needs_words_and_ends_the_round(
    house: House, turn_down: Any, step: ApprovalState, leads_to: RequestState
) -> None:
    request = make_request(house.teacher, BIG)
    approve(actor_of(house.head), request.id)
    with pytest.raises(Invalid):
        turn_down(actor_of(house.money), request.id, words="  ")
    for _ in range(2):
        turn_down(actor_of(house.money), request.id, words="超预算")
    assert request.state == leads_to
    assert states(request) == {
        "department_head": "approved",
        "asset_office": "void",
        "finance": str(step),
        "principal": "void",
    }
    here = house.institution.id
    assert open_waits(here, "purchase_request", [request.id]) == {}
    with pytest.raises((WrongState, StepDecided)):
        approve(actor_of(house.office), request.id)


def test_voided_steps_cannot_be_decided(house: House) -> None:
    request = make_request(house.teacher)
    with transaction():
        void_steps(Actor.system(house.institution.id), request)
    with pytest.raises(WrongState):
        approve(actor_of(house.head), request.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approvals SET words = 'x' WHERE decided_at IS NOT NULL",
        "UPDATE approvals SET state = 'open', decided_at = NULL, decided_by_id = NULL"
        " WHERE step = 'department_head'",
        "DELETE FROM approvals",
        "UPDATE approvals SET state = 'approved', decided_at = CURRENT_TIMESTAMP,"
        " decided_by_id = requester_id WHERE step = 'finance'",
        "UPDATE approvals SET state = 'approved' WHERE step = 'finance'",
        "UPDATE certificates SET content = '{}'",
        "DELETE FROM certificates",
    ],
)
def test_the_database_itself_refuses(
    house: House, context: Session, statement: str
) -> None:
    request = make_request(house.teacher, BIG)
    approve(actor_of(house.head), request.id)
    with pytest.raises(DBAPIError):
        context.execute(sa.text(statement))
    context.rollback()


def test_what_was_asked_for_in_parts_needs_what_the_whole_needs(house: House) -> None:
    part: dict[str, Any] = {"text": "投影仪", "quantity": 1, "price_fen": 300_000}
    assert set(states(make_request(house.teacher, part))) == {"department_head"}
    colleague = make_colleague(house.institution, department=house.teaching)
    second = make_request(colleague, part)
    assert {"asset_office", "finance"} <= set(states(second))
    other = {**part, "text": "书柜"}
    assert set(states(make_request(house.teacher, other))) == {"department_head"}
    assert Step.PRINCIPAL not in states(second)
