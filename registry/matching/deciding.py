"""From evidence to an answer: which records serve, and may the purchase go on.

The weights stand in ``data/weights.csv``: for each signal what it adds to the odds that
a record serves the line, and that it is worth showing. ``docs/matching.md`` says how
they were found.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from math import exp

from registry.matching.evidence import Evidence
from registry.matching.index import Index
from registry.matching.lexicon import word_key
from registry.matching.reading import Reading
from registry.matching.reasons import Reason, reasons_of
from registry.matching.records import NOTHING_TAUGHT, Adjustments, Line, Record

_AKIN = ("same", "narrower", "broader")
_QUIET = ("measure_silent", "feature_silent", "nuance_silent")
LEAST_SHOWN = 0.005
"""Below this score a record is not worth showing to anybody."""

MOST_SHOWN = 10
_WORTH_SHARE = 0.35


class Answer(StrEnum):
    """What the search for idle stock comes to."""

    CLEAR = "pass"
    """It is understood, and nothing serves."""
    UNCLEAR = "review"
    """Something looks close, or the words name nothing: a person looks."""
    MATCHED = "block"
    """Something that serves is there; it is to be answered first."""


@dataclass(frozen=True)
class Match:
    """A record that would serve a line, or nearly, and why."""

    key: str
    score: float
    """0 to 1; the first of a list is the best."""
    serves: float
    """How likely it does what the line asks for, 0 to 1."""
    reasons: tuple[Reason, ...]
    """Why it is shown and what differs, the most telling first."""


@dataclass(frozen=True)
class Verdict:
    """The answer for a line, the records behind it, and how the line was read."""

    answer: Answer
    matches: tuple[Match, ...]
    reading: Reading


@dataclass(frozen=True)
class Weights:
    """What each signal adds to the odds, as logarithms, and where answers begin."""

    serves: dict[str, float]
    worth: dict[str, float]
    matched_from: float
    unclear_from: float


def read_weights(text: str) -> Weights:
    """The weights in a text of the form of ``data/weights.csv``."""
    rows = {row["signal"]: row for row in csv.DictReader(io.StringIO(text))}
    matched, unclear = (float(rows.pop(each)["serves"]) for each in ANSWERS_FROM)
    return Weights(
        {signal: float(row["serves"]) for signal, row in rows.items()},
        {signal: float(row["worth"]) for signal, row in rows.items()},
        matched,
        unclear,
    )


ANSWERS_FROM = ("answer_matched_from", "answer_unclear_from")


@cache
def standard_weights() -> Weights:
    """The weights that come with the product."""
    file = files("registry.matching") / "data" / "weights.csv"
    return read_weights(file.read_text("utf-8"))


def likelihood(signals: dict[str, float], weights: dict[str, float]) -> float:
    """How likely something is, given signals and what each adds to the odds."""
    odds = weights["bias"]
    for signal, amount in signals.items():
        odds += weights.get(signal, 0.0) * amount
    return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))


def is_decisive(signals: dict[str, float]) -> bool:
    """Whether it is known what line and record are: words alike alone stop nobody."""
    if any(signals.get(each) for each in ("same_name", "number_met", "number_suits")):
        return True
    return not (signals.get("unknown_wanted") or signals.get("unknown_known"))


def may_serve(evidence: Evidence, record: Record) -> bool:
    """Whether it is the thing, and its record says nothing that could tell otherwise.

    Many ledgers have a name and no more: to such a thing a wish for 3,000 lumens is
    no answer, so somebody looks.
    """
    signals = evidence.signals
    return (
        not record.specification
        and any(signals.get(each) for each in _AKIN)
        and any(signals.get(each) for each in _QUIET)
        and not any(each.endswith(("_contradicted", "_near")) for each in signals)
        and not signals.get("ambiguous_known")
    )


def wording(text: str) -> str:
    """The form of a line's words under which answers about them are kept."""
    return word_key(text)


def match(
    index: Index,
    line: Line,
    *,
    allowed: Callable[[str], bool] = lambda key: True,
    taught: Adjustments = NOTHING_TAUGHT,
    weights: Weights | None = None,
    most: int = MOST_SHOWN,
) -> Verdict:
    """Which of the allowed records would serve a line, and what follows from it.

    The answer counts every record; of the matches no more than ``most`` are given.
    """
    weights = weights or standard_weights()
    matches = []
    reading, found = weigh(index, line, allowed, taught)
    for key, evidence in found:
        serves = likelihood(evidence.signals, weights.serves)
        worth = likelihood(evidence.signals, weights.worth)
        score = serves * (1 - _WORTH_SHARE) + worth * _WORTH_SHARE
        if score >= LEAST_SHOWN:
            matches.append((score, serves, key, evidence))
    matches.sort(key=lambda each: (-each[0], each[2]))
    found_best = max((serves for _, serves, _, _ in matches), default=0.0)
    known_best = max(
        (serves for _, serves, _, each in matches if is_decisive(each.signals)),
        default=0.0,
    )
    shown = tuple(
        Match(
            key,
            round(score, 4),
            round(serves, 4),
            reasons_of(reading, evidence, index.thesaurus),
        )
        for score, serves, key, evidence in matches[:most]
    )
    answer = Answer.CLEAR
    if known_best >= weights.matched_from:
        answer = Answer.MATCHED
    elif (
        found_best >= weights.unclear_from
        or reading.vague
        or not (reading.heads or reading.unknown_head)
        or any(may_serve(each, index.records[key]) for _, _, key, each in matches)
    ):
        answer = Answer.UNCLEAR
    return Verdict(answer, shown, reading)


def weigh(
    index: Index,
    line: Line,
    allowed: Callable[[str], bool] = lambda key: True,
    taught: Adjustments = NOTHING_TAUGHT,
) -> tuple[Reading, list[tuple[str, Evidence]]]:
    """How a line is read, and the evidence of every record in question."""
    reading = index.reading_of(line)
    weighing = index.weighing(line, reading)
    key_of_words = wording(line.text)
    accepted = taught.aliases.get(key_of_words, frozenset())
    declined = taught.declined.get(key_of_words, frozenset())
    picked = frozenset([line.item_type]) if line.item_type else frozenset()
    keys = index.in_question(reading, weighing, allowed)
    named = [key for key in _known(index, accepted | picked) if allowed(key)]
    found = []
    for key in dict.fromkeys([*keys, *named]):
        meant = key in accepted or key in picked
        evidence = weighing.evidence(index.known[key], meant=meant)
        evidence.add("taught_accepted", float(key in accepted))
        evidence.add("taught_declined", float(key in declined))
        evidence.add("picked", float(key in picked))
        found.append((key, evidence))
    return reading, found


def _known(index: Index, keys: Iterable[str]) -> list[str]:
    return sorted(key for key in keys if key in index.known)
