"""Choosing which signs count, what they spare, and how many people are asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.journal.actions import record
from registry.kernel.errors import Invalid, StaleVersion
from registry.kernel.text import clean_line
from registry.organisation import queries as organisation
from registry.sharing.models import IdlePolicy
from registry.sharing.queries.policies import (
    NAMES,
    policy_of,
    policy_version,
    written_policy,
)
from registry.sharing.rules.policies import (
    MOST_BATCH,
    MOST_EXEMPT,
    MOST_HOURS,
    MOST_MONTHS,
    Policy,
)
from registry.sharing.states import Signal
from registry.store.transaction import transaction

KIND = "idle_policy"

BOUNDS = {
    "stored_months": (0, MOST_MONTHS),
    "quiet_months": (1, MOST_MONTHS),
    "repaired_months": (0, MOST_MONTHS),
    "ask_again_months": (1, MOST_MONTHS),
    "batch": (1, MOST_BATCH),
    "answer_hours": (1, MOST_HOURS),
}
"""The least and the most of each number one may choose."""


def change_policy(actor: Actor, version: int, **changes: Any) -> Policy:
    """Choose how idle things are found and asked about; what is not named stays.

    ``version`` is that of ``queries.policy_version``. Raises Invalid, StaleVersion.
    """
    with transaction() as session:
        actor.require(Permission.IDLE_POLICY)
        row = session.scalar(
            sa.select(IdlePolicy)
            .where(IdlePolicy.institution_id == actor.institution_id)
            .with_for_update()
        )
        at = policy_version(actor.institution_id)
        if at != version:
            raise StaleVersion(expected=version, found=at)
        before = policy_of(actor.institution_id)
        chosen = {
            name: _clean(actor, name, value, before)
            for name, value in changes.items()
            if name in NAMES
        }
        policy = replace(before, **chosen)
        was, now_ = written_policy(before), written_policy(policy)
        changed = {name: now_[name] for name in NAMES if now_[name] != was[name]}
        if not changed:
            return policy
        if row is None:
            row = IdlePolicy(institution_id=actor.institution_id, chosen=now_)
            session.add(row)
        else:
            row.chosen = now_
        session.flush()
        record(actor, KIND, actor.institution_id, "change", {"set": changed})
        return policy


def _clean(actor: Actor, name: str, value: Any, before: Policy) -> Any:
    if name in BOUNDS:
        least, most = BOUNDS[name]
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not least <= value <= most:
            raise Invalid.field(name, "out_of_range", least=least, most=most)
        return value
    if name == "asks":
        return bool(value)
    if name == "signals":
        return _signals(value)
    given = list(dict.fromkeys(value))
    if len(given) > MOST_EXEMPT:
        raise Invalid.field(name, "too_many", most=MOST_EXEMPT)
    if name == "exempt_types":
        return tuple(catalogue.standing_type(actor, each).id for each in given)
    if name == "used_places":
        return tuple(organisation.place(actor, each).id for each in given)
    known = getattr(before, name)
    return tuple(
        each if each in known else _class_code(actor, name, each) for each in given
    )


def _signals(value: Iterable[str]) -> tuple[Signal, ...]:
    given = set(value)
    unknown = given - set(Signal)
    if unknown:
        raise Invalid.field("signals", "not_a_choice", found=min(unknown)[:40])
    return tuple(signal for signal in Signal if signal in given)


def _class_code(actor: Actor, name: str, code: str) -> str:
    text = clean_line(str(code), field=name, most=20).upper()
    found = catalogue.class_by_code(actor, text)
    if found is None:
        raise Invalid.field(name, "no_such_choice", found=text[:40])
    return found.code
