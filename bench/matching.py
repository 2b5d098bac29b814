"""How well idle stock is found for request lines: ours beside plain methods.

    python bench/matching.py [--judged FOLDER] [--fit] [--speed]

``--judged`` is a folder with ``catalogue.csv``, ``requests_dev.csv``, ``qrels_dev.csv``
and ``score.py``; where it is absent, nothing is measured and that is said. ``--fit``
finds the weights anew and writes ``registry/matching/data/weights.csv``.

Every method ranks; it answers *review* and *block* from such scores on that 10 % and
3 % of the lines without a match are alarmed and blocked (ours 8 % and 1.6 %, to leave
room). For plain methods they are chosen on the very lines that are scored, their best
case; for ours also on lines of other families only, with weights that never saw the
family (*left out*).
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from pathlib import Path

from rapidfuzz import fuzz

from registry.cli.matching import is_idle, outcome, record_of
from registry.matching import normalise
from registry.matching import score as search_score
from registry.matching.concepts import Thesaurus, standard_thesaurus
from registry.matching.deciding import (
    ANSWERS_FROM,
    Weights,
    is_decisive,
    likelihood,
    match,
    standard_weights,
    weigh,
)
from registry.matching.index import Index
from registry.matching.records import Line
from registry.matching.text import atoms, legible

JUDGED = Path(__file__).parents[1] / ".." / "shared" / "bench" / "match"
WEIGHTS = Path(__file__).parents[1] / "registry" / "matching" / "data" / "weights.csv"
ALARMS, BLOCKS = 0.10, 0.03
OUR_ALARMS, OUR_BLOCKS = 0.08, 0.016
"""Ours are set stricter, since other lines than these will be a little worse."""

WORTH_SHARE = 0.35
PENALTY = 0.3
THINNED = ((0.6, 1), (0.6, 2), (0.3, 3))
"""Besides the whole thesaurus, weights are fitted with so much of it left, so that
they hold where words are not known: (share kept, seed)."""
NEVER_FOR = (
    "contradicted",
    "silent",
    "missing",
    "other",
    "belongs",
    "unsure",
    "near",
    "distance",
    "extra",
    "belonging",
    "ambiguous_wanted",
    "ambiguous_known",
    "begins_wanted",
    "begins_known",
    "grouped",
)
ALWAYS_FOR = ("met", "suits", "same", "narrower", "alike", "alike_unknown", "same_name")
TAUGHT = {"picked": (3, 3), "taught_accepted": (2, 2), "taught_declined": (-6, -2)}
UNSEEN = {"grouped": (-1.5, -0.5), "instead": (-0.8, 0.8)}
"""Weights set by hand where the development set has too few cases to learn from."""


@dataclass(frozen=True)
class Judged:
    """A judged set."""

    items: list[dict[str, str]]
    lines: list[dict[str, str]]
    grades: dict[str, dict[str, int]]
    folder: Path

    @property
    def idle(self) -> frozenset[str]:
        return frozenset(row["item_id"] for row in self.items if is_idle(row))


@dataclass(frozen=True)
class Pair:
    """A record in question for a line, its signals, and how it was judged."""

    line: str
    family: str
    key: str
    signals: dict[str, float]
    grade: int


Ranked = dict[str, list[tuple[float, float, float, str]]]
"""For a line: (score to rank by, likelihood to alarm by, to block by, key)."""


def read_judged(folder: Path) -> Judged:
    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows("qrels_dev.csv"):
        grades[row["request_id"]][row["item_id"]] = int(row["grade"])
    return Judged(rows("catalogue.csv"), rows("requests_dev.csv"), grades, folder)


# -- plain methods -----------------------------------------------------------------


def bigrams(text: str) -> list[str]:
    joined = normalise(text).replace(" ", "")
    return [joined[at : at + 2] for at in range(max(1, len(joined) - 1))]


def everything(row: dict[str, str]) -> str:
    names = ("name", "brand", "model", "spec")
    return " ".join(row.get(name, "") for name in names)


def by_pairs(judged: Judged, score: Callable[[str, str], float]) -> Ranked:
    """A method that compares texts two by two."""
    kept = [row for row in judged.items if row["item_id"] in judged.idle]
    texts = [(row["item_id"], row["name"], everything(row)) for row in kept]
    found: Ranked = {}
    for line in judged.lines:
        asked = f"{line['name']} {line['spec']}"
        scores = (
            (max(score(line["name"], name), score(asked, text)), key)
            for key, name, text in texts
        )
        best = sorted(((s, s, s, key) for s, key in scores if s > 0), key=ranking)
        found[line["request_id"]] = best[:10]
    return found


def ranking(each: tuple[float, float, float, str]) -> tuple[float, str]:
    return -each[0], each[3]


def jaccard(one: str, other: str) -> float:
    a, b = set(bigrams(one)), set(bigrams(other))
    return len(a & b) / len(a | b)


def by_bm25(judged: Judged, pieces: Callable[[str], Iterable[str]]) -> Ranked:
    kept = [row for row in judged.items if row["item_id"] in judged.idle]
    documents = [Counter(pieces(everything(row))) for row in kept]
    average = sum(map(len, documents)) / len(documents)
    holders = Counter(piece for document in documents for piece in document)
    found: Ranked = {}
    for line in judged.lines:
        asked = set(pieces(f"{line['name']} {line['spec']}"))
        scores = []
        for row, document in zip(kept, documents, strict=True):
            total = 0.0
            for piece in asked & document.keys():
                rare = log(
                    1 + (len(kept) - holders[piece] + 0.5) / (holders[piece] + 0.5)
                )
                often = document[piece]
                total += (
                    rare
                    * often
                    * 2.2
                    / (often + 1.2 * (0.25 + 0.75 * len(document) / average))
                )
            if total:
                scores.append((total, total, total, row["item_id"]))
        found[line["request_id"]] = sorted(scores, key=ranking)[:10]
    return found


def words_and_characters(text: str) -> list[str]:
    return [part.text for part in atoms(legible(text))]


PLAIN: dict[str, Callable[[Judged], Ranked]] = {
    "bigrams, Jaccard": lambda judged: by_pairs(judged, jaccard),
    "BM25 over bigrams": lambda judged: by_bm25(judged, bigrams),
    "BM25 over words, characters": lambda judged: by_bm25(judged, words_and_characters),
    "search with pinyin and slips": lambda judged: by_pairs(judged, search_score),
    "fuzzy ratio (WRatio)": lambda judged: by_pairs(judged, fuzz.WRatio),
}


# -- ours --------------------------------------------------------------------------


def index_of(judged: Judged, thesaurus: Thesaurus) -> Index:
    return Index(map(record_of, judged.items), thesaurus)


def pairs_of(judged: Judged, thesaurus: Thesaurus) -> list[Pair]:
    index = index_of(judged, thesaurus)
    found = []
    for row in judged.lines:
        line = Line(row["name"], row["spec"])
        _, weighed = weigh(index, line, judged.idle.__contains__)
        graded = judged.grades.get(row["request_id"], {})
        found += [
            Pair(
                row["request_id"],
                row["family"],
                key,
                evidence.signals,
                graded.get(key, 0),
            )
            for key, evidence in weighed
        ]
    return found


def thinned(thesaurus: Thesaurus, share: float, seed: int) -> Thesaurus:
    """A part of the thesaurus, as if its makers had not thought of the rest."""
    chance = random.Random(seed)

    def some(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(word for word in words if chance.random() < share)

    return Thesaurus(
        {
            name: replace(
                concept,
                also=some(concept.also),
                also_english=some(concept.also_english),
            )
            for name, concept in thesaurus.concepts.items()
            if chance.random() < share
        }
    )


def sign_of(signal: str) -> int:
    if signal.endswith(NEVER_FOR) or signal in NEVER_FOR:
        return -1
    return 1 if signal.endswith(ALWAYS_FOR) else 0


def fit(pairs: Sequence[Pair], least: int) -> dict[str, float]:
    """Weights by Newton's method; those that would have the wrong sign are nought."""
    lines = Counter(pair.line for pair in pairs)
    rows = [
        (
            {"bias": 1.0, **pair.signals},
            float(pair.grade >= least),
            lines[pair.line] ** -0.5,
        )
        for pair in pairs
    ]
    free = sorted({signal for signals, _, _ in rows for signal in signals})
    weights = dict.fromkeys(free, 0.0)
    for _ in range(40):
        at = {signal: place for place, signal in enumerate(free)}
        slope = [-(0.01 if s == "bias" else PENALTY) * weights[s] for s in free]
        curve = [[0.0] * len(free) for _ in free]
        for place, signal in enumerate(free):
            curve[place][place] = 0.01 if signal == "bias" else PENALTY
        for signals, truth, weight in rows:
            told = [(at[s], amount) for s, amount in signals.items() if s in at]
            odds = sum(weights[free[place]] * amount for place, amount in told)
            chance = 1 / (1 + exp(-max(-30.0, min(30.0, odds))))
            off, bend = weight * (truth - chance), weight * chance * (1 - chance)
            for one, amount in told:
                slope[one] += off * amount
                line = curve[one]
                for other, more in told:
                    line[other] += bend * amount * more
        step = solved(curve, slope)
        for signal, change in zip(free, step, strict=True):
            weights[signal] += max(-2.0, min(2.0, change))
        wrong = {s for s in free if weights[s] * sign_of(s) < 0}
        for signal in wrong:
            weights[signal] = 0.0
        free = [signal for signal in free if signal not in wrong]
        if not wrong and max(map(abs, step)) < 1e-4:
            break
    return weights


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss with pivots; both are used up."""
    size = len(right)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(matrix[row][at]))
        matrix[at], matrix[pivot] = matrix[pivot], matrix[at]
        right[at], right[pivot] = right[pivot], right[at]
        for row in range(at + 1, size):
            share = matrix[row][at] / matrix[at][at]
            if share:
                for column in range(at, size):
                    matrix[row][column] -= share * matrix[at][column]
                right[row] -= share * right[at]
    for at in reversed(range(size)):
        later = sum(matrix[at][c] * right[c] for c in range(at + 1, size))
        right[at] = (right[at] - later) / matrix[at][at]
    return right


def ranked(pairs: Iterable[Pair], weights: Weights) -> Ranked:
    found: Ranked = defaultdict(list)
    for pair in pairs:
        serves = likelihood(pair.signals, weights.serves)
        worth = likelihood(pair.signals, weights.worth)
        score = serves * (1 - WORTH_SHARE) + worth * WORTH_SHARE
        blocks = serves if is_decisive(pair.signals) else 0.0
        found[pair.line].append((score, serves, blocks, pair.key))
    return {line: sorted(each, key=ranking) for line, each in found.items()}


def fitted(pairs: Sequence[Pair], judged: Judged) -> Weights:
    """Weights for these pairs, and the answers' thresholds on their lines."""
    serves, worth = fit(pairs, 2), fit(pairs, 1)
    lines = {pair.line for pair in pairs}
    found = ranked(pairs, Weights(serves, worth, 1, 1))
    return Weights(serves, worth, *thresholds(found, judged, lines))


def thresholds(
    found: Ranked,
    judged: Judged,
    lines: Iterable[str],
    alarms: float = OUR_ALARMS,
    blocks: float = OUR_BLOCKS,
) -> tuple[float, float]:
    """From which likelihood lines are blocked, and alarmed, as often as is allowed."""
    without = [line for line in lines if 2 not in judged.grades.get(line, {}).values()]
    bounds = []
    for place, share in ((2, blocks), (1, alarms)):
        best = sorted((best_of(found, line, place) for line in without), reverse=True)
        bounds.append(best[int(share * len(best))] + 1e-9)
    return bounds[0], bounds[1]


def best_of(found: Ranked, line: str, place: int) -> float:
    """The best likelihood of a line, to alarm (1) or to block (2) by."""
    return max((float(each[place]) for each in found.get(line, ())), default=0.0)


# -- scoring -----------------------------------------------------------------------


def result(
    found: Ranked, bounds: dict[str, tuple[float, float]]
) -> list[dict[str, object]]:
    rows = []
    for line, (blocked, alarmed) in bounds.items():
        decision = "pass"
        if best_of(found, line, 2) >= blocked:
            decision = "block"
        elif best_of(found, line, 1) >= alarmed:
            decision = "review"
        each = found.get(line, [])[:10]
        matches = [{"item_id": key, "score": score} for score, _, _, key in each]
        rows.append({"request_id": line, "decision": decision, "matches": matches})
    return rows


def scored(rows: list[dict[str, object]], judged: Judged) -> dict[str, float]:
    """The judged set's own scorer on a run."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run.jsonl"
        run.write_text("\n".join(map(json.dumps, rows)), "utf-8")
        told = subprocess.run(
            [
                *(sys.executable, judged.folder / "score.py", run, "--json"),
                *("--requests", judged.folder / "requests_dev.csv"),
                *("--qrels", judged.folder / "qrels_dev.csv"),
                *("--catalogue", judged.folder / "catalogue.csv"),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    return dict(json.loads(told.stdout)["ALL"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judged", type=Path, default=JUDGED)
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    if not (options.judged / "qrels_dev.csv").exists():
        print(f"Skipped: no judged set in {options.judged.resolve()}")
        return
    judged = read_judged(options.judged)
    if options.fit:
        write_weights(judged)
    table(judged)
    speed(judged)


def write_weights(judged: Judged) -> None:
    pairs = training(judged)
    weights = fitted(pairs, judged)
    bounds = thresholds(
        ranked(pairs_of(judged, standard_thesaurus()), weights),
        judged,
        [row["request_id"] for row in judged.lines],
    )
    rows = [
        (name, f"{bound:.3f}", "")
        for name, bound in zip(ANSWERS_FROM, bounds, strict=True)
    ]
    by_hand = {**TAUGHT, **{k: v for k, v in UNSEEN.items() if k not in weights.serves}}
    for signal in sorted(weights.serves):
        rows.append(
            (signal, f"{weights.serves[signal]:.2f}", f"{weights.worth[signal]:.2f}")
        )
    rows += [(signal, str(one), str(other)) for signal, (one, other) in by_hand.items()]
    with WEIGHTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("signal", "serves", "worth"))
        writer.writerows(rows)
    standard_weights.cache_clear()
    print(f"Wrote {WEIGHTS}")


def answered(judged: Judged) -> list[dict[str, object]]:
    """The answers of the product itself, as ``registry match`` writes them."""
    index = index_of(judged, standard_thesaurus())
    rows = []
    for row in judged.lines:
        line = Line(row["name"], row["spec"])
        verdict = match(index, line, allowed=judged.idle.__contains__)
        rows.append(outcome(row["request_id"], verdict, explain=False))
    return rows


def training(judged: Judged) -> list[Pair]:
    whole = standard_thesaurus()
    variants = [whole, *(thinned(whole, *each) for each in THINNED)]
    return [pair for variant in variants for pair in pairs_of(judged, variant)]


COLUMNS = ("hit@1", "hit@5", "ndcg@10", "gate_hit@5", "false_alarm", "false_block")


def table(judged: Judged) -> None:
    every = [row["request_id"] for row in judged.lines]
    print(
        f"{len(every)} lines, {len(judged.items)} item types, "
        f"{len(standard_thesaurus().concepts)} concepts\n"
    )
    print(f"{'':34}" + "".join(f"{column:>12}" for column in COLUMNS))

    def show(name: str, rows: list[dict[str, object]]) -> None:
        told = scored(rows, judged)
        print(
            f"{name:34}" + "".join(f"{told[column]:12.3f}" for column in COLUMNS),
            flush=True,
        )

    for name, method in PLAIN.items():
        found = method(judged)
        allowed = thresholds(found, judged, every, ALARMS, BLOCKS)
        show(name, result(found, dict.fromkeys(every, allowed)))
    weights = standard_weights()
    bounds = weights.matched_from, weights.unclear_from
    none = pairs_of(judged, Thesaurus({}))
    show(
        "ours, without the thesaurus",
        result(ranked(none, weights), dict.fromkeys(every, bounds)),
    )
    whole = pairs_of(judged, standard_thesaurus())
    show("ours", answered(judged))
    train = training(judged)
    rows: list[dict[str, object]] = []
    for family in sorted({row["family"] for row in judged.lines}):
        others = [pair for pair in train if pair.family != family]
        there = fitted(others, judged)
        seen = [pair for pair in whole if pair.family != family]
        known = sorted({pair.line for pair in seen})
        limits = thresholds(ranked(seen, there), judged, known)
        left = [row["request_id"] for row in judged.lines if row["family"] == family]
        mine = [pair for pair in whole if pair.family == family]
        rows += result(ranked(mine, there), dict.fromkeys(left, limits))
    show("ours, each family left out", rows)


def speed(judged: Judged) -> None:
    print()
    for size in (len(judged.items), 50_000):
        records = []
        for at in range(size):
            row = judged.items[at % len(judged.items)]
            again = at // len(judged.items)
            record = record_of(row)
            if again:
                model = f"{record.model}-{again}"
                record = replace(record, key=f"{record.key}-{again}", model=model)
            records.append(record)
        began = time.perf_counter()
        index = Index(records)
        built = time.perf_counter() - began
        took = []
        for row in judged.lines:
            began = time.perf_counter()
            match(index, Line(row["name"], row["spec"]))
            took.append(time.perf_counter() - began)
        took.sort()
        middle, late = took[len(took) // 2] * 1000, took[len(took) * 99 // 100] * 1000
        print(
            f"{size:6} item types: built in {built:.1f} s; "
            f"a line p50 {middle:.1f} ms, p99 {late:.1f} ms"
        )


if __name__ == "__main__":
    main()
