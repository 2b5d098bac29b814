"""A school in which everything has happened, for tests that look at every page."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.config import Settings
from registry.interchange.actions import confirm, take_file
from registry.jobs.running import run_next
from registry.labelling.actions import print_assets
from registry.labelling.rules import Choice
from registry.ledger.actions import (
    confirm_bulk,
    plan_bulk,
    report_from_label,
    settle_report,
    undo_document,
)
from registry.ledger.models import Asset, Claim
from registry.ledger.queries import Filter, document_numbered
from registry.ledger.states import AssetState
from registry.organisation.actions import set_preferences
from registry.organisation.models import Institution, Person
from registry.procurement.actions.drafting import LineDraft, make_request, submit
from registry.sharing import actions as sharing
from registry.sharing.models import OuterCard
from registry.store.db import make_engine
from tests.factories.auth import make_credential
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    grant,
    make_colleague,
    make_institution,
    make_person,
)
from tests.harness.application import SeparateClient
from tests.harness.databases import Databases, SQLiteFiles
from tests.harness.once import made_once
from tests.harness.server import REGISTRY, environment_for
from tests.harness.sources import ROOT

SHEET = (
    "资产编号,资产名称,品牌,数量,单价,取得日期,使用部门,保管人,存放地点,使用状况\n"
    "ZC1,投影仪,光峰,1,4500,2020-01-02,教务处,张三,教学楼 / 101,在用\n"
    ",没有编号的,,1,1,20201-01-01,教务处,张三,101,在用\n"
)


CHINESE = {"LANG": "", "LC_ALL": "", "LC_MESSAGES": "", "PYTHONUTF8": "1"}
"""The environment of a machine that says nothing of its language."""


@dataclass(frozen=True)
class DemoSchool:
    """The demo school in a database of its own, copied and never written to."""

    url: str
    told: str
    """What the command that loaded it said at the end."""


@pytest.fixture(scope="session")
def demo_school(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DemoSchool]:
    """The school, loaded once for all workers where it is a file, else for each."""
    if isinstance(databases, SQLiteFiles):
        folder = tmp_path_factory.getbasetemp()
        if "PYTEST_XDIST_WORKER" in os.environ:
            folder = folder.parent
        url = f"sqlite:///{folder / 'school.db'}"
        told = made_once(folder / "school.told", lambda: _load(url))
        yield DemoSchool(url, told)
    else:
        url = databases.make()
        yield DemoSchool(url, _load(url))
        databases.drop(url)


def _load(url: str) -> str:
    ran = subprocess.run(
        [*REGISTRY, "demo"],
        cwd=ROOT,
        env=environment_for(url, **CHINESE),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        text=True,
    )
    engine = make_engine(url)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return ran.stdout


@pytest.fixture
def database_url(databases: Databases, demo_school: DemoSchool) -> Iterator[str]:
    """This test's own copy of the school."""
    url = databases.copy(demo_school.url)
    yield url
    databases.drop(url)


@pytest.fixture
def institution(context: Session) -> Institution:
    """The demo school."""
    return context.scalars(sa.select(Institution)).one()


@pytest.fixture
def reader(
    institution: Institution, settings: Settings, context: Session
) -> Callable[..., Person]:
    """``reader("en", "large")``: somebody who may do all there is to do."""

    def make(language: str, text_size: str, *, name: str = "欧阳明月") -> Person:
        made = make_person(institution, name)
        for role in (Role.ADMINISTRATOR, Role.ASSET_OFFICE):
            grant(institution, made, role)
        make_credential(settings, made)
        set_preferences(actor_of(made), language=language, text_size=text_size)
        context.commit()
        return made

    return make


@pytest.fixture
def busy(institution: Institution, context: Session, app: Flask) -> Callable[..., None]:
    """``busy(person)``: files taken in, reports made, work done by this person."""

    def happen(person: Person) -> None:
        actor = actor_of(person)
        _imports(actor)
        _reports(actor, context)
        _prints(actor, context)
        _bulk(actor)
        _neighbours(actor, context)
        while run_next():
            pass
        context.commit()

    return happen


def _imports(actor: Actor) -> None:
    """One sheet taken over, one that waits for a word, one that is no sheet."""
    done, _ = take_file(actor, "ledger", "台账.csv", SHEET.encode())
    assert run_next()
    confirm(actor, done.id)
    assert run_next()
    take_file(actor, "ledger", "新购.csv", SHEET.replace("ZC1", "ZC2").encode())
    take_file(actor, "ledger", "坏的.xlsx", io.BytesIO(b"PK\x03\x04" * 9).getvalue())
    assert run_next()
    assert run_next()


def _reports(actor: Actor, context: Session) -> None:
    """A problem that waits, and a find that is settled."""
    things = context.scalars(
        sa.select(Asset)
        .where(
            Asset.institution_id == actor.institution_id,
            Asset.state == AssetState.IN_USE,
        )
        .limit(2)
    ).all()
    report_from_label(actor, things[0], "problem", "灯泡闪，画面发黄", "13800000000")
    found = report_from_label(actor, things[1], "found", "在操场捡到的")
    settle_report(actor, found.id, "已送回办公室")


def _prints(actor: Actor, context: Session) -> None:
    """Labels of two things, printed."""
    ids = context.scalars(
        sa.select(Asset.id).where(Asset.state == AssetState.IN_USE).limit(2)
    ).all()
    print_assets(actor, list(ids), Choice(), "http://localhost")


def _bulk(actor: Actor) -> None:
    """Projectors: changed at once; taken back; looked at and not confirmed yet."""
    for funding, ends in (("专项资金", True), ("自筹", False)):
        how = {"changes": {"funding": funding}}
        found = plan_bulk(actor, "amend", how, Filter(text="投影仪"), title=funding)
        found = confirm_bulk(actor, found.id)
        if ends:
            made = document_numbered(actor, found.document or "")
            undo_document(actor, made.id)
    plan_bulk(actor, "send_to_repair", {}, Filter(text="投影仪"), title="送修")


def _neighbours(actor: Actor, context: Session) -> None:
    """A school beside it: each shows the other things, and asks for some."""
    beside = make_institution(name="城东实验小学", contact="总务处 8800")
    them = actor_of(make_colleague(beside, Role.ASSET_OFFICE))
    pianos = make_type(beside, "电子琴", brand="雅马哈", model="PSR-E373").id
    theirs = [e.id for e in make_assets(beside, 6, item_type_id=pianos, state="idle")]
    sharing.publish(them, theirs)
    free = Asset.id.not_in(sa.select(Claim.asset_id).where(Claim.ended_at.is_(None)))
    ours = context.scalars(
        sa.select(Asset.id)
        .where(
            Asset.institution_id == actor.institution_id,
            Asset.state == AssetState.IDLE,
            free,
        )
        .limit(6)
    ).all()
    sharing.publish(actor, ours, passing_over=True)
    [card] = context.scalars(
        sa.select(OuterCard.id).where(OuterCard.institution_id == beside.id)
    )
    mine = sharing.ask_outside(actor, card, count=3, words="音乐教室")
    sharing.promise_outside(them, mine.id, count=2)
    ask = [LineDraft("电子琴", 2, price_fen=150_000)]
    submit(actor, make_request(actor, ask, purpose="合唱团排练").id)
    shown = sa.select(OuterCard.id).where(
        OuterCard.institution_id == actor.institution_id, OuterCard.count > 0
    )
    for number, own in enumerate(context.scalars(shown.order_by(OuterCard.id)).all()):
        asked = sharing.ask_outside(them, own, count=1, words="借给新校区")
        if number == 0:
            sharing.promise_outside(actor, asked.id, count=1)


SignIn = Callable[[Person], SeparateClient]


@pytest.fixture
def sign_in(signed_in_as: object) -> SignIn:
    """A client of somebody who is there already."""
    return lambda person: signed_in_as(person=person)  # type: ignore[operator]
