"""The end of an audit: what was not found, counting on, closed for good."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.audits import actions
from registry.audits.actions.ending import content_hash
from registry.audits.models import Audit
from registry.audits.queries import Sums, sums_of
from registry.journal.queries import entries_of
from registry.kernel.errors import Forbidden, WrongState
from tests.factories.audits import Campus, scan, scans, settle
from tests.factories.organisation import actor_of


def test_an_audit_ends_goes_on_and_closes_for_good(
    campus: Campus, context: Session
) -> None:
    found = campus.begin()
    lead, office = actor_of(campus.lead), actor_of(campus.office)
    campus.send(found, *scans(campus.things[:2], campus.room))
    with pytest.raises(WrongState):
        actions.close(office, found.id)
    with pytest.raises(Forbidden):
        actions.end_walk(actor_of(campus.counter), found.id)
    actions.end_walk(lead, found.id)
    assert sums_of(office, found) == Sums(expected=6, here=2, missing=4)
    campus.send(found, scan(campus.things[2], campus.room))
    assert sums_of(office, found) == Sums(expected=6, here=3, missing=3)
    actions.resume(lead, found.id)
    assert sums_of(office, found) == Sums(expected=6, here=3, pending=3)
    actions.end_walk(lead, found.id)
    with pytest.raises(Forbidden):
        actions.close(lead, found.id)
    settle(campus, found)
    closed = actions.close(office, found.id)
    assert (closed.result["missing"], len(closed.hash)) == (3, 64)
    [late] = campus.send(found, scan(campus.things[4], campus.room))
    assert late.outcome == "late"
    assert sums_of(office, found).missing == 3
    assert content_hash(context.get_one(Audit, found.id)) == closed.hash
    assert entries_of("audit", found.id)[-1].verb == "close"
    context.commit()
    with pytest.raises(sa.exc.DBAPIError):
        context.execute(sa.text("UPDATE audit_items SET outcome = 'pending'"))
    context.rollback()
    again = campus.begin()
    assert again.expected == 6
