"""Due dates as a calendar file (RFC 5545): whole days, stable names, folded lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Octets of a line before it is folded."""


@dataclass(frozen=True)
class Due:
    """One day in a calendar; the same name is the same event, also when it moves."""

    name: str
    day: date
    title: str
    words: str = ""
    url: str = ""


def calendar_file(title: str, host: str, dues: Iterable[Due], made_at: datetime) -> str:
    """The text of a calendar, lines ending as the standard wants them."""
    stamp = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//asset registry//due dates//",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for due in dues:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{due.name}@{host}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{due.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{due.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(due.title)}",
        ]
        if due.words:
            lines.append(f"DESCRIPTION:{_text(due.words)}")
        if due.url:
            lines.append(f"URL:{due.url}")
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _text(words: str) -> str:
    """Words as a value: what has a meaning in the file is marked as having none."""
    marked = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return marked.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """A line in pieces of no more octets than allowed, no character cut in two."""
    pieces, piece, octets = [], "", 0
    for letter in line:
        size = len(letter.encode("utf-8"))
        if octets + size > LONGEST_LINE:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += letter
        octets += size
    return "\r\n".join([*pieces, piece])
