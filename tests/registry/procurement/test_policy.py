"""Who must agree to a purchase: the whole table, and what no policy can break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.journal.queries import entries_of
from registry.kernel.errors import Forbidden, Invalid, StaleVersion
from registry.organisation.actions import leave
from registry.organisation.models import Institution
from registry.procurement.actions.policies import change_policy
from registry.procurement.errors import TooFewDeciders
from registry.procurement.queries.policies import (
    policy_of,
    policy_version,
    read_policy,
    written_policy,
)
from registry.procurement.rules.approval import (
    Kind,
    Part,
    Policy,
    Rule,
    Sought,
    counted,
    stages_of,
    steps_needed,
)
from registry.procurement.states import Cause, Step
from tests.factories.organisation import actor_of, make_colleague, make_institution

HEAD, OFFICE, FINANCE, PRINCIPAL = Step
USUAL = Policy()


@pytest.mark.parametrize(
    ("sought", "steps"),
    [
        # small and clear passes with one
        (Sought(100, 1), (HEAD,)),
        (Sought(500_000, 1), (HEAD,)),
        # the amount, to the fen
        (Sought(500_001, 1), (HEAD, OFFICE, FINANCE)),
        (Sought(5_000_000, 9), (HEAD, OFFICE, FINANCE)),
        (Sought(5_000_001, 9), (HEAD, OFFICE, FINANCE, PRINCIPAL)),
        # declined idle things, whatever the amount
        (Sought(100, 100, 1), (HEAD, OFFICE)),
        (Sought(100, 1_000, 1), (HEAD, OFFICE)),
        (Sought(100, 8, 3), (HEAD, OFFICE)),
        (Sought(100, 8, 4), (HEAD, OFFICE, PRINCIPAL)),
        (Sought(1_200_000, 8, 3), (HEAD, OFFICE, FINANCE)),
        (Sought(1_200_000, 8, 8), (HEAD, OFFICE, FINANCE, PRINCIPAL)),
        # more idle things declined than were wanted is all of them
        (Sought(100, 2, 50), (HEAD, OFFICE, PRINCIPAL)),
        # urgent and special
        (Sought(100, 1, urgent=True), (HEAD, OFFICE)),
        (Sought(100, 1, special=True), (HEAD, OFFICE, FINANCE)),
        (Sought(9_999_999, 1, 1, urgent=True, special=True), tuple(Step)),
    ],
)
def test_the_usual_policy(sought: Sought, steps: tuple[Step, ...]) -> None:
    assert tuple(steps_needed(USUAL, sought)) == steps


def test_each_step_says_why_and_stages_are_asked_in_order() -> None:
    needed = steps_needed(USUAL, Sought(6_000_000, 8, 4, urgent=True))
    assert needed == {
        HEAD: (Cause.ALWAYS,),
        OFFICE: (Cause.AMOUNT, Cause.DECLINED, Cause.URGENT),
        FINANCE: (Cause.AMOUNT,),
        PRINCIPAL: (Cause.AMOUNT, Cause.DECLINED),
    }
    assert stages_of(needed) == [(HEAD,), (OFFICE, FINANCE), (PRINCIPAL,)]
    assert stages_of([PRINCIPAL, HEAD]) == [(HEAD,), (PRINCIPAL,)]


amounts = st.integers(0, 10**9)
percents = st.one_of(st.none(), st.integers(1, 100))
rules = st.builds(
    Rule,
    above_fen=st.one_of(st.none(), amounts),
    declined_percent=percents,
    urgent=st.booleans(),
    special=st.booleans(),
)
policies = st.builds(
    Policy,
    asset_office=rules,
    finance=rules,
    principal=rules,
    window_days=st.integers(1, 366),
    whole_department=st.booleans(),
)
wanted = st.integers(1, 200)
sought_things = st.builds(
    Sought, amounts, wanted, st.integers(0, 200), st.booleans(), st.booleans()
)


@given(policies, sought_things, amounts, st.integers(0, 50))
def test_more_never_needs_fewer(
    policy: Policy, sought: Sought, more: int, declined: int
) -> None:
    before = set(steps_needed(policy, sought))
    for worse in (
        replace(sought, amount_fen=sought.amount_fen + more),
        replace(sought, declined=sought.declined + declined),
        replace(sought, urgent=True),
        replace(sought, special=True),
    ):
        assert before <= set(steps_needed(policy, worse))
    assert HEAD in before


DAY = date(2026, 9, 1)
PROJECTOR = Kind(frozenset({"projector"}), frozenset({"multimedia"}))
BEAMER = Kind(frozenset({"beamer", "projector"}))
GROUP = Kind(frozenset({"multimedia"}))
DESK = Kind(frozenset({"desk"}))


@given(policies, amounts, st.lists(amounts, min_size=1, max_size=8), st.data())
def test_splitting_changes_nothing(
    policy: Policy, first: int, others: list[int], data: st.DataObject
) -> None:
    """However a need is cut into requests, its last one needs what the whole needs."""
    pieces = [first, *others]
    words = st.sampled_from((PROJECTOR, BEAMER))
    days = [
        DAY + timedelta(days=data.draw(st.integers(0, policy.window_days - 1)))
        for _ in pieces
    ]
    parts = [
        Part(data.draw(words), fen, 7, 3, day)
        for fen, day in zip(pieces, days, strict=True)
    ]
    whole = Part(PROJECTOR, sum(pieces), 7, 3, max(days))
    last = counted(policy, parts[-1:], parts[:-1])
    assert last == counted(policy, [whole], []) == sum(pieces)
    assert steps_needed(policy, Sought(last, 1)) == steps_needed(
        policy, Sought(whole.amount_fen, 1)
    )


def test_what_counts_together() -> None:
    asked = Part(PROJECTOR, 100, 7, 3, DAY)
    same = Part(PROJECTOR, 10, 7, 3, DAY - timedelta(days=89))
    before = Part(PROJECTOR, 1_000, 7, 3, DAY - timedelta(days=90))
    other_kind = Part(DESK, 10_000, 7, 3, DAY)
    colleague = Part(PROJECTOR, 50, 8, 3, DAY)
    elsewhere = Part(PROJECTOR, 70, 9, 4, DAY)
    moved = Part(PROJECTOR, 500, 7, 4, DAY)
    others = [same, before, other_kind, colleague, elsewhere]
    assert counted(USUAL, [asked], others) == 100 + 10 + 50
    alone = replace(USUAL, whole_department=False)
    assert counted(alone, [asked], others) == 100 + 10
    # what one asked for in another department is still one's own
    assert counted(USUAL, [asked], [*others, moved]) == 100 + 10 + 500
    assert counted(replace(USUAL, window_days=91), [asked], [before]) == 1_100
    # in other words, or by the name of the whole group, it is the same need
    worded = [replace(same, kind=BEAMER), replace(same, kind=GROUP)]
    assert counted(USUAL, [asked], worded) == 100 + 10 + 10
    # one part counts once, whatever it is of one kind with
    assert counted(USUAL, [asked, asked], [same]) == 100 + 100 + 10


@given(policies)
def test_a_policy_is_read_as_it_was_written(policy: Policy) -> None:
    assert read_policy(written_policy(policy)) == policy


@pytest.fixture
def office(institution: Institution) -> Actor:
    """A school with two of every sort that decides; one of its asset office."""
    for role in (Role.DEPARTMENT_HEAD, Role.ASSET_OFFICE, Role.FINANCE, Role.PRINCIPAL):
        make_colleague(institution, role)
        person = make_colleague(institution, role)
        if role == Role.ASSET_OFFICE:
            found = person
    return actor_of(found)


def test_a_policy_is_chosen_by_the_office_and_every_version_is_kept(
    context: Session, institution: Institution, office: Actor
) -> None:
    here = institution.id
    change_policy(office, 1, finance=Rule(800_000), hours=8)
    change_policy(office, policy_version(here), window_days=30)
    assert policy_of(here) == replace(
        USUAL, finance=Rule(800_000), hours=8, window_days=30
    )
    with pytest.raises(StaleVersion):
        change_policy(office, 1, hours=9)
    for wrong in (
        {"window_days": 0},
        {"hours": 401},
        {"principal": Rule(-1)},
        {"principal": Rule(None, 101)},
        {"special_classes": ("NOSUCH",)},
    ):
        with pytest.raises(Invalid):
            change_policy(office, policy_version(here), **wrong)
    nobody = actor_of(make_colleague(institution))
    with pytest.raises(Forbidden):
        change_policy(nobody, policy_version(here), hours=9)
    verbs = [each.verb for each in entries_of("approval_policy", here)]
    assert verbs == ["change", "change"]


def test_a_gate_needs_two_deciders_for_each_step(
    context: Session, institution: Institution, office: Actor
) -> None:
    """A small school names a substitute, or decides with fewer steps."""
    small = make_institution("small")
    chief = make_colleague(small, Role.ASSET_OFFICE)
    make_colleague(small, Role.DEPARTMENT_HEAD)
    actor = actor_of(chief)
    never = Rule()
    with pytest.raises(TooFewDeciders) as refused:
        change_policy(actor, 1, finance=never, principal=never)
    assert refused.value.facts == {"step": "department_head", "count": 1}
    superior = make_colleague(small)
    change_policy(actor, 1, finance=never, principal=never, substitutes=(superior.id,))
    leaver = make_colleague(small)
    leave(Actor.system(small.id), leaver.id, leaver.version)
    with pytest.raises(Invalid):
        change_policy(actor, 2, substitutes=(leaver.id,))
    with pytest.raises(TooFewDeciders):
        change_policy(actor, 2, principal=Rule(1))
