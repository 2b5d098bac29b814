"""A tally caught up with the ledger is the tally counted anew, whatever happened."""

from __future__ import annotations

import hashlib
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.catalogue.actions import (
    ClassRow,
    TypeDraft,
    change_type,
    load_classes,
    load_starting_classes,
    merge_types,
)
from registry.catalogue.models import AssetClass, ItemType
from registry.images import Photo
from registry.journal.models import Entry
from registry.kernel.clock import today
from registry.kernel.errors import Forbidden, Missing, Refused
from registry.labelling import actions as labelling
from registry.labelling.rules import Choice
from registry.ledger import actions
from registry.ledger.models import Asset
from registry.ledger.queries import Filter, count_assets
from registry.ledger.queries.sight import visible_assets
from registry.ledger.states import ASSET, Condition
from registry.organisation.models import Institution
from registry.reports.queries import keeping
from registry.reports.queries.overview import Wanted, figures
from registry.store.db import session, snapshot
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    make_department,
    make_institution,
    make_person,
    make_place,
)
from tests.harness.application import ActorAs
from tests.registry.reports.bruteforce import said, slow_figures

ZONE = "Asia/Shanghai"
BASE = "https://zc.school.edu.cn"
PATIENCE = 60


def all_assets(actor: Actor) -> list[Asset]:
    session().rollback()
    return list(session().scalars(visible_assets(actor)))


def agree(actor: Actor) -> None:
    """Figures say what counting one by one says."""
    found, top = figures(actor)
    assert said(found) == slow_figures(all_assets(actor), today(ZONE), top.path)


def caught_up_is_anew(institution_id: int) -> None:
    _, kept = keeping.kept_tally(institution_id)
    with snapshot() as connection:
        anew = keeping.counted_anew(connection, institution_id)
    assert kept.cells == anew.cells
    assert kept.days == anew.days
    assert (kept.position, kept.hash) == (anew.position, anew.hash)
    printed = {key for key in range(5_000) if key in kept.printed}
    assert printed == {key for key in range(5_000) if key in anew.printed}


class School:
    """Some of everything, and acts drawn at random."""

    def __init__(self, institution: Institution, system: Actor, seed: int) -> None:
        self.institution, self.system = institution, system
        self.random = random.Random(seed)
        load_starting_classes(system)
        rows = session().execute(sa.select(AssetClass.code, AssetClass.id))
        ids = dict(iter(rows))
        self.departments = [make_department(institution) for _ in range(3)]
        self.departments.append(
            make_department(institution, parent=self.departments[0])
        )
        self.places = [make_place(institution) for _ in range(3)]
        self.people = [make_person(institution) for _ in range(3)]
        self.types = [
            make_type(institution, class_id=ids["2010104"]),
            make_type(institution, class_id=ids["2010104"], service_life_months=12),
            make_type(institution),
            make_type(institution, is_labelled=False),
        ]

    def some(self, things: list[Asset]) -> Asset:
        return self.random.choice(things)

    def act(self) -> None:
        """Something that may be refused; then nothing has happened."""
        name = self.random.choice(ACTS)
        try:
            name(self)
        except Refused:
            session().rollback()

    def any(self) -> Asset:
        return self.some(all_assets(self.system))

    def register(self) -> None:
        chosen = self.random
        make_assets(
            self.institution,
            chosen.randint(1, 4),
            item_type_id=chosen.choice(self.types).id,
            department_id=chosen.choice(self.departments).id,
            place_id=chosen.choice([None, *(each.id for each in self.places)]),
            custodian_id=chosen.choice([None, *(each.id for each in self.people)]),
            state=chosen.choice(["in_use", "idle", "missing"]),
            condition=chosen.choice([None, *map(str, Condition)]),
            cost_fen=chosen.choice([None, 0, 123_456]),
            currency=chosen.choice(["CNY", "CNY", "USD"]),
            acquired_on=chosen.choice(
                [None, *(today(ZONE) - timedelta(days=n) for n in (5, 365, 1500, 4000))]
            ),
            service_life_months=chosen.choice([None, 6, 240]),
        )

    def move(self) -> None:
        place = self.random.choice(self.places)
        actions.move(self.system, self.any().id, place.id)

    def turn(self) -> None:
        verb = self.random.choice(sorted(ASSET.moves))
        actions.change_state(self.system, self.any().id, verb)

    def describe(self) -> None:
        cost = self.random.choice([None, 500, 70_000])
        day = self.random.choice([None, date(2020, 2, 29)])
        actions.amend(
            self.system, self.any().id, None, {"cost_fen": cost, "acquired_on": day}
        )

    def retype(self) -> None:
        kind = self.random.choice(self.types)
        actions.amend(self.system, self.any().id, None, {"item_type_id": kind.id})

    def reassign(self) -> None:
        department = self.random.choice(self.departments)
        actions.reassign(self.system, self.any().id, department.id)

    def correct(self) -> None:
        asset = self.any()
        number = self.random.randint(2, max(2, asset.entries))
        actions.correct(self.system, asset.id, number, reason="写错了")

    def print(self) -> None:
        some = self.random.sample(all_assets(self.system), 1)
        ids = [asset.id for asset in some]
        labelling.print_assets(self.system, ids, Choice(), BASE)

    def relabel(self) -> None:
        actions.replace_label(self.system, self.any().id)

    def photograph(self) -> None:
        actions.add_photo(self.system, self.any().id, a_photo(self.random.random()))

    def change_type(self) -> None:
        kind = session().get_one(ItemType, self.random.choice(self.types).id)
        life = self.random.choice([None, 3, 100])
        draft = TypeDraft(
            kind.name,
            kind.brand,
            kind.model,
            class_id=kind.class_id,
            service_life_months=life,
            is_labelled=kind.is_labelled,
        )
        change_type(self.system, kind.id, kind.version, draft)


ACTS: list[Callable[[School], None]] = [
    School.register,
    School.register,
    School.move,
    School.turn,
    School.turn,
    School.describe,
    School.retype,
    School.reassign,
    School.correct,
    School.print,
    School.relabel,
    School.photograph,
    School.change_type,
]


def a_photo(shade: float) -> Photo:
    """A photo as cleaning gives it; each shade is another one."""
    text = f"{shade:.12f}"
    return Photo(
        data=text.encode(),
        thumbnail=b"small",
        width=1,
        height=1,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


@pytest.mark.parametrize("seed", range(3))
def test_figures_follow_whatever_happens(
    seed: int, institution: Institution, system: Actor
) -> None:
    school = School(institution, system, seed)
    school.register()
    for _ in range(40):
        school.act()
        agree(system)
    caught_up_is_anew(institution.id)


def test_a_reader_of_some_departments_counts_those_and_what_is_their_own(
    institution: Institution, system: Actor, actor_as: ActorAs
) -> None:
    school = School(institution, system, 7)
    for _ in range(12):
        school.register()
    officer = actor_as(Role.DEPARTMENT_ASSET_OFFICER, department=school.departments[0])
    agree(officer)
    make_asset(
        institution,
        department_id=school.departments[1].id,
        custodian_id=officer.person_id,
        item_type_id=school.types[0].id,
        cost_fen=900,
    )
    agree(officer)
    _, top = figures(officer)
    assert top.name == school.departments[0].name
    agree(actor_as(Role.AUDITOR))


@pytest.mark.parametrize("role", [None, Role.ADMINISTRATOR])
def test_who_sees_only_what_they_keep_has_no_figures(
    role: Role | None, actor_as: ActorAs
) -> None:
    with pytest.raises(Forbidden):
        figures(actor_as(role))


def test_figures_of_a_department_and_a_class_are_those_of_the_lists(
    institution: Institution, system: Actor
) -> None:
    school = School(institution, system, 3)
    for _ in range(15):
        school.register()
    for department in school.departments:
        for code in ("", "2000000", "2010000", "2010104"):
            found, _ = figures(system, Wanted(department.id, code))
            codes = (code,) if code else ()
            same = Filter(department_ids=(department.id,), class_codes=codes)
            shown = count_assets(system, same) - count_assets(
                system, replace(same, states=("disposed",))
            )
            assert found.whole.count == shown


def test_the_lines_of_a_breakdown_add_up_and_lead_further_down(
    institution: Institution, system: Actor
) -> None:
    school = School(institution, system, 5)
    for _ in range(15):
        school.register()
    found, _ = figures(system)
    for parts in (found.departments, found.classes):
        assert sum(part.whole.count for part in parts) == found.whole.count
        assert sum(part.idle.value_fen for part in parts) == found.idle.value_fen
    for part in found.departments:
        if part.key is not None and not part.is_own:
            inside, _ = figures(system, Wanted(int(part.key)))
            assert inside.whole == part.whole
    for part in found.classes:
        if part.key is not None:
            inside, _ = figures(system, Wanted(class_code=str(part.key)))
            assert inside.whole == part.whole


@pytest.mark.parametrize("wanted", [Wanted(10**9), Wanted(class_code="9999999")])
def test_what_is_not_there_is_missing(wanted: Wanted, system: Actor) -> None:
    with pytest.raises(Missing):
        figures(system, wanted)


def test_another_institutions_department_is_missing(system: Actor) -> None:
    other = make_department(make_institution())
    with pytest.raises(Missing):
        figures(system, Wanted(other.id))


def test_a_new_day_changes_ages_and_the_window(
    institution: Institution, system: Actor, clock: time_machine.Traveller
) -> None:
    day = today(ZONE)
    make_asset(
        institution, acquired_on=day - timedelta(days=364), service_life_months=12
    )
    found, _ = figures(system)
    assert found.ages["under_1"] == 1
    assert found.outlived.count == 0
    clock.shift(timedelta(days=1))
    found, _ = figures(system)
    assert found.ages["under_1"] == 0
    assert found.outlived.count == 1
    assert found.happened["registered"][-2:] == [1, 0]
    clock.shift(timedelta(days=89))
    agree(system)
    assert sum(figures(system)[0].happened["registered"]) == 0


def test_a_ledger_put_back_from_a_copy_is_counted_anew(
    institution: Institution, system: Actor
) -> None:
    asset = make_asset(institution, cost_fen=100)
    figures(system)
    _, kept = keeping.kept_tally(institution.id)
    kept.hash = "0" * 64
    kept.cells.clear()
    actions.change_state(system, asset.id, "mark_idle")
    agree(system)


def test_a_history_that_cannot_be_replayed_is_counted_from_the_rows(
    institution: Institution, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = make_asset(institution)
    figures(system)
    actions.change_state(system, asset.id, "mark_idle")

    def broken(*_: object) -> None:
        raise ValueError("no such fields of an asset")

    monkeypatch.setattr(keeping.tallying, "standing_after", broken)
    agree(system)


def test_many_changes_at_once_are_counted_anew(
    institution: Institution, system: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures(system)
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 5)
    make_assets(institution, 9)
    agree(system)


def test_merged_types_leave_their_assets_counted(
    institution: Institution, system: Actor
) -> None:
    one, other = make_type(institution), make_type(institution)
    make_assets(institution, 2, item_type_id=one.id)
    figures(system)
    merge_types(system, one.id, other.id)
    make_asset(institution, item_type_id=other.id)
    agree(system)


def test_what_all_assets_of_a_class_share_is_read_again_when_it_changes(
    institution: Institution, system: Actor
) -> None:
    school = School(institution, system, 1)
    long_ago = today(ZONE) - timedelta(days=800)
    make_asset(institution, item_type_id=school.types[0].id, acquired_on=long_ago)
    assert figures(system)[0].outlived.count == 0
    changed = ClassRow("2010", "2010104", "台式机", service_life_months=24)
    load_classes(system, [changed])
    assert figures(system)[0].outlived.count == 1
    agree(system)


def test_figures_are_of_one_position_while_others_write(
    app: Flask, institution: Institution, system: Actor
) -> None:
    """Whatever is committed meanwhile: the count is that of the entries up to it."""
    make_assets(institution, 20)
    stop, faults, seen = threading.Event(), [], []

    def write(number: int) -> None:
        with app.app_context():
            try:
                for _ in range(8):
                    made = make_assets(institution, 3)
                    actions.change_state(system, made[0].id, "mark_idle")
            except Exception as error:
                faults.append(error)

    def read() -> None:
        with app.app_context():
            while not stop.is_set():
                found, _ = figures(system)
                seen.append((found.position, found.whole.count, found.idle.count))
                session().rollback()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    for thread in writers:
        thread.join(PATIENCE)
    stop.set()
    for thread in readers:
        thread.join(PATIENCE)
    assert faults == []
    agree(system)
    rows = session().execute(
        sa.select(Entry.position, Entry.verb).order_by(Entry.position)
    )
    verbs = list(rows)
    for position, whole, idle in set(seen):
        until = [verb for at, verb in verbs if at <= position]
        assert (whole, idle) == (until.count("register"), until.count("mark_idle"))
    caught_up_is_anew(institution.id)
