"""Reading what an institution chose about finding idle things."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from registry.sharing.models import IdlePolicy
from registry.sharing.rules.policies import Policy
from registry.sharing.states import Signal
from registry.store.db import session

NAMES = tuple(each.name for each in fields(Policy))


def policy_row(institution_id: int) -> IdlePolicy | None:
    """The row of what was chosen, if anything was."""
    return session().get(IdlePolicy, institution_id)


def policy_version(institution_id: int) -> int:
    """How often it was chosen, and once more: 1 while nothing was."""
    row = policy_row(institution_id)
    return row.version + 1 if row else 1


def policy_of(institution_id: int) -> Policy:
    """What holds in an institution."""
    row = policy_row(institution_id)
    return read_policy(row.chosen if row else {})


def read_policy(chosen: dict[str, Any]) -> Policy:
    """What was chosen, with the usual for what was not; other names are passed over."""
    known = {name: chosen[name] for name in NAMES if name in chosen}
    if "signals" in known:
        known["signals"] = tuple(
            signal for signal in Signal if str(signal) in known["signals"]
        )
    for name in ("exempt_classes", "still_classes", "exempt_types", "used_places"):
        if name in known:
            known[name] = tuple(known[name])
    return Policy(**known)


def written_policy(policy: Policy) -> dict[str, Any]:
    """What was chosen, as plain JSON."""
    written: dict[str, Any] = {}
    for name in NAMES:
        value = getattr(policy, name)
        plain = list(map(str, value)) if name == "signals" else value
        written[name] = list(plain) if isinstance(plain, tuple) else plain
    return written
