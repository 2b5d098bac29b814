"""Who must agree to a purchase: amount, declined idle things, urgency and class decide.

A policy says of each step from which amount, from which share of declined idle things
and for what else it is needed. Every rule only ever adds a step, so that more money or
more declined never needs fewer; and what one requester, or one department, asks for
of one kind within some days counts as one amount, so that splitting changes nothing.
Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from registry.kernel.money import MOST_FEN
from registry.procurement.states import Cause, Step

STAGES = ((Step.DEPARTMENT_HEAD,), (Step.ASSET_OFFICE, Step.FINANCE), (Step.PRINCIPAL,))
"""In which order steps are asked; those of one stage are asked together."""

MOST_HOURS = 400
MOST_DAYS = 366
MOST_CLASSES = 200
MOST_SUBSTITUTES = 20


@dataclass(frozen=True)
class Rule:
    """When a step is needed; what is None never makes it needed."""

    above_fen: int | None = None
    """For more than this amount."""
    declined_percent: int | None = None
    """Where this share of what is wanted lay idle and was declined, or more (1-100)."""
    urgent: bool = False
    special: bool = False
    """For things of the classes that are named special."""

    @property
    def is_used(self) -> bool:
        """Whether anything could make the step needed."""
        wants = (self.above_fen, self.declined_percent)
        return self.urgent or self.special or any(each is not None for each in wants)


@dataclass(frozen=True)
class Policy:
    """Who must agree to what. The head of the department always must."""

    asset_office: Rule = Rule(500_000, 1, urgent=True, special=True)
    finance: Rule = Rule(500_000, None, special=True)
    principal: Rule = Rule(5_000_000, 50)
    special_classes: tuple[str, ...] = ()
    """Asset classes, by code, in which everything is special."""
    window_days: int = 90
    """What is asked for within so many days counts as one amount."""
    whole_department: bool = True
    """Whether what others of the department asked for counts too."""
    hours: int = 16
    """So many working hours each step has, before the next person is asked."""
    review_hours: int = 40
    """So many working hours an urgent purchase may wait for its review."""
    substitutes: tuple[int, ...] = ()
    """People who decide where a step has nobody else, such as of a superior body."""

    def rule(self, step: Step) -> Rule | None:
        """When a step is needed; None for the one that always is."""
        rules = {
            Step.ASSET_OFFICE: self.asset_office,
            Step.FINANCE: self.finance,
            Step.PRINCIPAL: self.principal,
        }
        return rules.get(step)

    @property
    def used(self) -> tuple[Step, ...]:
        """The steps that some request could need."""
        return tuple(
            step for step in Step if (rule := self.rule(step)) is None or rule.is_used
        )


@dataclass(frozen=True)
class Sought:
    """What is to be bought, as the policy looks at it."""

    amount_fen: int
    """With what counts together with it (see ``counted``)."""
    wanted: int
    """How many things were asked for, those that are taken from idle ones included."""
    declined: int = 0
    """How many of them lie idle but were declined."""
    urgent: bool = False
    special: bool = False

    @property
    def declined_percent(self) -> int:
        """The share of what was wanted that was declined, rounded up, at most 100."""
        if self.declined <= 0:
            return 0
        return min(100, -(-100 * self.declined // max(1, self.wanted)))


def steps_needed(policy: Policy, sought: Sought) -> dict[Step, tuple[Cause, ...]]:
    """The steps something needs, in order, each with why."""
    needed: dict[Step, tuple[Cause, ...]] = {}
    for step in Step:
        rule = policy.rule(step)
        causes = (Cause.ALWAYS,) if rule is None else _causes(rule, sought)
        if causes:
            needed[step] = causes
    return needed


def _causes(rule: Rule, sought: Sought) -> tuple[Cause, ...]:
    share = sought.declined_percent
    met = {
        Cause.AMOUNT: rule.above_fen is not None and sought.amount_fen > rule.above_fen,
        Cause.DECLINED: rule.declined_percent is not None
        and share >= rule.declined_percent
        and share > 0,
        Cause.URGENT: rule.urgent and sought.urgent,
        Cause.SPECIAL: rule.special and sought.special,
    }
    return tuple(cause for cause, is_met in met.items() if is_met)


def stages_of(steps: Iterable[Step]) -> list[tuple[Step, ...]]:
    """Needed steps by when they are asked; empty stages are left out."""
    wanted = set(steps)
    stages = (tuple(step for step in stage if step in wanted) for stage in STAGES)
    return [stage for stage in stages if stage]


@dataclass(frozen=True)
class Kind:
    """By what things are of one kind, however they were worded."""

    keys: frozenset[Hashable]
    """Each of them alone makes two of one kind: type, meaning, class, or the text."""
    groups: frozenset[Hashable] = frozenset()
    """Whole groups it belongs to: of one kind with what names such a group itself."""

    def is_of(self, other: Kind) -> bool:
        """Whether these are of one kind."""
        return bool(
            self.keys & other.keys
            or self.keys & other.groups
            or self.groups & other.keys
        )


@dataclass(frozen=True)
class Part:
    """Things of one kind that somebody asked for."""

    kind: Kind
    amount_fen: int
    requester_id: int | None = None
    department_id: int | None = None
    day: date | None = None


def counted(policy: Policy, asked: Iterable[Part], others: Iterable[Part]) -> int:
    """The amount that counts for what is asked now: with the same kinds asked lately.

    ``others`` are parts of other requests that came to something or still may; those of
    a requester and those of a department are counted apart, the larger counts.
    """
    now = list(asked)
    total = sum(each.amount_fen for each in now)
    return min(MOST_FEN, total + _earlier(policy, now, list(others)))


def _earlier(policy: Policy, now: list[Part], others: list[Part]) -> int:
    """What was asked for lately of the same kinds, each part once."""
    span = timedelta(days=policy.window_days)
    by_person, by_home = 0, 0
    for each in others:
        alike = [
            mine
            for mine in now
            if mine.kind.is_of(each.kind) and _within(each, mine, span)
        ]
        if any(each.requester_id == mine.requester_id for mine in alike):
            by_person += each.amount_fen
        if policy.whole_department and any(
            each.department_id == mine.department_id for mine in alike
        ):
            by_home += each.amount_fen
    return max(by_person, by_home)


def _within(one: Part, other: Part, span: timedelta) -> bool:
    if one.day is None or other.day is None:
        return True
    return abs(one.day - other.day) < span
