"""Freezing what an audit expects: the list, as the ledger is at one position."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.actions.keeping import (
    KIND,
    PART,
    STEP_SELF,
    locked_audit,
    table_of,
)
from registry.audits.actions.planning import begin_walks, office_of
from registry.audits.errors import BaselineAhead, NothingInScope, PlaceInAudit
from registry.audits.models import (
    Audit,
    AuditItem,
    AuditPerson,
    AuditPlace,
    AuditRound,
)
from registry.audits.queries.audits import custodians_of
from registry.audits.queries.scoping import Scope, busy_places, in_scope
from registry.audits.rules.excusing import MOVING, excuse_of, standing_before
from registry.audits.states import (
    AUDIT,
    AuditState,
    Excuse,
    Outcome,
    RoundKind,
    RoundState,
)
from registry.catalogue.models import ItemType
from registry.catalogue.queries import classes_below
from registry.journal.actions import record
from registry.journal.models import Entry, Position
from registry.kernel.clock import now, start_of, today
from registry.ledger.models import Asset, Claim
from registry.ledger.states import AssetState, ClaimKind
from registry.organisation import queries as organisation
from registry.organisation.models import Department, Person, Place
from registry.store.db import session as current_session
from registry.store.transaction import transaction
from registry.waiting.actions import begin

BATCH = 500
SELF_HOURS = 40

Types = Mapping[int, tuple[int, str, bool]]
"""By item type: the one it stands for now, its name, and whether it has labels."""


def freeze(actor: Actor, audit_id: int, version: int | None = None) -> Audit:
    """Freeze what an audit expects and let counting begin.

    The list is what the ledger holds in the scope at one position, each row as it is
    told there. What moved since the baseline date, and what is out on loan, is on it
    with the entry that excuses it; what left the scope since is added, excused at once.
    Raises BaselineAhead, NothingInScope, PlaceInAudit, WrongState.
    """
    with transaction() as session:
        found = locked_audit(actor, audit_id, version)
        actor.require(Permission.AUDIT_LEAD, found)
        AUDIT.after(AuditState(found.state), "freeze")
        zone = organisation.institution(found.institution_id).time_zone
        if found.baseline_on > today(zone):
            raise BaselineAhead(on=found.baseline_on.isoformat())
        scope = Scope.read(found.scope)
        _list_things(actor, found, scope)
        position = session.scalar(
            sa.select(sa.func.max(AuditItem.at_position)).where(
                AuditItem.audit_id == found.id
            )
        )
        if position is None:
            raise NothingInScope
        since = _after(found, zone)
        _excuse_loans(found)
        _excuse_moves(actor, found, scope, since, position)
        found.expected = _count(found)
        _list_places(actor, found)
        found.frozen_position, found.frozen_at = position, now()
        found.state = str(AuditState.RUNNING)
        first = AuditRound(
            institution_id=found.institution_id,
            audit_id=found.id,
            number=1,
            kind=found.begins_with,
            state=str(RoundState.OPEN),
            due_on=found.due_on,
            opened_at=now(),
        )
        session.add(first)
        session.flush()
        facts = {"position": position, "expected": found.expected}
        record(actor, KIND, found.id, "freeze", facts)
        if first.kind == RoundKind.SELF:
            ask_custodians(actor, found)
        begin_walks(actor, found)
        return found


def _after(found: Audit, zone: str) -> datetime:
    """The end of the baseline day where the institution is."""
    return start_of(found.baseline_on + timedelta(days=1), zone)


def _list_things(actor: Actor, found: Audit, scope: Scope) -> None:
    """One statement, so that the list and its position are of one moment.

    In the order of ids, as everybody locks assets.
    """
    kind, standing = aliased(ItemType), aliased(ItemType)
    position = (
        sa.select(Position.last)
        .where(Position.institution_id == found.institution_id)
        .scalar_subquery()
    )
    columns: dict[str, Any] = {
        "institution_id": sa.literal(found.institution_id),
        "audit_id": sa.literal(found.id),
        "asset_id": Asset.id,
        "at_position": position,
        "asset_version": Asset.version,
        "entry": Asset.entries,
        "code": Asset.code,
        "asset_number": Asset.asset_number,
        "sub_number": Asset.sub_number,
        "name": sa.func.coalesce(standing.name, kind.name),
        "item_type_id": sa.func.coalesce(standing.id, kind.id),
        "is_labelled": sa.func.coalesce(standing.is_labelled, kind.is_labelled),
        "department_id": Asset.department_id,
        "custodian_id": Asset.custodian_id,
        "place_id": Asset.place_id,
        "serial": Asset.serial,
        "state": Asset.state,
        "condition": Asset.condition,
        "cost_fen": Asset.cost_fen,
        "outcome": sa.literal(str(Outcome.PENDING)),
        "times": sa.literal(0),
        "is_disputed": sa.false(),
        "seen_unused": sa.false(),
    }
    chosen = (
        sa.select(*columns.values())
        .select_from(Asset)
        .join(kind, kind.id == Asset.item_type_id)
        .outerjoin(standing, standing.id == kind.merged_into_id)
        .where(*in_scope(actor, scope))
        .order_by(Asset.id)
    )
    current_session().execute(
        sa.insert(AuditItem).from_select(list(columns), chosen, include_defaults=False)
    )


def _count(found: Audit) -> int:
    return (
        current_session().scalar(
            sa.select(sa.func.count()).where(AuditItem.audit_id == found.id)
        )
        or 0
    )


def _excuse_loans(found: Audit) -> None:
    """Things out on loan, by the entry that lent them."""
    session = current_session()
    opened = (
        sa.select(sa.func.max(Entry.number))
        .where(
            Entry.subject_kind == "asset",
            Entry.subject_id == AuditItem.asset_id,
            Entry.verb.in_(("claim", "register", "correct")),
            Entry.number <= AuditItem.entry,
        )
        .scalar_subquery()
    )
    lent = sa.select(Claim.asset_id).where(
        Claim.institution_id == found.institution_id,
        Claim.kind == str(ClaimKind.LOAN),
        Claim.ended_at.is_(None),
    )
    session.execute(
        sa.update(AuditItem)
        .where(AuditItem.audit_id == found.id, AuditItem.asset_id.in_(lent))
        .values(
            excuse=str(Excuse.LOAN),
            excuse_entry=opened,
            outcome=str(Outcome.EXCUSED),
        )
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True)
class _Told:
    """An entry since the baseline."""

    number: int
    verb: str
    changes: dict[str, Any]


def _excuse_moves(
    actor: Actor, found: Audit, scope: Scope, since: datetime, position: int
) -> None:
    told = _told_since(found, since, position)
    listed = _listed(found, told)
    excuses = []
    for asset_id in listed:
        excuse = excuse_of((e.number, e.verb, e.changes) for e in told[asset_id])
        if excuse is not None:
            excuses.append(
                {"b_asset": asset_id, "b_excuse": str(excuse[0]), "b_entry": excuse[1]}
            )
    item = table_of(AuditItem)
    statement = (
        sa.update(item)
        .where(
            item.c.audit_id == found.id,
            item.c.asset_id == sa.bindparam("b_asset"),
            item.c.excuse.is_(None),
        )
        .values(excuse=sa.bindparam("b_excuse"), excuse_entry=sa.bindparam("b_entry"))
    )
    connection = current_session().connection()
    for start in range(0, len(excuses), BATCH):
        connection.execute(statement, excuses[start : start + BATCH])
    left = sorted(set(told) - listed)
    for start in range(0, len(left), BATCH):
        _add_those_who_left(
            actor, found, scope, left[start : start + BATCH], told, position
        )


def _told_since(found: Audit, since: datetime, position: int) -> dict[int, list[_Told]]:
    """By asset the entries since the baseline that may have moved it."""
    changed = sa.select(Asset.id).where(
        Asset.institution_id == found.institution_id, Asset.changed_at >= since
    )
    rows = current_session().execute(
        sa.select(Entry.subject_id, Entry.number, Entry.verb, Entry.facts)
        .where(
            Entry.institution_id == found.institution_id,
            Entry.subject_kind == "asset",
            Entry.subject_id.in_(changed),
            Entry.verb.in_(MOVING),
            Entry.at >= since,
            Entry.position <= position,
        )
        .order_by(Entry.subject_id, Entry.number)
        .execution_options(yield_per=2_000)
    )
    told: dict[int, list[_Told]] = defaultdict(list)
    for asset_id, number, verb, facts in rows:
        changes = {} if verb == "register" else json.loads(facts).get("set", {})
        told[asset_id].append(_Told(number, verb, changes))
    return told


def _listed(found: Audit, asset_ids: Iterable[int]) -> set[int]:
    wanted = sorted(asset_ids)
    listed: set[int] = set()
    for start in range(0, len(wanted), BATCH):
        listed.update(
            current_session().scalars(
                sa.select(AuditItem.asset_id).where(
                    AuditItem.audit_id == found.id,
                    AuditItem.asset_id.in_(wanted[start : start + BATCH]),
                )
            )
        )
    return listed


def _add_those_who_left(
    actor: Actor,
    found: Audit,
    scope: Scope,
    asset_ids: Sequence[int],
    told: Mapping[int, Sequence[_Told]],
    position: int,
) -> None:
    """What was in the scope on the baseline date and is not now: excused."""
    session = current_session()
    wanted = [
        each
        for each in asset_ids
        if told[each][0].verb != "register"  # was not in the books then
    ]
    if not wanted:
        return
    histories: dict[int, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
    for asset_id, number, verb, facts in session.execute(
        sa.select(Entry.subject_id, Entry.number, Entry.verb, Entry.facts)
        .where(Entry.subject_kind == "asset", Entry.subject_id.in_(wanted))
        .order_by(Entry.subject_id, Entry.number)
    ):
        histories[asset_id].append((number, verb, json.loads(facts).get("set", {})))
    covers = _Cover(actor, scope)
    rows = []
    for asset in session.scalars(
        sa.select(Asset).where(Asset.id.in_(wanted)).order_by(Asset.id)
    ):
        first = told[asset.id][0].number
        was = standing_before(histories[asset.id], first)
        if was["state"] == AssetState.DISPOSED or not covers.holds(was):
            continue
        last = told[asset.id][-1]
        gone = any(each.verb == "dispose" for each in told[asset.id])
        kind = asset.item_type.standing
        rows.append(
            {
                "institution_id": found.institution_id,
                "audit_id": found.id,
                "asset_id": asset.id,
                "at_position": position,
                "asset_version": asset.version,
                "entry": asset.entries,
                "code": asset.code,
                "asset_number": asset.asset_number,
                "sub_number": asset.sub_number,
                "name": kind.name,
                "item_type_id": kind.id,
                "is_labelled": kind.is_labelled,
                "department_id": was["department"],
                "custodian_id": was["custodian"],
                "place_id": was["place"],
                "serial": asset.serial,
                "state": was["state"],
                "condition": asset.condition,
                "cost_fen": asset.cost_fen,
                "excuse": str(Excuse.DISPOSED if gone else Excuse.LEFT_SCOPE),
                "excuse_entry": last.number,
                "outcome": str(Outcome.EXCUSED),
            }
        )
    if rows:
        session.execute(sa.insert(AuditItem), rows)


class _Cover:
    """Whether a scope covers a thing as it was: the same rule as ``in_scope``."""

    def __init__(self, actor: Actor, scope: Scope) -> None:
        here = actor.institution_id
        self.scope = scope
        self.departments = _below(here, Department, scope.department_ids)
        self.places = _below(here, Place, scope.place_ids)
        self.types = self._types(actor, scope.class_codes)

    def holds(self, was: Mapping[str, Any]) -> bool:
        """Whether a thing that was so was in the scope."""
        cost = self.scope.cost_from_fen
        return (
            (self.departments is None or was["department"] in self.departments)
            and (self.places is None or was["place"] in self.places)
            and (self.types is None or was["item_type"] in self.types)
            and (cost is None or (was["cost_fen"] or 0) >= cost)
        )

    @staticmethod
    def _types(actor: Actor, codes: Sequence[str]) -> set[int] | None:
        if not codes:
            return None
        of_class = [ItemType.class_id.in_(classes_below(actor, code)) for code in codes]
        return set(
            current_session().scalars(
                sa.select(ItemType.id).where(
                    ItemType.institution_id == actor.institution_id, sa.or_(*of_class)
                )
            )
        )


def _below(here: int, model: type[Any], ids: Sequence[int]) -> set[int] | None:
    """The ids of some rows of a tree and of all that is below them; None for none."""
    if not ids:
        return None
    session = current_session()
    paths = session.scalars(
        sa.select(model.path).where(model.institution_id == here, model.id.in_(ids))
    ).all()
    below = [model.path.startswith(path) for path in paths]
    return set(
        session.scalars(
            sa.select(model.id).where(
                model.institution_id == here, sa.or_(sa.false(), *below)
            )
        )
    )


def _list_places(actor: Actor, found: Audit) -> None:
    """The places of the list; PlaceInAudit while another audit counts one of them."""
    session = current_session()
    counts = (
        sa.select(AuditItem.place_id, sa.func.count().label("expected"))
        .where(AuditItem.audit_id == found.id, AuditItem.place_id.is_not(None))
        .group_by(AuditItem.place_id)
        .order_by(AuditItem.place_id)
    )
    rows: list[dict[str, Any]] = [
        {
            "institution_id": found.institution_id,
            "audit_id": found.id,
            "place_id": place_id,
            "is_open": True,
            "expected": expected,
        }
        for place_id, expected in session.execute(counts)
    ]
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        busy = busy_places(actor, [each["place_id"] for each in part], found.id)
        if busy:
            place, other = busy[0]
            raise PlaceInAudit(
                place=place.full_name, audit=other.title, number=other.number
            )
        session.execute(sa.insert(AuditPlace), part)


def ask_custodians(actor: Actor, found: Audit) -> None:
    """Ask everybody who keeps something of the list to look at it themselves."""
    session = current_session()
    counts = {
        person_id: count
        for person_id, count in session.execute(
            sa.select(AuditItem.custodian_id, sa.func.count())
            .join(Person, Person.id == AuditItem.custodian_id)
            .where(AuditItem.audit_id == found.id, Person.left_on.is_(None))
            .group_by(AuditItem.custodian_id)
            .order_by(AuditItem.custodian_id)
        )
        if person_id is not None
    }
    moment = now()
    parts = session.scalars(custodians_of(found))
    known = [each for each in parts if each.person_id in counts]
    for each in known:
        each.done_at = None
    asked = {each.person_id for each in known}
    rows = [
        AuditPerson(
            institution_id=found.institution_id,
            audit_id=found.id,
            person_id=person_id,
            part="custodian",
            named_at=moment,
        )
        for person_id in counts
        if person_id not in asked
    ]
    session.add_all(rows)
    session.flush()
    if rows:
        told = [each.person_id for each in rows]
        record(actor, KIND, found.id, "ask_custodians", {"people": told})
    above = office_of(found)
    for each in [*known, *rows]:
        begin(
            actor,
            subject_kind=PART,
            subject_id=each.id,
            step=STEP_SELF,
            rungs=[[each.person_id], *above],
            hours=SELF_HOURS,
            department_id=found.department_id,
            facts={"audit": found.title, "count": counts[each.person_id]},
        )
    session.expire(found, ["people"])
