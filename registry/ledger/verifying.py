"""Proving the ledger true: replayed entries are the rows, and the invariants hold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.codes.models import Code, CodeKind
from registry.journal.models import Entry
from registry.journal.verifying import (
    Finding,
    findings_of_chains,
    findings_of_names,
    findings_of_positions,
    findings_of_seals,
)
from registry.kernel.errors import WrongState
from registry.ledger.models import Asset, Claim, Photo
from registry.ledger.queries.history import changes_of
from registry.ledger.rules.standing import FIELDS, PEOPLE, REFERENCES, bare, replay
from registry.ledger.states import AssetState, ClaimKind
from registry.store.db import session

STREAM = 2_000


def verify(actor: Actor) -> Iterator[Finding]:
    """Everything that is not as it must be in the actor's institution, in order."""
    actor.require(Permission.LEDGER_VERIFY)
    here = actor.institution_id
    yield from findings_of_chains(here)
    yield from findings_of_positions(here)
    yield from findings_of_seals(here)
    yield from findings_of_names(here)
    yield from findings_of_rows(here)
    yield from findings_of_codes(here)


def findings_of_rows(institution_id: int) -> Iterator[Finding]:
    """Rows that differ from what their entries, replayed, say."""
    chains = groupby(_asset_entries(institution_id), key=lambda entry: entry.subject_id)
    following = next(chains, None)
    for asset, claim, photos in _assets(institution_id):
        while following is not None and following[0] < asset.id:
            yield Finding("entries_without_asset", f"asset {following[0]}")
            following = next(chains, None)
        if following is None or following[0] != asset.id:
            yield Finding("asset_without_entries", f"asset {asset.id}")
            continue
        entries = list(following[1])
        yield from _compare(asset, claim, photos, entries)
        following = next(chains, None)
    if following is not None:
        yield Finding("entries_without_asset", f"asset {following[0]}")


def _asset_entries(institution_id: int) -> Iterator[Entry]:
    yield from session().scalars(
        sa.select(Entry)
        .where(Entry.institution_id == institution_id, Entry.subject_kind == "asset")
        .order_by(Entry.subject_id, Entry.number)
        .execution_options(yield_per=STREAM)
    )


def _assets(
    institution_id: int,
) -> Iterator[tuple[Asset, str | None, list[str]]]:
    """Assets by id, with the kind of their live claim and their photos' hashes."""
    claims = _live_claims(institution_id)
    photos: dict[int, list[str]] = {}
    for asset_id, sha256 in session().execute(
        sa.select(Photo.asset_id, Photo.sha256)
        .where(Photo.institution_id == institution_id, Photo.removed_at.is_(None))
        .order_by(Photo.id)
    ):
        photos.setdefault(asset_id, []).append(sha256)
    for asset in session().scalars(
        sa.select(Asset)
        .where(Asset.institution_id == institution_id)
        .order_by(Asset.id)
        .execution_options(yield_per=STREAM)
    ):
        yield asset, claims.get(asset.id), photos.get(asset.id, [])


def _live_claims(institution_id: int) -> dict[int, str]:
    rows = session().execute(
        sa.select(Claim.asset_id, Claim.kind).where(
            Claim.institution_id == institution_id, Claim.ended_at.is_(None)
        )
    )
    return {asset_id: kind for asset_id, kind in rows}  # noqa: C416 - typed rows


def _compare(
    asset: Asset, claim: str | None, photos: list[str], entries: list[Entry]
) -> Iterator[Finding]:
    where = f"asset {asset.id} ({asset.number})"
    try:
        said = bare(replay((entry.verb, changes_of(entry)) for entry in entries))
    except (WrongState, ValueError) as error:
        yield Finding("impossible_history", where, str(error))
        return
    row = standing_of(asset, claim, photos)
    for field in FIELDS:
        if said[field] != row[field]:
            detail = (
                f"{field}: {said[field]!r} by its entries, {row[field]!r} in its row"
            )
            yield Finding("row_differs", where, detail)
    if asset.entries != len(entries):
        yield Finding("row_differs", where, "number of entries")
    repaired = claim == ClaimKind.REPAIR
    if repaired != (asset.state == AssetState.UNDER_REPAIR):
        yield Finding("repair_without_claim", where)


def standing_of(asset: Asset, claim: str | None, photos: list[str]) -> dict[str, Any]:
    """A row in the form of ``bare`` standings."""
    standing: dict[str, Any] = {}
    for field in FIELDS:
        if field in (*REFERENCES, *PEOPLE):
            standing[field] = getattr(asset, f"{field}_id")
        elif field == "claim":
            standing[field] = claim
        elif field == "photos":
            standing[field] = photos
        else:
            value = getattr(asset, field)
            standing[field] = (
                value.isoformat() if hasattr(value, "isoformat") else value
            )
    return standing


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
