"""Reading certificates, and what each is worth at this moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.journal.models import Entry
from registry.kernel.errors import Missing
from registry.procurement.models.approvals import Approval, UrgentPass
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.freshness import is_fresh
from registry.procurement.queries.requests import request as request_of
from registry.procurement.rules.certificates import is_whole, status_of
from registry.procurement.states import CertificateStatus, RequestState
from registry.store.db import session

ENDED = (RequestState.REFUSED, RequestState.WITHDRAWN)
UNDER_CHECK = (RequestState.DRAFT, RequestState.ANSWERING, RequestState.RULING)
SETTLED = (RequestState.ORDERED, RequestState.CLOSED, RequestState.COVERED)
"""From here on a check does not grow old any more."""


@dataclass(frozen=True)
class Shown:
    """A certificate as it is shown: what was frozen, its worth, what followed."""

    certificate: Certificate
    request: PurchaseRequest
    content: dict[str, Any]
    """Empty where it is broken: what cannot be trusted is not shown."""
    status: CertificateStatus
    newest_code: str
    """The number of the request's newest certificate."""
    steps: tuple[Approval, ...]
    """The steps that looked at it."""
    urgent: UrgentPass | None


def shown(actor: Actor, certificate_id: int) -> Shown:
    """A certificate of a request that the actor may see; Missing otherwise."""
    found = session().scalar(
        sa.select(Certificate).where(
            Certificate.id == certificate_id,
            Certificate.institution_id == actor.institution_id,
        )
    )
    if found is None:
        raise Missing(what="certificates")
    request_of(actor, found.request_id)
    return looked_at(found)


def by_code(code: str, institution_id: int | None = None) -> Shown:
    """A certificate by its number, for whoever holds it in hand; Missing for none.

    Verifying asks nobody who they are: a number has forty random bits and a check
    character, and tries are counted.
    """
    query = sa.select(Certificate).where(Certificate.code == code)
    if institution_id is not None:
        query = query.where(Certificate.institution_id == institution_id)
    found = session().scalar(query)
    if found is None:
        raise Missing(what="certificates")
    return looked_at(found)


def is_certificate(code: str) -> bool:
    """Whether there is a certificate of a number, whosever it is."""
    return bool(
        session().scalar(sa.select(sa.exists().where(Certificate.code == code)))
    )


def looked_at(found: Certificate) -> Shown:
    """What a certificate is worth now: its hash is computed anew each time."""
    request = session().get_one(PurchaseRequest, found.request_id)
    noted = _noted_hash(found)
    newest = session().scalar(
        sa.select(Certificate.code)
        .where(Certificate.request_id == found.request_id)
        .order_by(Certificate.number.desc())
        .limit(1)
    )
    state = RequestState(request.state)
    status = status_of(
        whole=is_whole(found.content, found.hash, noted),
        newest=newest == found.code,
        ended=state in ENDED,
        under_check=state in UNDER_CHECK,
        fresh=state in SETTLED or is_fresh(request),
    )
    broken = status == CertificateStatus.BROKEN
    return Shown(
        certificate=found,
        request=request,
        content={} if broken else json.loads(found.content),
        status=status,
        newest_code=newest or found.code,
        steps=tuple(_steps(found.id)),
        urgent=session().scalar(
            sa.select(UrgentPass)
            .where(UrgentPass.certificate_id == found.id)
            .order_by(UrgentPass.id.desc())
            .limit(1)
        ),
    )


def _noted_hash(found: Certificate) -> str | None:
    """The hash that the journal noted when it was issued."""
    facts = session().scalar(
        sa.select(Entry.facts).where(
            Entry.institution_id == found.institution_id,
            Entry.subject_kind == "certificate",
            Entry.subject_id == found.id,
            Entry.number == 1,
        )
    )
    return noted_hash_in(facts)


def noted_hash_in(facts: str | None) -> str | None:
    """The hash that the facts of an issuing entry hold."""
    return None if facts is None else json.loads(facts).get("hash")


def _steps(certificate_id: int) -> Sequence[Approval]:
    return (
        session()
        .scalars(
            sa.select(Approval)
            .where(Approval.certificate_id == certificate_id)
            .order_by(Approval.round, Approval.stage, Approval.id)
        )
        .all()
    )


def of_request(request_id: int) -> list[Certificate]:
    """The certificates of a request, the newest first."""
    return list(
        session().scalars(
            sa.select(Certificate)
            .where(Certificate.request_id == request_id)
            .order_by(Certificate.number.desc())
        )
    )
