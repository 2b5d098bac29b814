"""What a scanned or typed text means: the same answer at every scan box."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.codes.errors import CodeRetired, CodeUnknown
from registry.codes.models import Code, CodeKind
from registry.codes.queries import find as find_code
from registry.kernel.checkcodes import LENGTH, looks_like_code, read_code, tidy
from registry.kernel.errors import Missing
from registry.ledger.models import Asset
from registry.ledger.queries.assets import WHOLE, asset_by_code
from registry.organisation.models import Place
from registry.store.db import session

LONGEST_SCAN = 500
MOST_ALIKE = 20

_LABEL_URL = re.compile(r"(?i)^\s*[a-z][a-z0-9+.\-]*://[^/\s]+/(?:.*/)?a/([^/?#\s]+)")


@dataclass(frozen=True)
class Found:
    """What a text leads to: an asset, a place, a blank code, or several assets."""

    asset: Asset | None = None
    place: Place | None = None
    blank: str | None = None
    several: list[Asset] = field(default_factory=list)


def find_scanned(actor: Actor, text: str) -> Found:
    """What a label's address, bare code, number or serial leads to, in this order.

    Any host's label will do. A code whose check character fails is refused with
    CodeMistyped and never tried as anything else, unless an asset bears exactly this
    text as its number. Raises CodeMistyped, CodeUnknown, CodeRetired, Missing.
    """
    text = text.strip()[:LONGEST_SCAN]
    url = _LABEL_URL.match(text)
    if url:
        return by_code(actor, read_code(url.group(1)))
    if looks_like_code(text):
        exact = _by_number_or_code(actor, text)
        return exact or by_code(actor, read_code(text))
    found = _by_number(actor, text) or _by_serial(actor, text)
    if found is None:
        raise Missing("scan_unknown", found=text[:80])
    return found


def code_in(text: str) -> str | None:
    """The code that a label's address or a typed text is, or None if it is none.

    Raises CodeMistyped if it has the shape of one and its check character fails.
    """
    text = text.strip()[:LONGEST_SCAN]
    url = _LABEL_URL.match(text)
    if url:
        return read_code(url.group(1))
    return read_code(text) if looks_like_code(text) else None


def by_code(actor: Actor, code: str) -> Found:
    """What a well-formed code names; strangers may ask about any institution's."""
    row = find_code(code)
    if row is None or not _may_resolve(actor, row):
        raise CodeUnknown(found=code)
    if row.retired_at is not None:
        raise CodeRetired(found=code, successor=row.successor)
    if row.kind == CodeKind.BLANK:
        return Found(blank=code)
    if row.kind == CodeKind.PLACE:
        return Found(place=session().get(Place, row.target_id))
    return Found(asset=asset_by_code(code))


def find_label(actor: Actor, code: str) -> Found:
    """What a label names, to anyone: another institution's too, as to a stranger."""
    row = find_code(code)
    if row is None:
        raise CodeUnknown(found=code)
    if row.institution_id == actor.institution_id:
        return by_code(actor, code)
    return by_code(Actor.stranger(row.institution_id), code)


def _may_resolve(actor: Actor, row: Code) -> bool:
    return actor.is_stranger or row.institution_id == actor.institution_id


def _by_number(actor: Actor, text: str) -> Found | None:
    if actor.is_stranger or not text:
        return None
    return _one_or_several(_ask(_numbered(), actor, **_as_number(text)))


def _by_number_or_code(actor: Actor, text: str) -> Found | None:
    """An asset that bears a text as its number, else one that bears it as its code.

    One statement for what is scanned most; whatever it does not find, such as a blank
    code or a mistyped one, is looked for step by step.
    """
    if actor.is_stranger:
        return None
    asked = _as_number(text)
    rows = _ask(_numbered_or_coded(), actor, code=tidy(text), **asked)
    numbered = [row for row in rows if _is_numbered(row, asked)]
    return _one_or_several(numbered or rows)


def bearing_numbers(actor: Actor, texts: Iterable[str]) -> dict[str, list[int]]:
    """The things that bear each of some texts as their number, by two statements.

    As ``find_scanned`` finds them one by one: a number, or one with a sub-number behind
    a dash. Of many that bear the same number two stand for all; what none bears is left
    out.
    """
    asked = {text: _as_number(text) for text in texts}
    found: dict[str, set[int]] = {}
    if not asked:
        return {}
    here = Asset.institution_id == actor.institution_id
    whole = sa.select(
        Asset.asset_number, sa.func.min(Asset.id), sa.func.max(Asset.id)
    ).where(here, Asset.asset_number.in_(sorted(asked)))
    for number, first, last in session().execute(whole.group_by(Asset.asset_number)):
        found.setdefault(number, set()).update((first, last))
    pairs: dict[tuple[str, int], list[str]] = {}
    for text, each in asked.items():
        if each["sub_number"] >= 0:  # 01 and 1 are the same sub-number
            pairs.setdefault((each["number"], each["sub_number"]), []).append(text)
    if pairs:
        rows = session().execute(
            sa.select(Asset.asset_number, Asset.sub_number, Asset.id).where(
                here,
                sa.or_(
                    *(
                        sa.and_(Asset.asset_number == number, Asset.sub_number == sub)
                        for number, sub in pairs
                    )
                ),
            )
        )
        for number, sub, asset_id in rows:
            for text in pairs[number, sub]:
                found.setdefault(text, set()).add(asset_id)
    return {text: sorted(ids) for text, ids in found.items()}


def _by_serial(actor: Actor, text: str) -> Found | None:
    if actor.is_stranger or not text:
        return None
    return _one_or_several(_ask(_with_serial(), actor, serial=text))


def _as_number(text: str) -> dict[str, Any]:
    """A text as an asset number, and as one with a sub-number behind a dash."""
    number, dash, sub = text.rpartition("-")
    if dash and sub.isascii() and sub.isdigit() and len(sub) < 7:
        return {"text": text, "number": number, "sub_number": int(sub)}
    return {"text": text, "number": text, "sub_number": -1}


def _is_numbered(row: Asset, asked: dict[str, Any]) -> bool:
    pair = (asked["number"], asked["sub_number"])
    whole = row.asset_number == asked["text"]
    return whole or (row.asset_number, row.sub_number) == pair


def _ask(query: sa.Select[Asset], actor: Actor, **values: Any) -> list[Asset]:
    return list(session().scalars(query, {"here": actor.institution_id, **values}))


_NUMBER = sa.or_(
    Asset.asset_number == sa.bindparam("text"),
    sa.and_(
        Asset.asset_number == sa.bindparam("number"),
        Asset.sub_number == sa.bindparam("sub_number"),
    ),
)


def _where(condition: sa.ColumnElement[bool]) -> sa.Select[Asset]:
    return (
        sa.select(Asset)
        .where(Asset.institution_id == sa.bindparam("here"), condition)
        .options(*WHOLE)
        .order_by(Asset.asset_number, Asset.sub_number)
        .limit(MOST_ALIKE)
    )


# Made once: to put a statement together costs as much as to carry it out.


@cache
def _numbered() -> sa.Select[Asset]:
    return _where(_NUMBER)


@cache
def _numbered_or_coded() -> sa.Select[Asset]:
    return _where(sa.or_(_NUMBER, Asset.code == sa.bindparam("code")))


@cache
def _with_serial() -> sa.Select[Asset]:
    return _where(Asset.serial == sa.bindparam("serial"))


def _one_or_several(rows: list[Asset]) -> Found | None:
    if not rows:
        return None
    return Found(asset=rows[0]) if len(rows) == 1 else Found(several=rows)


def readable(text: str) -> bool:
    """Whether a text could be a whole code at all, for hints while typing."""
    return len(tidy(text)) >= LENGTH
