"""What a name or a told sentence asks for: its head, and what that is for.

Chinese puts the head last. A told sentence names its wish after a word of wishing, or
only says what the thing is needed for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.matching.concepts import Role, Thesaurus
from registry.matching.cutting import CLAUSE_END, Cut
from registry.matching.lexicon import Piece, Sense


@dataclass(frozen=True)
class Head:
    """Something a line may mean: a concept, or the name of an item type."""

    concept: str = ""
    name: str = ""
    weight: float = 1.0
    via: str = "name"
    """How it was found: name, mention (in a sentence), purpose, slip, pinyin."""
    written: str = ""
    sure: bool = True
    """Whether the word means this and nothing else."""


@dataclass(frozen=True)
class Asked:
    """The heads of a text, and what stands beside them."""

    heads: tuple[Head, ...] = ()
    owners: tuple[str, ...] = ()
    """Concepts it is for."""
    unknown: str = ""
    """The word that should be the head, if nobody knows it."""
    extent: frozenset[int] = frozenset()
    """The atoms of that word."""
    aside: frozenset[int] = frozenset()
    """The atoms that only say what it is for."""


_SKIPPED = frozenset(
    [
        Sense.FEATURE,
        Sense.MEASURE,
        Sense.BRAND,
        Sense.SERIES,
        Sense.FILLER,
        Sense.WISH,
        Sense.WITH,
        Sense.WITHOUT,
        Sense.VAGUE,
    ]
)
_THINGS = (Sense.CONCEPT, Sense.NAME)
_FOR = frozenset(["用", "专用", "使用", "的", "用的", "适用"])
_BEFORE_UNKNOWN = (Sense.CONCEPT, Sense.NAME, Sense.MEASURE, Sense.BRAND)
_TOLD_FROM = 12
_WISHED_FROM = 6
_ONE_OF_MANY = 0.9
_SECOND_MEANING = 0.6
_WISHED, _WISHED_BESIDE, _MENTIONED, _MENTIONED_BESIDE = 0.95, 0.5, 0.7, 0.4


def is_told(cut: Cut) -> bool:
    """Whether it is a sentence about a need and not a name."""
    wishes = any(piece.word and piece.word.sense is Sense.WISH for piece in cut.pieces)
    size = sum(part.size for part in cut.parts)
    if wishes and size >= _WISHED_FROM:
        return True
    return size >= _TOLD_FROM and (
        "的" in cut.text or bool(CLAUSE_END.search(cut.text))
    )


def asked_by_name(cut: Cut, thesaurus: Thesaurus) -> Asked:
    """What a name asks for: the last thing in it that nothing marks as beside it."""
    pieces = cut.pieces
    for_what, beside = _for_what(cut), _beside(cut)
    kept = [at for at in range(len(pieces)) if at not in for_what | beside]
    while kept and _is_skipped(cut, kept[-1]):
        kept.pop()
    aside = [pieces[at] for at in sorted(for_what)]
    apart = frozenset(at for piece in aside for at in range(piece.first, piece.after))
    if not kept:
        return Asked(owners=owners(aside, thesaurus), aside=apart)
    last = kept[-1]
    before = [pieces[at] for at in kept[:-1]]
    if (word := pieces[last].word) is not None and word.sense in _THINGS:
        asked = _asked(cut, pieces[last], [*before, *aside], thesaurus)
        return replace(asked, aside=apart)
    earlier = _head_of_earlier_word(cut, kept)
    if earlier is not None:
        asked = _asked(cut, pieces[earlier], pieces[:earlier], thesaurus)
        return replace(asked, aside=apart)
    first = _start_of_unknown(cut, last)
    extent = range(pieces[first].first, pieces[last].after)
    unknown = "".join(cut.parts[at].text for at in extent)
    found = owners(pieces[:first], thesaurus)
    return Asked((), found, unknown, frozenset(extent), apart)


def _is_skipped(cut: Cut, at: int) -> bool:
    """Whether a last piece says something beside the head.

    One character joined to a word does not: a 课桌布 is a cloth, not a cloth desk.
    """
    word = cut.pieces[at].word
    if word is None or word.sense not in _SKIPPED:
        return False
    short = len(cut.key(cut.pieces[at])) == 1 and word.sense is Sense.FEATURE
    return not (short and at > 0 and cut.joined(at))


def _asked(
    cut: Cut, head: Piece, others: Sequence[Piece], thesaurus: Thesaurus
) -> Asked:
    """A head, for the other things that stand there; a word said twice is one."""
    heads = heads_of(cut, head)
    said = {each.concept for each in heads}
    there = []
    for name in owners(others, thesaurus):
        if said & set(thesaurus.above(name)):
            # 工作站电脑: the narrower word before the broader one says which.
            heads = [replace(each, concept=name) for each in heads[:1]]
            said |= {name}
        elif name not in said and not any(
            name in thesaurus.above(each) for each in said
        ):
            there.append(name)
    return Asked(tuple(heads), tuple(there))


def asked_in_sentence(cut: Cut, thesaurus: Thesaurus) -> Asked:
    """What a sentence asks for: what is wished before what is only mentioned."""
    found: dict[str, Head] = {}
    refused: set[str] = set()
    for pieces in cut.clauses():
        wished = without = False
        mentions: list[tuple[Piece, bool]] = []
        for piece in pieces:
            sense = piece.word.sense if piece.word else None
            if sense is Sense.WISH:
                wished = True
            elif sense is Sense.WITHOUT:
                without = True
            elif sense in _THINGS and without:
                refused |= {each.concept for each in heads_of(cut, piece)}
                without = False
            elif sense in _THINGS:
                mentions.append((piece, wished))
        for place, (piece, wanted) in enumerate(mentions):
            if place == len(mentions) - 1:
                weight = _WISHED if wanted else _MENTIONED
            else:
                weight = _WISHED_BESIDE if wanted else _MENTIONED_BESIDE
            for head in heads_of(cut, piece, weight, "mention"):
                known = found.get(head.concept or head.name)
                if known is None or known.weight < head.weight:
                    found[head.concept or head.name] = head
    things = [
        head
        for name, head in found.items()
        if name not in refused and not _is_place(head, thesaurus)
    ]
    return Asked(tuple(sorted(things, key=lambda head: -head.weight)))


def _is_place(head: Head, thesaurus: Thesaurus) -> bool:
    concept = thesaurus.concepts.get(head.concept)
    return concept is not None and concept.role in (Role.SPACE, Role.GROUP)


def heads_of(
    cut: Cut, piece: Piece, weight: float = 1.0, via: str = "name"
) -> list[Head]:
    """What a piece may mean, each with how sure that is."""
    word = piece.word
    assert word is not None
    written = cut.key(piece)
    weight *= 1 - piece.slip
    via = "slip" if piece.slip else via
    if word.sense is Sense.NAME:
        return [Head("", word.value, weight, via, written)]
    first = word.meanings[0]
    found = []
    for place, meaning in enumerate(word.meanings):
        share = _SECOND_MEANING if first.preferred else _ONE_OF_MANY
        if place == 0 and (meaning.sure or meaning.preferred):
            share = 1.0
        name = meaning.concept.name
        sure = share == 1.0
        found.append(Head(name, "", weight * share, via, written, sure))
    return found


def owners(pieces: Sequence[Piece], thesaurus: Thesaurus) -> tuple[str, ...]:
    """The things among some pieces, as what something else may be for."""
    return tuple(
        meaning.concept.name
        for piece in pieces
        if piece.word is not None
        for meaning in piece.word.meanings[:1]
        if meaning.concept.role not in (Role.GROUP, Role.SPACE)
    )


def _for_what(cut: Cut) -> set[int]:
    """The pieces that stand apart and say what for: ``平板用``, ``计数的``."""
    found: set[int] = set()
    for at, piece in enumerate(cut.pieces):
        closing = cut.key(piece) in _FOR and cut.after(piece) in ("", " ", ",")
        if not closing or at == 0:
            continue
        first = at
        while first > 0 and cut.joined(first):
            first -= 1
        if first > 0 or at + 1 < len(cut.pieces):
            found |= set(range(first, at + 1))
    return found if len(found) < len(cut.pieces) else set()


def _beside(cut: Cut) -> set[int]:
    """The pieces after ``带`` or ``不含``, up to where the word ends."""
    found: set[int] = set()
    for at, piece in enumerate(cut.pieces):
        word = piece.word
        if at == 0 or word is None or word.sense not in (Sense.WITH, Sense.WITHOUT):
            continue
        after = at + 1
        while after < len(cut.pieces) and cut.joined(after):
            after += 1
        found |= set(range(at, after))
    return found


def _head_of_earlier_word(cut: Cut, kept: Sequence[int]) -> int | None:
    """A known head that ends a word, where only later words are unknown.

    ``羽毛球 耐打``: what stands apart behind a thing describes it.
    """
    for at in reversed(kept[:-1]):
        piece = cut.pieces[at]
        if piece.word is not None and piece.word.sense in _THINGS:
            apart = cut.after(piece) in (" ", ",") and not cut.key(piece).isascii()
            return at if apart else None
    return None


def _start_of_unknown(cut: Cut, last: int) -> int:
    """Where an unknown head begins: its unknown pieces, and more if it is too short."""
    pieces = cut.pieces
    first = last
    while first > 0 and pieces[first - 1].word is None and cut.joined(first):
        first -= 1
    if pieces[last].after - pieces[first].first == 1:
        while first > 0 and cut.joined(first):
            word = pieces[first - 1].word
            if word is not None and word.sense in _BEFORE_UNKNOWN:
                break
            first -= 1
    return first
