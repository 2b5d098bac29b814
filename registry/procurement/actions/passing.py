"""Keeping what waits of a request with people who may do it."""

from __future__ import annotations

from registry.kernel.errors import Invalid
from registry.organisation.models import Person
from registry.procurement.queries.passing import may_have
from registry.store.db import session
from registry.waiting.events import WaitPassing
from registry.waiting.models import Wait


def keep_able(event: WaitPassing) -> None:
    """Refuse to have a step given to somebody who may not do it. Raises Invalid."""
    found = session().get_one(Wait, event.wait_id)
    person = session().get_one(Person, event.person_id)
    if not may_have(found, person):
        raise Invalid.field("person", "may_not_do_step")
