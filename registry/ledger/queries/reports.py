"""What people report from labels, narrowed to what the actor may settle."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.policy import is_root
from registry.access.roles import Role
from registry.kernel.errors import Missing
from registry.ledger.models import Asset, LabelReport
from registry.ledger.queries.searching import of_words
from registry.organisation import queries as organisation
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows

HANDLERS = (
    Role.ASSET_OFFICE,
    Role.DEPARTMENT_ASSET_OFFICER,
    Role.WAREHOUSE_KEEPER,
    Role.DEPARTMENT_HEAD,
)
"""Who settles what is reported about a department's things."""

REPORT_ORDERS: Orders = {
    "made": Order(),
    "handled": Order(
        (LabelReport.handled_at,), falling=True, empty=LabelReport.handled_at
    ),
}
MOST_WORDS = 8


class Standing(StrEnum):
    """Which reports are wanted instead of those that wait."""

    SETTLED = "settled"
    ALL = "all"


@dataclass(frozen=True)
class ReportFilter:
    """What a list of reports is narrowed to; without more to those that wait."""

    text: str = ""
    state: str = ""
    kinds: tuple[str, ...] = ()
    department_ids: tuple[int, ...] = ()
    """Whose things they are about, each with all that is below it."""


def report_rows(actor: Actor, wanted: ReportFilter, sort: str) -> Rows[LabelReport]:
    """The reports the actor may settle, narrowed."""
    here = actor.institution_id
    where = [sight(actor)]
    if wanted.state != Standing.ALL:
        waits = LabelReport.handled_at.is_(None)
        where.append(~waits if wanted.state == Standing.SETTLED else waits)
    if wanted.kinds:
        where.append(LabelReport.kind.in_(wanted.kinds))
    if wanted.department_ids:
        paths = [
            each.path
            for each in organisation.departments(actor, closed=True)
            if each.id in wanted.department_ids
        ]
        where.append(_about(organisation.departments_below(here, paths)))
    for word in wanted.text.split()[:MOST_WORDS]:
        named = sa.select(Asset.id).where(
            Asset.institution_id == here, of_words(actor, [word], as_card=False)
        )
        where.append(
            sa.or_(
                LabelReport.words.icontains(word, autoescape=True),
                LabelReport.answer.icontains(word, autoescape=True),
                LabelReport.asset_id.in_(named),
            )
        )
    query = sa.select(LabelReport).where(LabelReport.institution_id == here)
    return Rows(query, LabelReport.id, tuple(where))


def sight(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on reports the actor may settle.

    The same rule as the policy's for ``ledger:report:handle``.
    """
    if not actor.may(Permission.REPORT_HANDLE):
        return sa.false()
    paths = actor.paths_of(*HANDLERS)
    if actor.is_system or any(map(is_root, paths)):
        return sa.true()
    return _about(organisation.departments_below(actor.institution_id, paths))


def _about(departments: sa.Select[int]) -> sa.ColumnElement[bool]:
    """Reports about things of some departments, looked up one by one."""
    return sa.exists().where(
        Asset.institution_id == LabelReport.institution_id,
        Asset.id == LabelReport.asset_id,
        Asset.department_id.in_(departments),
    )


def open_reports(actor: Actor, limit: int = 100) -> list[LabelReport]:
    """Reports from labels that the actor may settle, oldest first."""
    rows = report_rows(actor, ReportFilter(), "made").select
    return list(
        session().scalars(
            rows.options(
                joinedload(LabelReport.asset).joinedload(Asset.department),
                joinedload(LabelReport.asset).joinedload(Asset.item_type),
            )
            .order_by(LabelReport.id)
            .limit(limit)
        )
    )


def report(actor: Actor, report_id: int) -> LabelReport:
    """A report the actor may settle; Missing otherwise."""
    found = session().scalar(
        sa.select(LabelReport).where(
            LabelReport.id == report_id,
            LabelReport.institution_id == actor.institution_id,
        )
    )
    if found is None or not actor.may(Permission.REPORT_HANDLE, found):
        raise Missing(what="label_reports")
    return found
