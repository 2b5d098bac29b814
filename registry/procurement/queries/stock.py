"""What lies idle, or nearly, as a check counts it: equal things of one place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from registry.journal.models import Entry
from registry.kernel.clock import now
from registry.ledger.models import Asset, Claim
from registry.ledger.states import AssetState
from registry.organisation.models import Department
from registry.procurement.queries.matcher import Catalogue
from registry.procurement.states import CandidateKind
from registry.sharing.models import Suspicion
from registry.store.db import session

LEFT_DAYS = 14
"""So long something that was idle is still shown, and who uses it asked about."""
MOST_OF_GROUP = 1_000
"""So many things of one group are counted one by one; nobody asks for more."""
MOST_NEARLY = 2_000
"""So many things that are nearly idle are shown beside the idle ones."""
IDLE_FACT = '%"state":"idle"%'
LEAVING = ("put_in_use", "propose_disposal", "send_to_repair")


@dataclass
class Group:
    """Equal things: of one type, department, place, condition, and in one way idle."""

    type_id: int
    department_id: int
    place_id: int | None
    condition: str | None
    kind: CandidateKind
    asset_ids: list[int] = field(default_factory=list)
    since: datetime | None = None
    until: datetime | None = None
    holder: str = ""


def idle_types(institution_id: int, known: Catalogue) -> frozenset[int]:
    """Item types of which something lies idle, claimed by somebody or not.

    Stepped along the index from one type to the next, so that it takes as long as there
    are types and not as there are things.
    """

    def least(*more: sa.ColumnElement[bool]) -> sa.Select[int]:
        return sa.select(sa.func.min(Asset.item_type_id).label("type_id")).where(
            Asset.institution_id == institution_id,
            Asset.state == str(AssetState.IDLE),
            *more,
        )

    seen = least().cte("seen", recursive=True)
    following = least(Asset.item_type_id > seen.c.type_id).scalar_subquery()
    seen = seen.union_all(sa.select(following).where(seen.c.type_id.is_not(None)))
    rows = session().scalars(
        sa.select(seen.c.type_id).where(seen.c.type_id.is_not(None))
    )
    return frozenset(map(known.stands_for, rows))


@dataclass(frozen=True)
class Nearly:
    """Things that are idle but for a reason: which, and of which item types.

    Those under repair are not named one by one; their state says it.
    """

    kinds: dict[int, CandidateKind]
    type_ids: frozenset[int]


def nearly_idle(
    institution_id: int, known: Catalogue, type_ids: Collection[int]
) -> Nearly:
    """Of some item types what seems idle, was idle until lately or is under repair."""
    meant = known.all_of(type_ids)
    kinds: dict[int, CandidateKind] = {}
    types: set[int] = set()
    for kind, query in (
        (CandidateKind.SUSPECTED, _suspected(institution_id, meant)),
        (CandidateKind.LEFT, _left(institution_id, meant)),
    ):
        for asset_id, type_id in session().execute(query.limit(MOST_NEARLY)):
            kinds[asset_id] = kind
            types.add(type_id)
    for type_id in meant - types:
        if session().scalar(_under_repair(institution_id, type_id)) is not None:
            types.add(type_id)
    return Nearly(kinds, frozenset(map(known.stands_for, types)))


def _under_repair(institution_id: int, type_id: int) -> sa.Select[int]:
    return (
        sa.select(Asset.id)
        .where(
            Asset.institution_id == institution_id,
            Asset.state == str(AssetState.UNDER_REPAIR),
            Asset.item_type_id == type_id,
        )
        .limit(1)
    )


def _suspected(institution_id: int, type_ids: set[int]) -> sa.Select[int, int]:
    return (
        sa.select(Asset.id, Asset.item_type_id)
        .join(Suspicion, Suspicion.asset_id == Asset.id)
        .where(
            Suspicion.institution_id == institution_id,
            Asset.institution_id == institution_id,
            Asset.item_type_id.in_(sorted(type_ids)),
            Asset.state == str(AssetState.IN_USE),
        )
        .order_by(Asset.id)
    )


def _left(institution_id: int, type_ids: set[int]) -> sa.Select[int, int]:
    """Things that lay idle until lately: whoever put them to use is asked why."""
    since = now() - timedelta(days=LEFT_DAYS)
    went, before = aliased(Entry), aliased(Entry)
    return (
        sa.select(Asset.id, Asset.item_type_id)
        .join(
            went,
            sa.and_(went.subject_kind == "asset", went.subject_id == Asset.id),
        )
        .where(
            Asset.institution_id == institution_id,
            Asset.item_type_id.in_(sorted(type_ids)),
            Asset.state.in_(
                [
                    str(AssetState.IN_USE),
                    str(AssetState.PENDING_DISPOSAL),
                    str(AssetState.UNDER_REPAIR),
                ]
            ),
            Asset.state_since >= since - timedelta(days=1),
            went.verb.in_(LEAVING),
            went.at >= since,
            sa.exists().where(
                before.subject_kind == "asset",
                before.subject_id == Asset.id,
                before.number < went.number,
                before.facts.like(IDLE_FACT),
            ),
        )
        .distinct()
        .order_by(Asset.id)
    )


def count_free(asset_ids: Collection[int]) -> int:
    """How many of some things lie idle now with nobody's claim on them."""
    claimed = sa.exists().where(
        Claim.institution_id == Asset.institution_id,
        Claim.asset_id == Asset.id,
        Claim.ended_at.is_(None),
        sa.or_(Claim.until.is_(None), Claim.until >= now()),
    )
    query = sa.select(sa.func.count(Asset.id)).where(
        Asset.id.in_(sorted(asset_ids)),
        Asset.state == AssetState.IDLE,
        sa.not_(claimed),
    )
    return session().scalar(query) or 0


def groups_of(
    institution_id: int,
    known: Catalogue,
    type_ids: Collection[int],
    *,
    without: Collection[int] = (),
    nearly: Nearly | None = None,
) -> list[Group]:
    """The groups of some item types, in a steady order.

    ``without`` are assets that are on their way to whoever asks already; ``nearly``
    those that are to be shown beside the idle ones.
    """
    shown: list[sa.ColumnElement[bool]] = [Asset.state == str(AssetState.IDLE)]
    if nearly is not None:
        shown.append(Asset.state == str(AssetState.UNDER_REPAIR))
        if nearly.kinds:
            shown.append(Asset.id.in_(sorted(nearly.kinds)))
    holder = aliased(Department)
    rows = session().execute(
        sa.select(
            Asset.id,
            Asset.item_type_id,
            Asset.department_id,
            Asset.place_id,
            Asset.condition,
            Asset.state,
            Asset.state_since,
            Claim.kind,
            Claim.until,
            holder.name,
        )
        .outerjoin(
            Claim,
            sa.and_(
                Claim.institution_id == Asset.institution_id,
                Claim.asset_id == Asset.id,
                Claim.ended_at.is_(None),
            ),
        )
        .outerjoin(holder, holder.id == Claim.department_id)
        .where(
            Asset.institution_id == institution_id,
            Asset.item_type_id.in_(sorted(known.all_of(type_ids))),
            sa.or_(*shown),
        )
        .order_by(Asset.item_type_id, Asset.id)
    )
    moment = now()
    found: dict[tuple[object, ...], Group] = {}
    for row in rows:
        if row.id in without:
            continue
        kind = _kind(row.id, row.state, nearly)
        claimed = row.kind is not None and not (row.until and row.until < moment)
        if kind is CandidateKind.IDLE and claimed:
            kind = CandidateKind.CLAIMED
        key = (
            known.stands_for(row.item_type_id),
            row.department_id,
            row.place_id,
            row.condition,
            kind,
            row.until if kind is CandidateKind.CLAIMED else None,
            row.name if kind is CandidateKind.CLAIMED else "",
        )
        group = found.get(key)
        if group is None:
            group = Group(key[0], *key[1:5])
            group.until, group.holder = key[5], row.name or ""
            found[key] = group
        if len(group.asset_ids) < MOST_OF_GROUP:
            group.asset_ids.append(row.id)
        group.since = min(group.since or row.state_since, row.state_since)
    return list(found.values())


def _kind(asset_id: int, state: str, nearly: Nearly | None) -> CandidateKind:
    if state == AssetState.IDLE or nearly is None:
        return CandidateKind.IDLE
    return nearly.kinds.get(asset_id, CandidateKind.REPAIRABLE)
