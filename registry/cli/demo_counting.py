"""What is counted in the demo: one audit closed with rulings, one half walked."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.audits import actions
from registry.audits.actions import Delivery, Entered, Named, Plan, Ruled, Sample
from registry.audits.actions.ruling import rulings_for
from registry.audits.models import Audit, AuditDraw, AuditFinding, AuditItem
from registry.audits.queries import Scope
from registry.audits.states import Cause, FindingKind, FindingState, RoundKind, Ruling
from registry.catalogue.models import ItemType
from registry.kernel.clock import now, today
from registry.organisation import queries as organisation
from registry.store.db import session

BUILDING = "mingde"
DONE, BEGUN = "mingde.301", "mingde.302"
LEAD, KEEPER, TEACHER = "mi_xiaoxiao", "zhang_ku", "zhao_xiaoman"
WALK = "5b0c1c52-8f0f-4a53-9a3c-0e7f3d7c1a11"

LIBRARY = "bowen"
HALL, STACKS = "bowen.101", "bowen.102"
LIBRARIAN, HEAD = "wen_jing", "shen_an"
LIBRARY_WALK = "0d1f6b4e-2c67-4f0b-8b1d-6f1f0a9f2b52"
DISPENSER = "QQ-8"
SAMPLE_WALK = "c2a9b0de-51c4-4b7e-9f0a-2d6c3e8a7b63"
PACE = timedelta(seconds=35)
"""How long one scan takes with what lies between two of them."""


class DemoCounting:
    """Tells the part of the demo's story in which people walk from room to room."""

    def __init__(
        self,
        system: Actor,
        places: Mapping[str, int],
        people: Mapping[str, int],
        as_person: Callable[[str], Actor],
    ) -> None:
        self.system = system
        self.places = places
        self.people = people
        self.as_person = as_person

    def tell(self) -> None:
        """The library is counted and closed; the classrooms are being walked."""
        self._library()
        self._classrooms()

    def _library(self) -> None:
        """A walk with differences of four kinds, ruled, approved and closed."""
        day = today(organisation.institution(self.system.institution_id).time_zone)
        audit = self._begin(
            Plan(
                title="图书馆期中盘点",
                baseline_on=day,
                due_on=day,
                scope=Scope(place_ids=(self.places[LIBRARY],)),
                lead_id=self.people[LEAD],
                begins_with=RoundKind.SELF,
                counters=(Named(self.people[KEEPER]),),
            )
        )
        hall, stacks = self._codes(audit.id, HALL), self._codes(audit.id, STACKS)
        begun = now() - (len(hall) + len(stacks) + 6) * PACE
        records = [self._scan(code, HALL) for code in hall[:-1]]
        if stacks:
            records.append(self._scan(stacks.pop(), HALL))
            records[0]["condition"] = "poor"
            records[0]["note"] = "外壳开裂"
        records += self._heaps(audit.id, HALL)
        note = "阅览大厅多出一台没有标签的饮水机"
        records.append(self._record("note", place_id=self.places[HALL], note=note))
        records.append(self._record("close_place", place_id=self.places[HALL]))
        records += [self._scan(code, STACKS) for code in stacks]
        records += self._heaps(audit.id, STACKS)
        records.append(self._record("close_place", place_id=self.places[STACKS]))
        self._send(audit, LIBRARIAN, LIBRARY_WALK, records, begun)
        actions.say_done(self.as_person(LIBRARIAN), audit.id)
        self._look_again(audit)
        actions.end_walk(self.as_person(LEAD), audit.id)
        self._settle(audit)
        actions.close(self.as_person(HEAD), audit.id)

    def _look_again(self, audit: Audit) -> None:
        """The keeper sees again what was drawn of what the librarian has counted."""
        made = actions.draw_sample(self.as_person(LEAD), audit.id, Sample(20))
        rows = session().execute(
            sa.select(AuditItem.code, AuditItem.found_place_id)
            .join(
                AuditDraw,
                sa.and_(
                    AuditDraw.audit_id == AuditItem.audit_id,
                    AuditDraw.asset_id == AuditItem.asset_id,
                ),
            )
            .where(AuditDraw.round_id == made.id, AuditItem.found_at.is_not(None))
            .order_by(AuditItem.found_place_id, AuditItem.asset_id)
        )
        records = [
            self._record("scan", code=code, place_id=place_id)
            for code, place_id in rows
        ]
        self._send(audit, KEEPER, SAMPLE_WALK, records, now() - len(records) * PACE)

    def _settle(self, audit: Audit) -> None:
        """Rule on whatever differs and have somebody else approve it."""
        lead, ids = self.as_person(LEAD), []
        for each in session().scalars(
            sa.select(AuditFinding)
            .where(
                AuditFinding.audit_id == audit.id,
                AuditFinding.state == str(FindingState.OPEN),
            )
            .order_by(AuditFinding.id)
        ):
            actions.rule(lead, [each.id], self._ruled(each))
            ids.append(each.id)
        if ids:
            actions.approve(self.as_person(HEAD), ids)

    def _ruled(self, row: AuditFinding) -> Ruled:
        fits = rulings_for(row)
        if row.kind == FindingKind.ELSEWHERE and Ruling.MOVE in fits:
            return Ruled(Ruling.MOVE, Cause.MOVED_UNRECORDED, "搬过去用了，没有登记")
        if row.kind == FindingKind.CONDITION and Ruling.SET_CONDITION in fits:
            return Ruled(Ruling.SET_CONDITION, Cause.WEAR)
        if row.kind == FindingKind.MISSING and Ruling.MARK_MISSING in fits:
            return Ruled(Ruling.MARK_MISSING, Cause.LOST, "馆内找过两遍，没有找到")
        if row.kind == FindingKind.SURPLUS:
            return self._entered()
        return Ruled(Ruling.EXCUSE, Cause.OTHER, "已经说明，不改账")

    def _entered(self) -> Ruled:
        """The water dispenser that parents gave and nobody entered."""
        keeper = organisation.person(self.system, self.people[LIBRARIAN])
        kind = session().scalars(
            sa.select(ItemType.id).where(
                ItemType.institution_id == self.system.institution_id,
                ItemType.model == DISPENSER,
            )
        )
        entered = Entered(
            item_type_id=kind.one(),
            department_id=keeper.department_id,
            place_id=self.places[HALL],
            custodian_id=keeper.id,
            cost_fen=89_000,
        )
        words = "家委会赠送，没有入过账"
        return Ruled(Ruling.REGISTER, Cause.NEVER_ENTERED, words, entered=entered)

    def _classrooms(self) -> None:
        """One room done but for a thing, one begun, the others still to be walked."""
        day = today(organisation.institution(self.system.institution_id).time_zone)
        audit = self._begin(
            Plan(
                title="明德楼期末盘点",
                baseline_on=day,
                due_on=day + timedelta(days=14),
                scope=Scope(place_ids=(self.places[BUILDING],)),
                lead_id=self.people[LEAD],
                counters=(Named(self.people[KEEPER]), Named(self.people[TEACHER])),
            )
        )
        done, begun = self._codes(audit.id, DONE), self._codes(audit.id, BEGUN)
        records = [self._scan(code, DONE) for code in done[:-1]]
        if done:
            records.append(self._record("close_place", place_id=self.places[DONE]))
        records += [self._scan(code, BEGUN) for code in begun[: len(begun) // 2]]
        self._send(audit, KEEPER, WALK, records, now() - len(records) * PACE)

    def _begin(self, plan: Plan) -> Audit:
        lead = self.as_person(LEAD)
        return actions.freeze(lead, actions.plan(lead, plan).id)

    def _send(
        self,
        audit: Audit,
        who: str,
        walk: str,
        records: list[dict[str, Any]],
        begun: datetime,
    ) -> None:
        """Send what a phone recorded, one after the other at a walking pace."""
        told = [
            each | {"at": (begun + number * PACE).isoformat()}
            for number, each in enumerate(records)
        ]
        for start in range(0, len(told), 500):
            delivery = Delivery(walk, told[start : start + 500])
            actions.take_records(self.as_person(who), audit.id, delivery)

    def _codes(self, audit_id: int, place: str) -> list[str]:
        """The labels the list expects in a room."""
        return list(
            session().scalars(
                sa.select(AuditItem.code)
                .where(
                    AuditItem.audit_id == audit_id,
                    AuditItem.place_id == self.places[place],
                    AuditItem.is_labelled,
                )
                .order_by(AuditItem.asset_id)
            )
        )

    def _heaps(self, audit_id: int, place: str) -> list[dict[str, Any]]:
        """Counts of what has no labels in a room, all of it there."""
        rows = session().execute(
            sa.select(AuditItem.item_type_id, sa.func.count())
            .where(
                AuditItem.audit_id == audit_id,
                AuditItem.place_id == self.places[place],
                AuditItem.is_labelled.is_(False),
            )
            .group_by(AuditItem.item_type_id)
            .order_by(AuditItem.item_type_id)
        )
        where = self.places[place]
        return [
            self._record("count", item_type_id=kind, place_id=where, count=count)
            for kind, count in rows
        ]

    def _scan(self, code: str, place: str) -> dict[str, Any]:
        return self._record("scan", code=code, place_id=self.places[place])

    def _record(self, kind: str, **how: Any) -> dict[str, Any]:
        return {"id": str(uuid.uuid4()), "kind": kind, **how}
