"""What is being counted in the demo school: an audit of one building, half walked."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.audits import actions
from registry.audits.actions import Delivery, Named, Plan
from registry.audits.models import AuditItem
from registry.audits.queries import Scope
from registry.kernel.clock import now, today
from registry.organisation import queries as organisation
from registry.store.db import session

BUILDING = "mingde"
DONE, BEGUN = "mingde.301", "mingde.302"
LEAD, KEEPER, TEACHER = "mi_xiaoxiao", "zhang_ku", "zhao_xiaoman"
WALK = uuid.UUID("5b0c1c52-8f0f-4a53-9a3c-0e7f3d7c1a11")


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
        """One room done but for a thing, one begun, the others still to be walked."""
        day = today(organisation.institution(self.system.institution_id).time_zone)
        plan = Plan(
            title="明德楼期末盘点",
            baseline_on=day,
            due_on=day + timedelta(days=14),
            scope=Scope(place_ids=(self.places[BUILDING],)),
            lead_id=self.people[LEAD],
            counters=(Named(self.people[KEEPER]), Named(self.people[TEACHER])),
        )
        audit = actions.plan(self.as_person(LEAD), plan)
        actions.freeze(self.as_person(LEAD), audit.id)
        done, begun = self._codes(audit.id, DONE), self._codes(audit.id, BEGUN)
        records = [self._scan(code, DONE) for code in done[:-1]]
        if done:
            records.append(self._record("close_place", place_id=self.places[DONE]))
        records += [self._scan(code, BEGUN) for code in begun[: len(begun) // 2]]
        delivery = Delivery(str(WALK), records[:500])
        actions.take_records(self.as_person(KEEPER), audit.id, delivery)

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

    def _scan(self, code: str, place: str) -> dict[str, object]:
        return self._record("scan", code=code, place_id=self.places[place])

    def _record(self, kind: str, **how: object) -> dict[str, object]:
        return {"id": str(uuid.uuid4()), "kind": kind, "at": now().isoformat(), **how}
