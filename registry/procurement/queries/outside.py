"""What other institutions show that would serve a line: looked for last.

Their item types have an index of their own in each process, brought up to date by the
versions of the types that are shown now; nothing of theirs is looked at besides.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.queries import record_of
from registry.matching.deciding import Answer, Match, match
from registry.matching.index import Index
from registry.matching.records import Line
from registry.procurement.models.checks import CheckLine
from registry.procurement.models.outside import OuterAnswer, OuterCandidate
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.searching import (
    MOST_TYPES,
    Wanted,
    reasons_of,
    serves_from,
)
from registry.procurement.states import OuterAnswerKind, RequestState
from registry.sharing.models import OuterCard, OuterInquiry
from registry.sharing.queries.outer import cards_of_types, shown_by_others, types_shown
from registry.sharing.states import INQUIRY_OPEN
from registry.store.db import session

MOST_CARDS = 20
"""So many cards are shown for one line."""
MOST_IDLE_RECORDS = 2_000
"""So many types that nobody shows any more are kept before all is built anew."""


@dataclass
class Outside:
    """An index of item types that institutions show, each as of a version."""

    index: Index = field(default_factory=Index)
    versions: dict[int, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_KNOWN: dict[str, Outside] = {}
_LOCK = threading.Lock()


def _outside() -> Outside:
    key = session().get_bind().engine.url.render_as_string()
    with _LOCK:
        return _KNOWN.setdefault(key, Outside())


@dataclass(frozen=True)
class OuterHit:
    """A card that would serve a line, how well and why."""

    card: OuterCard
    score: float
    reasons: tuple[dict[str, Any], ...]
    must_answer: bool


def search_outside(
    institution_id: int, lines: Sequence[Wanted]
) -> list[list[OuterHit]]:
    """The cards of other institutions that would serve each of some lines."""
    shown = shown_by_others(institution_id)
    if not shown:
        return [[] for _ in lines]
    found = _matched(shown, lines)
    types = {int(each.key) for matches, _ in found for each in matches}
    cards = cards_of_types(institution_id, types)
    return [_hits(cards, matches, blocks=blocks) for matches, blocks in found]


def hints_outside(actor: Actor, wanted: Wanted) -> list[OuterHit]:
    """What to show of others while somebody types; nothing to who may not ask them."""
    if not wanted.text.strip() or not actor.may(Permission.OUTER_ASK):
        return []
    [found] = search_outside(actor.institution_id, [wanted])
    return found


def _matched(
    shown: dict[int, int], lines: Sequence[Wanted]
) -> list[tuple[Sequence[Match], bool]]:
    known = _outside()
    with known.lock:
        if len(known.versions) > 2 * len(shown) + MOST_IDLE_RECORDS:
            known.index, known.versions = Index(), {}
        other = {key for key, at in shown.items() if known.versions.get(key) != at}
        for each in types_shown(other) if other else ():
            known.index.add(record_of(each))
            known.versions[each.id] = each.version
        verdicts = [
            match(
                known.index,
                Line(line.text, line.specification),
                allowed=lambda key: int(key) in shown,
                most=MOST_TYPES,
            )
            for line in lines
        ]
    return [(each.matches, each.answer is Answer.MATCHED) for each in verdicts]


def _hits(
    cards: Iterable[OuterCard], matches: Sequence[Match], *, blocks: bool
) -> list[OuterHit]:
    serving = {int(each.key): each for each in matches if each.serves >= serves_from()}
    hits = [
        OuterHit(
            card=card,
            score=serving[card.item_type_id].score,
            reasons=reasons_of(serving[card.item_type_id]),
            must_answer=blocks,
        )
        for card in cards
        if card.item_type_id in serving
    ]
    hits.sort(key=lambda each: (-each.score, each.card.id))
    return hits[:MOST_CARDS]


# What was found, and what became of it


@dataclass(frozen=True)
class OuterRead:
    """A card that a check has found, what was said of it, and whether it waits."""

    candidate: OuterCandidate
    answer: OuterAnswer | None
    asked: OuterInquiry | None
    """The question to its owner that has no answer yet."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be answered."""
        return self.candidate.must_answer and self.answer is None


def read_outside(
    request: PurchaseRequest, lines: Sequence[PurchaseLine]
) -> dict[int, list[OuterRead]]:
    """By line, the cards its last check has found, the best first."""
    by_check = {
        line.check_line_id: line for line in lines if line.check_line_id is not None
    }
    found: dict[int, list[OuterRead]] = {line.id: [] for line in lines}
    candidates = list(
        session().scalars(
            sa.select(OuterCandidate)
            .where(
                OuterCandidate.institution_id == request.institution_id,
                OuterCandidate.check_line_id.in_(sorted(by_check)),
            )
            .order_by(OuterCandidate.id)
        )
    )
    if not candidates:
        return found
    answers = {
        each.candidate_id: each
        for each in _answers(request, lines)
        if each.kind != OuterAnswerKind.FELL
    }
    asked = _asked(request)
    for each in candidates:
        line = by_check[each.check_line_id]
        found[line.id].append(
            OuterRead(each, answers.get(each.id), asked.get(each.card_id))
        )
    return found


def _answers(
    request: PurchaseRequest, lines: Iterable[PurchaseLine]
) -> list[OuterAnswer]:
    return list(
        session().scalars(
            sa.select(OuterAnswer)
            .where(
                OuterAnswer.institution_id == request.institution_id,
                OuterAnswer.line_id.in_(sorted(line.id for line in lines)),
            )
            .order_by(OuterAnswer.id)
        )
    )


def _asked(request: PurchaseRequest) -> dict[int, OuterInquiry]:
    """By card, what whoever asks here has asked its owner, without an answer yet."""
    rows = session().scalars(
        sa.select(OuterInquiry).where(
            OuterInquiry.from_institution_id == request.institution_id,
            OuterInquiry.asked_by_id == request.requester_id,
            OuterInquiry.cause == request.number,
            OuterInquiry.state.in_([str(each) for each in INQUIRY_OPEN]),
        )
    )
    return {each.card_id: each for each in rows}


def open_outside(
    request: PurchaseRequest, lines: Sequence[PurchaseLine]
) -> list[OuterRead]:
    """What is to be answered of others' cards before a request goes on.

    A line of which nothing is left to buy asks nobody outside.
    """
    found = read_outside(request, [line for line in lines if line.to_buy])
    return [each for reads in found.values() for each in reads if each.is_open]


def shown_since(
    request: PurchaseRequest, found: Mapping[int, Sequence[OuterRead]]
) -> dict[int, list[OuterHit]]:
    """By line, cards that would serve now and were not there at its check.

    ``found`` is what its check has found. They hold up nothing: whoever approves knows
    of them, and sends back if they are to be asked for. Once it is decided nobody does.
    """
    lines = [line for line in request.lines if line.to_buy]
    if not lines or request.state != RequestState.APPROVING:
        return {}
    wanted = [
        Wanted(line.text, line.specification, line.item_type_id) for line in lines
    ]
    known = answered_cards(lines)
    since = {}
    hits = search_outside(request.institution_id, wanted)
    for line, each in zip(lines, hits, strict=True):
        cards = known.get(line.id, set()) | {
            read.candidate.card_id for read in found[line.id]
        }
        since[line.id] = [
            hit for hit in each if hit.must_answer and hit.card.id not in cards
        ]
    return since


def answered_cards(lines: Collection[PurchaseLine]) -> dict[int, set[int]]:
    """By line, the cards that were answered at any of its checks: that holds."""
    rows = session().execute(
        sa.select(OuterAnswer.line_id, OuterCandidate.card_id)
        .join(OuterCandidate, OuterCandidate.id == OuterAnswer.candidate_id)
        .where(OuterAnswer.line_id.in_(sorted(line.id for line in lines)))
    )
    found: dict[int, set[int]] = {}
    for line_id, card_id in rows:
        found.setdefault(line_id, set()).add(card_id)
    return found


def outer_candidate(institution_id: int, candidate_id: int) -> OuterCandidate | None:
    """A card that a check of this institution has found."""
    return session().scalar(
        sa.select(OuterCandidate).where(
            OuterCandidate.id == candidate_id,
            OuterCandidate.institution_id == institution_id,
        )
    )


def promised_by(institution_id: int, number: str) -> list[OuterAnswer]:
    """What lines were promised under an inquiry's number."""
    return list(
        session().scalars(
            sa.select(OuterAnswer).where(
                OuterAnswer.institution_id == institution_id,
                OuterAnswer.inquiry == number,
                OuterAnswer.kind == str(OuterAnswerKind.PROMISED),
            )
        )
    )


def fallen_of(institution_id: int, number: str) -> int:
    """How many that were promised under an inquiry's number do not come after all."""
    query = sa.select(sa.func.coalesce(sa.func.sum(OuterAnswer.count), 0)).where(
        OuterAnswer.institution_id == institution_id,
        OuterAnswer.inquiry == number,
        OuterAnswer.kind == str(OuterAnswerKind.FELL),
    )
    return int(session().scalar(query) or 0)


def number_of(found: OuterCandidate) -> str:
    """The number of the request for which a card was found."""
    query = (
        sa.select(PurchaseRequest.number)
        .join(PurchaseLine, PurchaseLine.request_id == PurchaseRequest.id)
        .join(CheckLine, CheckLine.line_id == PurchaseLine.id)
        .where(CheckLine.id == found.check_line_id)
    )
    return session().scalar(query) or ""
