"""All certificates as a list, for who verifies them: what each was issued for.

The list says what a certificate is worth by what the tables tell at once; opening one
looks for new matches as well, and computes its hash anew as the list does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.models import Entry
from registry.kernel.clock import now
from registry.organisation import queries as organisation
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.checks import IdleCheck
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.certificates import (
    ENDED,
    SETTLED,
    UNDER_CHECK,
    noted_hash_in,
)
from registry.procurement.queries.freshness import MOST_DAYS
from registry.procurement.queries.requests import sight
from registry.procurement.rules.certificates import is_whole, status_of
from registry.procurement.states import CertificateStatus, RequestState
from registry.sharing.queries.narrowing import start_of
from registry.store.db import session
from registry.store.paging import Order, Orders, Rows


@dataclass(frozen=True)
class CertificateFilter:
    """What the list is narrowed to; empty fields narrow nothing."""

    text: str = ""
    """A certificate's or a request's number, or a part of what was asked for."""
    statuses: tuple[str, ...] = ()
    department_id: int | None = None
    issued_from: date | None = None
    issued_to: date | None = None


CERTIFICATE_ORDERS: Orders = {
    "newest": Order(by=(Certificate.issued_at,), falling=True)
}
"""In which orders certificates are listed; the index gives it."""


def certificate_rows(
    actor: Actor, wanted: CertificateFilter, sort: str
) -> Rows[Certificate]:
    """The certificates of requests that the actor may see, narrowed."""
    query = sa.select(Certificate).join(
        PurchaseRequest, PurchaseRequest.id == Certificate.request_id
    )
    conditions = [
        Certificate.institution_id == actor.institution_id,
        sight(actor) if actor.may(Permission.CERTIFICATE_SEE) else sa.false(),
    ]
    if wanted.statuses:
        conditions.append(sa.or_(*map(_standing, wanted.statuses)))
    if wanted.department_id is not None:
        top = organisation.department(actor, wanted.department_id)
        below = organisation.departments_below(actor.institution_id, [top.path])
        conditions.append(PurchaseRequest.department_id.in_(below))
    here = actor.institution_id
    if wanted.issued_from is not None:
        conditions.append(Certificate.issued_at >= start_of(here, wanted.issued_from))
    if wanted.issued_to is not None:
        after = wanted.issued_to + timedelta(days=1)
        conditions.append(Certificate.issued_at < start_of(here, after))
    if wanted.text:
        conditions.append(_named(actor, wanted.text))
    return Rows(query, Certificate.id, tuple(conditions))


def _named(actor: Actor, text: str) -> sa.ColumnElement[bool]:
    plain = text.upper().replace("-", "").replace(" ", "")
    asked = sa.select(PurchaseLine.request_id).where(
        PurchaseLine.institution_id == actor.institution_id,
        PurchaseLine.text.icontains(text, autoescape=True),
    )
    return sa.or_(
        Certificate.code.startswith(plain, autoescape=True),
        PurchaseRequest.number.startswith(text.upper(), autoescape=True),
        PurchaseRequest.id.in_(asked),
    )


def _standing(status: str) -> sa.ColumnElement[bool]:
    """The condition that the tables tell of a status; none is broken by them."""
    later = aliased(Certificate)
    newest = ~sa.exists().where(
        later.request_id == Certificate.request_id, later.number > Certificate.number
    )
    if status == CertificateStatus.SUPERSEDED:
        return ~newest
    state = PurchaseRequest.state
    checked = (
        sa.select(sa.func.max(IdleCheck.made_at))
        .where(IdleCheck.request_id == Certificate.request_id)
        .scalar_subquery()
    )
    young = sa.or_(state.in_(SETTLED), checked >= now() - timedelta(days=MOST_DAYS))
    conditions = {
        CertificateStatus.VOID: state.in_(ENDED),
        CertificateStatus.VALID: sa.and_(state.not_in((*ENDED, *UNDER_CHECK)), young),
        CertificateStatus.STALE: sa.and_(
            state.not_in(ENDED), sa.or_(state.in_(UNDER_CHECK), ~young)
        ),
    }
    if status not in conditions:
        return sa.false()
    return sa.and_(newest, conditions[CertificateStatus(status)])


def standings(certificates: Sequence[Certificate]) -> Mapping[int, CertificateStatus]:
    """What each certificate of a page is worth, by id, in a fixed number of reads."""
    requests = sorted({each.request_id for each in certificates})
    newest: dict[int, int] = _by_request(
        sa.select(Certificate.request_id, sa.func.max(Certificate.number))
        .where(Certificate.request_id.in_(requests))
        .group_by(Certificate.request_id)
    )
    checked: dict[int, datetime] = _by_request(
        sa.select(IdleCheck.request_id, sa.func.max(IdleCheck.made_at))
        .where(IdleCheck.request_id.in_(requests))
        .group_by(IdleCheck.request_id)
    )
    states: dict[int, str] = _by_request(
        sa.select(PurchaseRequest.id, PurchaseRequest.state).where(
            PurchaseRequest.id.in_(requests)
        )
    )
    hashes: dict[int, str] = _by_request(
        sa.select(Entry.subject_id, Entry.facts).where(
            Entry.subject_kind == "certificate",
            Entry.subject_id.in_([each.id for each in certificates]),
            Entry.number == 1,
        )
    )
    oldest = now() - timedelta(days=MOST_DAYS)
    found = {}
    for each in certificates:
        state = RequestState(states[each.request_id])
        at = checked.get(each.request_id)
        found[each.id] = status_of(
            whole=is_whole(each.content, each.hash, noted_hash_in(hashes.get(each.id))),
            newest=newest[each.request_id] == each.number,
            ended=state in ENDED,
            under_check=state in UNDER_CHECK,
            fresh=state in SETTLED or (at is not None and at >= oldest),
        )
    return found


def _by_request(query: Any) -> dict[int, Any]:
    return {key: value for key, value in session().execute(query)}  # noqa: C416 - typed
