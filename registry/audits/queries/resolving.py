"""What the texts read on a walk name: many at once, whatever they may hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.audits.models import AuditItem
from registry.codes.models import Code, CodeKind
from registry.kernel.checkcodes import CodeMistyped
from registry.kernel.errors import Refused
from registry.ledger.models import Asset
from registry.ledger.queries import find_scanned
from registry.ledger.queries.finding import bearing_numbers, code_in
from registry.store.db import session

MOST_TEXTS = 100
"""So many numbers and serials are looked up for one delivery; the rest are unknown."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names: a thing, a place, or nothing known."""

    asset_id: int | None = None
    place_id: int | None = None


NOTHING = Named()


def resolve(actor: Actor, audit_id: int, texts: Iterable[str]) -> dict[str, Named]:
    """What each text names in the actor's institution; also codes retired since."""
    wanted = {text for text in texts if text}
    found: dict[str, Named] = dict.fromkeys(wanted, NOTHING)
    codes: dict[str, list[str]] = {}
    plain: list[str] = []
    for text in sorted(wanted):
        try:
            code = code_in(text)
        except CodeMistyped:
            # A number may look like a code; what bears it is found by it alone.
            code = None
        if code is None:
            plain.append(text)
        else:
            codes.setdefault(code, []).append(text)
    for code, named in _by_codes(actor, audit_id, list(codes)).items():
        found |= dict.fromkeys(codes[code], named)
    plain = plain[:MOST_TEXTS]
    numbered = bearing_numbers(actor, [text.strip() for text in plain])
    for text in plain:
        borne_by = numbered.get(text.strip())
        if borne_by is None:
            found[text] = _by_text(actor, text)
        elif len(borne_by) == 1:
            found[text] = Named(asset_id=borne_by[0])
    return found


def _by_codes(actor: Actor, audit_id: int, codes: list[str]) -> dict[str, Named]:
    found = {
        code: Named(asset_id=asset_id)
        for code, asset_id in session().execute(
            sa.select(AuditItem.code, AuditItem.asset_id).where(
                AuditItem.audit_id == audit_id, AuditItem.code.in_(codes)
            )
        )
    }
    others = [code for code in codes if code not in found]
    if not others:
        return found
    rows = session().execute(
        sa.select(Code.code, Code.kind, Code.target_id).where(
            Code.code.in_(others), Code.institution_id == actor.institution_id
        )
    )
    for code, kind, target_id in rows:
        if kind == CodeKind.ASSET:
            found[code] = Named(asset_id=target_id)
        elif kind == CodeKind.PLACE:
            found[code] = Named(place_id=target_id)
    return found


def _by_text(actor: Actor, text: str) -> Named:
    try:
        named = find_scanned(actor, text)
    except Refused:
        return NOTHING
    if named.asset is not None and named.asset.institution_id == actor.institution_id:
        return Named(asset_id=named.asset.id)
    return NOTHING


def assets_named(actor: Actor, asset_ids: Iterable[int]) -> dict[int, Asset]:
    """Those of some things that are in the books of the actor's institution."""
    wanted = sorted(set(asset_ids))
    found: dict[int, Asset] = {}
    for start in range(0, len(wanted), 500):
        rows = session().scalars(
            sa.select(Asset).where(
                Asset.institution_id == actor.institution_id,
                Asset.id.in_(wanted[start : start + 500]),
            )
        )
        found.update((row.id, row) for row in rows)
    return found
