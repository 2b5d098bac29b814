"""What may be written: names of several places, a colour, an address for labels."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from registry.access.roles import Role
from registry.kernel.colours import WHITE, contrast, read_colour
from registry.kernel.errors import Invalid

MOST_NAMES = 200
MOST_LABEL_URL = 60
FACTOR_DAYS = 14
"""How long people have to set up a second factor once it is asked of them."""
LEAST_CONTRAST = 4.5
"""How well an accent must be told from white, so that a choice looks as it was made."""

_BETWEEN = re.compile(r"[\n,，、;；]+")
_RANGE = re.compile(
    r"(?P<before>\D{0,40})(?P<first>\d{1,6})\s*[-~–—至到]\s*"
    r"(?P<again>\D{0,40})(?P<last>\d{1,6})(?P<after>\D{0,40})"
)
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LABEL_URL = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?(/[a-z0-9._-]+)*")


def read_names(text: str) -> list[str]:
    """The names in a text, one to a line or with commas; ranges written out.

    ``101-112`` is a range since both numbers have as many digits; ``3-302`` is a name.
    Raises Invalid for a range that runs backwards, or for too many names.
    """
    names: list[str] = []
    for each in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        names += _written_out(each)
        if len(names) > MOST_NAMES:
            raise Invalid.field("names", "too_many", most=MOST_NAMES)
    if not names:
        raise Invalid.field("names", "required")
    return list(dict.fromkeys(names))


def _written_out(text: str) -> list[str]:
    found = _RANGE.fullmatch(text)
    if found is None or len(found["first"]) != len(found["last"]):
        return [text]
    if found["again"].strip() not in ("", found["before"].strip()):
        return [text]
    first, last, width = int(found["first"]), int(found["last"]), len(found["first"])
    if not first < last < first + MOST_NAMES:
        raise Invalid.field("names", "bad_room_range", found=text[:40])
    return [
        f"{found['before']}{number:0{width}}{found['after']}"
        for number in range(first, last + 1)
    ]


COUNTING_BELOW = (
    Role.ASSET_OFFICE,
    Role.DEPARTMENT_ASSET_OFFICER,
    Role.WAREHOUSE_KEEPER,
    Role.DEPARTMENT_HEAD,
)
"""Roles that count for a department and below; the others count for everything."""


def goes_along(role: str, path: str, into_path: str) -> bool:
    """Whether a role goes along when its department goes up in another one.

    Beside or below it does. In a department above it would count for departments that
    were never its holder's, so it ends; one that counts everywhere always goes along.
    """
    return role not in COUNTING_BELOW or not path.startswith(into_path)


def clean_accent(text: str) -> str:
    """A colour as ``#1f5f8b``, legible on white; Invalid for anything else."""
    colour = text.strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise Invalid.field("accent", "bad_colour")
    found = contrast(read_colour(colour), WHITE)
    if found < LEAST_CONTRAST:
        raise Invalid.field("accent", "too_pale", found=round(found, 1))
    return colour


def clean_label_url(text: str) -> str:
    """What labels begin with, without a slash at the end; empty for our own address.

    Labels spell it in capitals, so it holds nothing in which capitals would matter.
    """
    address = text.strip().lower().rstrip("/")
    if address and not _LABEL_URL.fullmatch(address):
        raise Invalid.field("label_url", "bad_label_url")
    if len(address) > MOST_LABEL_URL:
        raise Invalid.field("label_url", "too_long", most=MOST_LABEL_URL)
    return address


def clean_time_zone(name: str) -> str:
    """The name of a time zone that is known here; Invalid otherwise."""
    if name not in available_timezones():
        raise Invalid.field("time_zone", "bad_time_zone")
    return name
