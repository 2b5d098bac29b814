"""Issuing certificates: the check of a request frozen under a number of its own."""

from __future__ import annotations

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.kernel.checkcodes import new_code
from registry.kernel.clock import now
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.frozen import frozen_of
from registry.procurement.rules.certificates import frozen
from registry.store.db import session as current_session
from registry.store.transaction import transaction

KIND = "certificate"


def issue(actor: Actor, request: PurchaseRequest) -> Certificate:
    """Freeze what a request asked, what the ledger held, what was answered and ruled.

    The same check asked for twice gives the same certificate. The caller holds the
    request's lock and has asked whether the actor may.
    """
    with transaction() as session:
        content, hash_ = frozen(frozen_of(request))
        known = newest(request.id)
        if known is not None and known.hash == hash_:
            return known
        made = Certificate(
            institution_id=request.institution_id,
            request_id=request.id,
            number=(known.number if known else 0) + 1,
            code=_fresh_code(),
            content=content,
            hash=hash_,
            issued_at=now(),
        )
        session.add(made)
        session.flush()
        facts = {"request": request.id, "hash": hash_, "code": made.code}
        record(actor, KIND, made.id, "issue", facts, is_new=True)
        return made


def newest(request_id: int) -> Certificate | None:
    """The last certificate of a request, if it has any."""
    return current_session().scalar(
        sa.select(Certificate)
        .where(Certificate.request_id == request_id)
        .order_by(Certificate.number.desc())
        .limit(1)
    )


def _fresh_code() -> str:
    """A code no certificate has; nearly always the first one made."""
    while True:
        code = new_code()
        taken = sa.select(Certificate.id).where(Certificate.code == code)
        if current_session().scalar(taken) is None:
            return code
