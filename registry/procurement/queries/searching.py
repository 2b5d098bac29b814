"""Looking for idle things that would serve a line: matched first, then counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.matching.deciding import (
    Answer,
    Match,
    Verdict,
    match,
    standard_weights,
    wording,
)
from registry.matching.records import Adjustments, Line
from registry.procurement.queries.lessons import taught
from registry.procurement.queries.matcher import Catalogue, catalogue
from registry.procurement.queries.stock import (
    Group,
    groups_of,
    idle_types,
    nearly_idle,
)
from registry.procurement.rules.lessons import tempered
from registry.procurement.states import ANSWERED, CandidateKind

MOST_TYPES = 8
"""So many item types are shown for one line."""
LEAST_HINTED = 0.2
"""While one types, what serves less likely than this is not shown."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a line's words, and the item type picked, if one was."""

    text: str
    specification: str = ""
    item_type_id: int | None = None


@dataclass(frozen=True)
class Hit:
    """A group of things found for a line: how well it serves, and why."""

    group: Group
    score: float
    serves: float
    reasons: tuple[dict[str, Any], ...]
    must_answer: bool


@dataclass(frozen=True)
class Finding:
    """What was found for one line."""

    answer: Answer
    vague: bool
    hits: tuple[Hit, ...]

    @property
    def left_lately(self) -> bool:
        """Whether something that serves lay idle until lately."""
        return any(
            hit.group.kind is CandidateKind.LEFT and hit.serves >= serves_from()
            for hit in self.hits
        )


def serves_from() -> float:
    """How likely something must serve to be answered before anything is bought."""
    return standard_weights().matched_from


def search(
    institution_id: int, lines: Sequence[Wanted], *, without: Collection[int] = ()
) -> tuple[list[Finding], Catalogue]:
    """What lies idle for each of some lines, now."""
    known = catalogue(institution_id)
    learned = taught(institution_id, [line.text for line in lines])
    idle = idle_types(institution_id, known)
    nearly = nearly_idle(institution_id)
    shown = frozenset(known.stands_for(type_id) for _, type_id in nearly.values())
    found = []
    for line in lines:
        verdict = _matched(known, line, idle, learned)
        beside = _matched(known, line, shown - idle, learned) if shown - idle else None
        found.append(_finding(institution_id, known, verdict, beside, nearly, without))
    return found, known


def _matched(
    known: Catalogue, line: Wanted, types: frozenset[int], learned: Adjustments
) -> Verdict:
    """What would serve; what was taught not to be meant stands back and no more."""
    picked = known.stands_for(line.item_type_id) if line.item_type_id else None

    def matched(by: Adjustments) -> Verdict:
        return match(
            known.index,
            Line(line.text, line.specification, str(picked) if picked else ""),
            allowed=lambda key: int(key) in types,
            taught=by,
            most=MOST_TYPES,
        )

    if not learned.declined.get(wording(line.text)):
        return matched(learned)
    plain = matched(replace(learned, declined={}))
    # Who picked the item type itself means it, whatever such words mean elsewhere.
    return plain if picked is not None else tempered(plain, matched(learned))


def _finding(
    institution_id: int,
    known: Catalogue,
    verdict: Verdict,
    beside: Verdict | None,
    nearly: dict[int, tuple[CandidateKind, int]],
    without: Collection[int],
) -> Finding:
    matches = {int(each.key): each for each in verdict.matches}
    for each in beside.matches if beside is not None else ():
        if each.serves >= serves_from():
            matches.setdefault(int(each.key), each)
    groups = groups_of(
        institution_id, known, matches.keys(), without=without, nearly=nearly
    )
    blocks = verdict.answer is Answer.MATCHED
    hits = [_hit(group, matches[group.type_id], blocks=blocks) for group in groups]
    hits = [
        hit for hit in hits if hit.group.kind in ANSWERED or hit.serves >= serves_from()
    ]
    hits.sort(key=_order)
    return Finding(verdict.answer, bool(verdict.reading.vague), tuple(hits))


def _hit(group: Group, found: Match, *, blocks: bool) -> Hit:
    serves = found.serves >= serves_from()
    return Hit(
        group=group,
        score=found.score,
        serves=found.serves,
        reasons=tuple(
            {"code": each.code, "facts": each.facts, "against": each.against}
            for each in found.reasons
        ),
        must_answer=blocks and serves and group.kind in ANSWERED,
    )


def _order(hit: Hit) -> tuple[object, ...]:
    kinds = list(CandidateKind)
    group = hit.group
    return (
        not hit.must_answer,
        kinds.index(group.kind),
        -hit.score,
        group.type_id,
        group.department_id,
        group.place_id or 0,
        group.condition or "",
        group.asset_ids[:1],
    )


def hints(institution_id: int, wanted: Wanted) -> list[Hit]:
    """What to show while somebody types: idle now, and likely to serve.

    What is nearly idle is not looked for: it would not be shown, and this is asked for
    with each word typed.
    """
    if not wanted.text.strip():
        return []
    known = catalogue(institution_id)
    learned = taught(institution_id, [wanted.text])
    verdict = _matched(known, wanted, idle_types(institution_id, known), learned)
    found = _finding(institution_id, known, verdict, None, {}, ())
    return [
        hit
        for hit in found.hits
        if hit.group.kind in ANSWERED and hit.serves >= LEAST_HINTED
    ]
