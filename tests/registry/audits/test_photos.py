"""Photos taken on a walk: kept once, and proved with the ledger."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.audits import actions
from registry.ledger.verifying import verify
from tests.factories.audits import Campus
from tests.factories.organisation import actor_of
from tests.registry.backup.conftest import photo_of


def test_a_photo_of_a_walk_is_kept_once_and_proved_with_the_ledger(
    campus: Campus, context: Session
) -> None:
    audit, counter, key = campus.begin(), actor_of(campus.counter), str(uuid.uuid4())
    first = actions.take_photo(counter, audit.id, key, photo_of("as it was"))
    again = actions.take_photo(counter, audit.id, key, photo_of("sent again"))
    assert again.id == first.id
    system = Actor.system(campus.institution.id)
    assert list(verify(system)) == []
    other = replace(photo_of("not what was taken"), sha256=first.sha256)
    actions.take_photo(counter, audit.id, str(uuid.uuid4()), other)
    [found] = verify(system)
    assert (found.code, found.subject) == ("photo_changed", f"audit {audit.id}")
