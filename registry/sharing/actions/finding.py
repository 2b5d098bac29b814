"""Finding what seems to lie idle: a duty that goes through the ledger now and then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

import sqlalchemy as sa
import structlog

from registry.kernel.clock import today
from registry.kernel.errors import Conflict
from registry.organisation import queries as organisation
from registry.sharing.models import Suspicion
from registry.sharing.queries.facts import candidates, known_things
from registry.sharing.queries.policies import policy_of
from registry.sharing.rules.policies import Policy
from registry.sharing.rules.signals import Sign, signs_of, weight
from registry.store.db import session as current_session
from registry.store.transaction import release, transaction

AT_ONCE = 500
"""So many things are looked at in one transaction."""

log = structlog.get_logger("registry.sharing")


def find_suspects(institution_id: int) -> int:
    """Look through an institution's things in use; how many seem to lie idle.

    A duty of the installation. What is kept of it is only what follows from the ledger
    on this day, so that two processes doing it at once do no harm.
    """
    policy = policy_of(institution_id)
    day = today(organisation.institution(institution_id).time_zone)
    ids = candidates(institution_id, policy, day)
    release()
    count = 0
    for part in _parts(ids):
        try:
            count += _look_at(institution_id, part, policy, day)
        except Conflict:
            log.info("suspects_found_elsewhere", institution=institution_id)
    _drop_others(institution_id, ids)
    log.info("suspects_found", institution=institution_id, count=count)
    return count


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _look_at(institution_id: int, ids: Sequence[int], policy: Policy, day: date) -> int:
    """Bring the suspicions of some things up to date; how many there are now."""
    with transaction() as session:
        rows = session.execute(
            sa.select(Suspicion.asset_id, Suspicion.signs).where(
                Suspicion.institution_id == institution_id,
                Suspicion.asset_id.in_(ids),
            )
        )
        before = {asset_id: signs for asset_id, signs in rows}  # noqa: C416 - typed
        found = {
            each.asset_id: signs
            for each in known_things(institution_id, policy, ids)
            if (signs := signs_of(each.facts, policy, day))
        }
        written = {asset_id: written_signs(signs) for asset_id, signs in found.items()}
        new = [key for key in written if written[key] != before.get(key)]
        _drop(institution_id, [key for key in before if key not in found or key in new])
        if new:
            session.execute(
                sa.insert(Suspicion),
                [_row(institution_id, key, found[key], day) for key in new],
            )
        return len(found)


def _row(
    institution_id: int, asset_id: int, signs: Sequence[Sign], day: date
) -> dict[str, Any]:
    return {
        "asset_id": asset_id,
        "institution_id": institution_id,
        "signals": f" {' '.join(str(sign.signal) for sign in signs)} ",
        "signs": written_signs(signs),
        "weight": weight(tuple(signs)),
        "since": min(sign.since for sign in signs),
        "found_on": day,
    }


def written_signs(signs: Iterable[Sign]) -> list[dict[str, Any]]:
    """Signs as plain JSON, as suspicions and questions keep them."""
    return [
        {
            "signal": str(sign.signal),
            "since": sign.since.isoformat(),
            "source": sign.source,
        }
        for sign in signs
    ]


def _drop_others(institution_id: int, ids: Sequence[int]) -> None:
    """Take away suspicions of things that can give no sign any more."""
    with transaction() as session:
        kept = session.scalars(
            sa.select(Suspicion.asset_id).where(
                Suspicion.institution_id == institution_id
            )
        )
        gone = sorted(set(kept) - set(ids))
        for part in _parts(gone):
            _drop(institution_id, part)


def _drop(institution_id: int, ids: Sequence[int]) -> None:
    if ids:
        current_session().execute(
            sa.delete(Suspicion).where(
                Suspicion.institution_id == institution_id,
                Suspicion.asset_id.in_(ids),
            )
        )
