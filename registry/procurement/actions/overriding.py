"""Letting what is not answered be bought because it cannot wait."""

from __future__ import annotations

from registry.access.actor import Actor
from registry.journal.actions import record
from registry.kernel.clock import now
from registry.procurement.actions.locking import locked_lines
from registry.procurement.actions.outside import answer_as_urgent
from registry.procurement.errors import CheckStale, NotOnesOwn
from registry.procurement.models.checks import Ruling
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.states import RESOLVED, LineState, RulingKind
from registry.store.db import session
from registry.store.transaction import transaction


def override_open_lines(actor: Actor, request: PurchaseRequest, reason: str) -> None:
    """Override every line that is not resolved as urgent, after its check was frozen.

    The caller holds the request's lock and has seen that the actor may.
    """
    with transaction():
        if actor.person_id is None or actor.person_id == request.requester_id:
            raise NotOnesOwn
        answer_as_urgent(actor, request, reason)
        for line in locked_lines(request):
            standing = LineState(line.standing)
            if standing in RESOLVED:
                continue
            if line.check_line_id is None:
                raise CheckStale("check_stale_never", number=request.number)
            session().add(
                Ruling(
                    institution_id=request.institution_id,
                    line_id=line.id,
                    check_line_id=line.check_line_id,
                    kind=str(RulingKind.URGENT),
                    words=reason,
                    requester_id=request.requester_id,
                    ruled_by_id=actor.person_id,
                    ruled_at=now(),
                )
            )
            session().flush()
            line.follow("override")
            session().flush()
            record(
                actor, KIND, request.id, "override", {"line": line.id, "words": reason}
            )
