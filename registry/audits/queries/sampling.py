"""Rounds besides the walk: who has looked at their own, what a second look came to."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.audits.models import (
    Audit,
    AuditDraw,
    AuditItem,
    AuditPerson,
    AuditRound,
)
from registry.audits.queries.audits import custodians_of, rounds_of
from registry.audits.rules.drawing import drawn
from registry.audits.states import AT_ONCE, Outcome, RoundKind, RoundState
from registry.store.db import session


def lots(found: Audit) -> list[tuple[int, int | None]]:
    """What a sample is drawn from: (asset id, place id) of the frozen list.

    Everything with a label that was to be looked for. None of this changes after the
    freeze, so that a draw can be repeated for ever.
    """
    rows = session().execute(
        sa.select(AuditItem.asset_id, AuditItem.place_id)
        .where(
            AuditItem.audit_id == found.id,
            AuditItem.is_labelled,
            sa.or_(
                AuditItem.excuse.is_(None),
                AuditItem.excuse.not_in([str(each) for each in AT_ONCE]),
            ),
        )
        .order_by(AuditItem.asset_id)
    )
    return [(asset_id, place_id) for asset_id, place_id in rows]


@dataclass(frozen=True)
class Sampled:
    """What a second look at some things came to."""

    round: AuditRound
    agreed: int = 0
    """Seen again, with the same outcome at the same place."""
    differs: int = 0
    """Seen again, but not as before; the second look counts."""
    unseen: int = 0
    """Not seen again."""
    in_vain: int = 0
    """Those of them that were said to be found before."""

    @property
    def share(self) -> int | None:
        """How many of a hundred that were looked for again agreed.

        Once the sample is over, what was said to be found and was not seen does not.
        """
        looked = self.agreed + self.differs
        if self.round.state == RoundState.DONE:
            looked += self.in_vain
        return 100 * self.agreed // looked if looked else None


def sampled(found: Audit) -> list[Sampled]:
    """The samples of an audit, the first one first."""
    unseen = AuditDraw.outcome == str(Outcome.PENDING)
    same = sa.and_(
        ~unseen,
        AuditDraw.outcome == AuditDraw.before,
        AuditItem.found_place_id.is_not_distinct_from(AuditDraw.before_place_id),
    )
    before = AuditDraw.before.in_((str(Outcome.HERE), str(Outcome.ELSEWHERE)))
    rows = session().execute(
        sa.select(
            AuditDraw.round_id,
            sa.func.sum(sa.case((same, 1), else_=0)),
            sa.func.sum(sa.case((unseen, 1), else_=0)),
            sa.func.sum(sa.case((sa.and_(unseen, before), 1), else_=0)),
            sa.func.count(),
        )
        .join(
            AuditItem,
            sa.and_(
                AuditItem.audit_id == AuditDraw.audit_id,
                AuditItem.asset_id == AuditDraw.asset_id,
            ),
        )
        .where(AuditDraw.audit_id == found.id)
        .group_by(AuditDraw.round_id)
    )
    told = {
        round_id: (int(a or 0), int(u or 0), int(v or 0), int(c))
        for round_id, a, u, v, c in rows
    }
    return [
        Sampled(each, agreed, count - agreed - unseen_, unseen_, in_vain)
        for each in rounds_of(found)
        if each.kind == RoundKind.SAMPLE
        for agreed, unseen_, in_vain, count in [told.get(each.id, (0, 0, 0, 0))]
    ]


def is_drawn_as_said(found: Audit, made: AuditRound) -> bool:
    """Whether drawing again by the method and seed of a sample gives the same."""
    again = drawn(
        lots(found), seed=made.seed, percent=made.percent or 0, method=made.method
    )
    kept = session().scalars(
        sa.select(AuditDraw.asset_id)
        .where(AuditDraw.round_id == made.id)
        .order_by(AuditDraw.asset_id)
    )
    return again == list(kept)


@dataclass(frozen=True)
class OwnCount:
    """How far one custodian is with what they keep."""

    part: AuditPerson
    total: int
    found: int

    @property
    def left(self) -> int:
        """So many of their things nobody has seen yet."""
        return self.total - self.found


def own_counts(found: Audit, person_id: int | None = None) -> list[OwnCount]:
    """Everybody who was asked to look at their own, those not done first."""
    asked = custodians_of(found)
    kept = sa.select(
        AuditItem.custodian_id,
        sa.func.count(),
        sa.func.count(AuditItem.found_at),
    ).where(AuditItem.audit_id == found.id, AuditItem.outcome != str(Outcome.EXCUSED))
    if person_id is not None:
        asked = asked.where(AuditPerson.person_id == person_id)
        kept = kept.where(AuditItem.custodian_id == person_id)
    counts = {
        key: (total, seen)
        for key, total, seen in session().execute(kept.group_by(AuditItem.custodian_id))
    }
    rows = [
        OwnCount(each, *counts.get(each.person_id, (0, 0)))
        for each in session().scalars(asked.options(joinedload(AuditPerson.person)))
    ]
    return sorted(rows, key=lambda row: (row.part.done_at is not None, -row.left))
