"""Ledgers of any size to measure on, entered through the product's own actions."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import Flask

from registry.access.actor import Actor, Door
from registry.access.roles import Role
from registry.app import create_app
from registry.auth import actions as auth
from registry.catalogue.actions import TypeDraft, ensure_types
from registry.config import Settings
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.organisation import actions as organisation
from registry.organisation.actions import PersonDraft
from registry.organisation.queries import actor_of_person, root_department
from registry.store import migrations
from registry.store.db import db, make_engine

SECRET = "measured and thrown away, nobody signs in with it"
NAMES = ["投影仪", "台式计算机", "课桌", "椅子", "显微镜", "打印机", "空调", "书柜"]
BATCH = 1_000
STATES = ["in_use"] * 8 + ["idle", "under_repair"]


@dataclass(frozen=True)
class Ledger:
    """A ledger to measure: where it is, how one asks it, and what one may ask for."""

    url: str
    token: str
    codes: list[str]
    seconds: float
    """What entering it took."""


def settings_for(url: str) -> Settings:
    """The settings of a measured installation; passwords are quick to hash."""
    return Settings(
        database_url=url,
        secret_key=SECRET,
        argon2_memory_kib=8,
        argon2_rounds=1,
        worker_in_process=False,
    ).checked()


@contextmanager
def application(url: str) -> Iterator[Flask]:
    """The application on a database, its schema brought up, inside its context."""
    engine = make_engine(url)
    migrations.upgrade(engine)
    engine.dispose()
    app = create_app(settings_for(url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def drafts(actor: Actor, size: int, types: int = 500) -> Iterator[AssetDraft]:
    """``size`` assets of ``types`` item types in 40 departments and 400 rooms."""
    chance = random.Random(size)
    top = root_department(actor.institution_id).id
    departments = [
        organisation.add_department(actor, f"第{n}教研组", parent_id=top).id
        for n in range(40)
    ]
    places = [organisation.add_place(actor, f"{n}室").id for n in range(400)]
    people = [
        organisation.add_person(actor, PersonDraft(f"职工{n}", departments[n % 40])).id
        for n in range(200)
    ]
    wanted = [
        TypeDraft(name=NAMES[n % 8], brand=f"品牌{n % 20}", model=f"M-{n}")
        for n in range(types)
    ]
    kinds = ensure_types(actor, wanted)
    for number in range(size):
        yield AssetDraft(
            item_type_id=chance.choice(kinds),
            department_id=chance.choice(departments),
            place_id=chance.choice(places),
            custodian_id=chance.choice(people),
            asset_number=f"GZ{number:08d}",
            serial=f"SN{number:09d}",
            state=chance.choice(STATES),
            cost_fen=chance.randrange(10_000, 900_000),
            acquired_on=date(2010 + number % 16, 1 + number % 12, 1 + number % 28),
        )


def fill(size: int) -> tuple[Actor, float]:
    """Enter a ledger of a size into the application's database; seconds it took."""
    made = organisation.found_institution("bench", "测试学校")
    system = Actor.system(made.id)
    begun = time.perf_counter()
    batch: list[AssetDraft] = []
    for draft in drafts(system, size):
        batch.append(draft)
        if len(batch) == BATCH:
            ledger.register_many(system, batch)
            db.session.expunge_all()
            batch.clear()
    if batch:
        ledger.register_many(system, batch)
    return system, time.perf_counter() - begun


def reader(system: Actor, url: str) -> tuple[Actor, str]:
    """Somebody of the asset office, and the secret of a token of theirs."""
    top = root_department(system.institution_id)
    person = organisation.add_person(system, PersonDraft("记账员", top.id))
    organisation.grant_role(system, person.id, Role.ASSET_OFFICE, top.id)
    auth.create_credential(
        system, settings_for(url), person.id, "bench", must_change=False
    )
    actor = actor_of_person(system.institution_id, person.id, Door.PAGE)
    secret, _made = auth.create_token(actor, "bench", ["read", "ledger"])
    return actor, secret


def make_ledger(url: str, size: int, sample: int = 5_000) -> Ledger:
    """A ledger of a size in a fresh database, and a sample of its codes."""
    with application(url):
        system, seconds = fill(size)
        _actor, token = reader(system, url)
        step = max(1, size // sample)
        codes = db.session.scalars(
            sa.select(Asset.code).where(Asset.id % step == 0).limit(sample)
        ).all()
        analyse()
    return Ledger(url, token, list(codes), seconds)


def analyse() -> None:
    """Let the database count its rows, as it does by itself in time."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
