"""Choosing who must agree to a purchase; every version stays in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.journal.actions import record
from registry.kernel.errors import Invalid, Problem, StaleVersion
from registry.kernel.money import MOST_FEN
from registry.kernel.text import clean_line
from registry.organisation import queries as organisation
from registry.procurement.errors import TooFewDeciders
from registry.procurement.models.approvals import ApprovalPolicy
from registry.procurement.queries.deciders import benches
from registry.procurement.queries.policies import (
    NAMES,
    RULES,
    policy_of,
    policy_version,
    written_policy,
)
from registry.procurement.rules.approval import (
    MOST_CLASSES,
    MOST_DAYS,
    MOST_HOURS,
    MOST_SUBSTITUTES,
    Policy,
    Rule,
)
from registry.store.transaction import transaction

KIND = "approval_policy"
FEWEST_DECIDERS = 2

BOUNDS = {
    "window_days": (1, MOST_DAYS),
    "hours": (1, MOST_HOURS),
    "review_hours": (1, MOST_HOURS),
}
"""The least and the most of each number one may choose."""


def change_policy(actor: Actor, version: int, **changes: Any) -> Policy:
    """Choose who must agree to what; what is not named stays.

    ``version`` is that of ``queries.policies.policy_version``. What is being approved
    goes on by the steps it began with. Raises Invalid, StaleVersion, and TooFewDeciders
    where a step could be decided by one person or none: nobody decides on their own
    request, so theirs would never go on.
    """
    with transaction() as session:
        here = actor.institution_id
        actor.require(Permission.APPROVAL_POLICY)
        row = session.scalar(
            sa.select(ApprovalPolicy)
            .where(ApprovalPolicy.institution_id == here)
            .with_for_update()
        )
        at = policy_version(here)
        if at != version:
            raise StaleVersion(expected=version, found=at)
        before = policy_of(here)
        chosen = {
            name: _clean(actor, name, value, before)
            for name, value in changes.items()
            if name in NAMES
        }
        policy = replace(before, **chosen)
        _require_deciders(here, policy)
        was, now_ = written_policy(before), written_policy(policy)
        changed = {name: now_[name] for name in NAMES if now_[name] != was[name]}
        if not changed and row is not None:
            return policy
        if row is None:
            row = ApprovalPolicy(institution_id=here, chosen=now_)
            session.add(row)
        else:
            row.chosen = now_
        session.flush()
        record(actor, KIND, here, "change", {"set": changed})
        return policy


def _require_deciders(institution_id: int, policy: Policy) -> None:
    for bench in benches(institution_id, policy):
        count = len(bench.people)
        if count < FEWEST_DECIDERS:
            step = str(bench.step)
            problem = Problem("too_few_deciders", {"step": step, "count": count})
            raise TooFewDeciders(
                problems={"substitutes": problem}, step=step, count=count
            )


def _clean(actor: Actor, name: str, value: Any, before: Policy) -> Any:
    if name in RULES:
        return _rule(name, value)
    if name in BOUNDS:
        least, most = BOUNDS[name]
        return _whole(name, value, least, most)
    if name == "whole_department":
        return bool(value)
    if name == "substitutes":
        return _substitutes(actor, value)
    return _classes(actor, value, before)


def _rule(name: str, value: Rule) -> Rule:
    if value.above_fen is not None:
        _whole(f"{name}_above", value.above_fen, 0, MOST_FEN)
    if value.declined_percent is not None:
        _whole(f"{name}_declined", value.declined_percent, 1, 100)
    return value


def _whole(name: str, value: Any, least: int, most: int) -> int:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not least <= value <= most:
        raise Invalid.field(name, "out_of_range", least=least, most=most)
    return int(value)


def _substitutes(actor: Actor, given: Sequence[int]) -> tuple[int, ...]:
    ids = tuple(dict.fromkeys(given))
    if len(ids) > MOST_SUBSTITUTES:
        raise Invalid.field("substitutes", "too_many", most=MOST_SUBSTITUTES)
    people = [organisation.person(actor, each) for each in ids]
    if any(each.left_on is not None for each in people):
        raise Invalid.field("substitutes", "has_left")
    return ids


def _classes(actor: Actor, given: Sequence[str], before: Policy) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(given))
    if len(codes) > MOST_CLASSES:
        raise Invalid.field("special_classes", "too_many", most=MOST_CLASSES)
    return tuple(
        each if each in before.special_classes else _class_code(actor, each)
        for each in codes
    )


def _class_code(actor: Actor, code: str) -> str:
    text = clean_line(str(code), field="special_classes", most=20).upper()
    found = catalogue.class_by_code(actor, text)
    if found is None:
        raise Invalid.field("special_classes", "no_such_choice", found=text[:40])
    return found.code
