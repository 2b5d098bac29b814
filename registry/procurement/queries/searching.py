"""Looking for idle things that would serve a line: matched first, then counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
    Nearly,
    groups_of,
    idle_types,
    nearly_idle,
)
from registry.procurement.rules.lessons import tempered
from registry.procurement.rules.lines import verdict
from registry.procurement.states import ANSWERED, CandidateKind, LineState

MOST_TYPES = 8
"""So many item types are shown for one line."""
MOST_BESIDE = 40
"""Among so many that would serve it is looked for things that are nearly idle."""
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

    @property
    def verdict(self) -> LineState:
        """What the search comes to."""
        return verdict(
            serves=any(hit.must_answer for hit in self.hits),
            alike=self.answer is not Answer.CLEAR,
            vague=self.vague,
            left_lately=self.left_lately,
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
    idle_ones = [_matched(known, line, idle.__contains__, learned) for line in lines]
    others = [_serving(known, line, idle, learned) for line in lines]
    types = {int(each.key) for verdict in idle_ones for each in verdict.matches}
    nearly = nearly_idle(institution_id, known, types.union(*others))
    found = [
        _finding(
            institution_id, known, verdict, _first_of(beside, nearly), nearly, without
        )
        for verdict, beside in zip(idle_ones, others, strict=True)
    ]
    return found, known


def _serving(
    known: Catalogue, line: Wanted, idle: frozenset[int], learned: Adjustments
) -> dict[int, Match]:
    """What would serve a line of which nothing is idle, the best first."""
    verdict = _matched(
        known, line, lambda type_id: type_id not in idle, learned, MOST_BESIDE
    )
    return {
        int(each.key): each for each in verdict.matches if each.serves >= serves_from()
    }


def _first_of(beside: dict[int, Match], nearly: Nearly) -> dict[int, Match]:
    """The first of those of which something is nearly idle."""
    kept = [each for each in beside if each in nearly.type_ids]
    return {each: beside[each] for each in kept[:MOST_TYPES]}


def _matched(
    known: Catalogue,
    line: Wanted,
    allows: Callable[[int], bool],
    learned: Adjustments,
    most: int = MOST_TYPES,
) -> Verdict:
    """What would serve; what was taught not to be meant stands back and no more."""
    picked = known.stands_for(line.item_type_id) if line.item_type_id else None

    def matched(by: Adjustments) -> Verdict:
        return match(
            known.index,
            Line(line.text, line.specification, str(picked) if picked else ""),
            allowed=lambda key: allows(int(key)),
            taught=by,
            most=most,
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
    beside: dict[int, Match],
    nearly: Nearly | None,
    without: Collection[int],
) -> Finding:
    matches = beside | {int(each.key): each for each in verdict.matches}
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


def reasons_of(found: Match) -> tuple[dict[str, Any], ...]:
    """Why something was found and what speaks against it, as it is kept."""
    return tuple(
        {"code": each.code, "facts": each.facts, "against": each.against}
        for each in found.reasons
    )


def _hit(group: Group, found: Match, *, blocks: bool) -> Hit:
    serves = found.serves >= serves_from()
    return Hit(
        group=group,
        score=found.score,
        serves=found.serves,
        reasons=reasons_of(found),
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
    idle = idle_types(institution_id, known)
    verdict = _matched(known, wanted, idle.__contains__, learned)
    found = _finding(institution_id, known, verdict, {}, None, ())
    return [
        hit
        for hit in found.hits
        if hit.group.kind in ANSWERED and hit.serves >= LEAST_HINTED
    ]
