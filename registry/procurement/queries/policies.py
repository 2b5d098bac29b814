"""Reading what an institution chose about approving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from registry.procurement.models.approvals import ApprovalPolicy
from registry.procurement.rules.approval import Policy, Rule
from registry.store.db import session

NAMES = tuple(each.name for each in fields(Policy))
RULES = ("asset_office", "finance", "principal")
_LISTS = ("special_classes", "substitutes")


def policy_row(institution_id: int) -> ApprovalPolicy | None:
    """The row of what was chosen, if anything was."""
    return session().get(ApprovalPolicy, institution_id)


def policy_version(institution_id: int) -> int:
    """How often it was chosen, and once more: 1 while nothing was."""
    row = policy_row(institution_id)
    return row.version + 1 if row else 1


def policy_of(institution_id: int) -> Policy:
    """What holds in an institution."""
    row = policy_row(institution_id)
    return read_policy(row.chosen if row else {})


def read_policy(chosen: Mapping[str, Any]) -> Policy:
    """What was chosen, with the usual for what was not; other names are passed over."""
    known = {name: chosen[name] for name in NAMES if name in chosen}
    for name in RULES:
        if name in known:
            known[name] = Rule(**known[name])
    for name in _LISTS:
        if name in known:
            known[name] = tuple(known[name])
    return Policy(**known)


def written_policy(policy: Policy) -> dict[str, Any]:
    """What was chosen, as plain JSON."""
    written = asdict(policy)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in written.items()
    }
