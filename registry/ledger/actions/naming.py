"""Naming assets one by one: a pasted list of numbers, kept as a set for its person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.kernel.checkcodes import tidy
from registry.kernel.clock import now
from registry.kernel.errors import Invalid
from registry.ledger.models import Asset, FoundAsset, FoundSet
from registry.ledger.queries.filtering import Filter
from registry.ledger.queries.listing import narrowed
from registry.store.db import session as current_session
from registry.store.transaction import transaction

MOST_NAMED = 5_000
KEPT_FOR = timedelta(days=30)
BATCH = 400

_BETWEEN = re.compile(r"[\n\r\t,;，；、]+")
_LABEL_URL = re.compile(r"(?i)^[a-z][a-z0-9+.\-]*://[^/\s]+/(?:.*/)?a/([^/?#\s]+)")


def name_assets(actor: Actor, text: str) -> FoundSet:
    """Keep the assets that the numbers, codes or serials in a text name.

    A number that several things share names all of them. What names nothing the actor
    may see stands in ``unknown``. Sets older than a month are dropped. Raises Invalid.
    """
    names = list(dict.fromkeys(filter(None, map(str.strip, _BETWEEN.split(text)))))
    if not names:
        raise Invalid.field("numbers", "required")
    if len(names) > MOST_NAMED:
        raise Invalid.field("numbers", "too_many", most=MOST_NAMED)
    with transaction() as session:
        actor.require(Permission.ASSET_SEE)
        _drop_old(actor)
        found, unknown = _found(actor, names)
        made = FoundSet(
            institution_id=actor.institution_id,
            person_id=actor.person_id,
            made_at=now(),
            asked=len(names),
            found=len(found),
            unknown=unknown,
        )
        session.add(made)
        session.flush()
        if found:
            rows = [
                {
                    "institution_id": actor.institution_id,
                    "set_id": made.id,
                    "asset_id": asset_id,
                }
                for asset_id in sorted(found)
            ]
            session.execute(sa.insert(FoundAsset), rows)
        return made


def _drop_old(actor: Actor) -> None:
    with transaction() as session:
        old = sa.select(FoundSet.id).where(
            FoundSet.institution_id == actor.institution_id,
            FoundSet.person_id == actor.person_id,
            FoundSet.made_at < now() - KEPT_FOR,
        )
        ids = list(session.scalars(old))
        if ids:
            session.execute(sa.delete(FoundAsset).where(FoundAsset.set_id.in_(ids)))
            session.execute(sa.delete(FoundSet).where(FoundSet.id.in_(ids)))


def _found(actor: Actor, names: Sequence[str]) -> tuple[set[int], list[str]]:
    """The ids of what the names mean, and the names that mean nothing here."""
    ids: set[int] = set()
    known: set[str] = set()
    for start in range(0, len(names), BATCH):
        part = [_plain(name) for name in names[start : start + BATCH]]
        for row in _alike(actor, part):
            meant = {row.asset_number, row.serial, row.code}
            if row.sub_number:
                meant.add(f"{row.asset_number}-{row.sub_number}")
            hit = {name for name in part if name in meant or tidy(name) in meant}
            if hit:
                ids.add(row.id)
                known |= hit
    return ids, [name for name in names if _plain(name) not in known]


def _plain(name: str) -> str:
    url = _LABEL_URL.match(name)
    return url.group(1) if url else name


def _alike(actor: Actor, names: Sequence[str]) -> Iterator[Asset]:
    """Assets the actor may see that bear one of the names in some way."""
    bare = [name.rpartition("-")[0] for name in names if "-" in name]
    codes = [tidy(name)[:9] for name in names]
    query = narrowed(actor, Filter()).where(
        sa.or_(
            Asset.asset_number.in_([*names, *bare]),
            Asset.serial.in_(names),
            Asset.code.in_(codes),
        )
    )
    yield from current_session().scalars(query)
