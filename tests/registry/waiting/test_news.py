"""Of a step that waits those hear who may look at it, and nobody else."""

from __future__ import annotations

from flask import Flask

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.errors import Missing
from registry.organisation.models import Institution
from registry.waiting import actions, queries
from registry.web.base.live import live_of
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
    make_person,
)


def sees(actor: Actor, wait_id: int) -> bool:
    try:
        queries.wait(actor, wait_id)
    except Missing:
        return False
    return True


def test_a_step_is_told_to_just_those_who_may_look_at_it(
    app: Flask, institution: Institution
) -> None:
    system = Actor.system(institution.id)
    live = live_of(app)
    mine, other = make_department(institution), make_department(institution)
    asked, later, nobody = (make_person(institution) for _ in range(3))
    readers = [actor_of(each) for each in (asked, later, nobody)]
    for role in Role:
        if role is not Role.STAFF:
            for home in (mine, other):
                person = make_colleague(institution, role, department=home)
                readers.append(actor_of(person))
    stranger = actor_of(make_colleague(make_institution(), Role.AUDITOR))
    begun = live.since(system, None, 1).position
    wait = actions.begin(
        system,
        subject_kind="label_report",
        subject_id=1,
        step="settle_report",
        rungs=[[asked.id], [later.id]],
        hours=8,
        department_id=mine.id,
    )

    def told(actor: Actor) -> list[tuple[str, ...]]:
        return [each.topics for each in live.since(actor, begun, 500).events]

    seen = [sees(each, wait.id) for each in readers]
    assert True in seen
    assert False in seen
    assert [told(each) == [("waiting",)] for each in readers] == seen
    assert all(told(each) in ([], [("waiting",)]) for each in readers)
    assert "wait" not in {e.kind for e in live.since(stranger, 0, 500).events}
    begun = live.since(system, None, 1).position
    actions.pass_on(system, wait.id, nobody.id, reason="更合适")
    assert told(actor_of(nobody)) == told(actor_of(asked)) == [("waiting",)]
    assert told(actor_of(later)) == []
