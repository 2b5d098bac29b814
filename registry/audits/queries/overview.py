"""How well a ledger is counted: how much of it lately, how truly, what never."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.audits.models import Audit, AuditItem, AuditRecord
from registry.audits.queries.audits import READS_PART, sees_all
from registry.audits.queries.counting import Sums, sums_by
from registry.audits.states import AuditState, RecordKind, Standing
from registry.kernel.clock import now
from registry.ledger.models import Asset
from registry.ledger.states import AssetState
from registry.organisation.models import Place
from registry.organisation.queries import departments_below
from registry.store.db import session

LATELY = timedelta(days=365)
MOST_AUDITS = 12
MOST_PLACES = 30
MOST_ROOMS = 10
DAY = 86_400


@dataclass(frozen=True)
class Accuracy:
    """How many of a hundred things an audit found where the ledger has them."""

    audit_id: int
    title: str
    accuracy: int


@dataclass(frozen=True)
class Overview:
    """How well a ledger is counted."""

    things: int
    counted: int
    """How many of them somebody saw in an audit of the last twelve months."""
    audits: list[Accuracy]
    never: list[tuple[str, int]]
    """Places in which things stand that no audit ever saw, the fullest first."""
    never_count: int
    slowest: list[tuple[str, int]]
    """Rooms of the last audits and the minutes they took, the longest first."""

    @property
    def share(self) -> int:
        """How much was counted lately, in whole percent."""
        return 100 * self.counted // self.things if self.things else 100


def overview(actor: Actor) -> Overview:
    """The figures of an institution, narrowed to the departments one answers for."""
    actor.require(Permission.FIGURES_SEE)
    assets = [
        Asset.institution_id == actor.institution_id,
        Asset.state.not_in((str(AssetState.DISPOSED), str(AssetState.MISSING))),
    ]
    audits = [
        Audit.institution_id == actor.institution_id,
        Audit.state.in_((str(AuditState.REVIEWING), str(AuditState.CLOSED))),
    ]
    if not sees_all(actor):
        paths = actor.paths_of(Role.ASSET_OFFICE, *READS_PART)
        below = departments_below(actor.institution_id, paths)
        assets.append(Asset.department_id.in_(below))
        mine = Audit.lead_id == actor.person_id
        audits.append(sa.or_(mine, Audit.department_id.in_(below)))
    never, never_count = _never(assets)
    return Overview(
        things=_count(assets),
        counted=_count(assets, sa.and_(*_seen(), AuditItem.found_at >= now() - LATELY)),
        audits=_accuracies(audits),
        never=never,
        never_count=never_count,
        slowest=_slowest(audits),
    )


def _seen() -> list[sa.ColumnElement[bool]]:
    # With the institution, so that an index leads to the few lines of each thing.
    return [
        AuditItem.institution_id == Asset.institution_id,
        AuditItem.asset_id == Asset.id,
        AuditItem.found_at.is_not(None),
    ]


def _count(
    where: list[sa.ColumnElement[bool]], seen: sa.ColumnElement[bool] | None = None
) -> int:
    query = sa.select(sa.func.count()).select_from(Asset).where(*where)
    if seen is not None:
        query = query.where(sa.exists().where(seen))
    return session().scalar(query) or 0


def _accuracies(where: list[sa.ColumnElement[bool]]) -> list[Accuracy]:
    last = session().execute(
        sa.select(Audit.id, Audit.title)
        .where(*where)
        .order_by(Audit.frozen_at.desc(), Audit.id.desc())
        .limit(MOST_AUDITS)
    )
    titles = {audit_id: title for audit_id, title in last}  # noqa: C416 - typed
    sums = sums_by(AuditItem.audit_id, AuditItem.audit_id.in_(list(titles)))
    return [
        Accuracy(audit_id, title, accuracy)
        for audit_id, title in titles.items()
        if (accuracy := sums.get(audit_id, Sums()).accuracy) is not None
    ]


def _never(
    where: list[sa.ColumnElement[bool]],
) -> tuple[list[tuple[str, int]], int]:
    """Places with things that no audit ever saw."""
    rows = session().execute(
        sa.select(Place.full_name, sa.func.count())
        .select_from(Asset)
        .join(Place, Place.id == Asset.place_id)
        .where(*where, ~sa.exists().where(*_seen()))
        .group_by(Place.id, Place.full_name)
        .order_by(sa.func.count().desc(), Place.full_name)
    )
    found = [(name, count) for name, count in rows]
    return found[:MOST_PLACES], len(found)


def _slowest(where: list[sa.ColumnElement[bool]]) -> list[tuple[str, int]]:
    """How long rooms took in the last audits, while it took less than a day."""
    last = (
        sa.select(Audit.id)
        .where(*where)
        .order_by(Audit.frozen_at.desc(), Audit.id.desc())
        .limit(3)
    )
    rows = session().execute(
        sa.select(
            Place.full_name,
            sa.func.min(AuditRecord.at),
            sa.func.max(AuditRecord.at),
        )
        .join(Place, Place.id == AuditRecord.place_id)
        .where(
            AuditRecord.audit_id.in_(last.scalar_subquery()),
            AuditRecord.standing == str(Standing.COUNTED),
            AuditRecord.kind.in_((str(RecordKind.SCAN), str(RecordKind.TICK))),
        )
        .group_by(AuditRecord.audit_id, Place.id, Place.full_name)
    )
    took = []
    for name, first, end in rows:
        seconds = (end - first).total_seconds()
        if 0 <= seconds < DAY:
            took.append((name, int(seconds // 60) + 1))
    return sorted(took, key=lambda each: (-each[1], each[0]))[:MOST_ROOMS]
