"""All that waits as a list: found by what is read of it, without passing the rest."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.organisation.models import Institution
from registry.store.db import session
from registry.store.paging import count_of, page_of
from registry.waiting.actions import begin
from registry.waiting.queries import WAIT_ORDERS, WaitFilter, wait_rows
from registry.words import use_language
from registry.words.steps import STEP_NAMES, step_words
from tests.factories.organisation import make_department, make_person
from tests.harness.plans import steps_of, walks_of

FACTS = {
    "name": "天平",
    "number": "GZ7",
    "department": "化学组",
    "count": 12,
    "audit": "年终盘点",
    "from": "二中",
}


def _begin(
    system: Actor, house: Institution, step: str, subject: int, facts: dict[str, Any]
) -> int:
    return begin(
        system,
        subject_kind="loan",
        subject_id=subject,
        step=step,
        facts=facts,
        rungs=[[make_person(house).id]],
        hours=8,
        department_id=make_department(house).id,
    ).id


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_step_is_found_by_the_sentence_that_is_read(
    system: Actor, institution: Institution, language: str
) -> None:
    begun = {
        step: _begin(system, institution, step, number, FACTS)
        for number, step in enumerate(STEP_NAMES, start=1)
    }
    bare = _begin(system, institution, "settle_report", 999, {})
    with use_language(language):
        for step, wait_id in begun.items():
            wanted = WaitFilter(text=step_words(step, FACTS))
            found = session().scalars(wait_rows(system, wanted, "began").select)
            assert wait_id in {each.id for each in found}, step
        wanted = WaitFilter(text="GZ7", step="settle_report")
        assert count_of(wait_rows(system, wanted, "began")) == 1
        wanted = WaitFilter(text=step_words("settle_report", {}).strip())
        found = session().scalars(wait_rows(system, wanted, "began").select)
        assert bare in {each.id for each in found}


@pytest.mark.parametrize("sort", WAIT_ORDERS)
def test_what_waits_is_listed_without_passing_what_has_ended(
    context: Session,
    institution: Institution,
    system: Actor,
    actor_as: Any,
    sort: str,
) -> None:
    if context.get_bind().dialect.name != "sqlite":
        # What it chooses is looked at by tests/everyone/test_every_plan.py.
        pytest.skip("PostgreSQL decides by its own counts")
    home = make_department(institution)
    officer = actor_as(Role.DEPARTMENT_ASSET_OFFICER, department=home)
    for actor in (system, officer):
        for wanted in (
            WaitFilter(),
            WaitFilter(text="孙悟空 天平"),
            WaitFilter(overdue=True, step="loan_answer", department_id=home.id),
        ):
            steps = steps_of(
                context.connection(),
                lambda a=actor, w=wanted: page_of(  # type: ignore[misc]
                    wait_rows(a, w, sort), WAIT_ORDERS, sort
                ),
            )
            assert steps
            for table in ("waits", "wait_holders", "people"):
                assert walks_of(steps, table) == [], steps
