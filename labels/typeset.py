"""Where a line of text may end: wrapping, evening out and cutting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from labels.fonts import Face

_WIDE = "\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_WIDE += "\U0001f000-\U0003ffff"
_NOT_FIRST = "、。，．：；？！）》」』】〕〉”’…—·～％℃ー々〻,.:;?!)]}%>"
_NOT_LAST = "（《「『【〔〈“‘([{<￥$#"
_PIECE = re.compile(
    rf"[{re.escape(_NOT_LAST)}]*"
    rf"(?:[{_WIDE}]|[^\s{_WIDE}{re.escape(_NOT_LAST)}]*)"
    rf"[{re.escape(_NOT_FIRST)}]*\ ?"
)
_JOINTS = "-/_+.,:@"
"""Where a word that is longer than a line is broken first."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut where a line may end: pieces, their widths, and that of the blank
    each ends in (which does not count at the end of a line)."""

    pieces: tuple[str, ...]
    widths: tuple[int, ...]
    blanks: tuple[int, ...]


@lru_cache(maxsize=8192)
def words(text: str, face: Face) -> Words:
    """Where the lines of a printable text may end."""
    pieces = tuple(piece for piece in _PIECE.findall(text) if piece)
    blank = face.width(" ")
    return Words(
        pieces,
        tuple(map(face.width, pieces)),
        tuple(blank if piece.endswith(" ") else 0 for piece in pieces),
    )


def wrap(text: str, face: Face, limit: int) -> list[str]:
    """The lines of a text, each at most ``limit`` thousandths wide.

    A single character wider than the limit still makes a line.
    """
    if face.width(text) <= limit:
        return [text] if text else []
    lines: list[str] = []
    line, used = "", 0
    broken = words(text, face)
    for piece, width, blank in zip(
        broken.pieces, broken.widths, broken.blanks, strict=True
    ):
        if used + width - blank <= limit:
            line, used = line + piece, used + width
            continue
        if line:
            lines.append(line.rstrip())
        *full, line = _hard_wrap(piece, face, limit)
        lines += full
        used = face.width(line)
    return [*lines, line.rstrip()] if line.strip() else lines


def _hard_wrap(piece: str, face: Face, limit: int) -> list[str]:
    """A word in parts, broken behind a joint where that leaves no short line."""
    lines = []
    while len(piece) > 1 and face.width(piece.rstrip()) > limit:
        end = max(1, len(_start(piece, face, limit)))
        joint = max(piece.rfind(sign, 0, end) for sign in _JOINTS) + 1
        if 2 * joint > end:
            end = joint
        lines.append(piece[:end].rstrip())
        piece = piece[end:]
    return [*lines, piece]


def _start(text: str, face: Face, limit: int) -> str:
    """As many characters as fit."""
    for end, char in enumerate(text):
        limit -= face.width(char)
        if limit < 0:
            return text[:end]
    return text


def widest_piece(text: str, face: Face) -> int:
    """The width below which a word must be broken."""
    broken = words(text, face)
    return max(map(int.__sub__, broken.widths, broken.blanks), default=0)


def cut(text: str, face: Face, limit: int) -> str:
    """The longest start of the text that fits, ending in "…" if it is not all."""
    if face.width(text) <= limit:
        return text
    room = limit - face.width(face.ellipsis)
    return _start(text, face, room).rstrip() + face.ellipsis


def even(text: str, face: Face, limit: int) -> list[str]:
    """As few lines as ``wrap`` makes, of about the same length: no straggler."""
    lines = wrap(text, face, limit)
    if len(lines) < 2:
        return lines
    low = max(widest_piece(text, face), face.width(text) // len(lines)) - 1
    while limit - low > 1:
        middle = (low + limit) // 2
        tried = wrap(text, face, middle)
        if len(tried) > len(lines):
            low = middle
        else:
            limit, lines = middle, tried
    return lines
