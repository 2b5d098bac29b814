"""Proving the ledger true: replayed entries are the rows, and the invariants hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.codes.models import Code, CodeKind
from registry.journal.queries import last_position
from registry.journal.verifying import (
    Chain,
    Finding,
    chains,
    findings_of_names,
    findings_of_positions,
    findings_of_seals,
)
from registry.kernel.errors import WrongState
from registry.ledger.models import Asset, Claim, Photo
from registry.ledger.rules.standing import (
    CLAIM,
    FIELDS,
    PEOPLE,
    PHOTOS,
    REFERENCES,
    bare,
    replay,
)
from registry.ledger.states import AssetState, ClaimKind
from registry.store.base import Base
from registry.store.db import session

STREAM = 2_000
KEPT = tuple(field for field in FIELDS if field not in {CLAIM, PHOTOS})
"""The fields of a standing that are columns of an asset's row."""


TOLD_EVERY = 5_000
"""After so many entries it is said how far the proof is."""

PHOTOS_AT_ONCE = 20
PHOTOS_TOLD_EVERY = 200
Progress = Callable[[int], None]


def verify(actor: Actor, progress: Progress | None = None) -> Iterator[Finding]:
    """Everything that is not as it must be in the actor's institution, in order.

    ``progress`` is told how many entries have been looked at; it must not use the
    session, from which entries are being read.
    """
    actor.require(Permission.LEDGER_VERIFY)
    here = actor.institution_id
    yield from findings_of_entries(here, progress)
    yield from findings_of_positions(here)
    yield from findings_of_seals(here)
    yield from findings_of_names(here)
    yield from findings_of_codes(here)
    yield from findings_of_photos(here, progress)


def findings_of_entries(
    institution_id: int, progress: Progress | None = None
) -> Iterator[Finding]:
    """Broken chains, and rows that differ from what their entries, replayed, say.

    One pass over the entries, beside one over the assets; both come by asset.
    """
    with (
        closing(_assets(institution_id)) as assets,
        closing(chains(institution_id)) as found,
    ):
        following = next(assets, None)
        for chain in _told(found, progress):
            yield from chain.findings
            if chain.kind != "asset":
                continue
            while following is not None and following.id < chain.subject_id:
                yield _without_entries(following)
                following = next(assets, None)
            if following is None or following.id != chain.subject_id:
                yield Finding("entries_without_asset", f"asset {chain.subject_id}")
                continue
            yield from _compare(following, chain)
            following = next(assets, None)
        while following is not None:
            yield _without_entries(following)
            following = next(assets, None)


def _told(found: Iterable[Chain], progress: Progress | None) -> Iterator[Chain]:
    """Chains as they come, ``progress`` being told of them now and then."""
    done = told = 0
    for chain in found:
        done += len(chain.entries)
        if progress is not None and done - told >= TOLD_EVERY:
            progress(done)
            told = done
        yield chain


class _Kept:
    """An asset as its row, its claim and its photos keep it."""

    __slots__ = ("entries", "id", "number", "standing")

    def __init__(
        self, row: Sequence[Any], claim: str | None, photos: list[str]
    ) -> None:
        self.id, self.entries, *values = row
        standing = dict(zip(KEPT, values, strict=True))
        for field, value in standing.items():
            if isinstance(value, date):
                standing[field] = value.isoformat()
        self.standing = standing | {CLAIM: claim, PHOTOS: photos}
        sub = standing["sub_number"]
        self.number = f"{standing['asset_number']}{f'-{sub}' if sub else ''}"


def _without_entries(asset: _Kept) -> Finding:
    return Finding("asset_without_entries", f"asset {asset.id}")


def _assets(institution_id: int) -> Generator[_Kept, None, None]:
    """Assets by id, with the kind of their live claim and their photos' hashes."""
    claims = _live_claims(institution_id)
    photos = _shown_photos(institution_id)
    named = [*REFERENCES, *PEOPLE]
    columns = [getattr(Asset, f"{f}_id" if f in named else f) for f in KEPT]
    query = (
        sa.select(Asset.id, Asset.entries, *columns)
        .where(Asset.institution_id == institution_id)
        .order_by(Asset.id)
        .execution_options(yield_per=STREAM)
    )
    with session().execute(query) as rows:
        for row in rows:
            yield _Kept(row, claims.get(row[0]), photos.get(row[0], []))


def _shown_photos(institution_id: int) -> dict[int, list[str]]:
    photos: dict[int, list[str]] = {}
    for asset_id, sha256 in session().execute(
        sa.select(Photo.asset_id, Photo.sha256)
        .where(Photo.institution_id == institution_id, Photo.removed_at.is_(None))
        .order_by(Photo.id)
    ):
        photos.setdefault(asset_id, []).append(sha256)
    return photos


def _live_claims(institution_id: int) -> dict[int, str]:
    rows = session().execute(
        sa.select(Claim.asset_id, Claim.kind).where(
            Claim.institution_id == institution_id, Claim.ended_at.is_(None)
        )
    )
    return {asset_id: kind for asset_id, kind in rows}  # noqa: C416 - typed rows


def _compare(asset: _Kept, chain: Chain) -> Iterator[Finding]:
    kept = asset.standing
    where = f"asset {asset.id} ({asset.number})"
    try:
        said = bare(
            replay(
                (entry.verb, json.loads(entry.facts).get("set", {}))
                for entry in chain.entries
            )
        )
    except (WrongState, ValueError) as error:
        yield Finding("impossible_history", where, str(error))
        return
    if said != kept:
        for field in FIELDS:
            if said[field] != kept[field]:
                by, row = said[field], kept[field]
                detail = f"{field}: {by!r} by its entries, {row!r} in its row"
                yield Finding("row_differs", where, detail)
    if asset.entries != len(chain.entries):
        yield Finding("row_differs", where, "number of entries")
    repaired = kept[CLAIM] == ClaimKind.REPAIR
    if repaired != (kept["state"] == AssetState.UNDER_REPAIR):
        yield Finding("repair_without_claim", where)


def findings_of_codes(institution_id: int) -> Iterator[Finding]:
    """Each asset's code must be its current one in the table of codes."""
    rows = session().execute(
        sa.select(Asset.id, Asset.code)
        .outerjoin(
            Code,
            sa.and_(
                Code.code == Asset.code,
                Code.kind == CodeKind.ASSET,
                Code.target_id == Asset.id,
                Code.retired_at.is_(None),
            ),
        )
        .where(Asset.institution_id == institution_id, Code.code.is_(None))
    )
    for asset_id, code in rows:
        yield Finding("code_is_not_current", f"asset {asset_id}", code)


def findings_of_photos(
    institution_id: int, progress: Progress | None = None
) -> Iterator[Finding]:
    """Photos that are not what their hash says, gone ones and those of audits too.

    The longest part where there are many: every byte of them is read.
    """
    last, count = last_position(institution_id), 0
    for kind, owner in _owners_of_photos():
        table = owner.table
        query = (
            sa.select(owner, table.c.sha256, table.c.image)
            .where(table.c.institution_id == institution_id)
            .order_by(table.c.id)
            .execution_options(yield_per=PHOTOS_AT_ONCE)
        )
        with session().execute(query) as rows:
            for subject_id, sha256, image in rows:
                count += 1
                if hashlib.sha256(image).hexdigest() != sha256:
                    yield Finding("photo_changed", f"{kind} {subject_id}", sha256)
                if progress is not None and count % PHOTOS_TOLD_EVERY == 0:
                    progress(last)


def _owners_of_photos() -> list[tuple[str, sa.Column[Any]]]:
    """In each table that keeps photos beside their hash, whose they are."""
    return [
        (kind, table.c[f"{kind}_id"])
        for table in Base.metadata.sorted_tables
        if {"sha256", "image"} <= set(table.c.keys())
        for kind in ("asset", "audit")
        if f"{kind}_id" in table.c
    ]
