"""Naming somebody who decides in one's place for some days (替岗), and ending it."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.text import clean_line
from registry.organisation import queries as organisation
from registry.organisation.models import Person
from registry.procurement.errors import ActingTwice
from registry.procurement.models.approvals import ActingApprover
from registry.procurement.queries import deciders
from registry.store.transaction import transaction

KIND = "acting_approver"
LONGEST = timedelta(days=366)


def name_acting(
    actor: Actor,
    *,
    person_id: int | None = None,
    acting_id: int,
    first: date,
    last: date,
    reason: str = "",
) -> ActingApprover:
    """Let somebody decide what a person may, beside them, from one day to another.

    ``person_id`` is the actor unless given; for others the asset office names. Requests
    of that person stay closed to whoever acts for them. Raises Invalid, ActingTwice.
    """
    with transaction() as session:
        here = actor.institution_id
        absent = organisation.person(actor, person_id or actor.person_id or 0)
        actor.require(Permission.APPROVAL_ACTING, _Place(here, absent.id))
        acting = organisation.person(actor, acting_id)
        _check(absent, acting, first, last)
        # Whoever is named for one person waits here, so that days never overlap.
        session.execute(
            sa.select(Person.id).where(Person.id == absent.id).with_for_update()
        )
        if _taken(absent, first, last):
            raise ActingTwice
        made = ActingApprover(
            institution_id=here,
            person_id=absent.id,
            acting_id=acting.id,
            first=first,
            last=last,
            reason=clean_line(reason, field="reason"),
            made_by_id=actor.person_id,
            made_at=now(),
        )
        session.add(made)
        session.flush()
        facts = {
            "person": absent.id,
            "acting": acting.id,
            "first": first.isoformat(),
            "last": last.isoformat(),
        }
        record(actor, KIND, made.id, "name", facts, is_new=True)
        return made


class _Place:
    """For whom somebody is named, as the policy looks at it."""

    def __init__(self, institution_id: int, person_id: int) -> None:
        self.institution_id = institution_id
        self.custodian_id = person_id


def _check(absent: Person, acting: Person, first: date, last: date) -> None:
    if acting.id == absent.id:
        raise Invalid.field("acting", "acts_for_oneself")
    if acting.left_on is not None:
        raise Invalid.field("acting", "has_left")
    if last < first:
        raise Invalid.field("last", "ends_before_start")
    if last - first > LONGEST:
        raise Invalid.field("last", "too_long_term", most=LONGEST.days)
    zone = organisation.institution(absent.institution_id).time_zone
    if last < today(zone):
        raise Invalid.field("last", "over_already")


def _taken(absent: Person, first: date, last: date) -> bool:
    from_or_until = deciders.acting_between(absent.institution_id, first, last)
    return any(each.person_id == absent.id for each in from_or_until)


def end_acting(actor: Actor, acting_id: int) -> ActingApprover:
    """Let it end now; by the person, by whoever acts, or by the asset office."""
    with transaction() as session:
        known = deciders.acting(actor, acting_id)
        is_theirs = actor.person_id in (known.person_id, known.acting_id)
        if not is_theirs:
            place = _Place(known.institution_id, known.person_id)
            actor.require(Permission.APPROVAL_ACTING, place)
        found = session.scalar(
            sa.select(ActingApprover)
            .where(ActingApprover.id == known.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if found is None or found.ended_at is not None:
            raise Conflict("acting_over")
        found.ended_at = now()
        session.flush()
        record(actor, KIND, found.id, "end")
        return found
