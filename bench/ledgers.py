"""Ledgers of any size to measure on, entered through the product's own actions."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from logging import WARNING
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from registry.access.actor import Actor, Door
from registry.access.roles import Role
from registry.app import create_app
from registry.auth import actions as auth
from registry.catalogue.actions import TypeDraft, ensure_types
from registry.codes.models import Code
from registry.config import Settings
from registry.journal.models import Entry, Position
from registry.ledger import actions as ledger
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.organisation import actions as organisation
from registry.organisation.actions import PersonDraft
from registry.organisation.queries import actor_of_person, root_department
from registry.store import migrations
from registry.store.base import Base
from registry.store.db import db, make_engine
from registry.upkeep.statistics import Statistics

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
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(WARNING))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def drafts(
    actor: Actor, size: int, types: list[TypeDraft] | None = None
) -> Iterator[AssetDraft]:
    """``size`` assets in 40 departments and 400 rooms; of 500 item types, or those."""
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
    wanted = types or [
        TypeDraft(name=NAMES[n % 8], brand=f"品牌{n % 20}", model=f"M-{n}")
        for n in range(500)
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


def fill(size: int, types: list[TypeDraft] | None = None) -> tuple[Actor, float]:
    """Enter a ledger of a size into the application's database; seconds it took."""
    made = organisation.found_institution("bench", "测试学校")
    system = Actor.system(made.id)
    begun = time.perf_counter()
    batch: list[AssetDraft] = []
    for draft in drafts(system, size, types):
        batch.append(draft)
        if len(batch) == BATCH:
            ledger.register_many(system, batch)
            db.session.expunge_all()
            batch.clear()
    if batch:
        ledger.register_many(system, batch)
    return system, time.perf_counter() - begun


def multiply(times: int) -> None:
    """Copy every asset with its code and entries so often that there are ``times``.

    In SQL, past the product: such a ledger can be read and worked on, and its chain of
    hashes does not hold.
    """
    session = db.session
    step = session.scalar(sa.select(sa.func.max(Asset.id))) or 0
    move = session.scalar(sa.select(sa.func.max(Entry.id))) or 0
    for turn in range(1, times):
        shift, further = step * turn, move * turn
        number = sa.cast(Asset.id + shift, sa.String)
        target = Code.target_id + shift
        code = {"code": _code(target), "target_id": target}
        asset = {
            "id": Asset.id + shift,
            "code": _code(Asset.id + shift),
            "asset_number": "KB" + number,
        }
        entry = {
            "id": Entry.id + further,
            "position": Entry.position + further,
            "subject_id": Entry.subject_id + shift,
        }
        _copy(Code, code, Code.kind == "asset", Code.target_id <= step)
        _copy(Asset, asset, Asset.id <= step)
        _copy(Entry, entry, Entry.subject_kind == "asset", Entry.id <= move)
        session.commit()
    session.execute(sa.update(Position).values(last=move * times))
    if db.engine.dialect.name == "postgresql":
        for table, last in (("assets", step * times), ("entries", move * times)):
            own = sa.func.pg_get_serial_sequence(table, "id")
            session.execute(sa.select(sa.func.setval(own, last)))
    session.commit()


def _copy(
    model: type[Base], changed: dict[str, Any], *which: sa.ColumnElement[bool]
) -> None:
    columns = sa.inspect(model).local_table.columns
    rows = sa.select(*(changed.get(c.name, c).label(c.name) for c in columns))
    into = sa.insert(sa.inspect(model).local_table)
    db.session.execute(into.from_select([c.name for c in columns], rows.where(*which)))


def _code(number: sa.ColumnElement[int]) -> sa.ColumnElement[str]:
    """A code of nine characters that no asset of a product has: a K and a number."""
    padded = sa.literal("0000000") + sa.cast(number, sa.String)
    return "K" + sa.func.substr(padded, sa.func.length(padded) - 7)


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
    """Let the database tidy up and count its rows, as it does by itself in time."""
    if db.engine.dialect.name == "sqlite":
        Statistics().refresh()
        return
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as each:
        each.exec_driver_sql("VACUUM ANALYZE")
