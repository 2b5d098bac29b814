"""An audited school: a building with two rooms, things in them, and who counts them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.audits import actions
from registry.audits.actions import Delivery, Named, Plan, Result, Ruled
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries import Scope
from registry.kernel.clock import now, today
from registry.ledger.models import Asset
from registry.organisation.models import Department, Institution, Person, Place
from registry.store.db import session
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_person,
    make_place,
)


@dataclass
class Campus:
    """A department whose things stand in two rooms, with a store beside."""

    institution: Institution
    home: Department
    building: Place
    room: Place
    other: Place
    store: Place
    keeper: Person
    counter: Person
    second: Person
    lead: Person
    office: Person
    deputy: Person
    things: list[Asset] = field(default_factory=list)

    @property
    def system(self) -> Actor:
        """The installation itself."""
        return Actor.system(self.institution.id)

    def add(self, count: int, place: Place | None = None, **how: Any) -> list[Asset]:
        """Some equal things of the department, kept by the keeper."""
        usual = {
            "department_id": self.home.id,
            "place_id": place.id if place else None,
            "custodian_id": self.keeper.id,
        }
        made = make_assets(self.institution, count, **(usual | how))
        self.things += made
        return made

    def plan(self, **how: Any) -> Audit:
        """An audit of the department, led by the lead, counted by two people."""
        day: date = today(self.institution.time_zone)
        usual: dict[str, Any] = {
            "title": "期末盘点",
            "baseline_on": day,
            "scope": Scope(department_ids=(self.home.id,)),
            "lead_id": self.lead.id,
            "counters": (Named(self.counter.id), Named(self.second.id)),
        }
        return actions.plan(actor_of(self.office), Plan(**(usual | how)))

    def begin(self, **how: Any) -> Audit:
        """A running audit of the department."""
        made = self.plan(**how)
        return actions.freeze(actor_of(self.lead), made.id)

    def send(
        self,
        audit: Audit,
        *records: dict[str, Any],
        by: Person | None = None,
        walk: str = "",
        **how: Any,
    ) -> list[Result]:
        """Send some records from a phone of the counter, or of somebody else."""
        who = by or self.counter
        delivery = Delivery(walk or walk_of(who), list(records), **how)
        return actions.take_records(actor_of(who), audit.id, delivery).results


def walk_of(person: Person) -> str:
    """The id of the one walk on a person's phone."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"walk:{person.id}"))


def record(kind: str, **how: Any) -> dict[str, Any]:
    """A record as a phone makes it."""
    return {"id": str(uuid.uuid4()), "kind": kind, "at": now().isoformat(), **how}


def scan(asset: Asset, place: Place, **how: Any) -> dict[str, Any]:
    """A label that was scanned in a place."""
    return record("scan", code=asset.code, place_id=place.id, **how)


def scans(assets: Iterable[Asset], place: Place) -> list[dict[str, Any]]:
    """Labels that were scanned one after the other."""
    return [scan(each, place) for each in assets]


def settle(campus: Campus, found: Audit) -> None:
    """Let be whatever still differs: ruled by one, approved by another."""
    open_ones = (
        session()
        .scalars(
            sa.select(AuditFinding.id).where(
                AuditFinding.audit_id == found.id, AuditFinding.state == "open"
            )
        )
        .all()
    )
    if open_ones:
        words = Ruled("excuse", "other", "已经说明")
        actions.rule(actor_of(campus.office), open_ones, words)
        actions.approve(actor_of(campus.deputy), open_ones)


def make_campus(institution: Institution, *, things: int = 0) -> Campus:
    """A campus with ``things`` in each of its two rooms."""
    home = make_department(institution)
    building = make_place(institution, kind="building")
    made = Campus(
        institution=institution,
        home=home,
        building=building,
        room=make_place(institution, parent_id=building.id),
        other=make_place(institution, parent_id=building.id),
        store=make_place(institution, is_store=True),
        keeper=make_person(institution, department=home),
        counter=make_person(institution, department=home),
        second=make_person(institution, department=home),
        lead=make_person(institution),
        office=make_colleague(institution, Role.ASSET_OFFICE),
        deputy=make_colleague(institution, Role.ASSET_OFFICE),
    )
    if things:
        kind = make_type(institution).id
        made.add(things, made.room, item_type_id=kind)
        made.add(things, made.other, item_type_id=kind)
    return made
