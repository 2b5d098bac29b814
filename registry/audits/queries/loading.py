"""What a phone takes along into the cellar: the list, the places, what is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.audits.models import (
    Audit,
    AuditDraw,
    AuditItem,
    AuditPerson,
    AuditPlace,
    AuditRound,
    AuditSync,
    AuditWalk,
)
from registry.audits.queries.audits import audit as audit_seen
from registry.audits.queries.audits import begun_rounds, current_round
from registry.audits.states import RoundKind
from registry.catalogue.models import ItemType
from registry.codes.models import Code, CodeKind
from registry.journal.queries import last_position
from registry.kernel.clock import now
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation.models import Department, Person, Place
from registry.store.db import session

MOST_EXPECTED = 12_000
"""So many things one phone takes along of a list; of a longer one only its places'."""
MOST_BEYOND = 30_000
"""So many things beyond the list it can name without a network."""


@dataclass(frozen=True)
class Load:
    """Everything a walk needs without a network."""

    audit: Audit
    rounds: list[AuditRound]
    round: AuditRound
    person_id: int | None
    leads: bool
    own_places: list[int]
    position: int
    loaded_at: datetime
    places: list[dict[str, Any]]
    expected: list[dict[str, Any]]
    counts: list[dict[str, Any]]
    beyond: dict[str, tuple[int | None, str, str]]
    is_whole: bool
    """Whether all that is expected in this round was loaded."""
    knows_campus: bool
    """Whether all of its campuses beyond the list was loaded."""
    seen: list[dict[str, Any]]
    held: dict[str, int]
    """How many records are held of each of one's walks: a phone that was told of more
    sends them again, since they were lost with what a backup did not have."""


def load(actor: Actor, audit_id: int, number: int | None = None) -> Load:
    """What a phone loads for a round, by default the open one.

    To count is to be shown what shall be there: number, name, place, department and
    custodian of everything on the list, whatever else one may see; never what it cost.
    Raises Missing, Forbidden, Conflict ``audit_not_running``.
    """
    found = audit_seen(actor, audit_id)
    actor.require(Permission.AUDIT_COUNT, found)
    rounds = begun_rounds(found)
    chosen = _round(rounds, number)
    leads = actor.may(Permission.AUDIT_LEAD, found)
    own = _own_places(actor, found)
    where = _wanted(actor, found, chosen)
    position = last_position(found.institution_id)
    total = _count(where)
    if total > MOST_EXPECTED and own:
        where.append(AuditItem.place_id.in_(_places_below(found, own)))
    expected, is_cut = _expected(where)
    campuses = _campuses(found)
    beyond = _beyond(found, campuses, {each["code"] for each in expected})
    return Load(
        audit=found,
        rounds=rounds,
        round=chosen,
        person_id=actor.person_id,
        leads=leads,
        own_places=own,
        position=position,
        loaded_at=now(),
        places=_places(found, campuses),
        expected=expected,
        counts=_heaps(where),
        beyond=beyond,
        is_whole=not is_cut and total <= max(MOST_EXPECTED, len(expected)),
        knows_campus=len(beyond) < MOST_BEYOND,
        seen=_seen(where),
        held=_held(actor, found),
    )


def _held(actor: Actor, found: Audit) -> dict[str, int]:
    rows = session().execute(
        sa.select(AuditWalk.key, sa.func.sum(AuditSync.count))
        .join(AuditSync, AuditSync.walk_id == AuditWalk.id)
        .where(
            AuditSync.audit_id == found.id,
            AuditWalk.audit_id == found.id,
            AuditWalk.person_id == actor.person_id,
        )
        .group_by(AuditWalk.key)
    )
    return {key: int(count) for key, count in rows}


def _round(rounds: Sequence[AuditRound], number: int | None) -> AuditRound:
    if number is not None:
        named = next((each for each in rounds if each.number == number), None)
        if named is None:
            raise Missing(what="audit_rounds")
        return named
    return current_round(rounds)


def _own_places(actor: Actor, found: Audit) -> list[int]:
    return list(
        session().scalars(
            sa.select(AuditPerson.place_id)
            .where(
                AuditPerson.audit_id == found.id,
                AuditPerson.person_id == actor.person_id,
                AuditPerson.removed_at.is_(None),
                AuditPerson.place_id.is_not(None),
            )
            .order_by(AuditPerson.id)
        )
    )


def _places_below(found: Audit, place_ids: Sequence[int]) -> sa.Select[int]:
    paths = session().scalars(sa.select(Place.path).where(Place.id.in_(place_ids)))
    return sa.select(Place.id).where(
        Place.institution_id == found.institution_id,
        sa.or_(sa.false(), *(Place.path.startswith(path) for path in paths)),
    )


def _wanted(
    actor: Actor, found: Audit, chosen: AuditRound
) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [AuditItem.audit_id == found.id]
    if chosen.kind == RoundKind.SAMPLE:
        drawn = sa.select(AuditDraw.asset_id).where(AuditDraw.round_id == chosen.id)
        where.append(AuditItem.asset_id.in_(drawn))
    only_own = actor.person_id not in found.counter_ids
    only_own = only_own and not actor.may(Permission.AUDIT_LEAD, found)
    if only_own:
        where.append(AuditItem.custodian_id == actor.person_id)
    return where


def _count(where: Sequence[sa.ColumnElement[bool]]) -> int:
    return session().scalar(sa.select(sa.func.count()).where(*where)) or 0


def _expected(
    where: Sequence[sa.ColumnElement[bool]],
) -> tuple[list[dict[str, Any]], bool]:
    rows = session().execute(
        sa.select(
            AuditItem.asset_id,
            AuditItem.code,
            AuditItem.asset_number.label("number"),
            AuditItem.sub_number.label("sub"),
            AuditItem.name,
            ItemType.brand,
            ItemType.model,
            AuditItem.item_type_id,
            AuditItem.place_id,
            Department.name.label("department"),
            sa.func.coalesce(Person.name, "").label("custodian"),
            AuditItem.serial,
            AuditItem.is_labelled.label("labelled"),
            AuditItem.state,
            AuditItem.outcome,
            AuditItem.excuse,
        )
        .join(ItemType, ItemType.id == AuditItem.item_type_id)
        .join(Department, Department.id == AuditItem.department_id)
        .outerjoin(Person, Person.id == AuditItem.custodian_id)
        .where(*where)
        .order_by(AuditItem.place_id, AuditItem.name, AuditItem.asset_id)
        .limit(MOST_EXPECTED + 1)
    )
    found = [dict(row) for row in rows.mappings()]
    for each in found:
        brand, model = each.pop("brand"), each["model"]
        each["model"] = " ".join(part for part in (brand, model) if part)
    return found[:MOST_EXPECTED], len(found) > MOST_EXPECTED


def _heaps(where: Sequence[sa.ColumnElement[bool]]) -> list[dict[str, Any]]:
    """Things without labels, which are counted by kind and place."""
    found = sa.case((AuditItem.outcome == "here", 1), else_=0)
    rows = session().execute(
        sa.select(
            AuditItem.item_type_id,
            AuditItem.name,
            AuditItem.place_id,
            sa.func.count().label("expected"),
            sa.func.sum(found).label("counted"),
        )
        .where(*where, AuditItem.is_labelled.is_(False))
        .group_by(AuditItem.item_type_id, AuditItem.name, AuditItem.place_id)
        .order_by(AuditItem.place_id, AuditItem.name)
    )
    return [
        dict(row) | {"counted": int(row["counted"] or 0)} for row in rows.mappings()
    ]


def _campuses(found: Audit) -> list[str]:
    """The paths of the outermost places that hold something of the list."""
    paths = session().scalars(
        sa.select(Place.path)
        .join(AuditPlace, AuditPlace.place_id == Place.id)
        .where(AuditPlace.audit_id == found.id)
    )
    return sorted({f"/{path.strip('/').split('/')[0]}/" for path in paths})


def _on(campuses: Sequence[str]) -> sa.ColumnElement[bool]:
    each = [Place.path.startswith(path) for path in campuses]
    return sa.or_(sa.false(), *each)


def _places(found: Audit, campuses: Sequence[str]) -> list[dict[str, Any]]:
    rows = session().execute(
        sa.select(
            Place.id,
            Place.name,
            Place.full_name,
            Place.path,
            Place.kind,
            Code.code.label("door_code"),
            sa.func.coalesce(AuditPlace.expected, 0).label("expected"),
            AuditPlace.closed_at,
        )
        .outerjoin(
            Code,
            sa.and_(
                Code.kind == str(CodeKind.PLACE),
                Code.target_id == Place.id,
                Code.retired_at.is_(None),
            ),
        )
        .outerjoin(
            AuditPlace,
            sa.and_(AuditPlace.audit_id == found.id, AuditPlace.place_id == Place.id),
        )
        .where(
            Place.institution_id == found.institution_id,
            sa.or_(
                sa.and_(_on(campuses), Place.closed_on.is_(None)),
                AuditPlace.place_id.is_not(None),
            ),
        )
        .order_by(Place.full_name)
    )
    return [dict(row) for row in rows.mappings()]


def _beyond(
    found: Audit, campuses: Sequence[str], loaded: set[str]
) -> dict[str, tuple[int | None, str, str]]:
    """By code what else stands on the same campuses: what every colleague may see."""
    rows = session().execute(
        sa.select(Asset.code, Asset.place_id, Asset.state, ItemType.name)
        .join(ItemType, ItemType.id == Asset.item_type_id)
        .join(Place, Place.id == Asset.place_id)
        .where(
            Asset.institution_id == found.institution_id,
            Asset.state != str(AssetState.DISPOSED),
            _on(campuses),
        )
        .order_by(Asset.id)
        .limit(MOST_BEYOND + len(loaded))
    )
    beyond = {
        code: (place_id, state, name)
        for code, place_id, state, name in rows
        if code not in loaded
    }
    return dict(list(beyond.items())[:MOST_BEYOND])


def _seen(where: Sequence[sa.ColumnElement[bool]]) -> list[dict[str, Any]]:
    """What has been counted by now, by whom and where."""
    rows = session().execute(
        sa.select(
            AuditItem.asset_id,
            AuditItem.found_place_id.label("place_id"),
            sa.func.coalesce(Person.name, "").label("by"),
            AuditItem.found_by_id.label("by_id"),
            AuditItem.found_at.label("at"),
            AuditItem.record_key.label("record_id"),
            AuditItem.found_round.label("round"),
        )
        .outerjoin(Person, Person.id == AuditItem.found_by_id)
        .where(*where, AuditItem.found_at.is_not(None))
        .order_by(AuditItem.asset_id)
        .limit(MOST_EXPECTED)
    )
    return [dict(row) for row in rows.mappings()]
