"""A city of schools to load, kept in a folder so that it is entered only once.

The first things of each school are entered through the product, the others are copies
made in SQL: they can be read and worked on, and their chains of hashes do not hold.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa
from ledgers import BATCH, analyse, application, multiply, settings_for

from registry.access.actor import Actor, Door
from registry.access.roles import Role
from registry.audits import actions as audits
from registry.audits.actions import Plan
from registry.audits.models import AuditItem
from registry.auth import actions as auth
from registry.auth.rules import SCOPES
from registry.catalogue.actions import TypeDraft, ensure_types
from registry.config import Settings
from registry.kernel.checkcodes import check_character
from registry.kernel.clock import today
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.organisation import actions as organisation
from registry.organisation.actions import PersonDraft
from registry.organisation.queries import actor_of_person, institution, root_department
from registry.store.db import db
from tests.harness.postgresql import DURABLE, PostgreSQL

PASSWORD = "paper-lantern-42"
NAMES = ["投影仪", "台式计算机", "课桌", "椅子", "显微镜", "打印机", "空调", "书柜"]
DEPARTMENTS, PLACES, PEOPLE, TYPES = 10, 50, 20, 100
ENTERED = 100
"""Things of each school that are entered through the product."""
COUNTING = 8
"""Schools in which an audit is running."""
SAMPLE = 2_000
LARGE = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB"}


@dataclass
class School:
    """A school of the city, and what one may ask it for."""

    slug: str
    tokens: list[str]
    """One of the asset office, one of somebody who asks for things."""
    sign_in_name: str
    codes: list[str]
    in_use: list[int]
    idle: list[int]
    place_ids: list[int]
    item_type_id: int
    department_id: int
    audit_id: int | None
    to_count: list[tuple[str, int]]

    @cached_property
    def labels(self) -> list[str]:
        """Codes that a label can bear; those of copied things fail their check."""
        return [each for each in self.codes if _is_sound(each)]

    @cached_property
    def labelled(self) -> list[tuple[str, int]]:
        """What is to be counted and bears such a label, with its place."""
        return [each for each in self.to_count if _is_sound(each[0])]


def _is_sound(code: str) -> bool:
    return check_character(code[:-1]) == code[-1]


@dataclass
class City:
    """Where it is, who is in it, and what entering it took."""

    size: int
    schools: list[School]
    seconds: float


def _school(number: int) -> Actor:
    """A school with departments, places, people, and its first things."""
    made = organisation.found_institution(f"school-{number}", f"第{number}中学")
    system = Actor.system(made.id)
    chance = random.Random(number)
    top = root_department(made.id).id
    departments = [
        organisation.add_department(system, f"第{n}教研组", parent_id=top).id
        for n in range(DEPARTMENTS)
    ]
    places = [organisation.add_place(system, f"{n}室").id for n in range(PLACES)]
    people = [
        organisation.add_person(
            system, PersonDraft(f"职工{n}", departments[n % DEPARTMENTS])
        ).id
        for n in range(PEOPLE)
    ]
    kinds = ensure_types(
        system,
        [
            TypeDraft(name=NAMES[n % 8], brand=f"品牌{n % 20}", model=f"M-{n}")
            for n in range(TYPES)
        ],
    )
    drafts = [
        AssetDraft(
            item_type_id=chance.choice(kinds),
            department_id=chance.choice(departments),
            place_id=chance.choice(places),
            custodian_id=chance.choice(people),
            asset_number=f"GZ{n:08d}",
            serial=f"SN{n:09d}",
            state="idle" if n % 8 == 0 else "in_use",
            cost_fen=chance.randrange(10_000, 900_000),
            acquired_on=date(2010 + n % 16, 1 + n % 12, 1 + n % 28),
        )
        for n in range(ENTERED)
    ]
    for start in range(0, len(drafts), BATCH):
        ledger.register_many(system, drafts[start : start + BATCH])
    db.session.expunge_all()
    return system


def _described(system: Actor, settings: Settings, number: int) -> School:
    """Its people with tokens, and a sample of what it has; an audit in some."""
    house = system.institution_id
    top = root_department(house).id
    name, tokens = f"office{number}", []
    for who, role in ((name, Role.ASSET_OFFICE), (f"teacher{number}", None)):
        person = organisation.add_person(system, PersonDraft(who, top))
        if role:
            organisation.grant_role(system, person.id, role, top)
        auth.create_credential(
            system, settings, person.id, who, PASSWORD, must_change=False
        )
        actor = actor_of_person(house, person.id, Door.PAGE)
        tokens.append(auth.create_token(actor, "bench", sorted(SCOPES))[0])
    own = sa.select(Asset).where(Asset.institution_id == house)
    audit_id, to_count = None, []
    if number < COUNTING:
        plan = Plan("期末盘点", today(institution(house).time_zone))
        audit_id = audits.plan(system, plan).id
        audits.freeze(system, audit_id)
        items = sa.select(AuditItem.code, AuditItem.place_id).where(
            AuditItem.audit_id == audit_id
        )
        to_count = [tuple(each) for each in db.session.execute(items.limit(200_000))]
    sample = db.session.execute(
        own.with_only_columns(Asset.code, Asset.id, Asset.state).limit(SAMPLE * 4)
    ).all()
    places = sa.select(Asset.place_id).where(Asset.institution_id == house).distinct()
    first = db.session.scalars(own.limit(1)).one()
    return School(
        slug=f"school-{number}",
        tokens=tokens,
        sign_in_name=name,
        codes=[each.code for each in sample[:SAMPLE]],
        in_use=[each.id for each in sample if each.state == "in_use"][:SAMPLE],
        idle=[each.id for each in sample if each.state == "idle"][:SAMPLE],
        place_ids=list(db.session.scalars(places)),
        item_type_id=first.item_type_id,
        department_id=first.department_id,
        audit_id=audit_id,
        to_count=to_count,
    )


def enter(url: str, size: int, schools: int) -> City:
    """Enter a city into an empty database."""
    begun = time.perf_counter()
    with application(url):
        systems = [_school(number) for number in range(schools)]
        print(f"entered after {time.perf_counter() - begun:.0f} s", flush=True)
        times = max(1, round(size / (schools * ENTERED)))
        multiply(times)
        print(f"copied after {time.perf_counter() - begun:.0f} s", flush=True)
        analyse()
        described = [
            _described(system, settings_for(url), number)
            for number, system in enumerate(systems)
        ]
        analyse()
        db.session.commit()
    seconds = time.perf_counter() - begun
    return City(schools * ENTERED * times, described, seconds)


@contextmanager
def database_in(folder: Path, kind: str) -> Iterator[tuple[str, int]]:
    """A database that stays in a folder: its address, and its server's process."""
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "sqlite":
        yield f"sqlite:///{folder.resolve() / 'city.sqlite'}", 0
        return
    there = PostgreSQL(DURABLE | LARGE, keep=folder.resolve() / "postgresql")
    try:
        yield there.url, there.process.pid
    finally:
        there.stop()


@contextmanager
def city_in(
    folder: Path, kind: str, size: int, schools: int
) -> Iterator[tuple[str, City, int]]:
    """A city's database, the city and the database's process; entered if need be."""
    described = folder / "city.json"
    with database_in(folder, kind) as (url, process):
        if described.exists():
            read = json.loads(described.read_text("utf-8"))
            city = City(
                read["size"],
                [School(**each) for each in read["schools"]],
                read["seconds"],
            )
        else:
            city = enter(url, size, schools)
            described.write_text(json.dumps(asdict(city)), "utf-8")
        for each in city.schools:  # once, and not for each of hundreds of people
            assert each.labels
            assert each.labelled or not each.to_count
        yield url, city, process
