"""Of what happens to assets everybody is told as much as they may see, and no more."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.journal.news import Event
from registry.ledger import actions, queries
from registry.ledger.models import Asset
from registry.ledger.queries import Filter
from registry.organisation.models import Institution
from registry.store.db import session
from registry.web.base.live import Since, live_of
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
    make_person,
    make_place,
)

ROLES = [None, *(role for role in Role if role is not Role.STAFF)]
MOST = 500


@dataclass(frozen=True)
class Shadow:
    """An asset as it was: what the policy looks at, and whether it was idle."""

    institution_id: int
    department_path: str
    custodian_id: int | None
    user_id: int | None
    state: str

    @classmethod
    def of(cls, asset_id: int) -> Shadow:
        session().expire_all()
        asset = session().get_one(Asset, asset_id)
        return cls(
            asset.institution_id,
            asset.department_path,
            asset.custodian_id,
            asset.user_id,
            asset.state,
        )


@dataclass
class Story:
    """What is done to assets, and what a reader should be told of it."""

    app: Flask
    reader: Actor
    begun: int
    expected: list[tuple[tuple[str, ...], int, str]] = field(default_factory=list)

    def since(self) -> Since:
        return live_of(self.app).since(self.reader, self.begun, MOST)

    def act(
        self, verb: str, asset_id: int, *, on_card: bool, do: Callable[[], Any]
    ) -> None:
        before = Shadow.of(asset_id)
        do()
        self.expect(verb, asset_id, (before, Shadow.of(asset_id)), on_card=on_card)

    def expect(
        self,
        verb: str,
        asset_id: int,
        stood: tuple[Shadow | None, Shadow],
        *,
        on_card: bool,
    ) -> None:
        """By the policy and the promise alone."""
        before, after = stood
        was_idle = before is not None and before.state == "idle"
        in_pool = on_card and (was_idle or after.state == "idle")
        own, pool = f"asset:{asset_id}", ("pool",) if in_pool else ()
        saw = before is not None and self.reader.may(Permission.ASSET_SEE, before)
        if self.reader.may(Permission.ASSET_SEE, after):
            self.expected.append((("assets", own, *pool), asset_id, verb))
        elif saw:
            self.expected.append((("assets", own, *pool), asset_id, "gone"))
        elif in_pool:
            came = after.state == "idle"
            word = "change" if came == was_idle else "idle" if came else "gone"
            self.expected.append(((own, *pool), asset_id, word))


def told(since: Since) -> list[tuple[tuple[str, ...], int, str]]:
    assert not since.reset
    assert not since.more
    events = [each for each in since.events if each.kind == "asset"]
    assert [e.position for e in events] == sorted({e.position for e in events})
    return [(each.topics, each.id, each.verb) for each in events]


def position_of(app: Flask, actor: Actor) -> int:
    return live_of(app).since(actor, None, MOST).position


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_every_role_is_told_what_it_may_see(
    app: Flask, institution: Institution, role: Role | None
) -> None:
    system = Actor.system(institution.id)
    upper = make_department(institution)
    lower = make_department(institution, parent=upper)
    beside = make_department(institution)
    room = make_place(institution)
    reader = make_colleague(institution, role, department=upper)
    story = Story(app, actor_of(reader), position_of(app, system))

    def registered(**more: Any) -> int:
        asset = make_asset(institution, **more)
        stood = (None, Shadow.of(asset.id))
        story.expect("register", asset.id, stood, on_card=True)
        return asset.id

    for home, away in ((lower, beside), (beside, lower)):
        a = registered(department_id=home.id)
        b = registered(department_id=home.id, state="idle")
        for one in (a, b):
            story.act(
                "amend",
                one,
                on_card=False,
                do=lambda one=one: actions.amend(system, one, None, {"note": "新"}),
            )
            story.act(
                "move",
                one,
                on_card=True,
                do=lambda one=one: actions.move(system, one, room.id),
            )
            story.act(
                "assign",
                one,
                on_card=False,
                do=lambda one=one: actions.assign(
                    system, one, custodian_id=reader.id, user_id=None
                ),
            )
            story.act(
                "assign",
                one,
                on_card=False,
                do=lambda one=one: actions.assign(
                    system, one, custodian_id=None, user_id=None
                ),
            )
            story.act(
                "claim",
                one,
                on_card=True,
                do=lambda one=one: actions.lend(system, one, holder="外校"),
            )
            story.act(
                "release",
                one,
                on_card=True,
                do=lambda one=one: actions.end_loan(system, one),
            )
        for verb in ("mark_idle", "put_in_use", "mark_idle"):
            story.act(
                verb,
                a,
                on_card=True,
                do=lambda verb=verb, a=a: actions.change_state(system, a, verb),
            )
        for one in (a, b):
            story.act(
                "reassign",
                one,
                on_card=True,
                do=lambda one=one, away=away: actions.reassign(
                    system, one, away.id, reason="调整"
                ),
            )
            story.act(
                "move",
                one,
                on_card=True,
                do=lambda one=one: actions.move(system, one, None),
            )
    since = story.since()
    assert told(since) == story.expected
    assert since.position == position_of(app, system)


def test_a_later_entry_does_not_show_an_earlier_one_to_its_new_readers(
    app: Flask, institution: Institution
) -> None:
    """Entries read together are each judged as the asset stood then."""
    system = Actor.system(institution.id)
    mine, theirs = make_department(institution), make_department(institution)
    officer = actor_of(
        make_colleague(institution, Role.DEPARTMENT_ASSET_OFFICER, department=mine)
    )
    asset = make_asset(institution, department_id=theirs.id)
    begun = position_of(app, system)
    actions.amend(system, asset.id, None, {"note": "还不是我们的"})
    actions.reassign(system, asset.id, mine.id, reason="调入")
    actions.amend(system, asset.id, None, {"note": "是我们的"})
    actions.reassign(system, asset.id, theirs.id, reason="调回")
    actions.amend(system, asset.id, None, {"note": "又不是我们的"})
    found = told(live_of(app).since(officer, begun, MOST))
    assert [verb for _, _, verb in found] == ["reassign", "amend", "gone"]
    one_by_one = [
        event.verb
        for after in range(begun, begun + 5)
        for event in live_of(app).since(officer, after, 1).events
    ]
    assert one_by_one == ["reassign", "amend", "gone"]


def test_a_token_is_told_what_its_scopes_let_it_read(
    app: Flask, institution: Institution
) -> None:
    office = actor_of(make_colleague(institution, Role.ASSET_OFFICE))
    begun = position_of(app, office)
    make_asset(institution, state="idle")

    def kinds(*scopes: str) -> set[str]:
        reader = copy.copy(office)
        object.__setattr__(reader, "scopes", frozenset(scopes))
        return {e.kind for e in live_of(app).since(reader, begun, MOST).events}

    assert kinds("read") == {"asset", "item_type"}
    assert kinds("ledger") == {"asset"}
    assert kinds("catalogue") == {"item_type"}
    assert kinds("labelling") == set()


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.ADMINISTRATOR], ids=str)
def test_nothing_of_another_institution_is_told(
    app: Flask, institution: Institution, role: Role | None
) -> None:
    reader = actor_of(make_colleague(institution, role))
    begun = position_of(app, reader)
    other = make_institution()
    asset = make_asset(other, state="idle")
    actions.change_state(Actor.system(other.id), asset.id, "put_in_use")
    make_person(other)
    since = live_of(app).since(reader, begun, MOST)
    assert (since.events, since.position) == ((), begun)


def told_of(app: Flask, reader: Actor, begun: int) -> set[tuple[str, tuple[str, ...]]]:
    events: tuple[Event, ...] = live_of(app).since(reader, begun, MOST).events
    return {(each.kind, each.topics) for each in events}


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_people_places_departments_types_and_reports_are_told_to_who_may_list_them(
    app: Flask, institution: Institution, role: Role | None
) -> None:
    mine, theirs = make_department(institution), make_department(institution)
    reader = actor_of(make_colleague(institution, role, department=mine))
    system = Actor.system(institution.id)
    here = make_asset(institution, department_id=mine.id)
    there = make_asset(institution, department_id=theirs.id)
    begun = position_of(app, system)
    make_department(institution)
    make_place(institution)
    make_asset(institution, department_id=theirs.id)
    make_colleague(institution, Role.FINANCE)
    expected = {
        ("department", ("departments",)),
        ("place", ("places",)),
        ("item_type", ("types",)),
    }
    if reader.may(Permission.PERSON_LIST):
        expected |= {("person", ("people",)), ("role_grant", ("people",))}
    assert {e for e in told_of(app, reader, begun) if e[0] != "asset"} == expected
    begun = position_of(app, system)
    for asset in (here, there):
        actions.report_from_label(system, asset, "problem", "坏了")
    told = sum(
        reader.may(permission, each)
        for each in (here, there)
        for permission in (Permission.REPORT_HANDLE, Permission.WAIT_SEE)
    )
    events = live_of(app).since(reader, begun, MOST).events
    assert [each.topics for each in events] == [("waiting",)] * told


def test_whoever_is_told_of_the_pool_finds_it_there(
    app: Flask, institution: Institution
) -> None:
    """What the event names is what the reader's own list then holds."""
    reader = actor_of(make_person(institution))
    begun = position_of(app, reader)
    idle = make_asset(institution, state="idle")
    [event] = [
        e for e in live_of(app).since(reader, begun, MOST).events if e.kind == "asset"
    ]
    assert (event.id, event.verb) == (idle.id, "idle")
    listed = queries.list_assets(reader, Filter(pool=True)).rows
    assert [each.id for each in listed] == [event.id]
