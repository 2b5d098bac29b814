"""Signs of life beside the entries: scans, what was seen, how long an answer holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from registry.ledger.models import Asset
from registry.sharing.models import AssetLife
from registry.store.transaction import transaction

AT_ONCE = 500


def note_life(institution_id: int, asset_id: int, **values: Any) -> None:
    """Keep what a thing showed, beside what it showed before."""
    with transaction() as session:
        row = session.scalar(
            sa.select(AssetLife).where(AssetLife.asset_id == asset_id).with_for_update()
        )
        if row is None:
            row = AssetLife(asset_id=asset_id, institution_id=institution_id)
            session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        session.flush()


def note_scans(scans: Mapping[tuple[int, int], date]) -> None:
    """Keep the day of the last scan of some things: (institution, asset) → day.

    Days only go forward, and nothing tells who scanned.
    """
    by_house: dict[int, dict[int, date]] = {}
    for (institution_id, asset_id), day in scans.items():
        by_house.setdefault(institution_id, {})[asset_id] = day
    for institution_id, days in by_house.items():
        ids = sorted(days)
        for start in range(0, len(ids), AT_ONCE):
            part = {each: days[each] for each in ids[start : start + AT_ONCE]}
            _write(institution_id, part)


def _write(institution_id: int, days: Mapping[int, date]) -> None:
    with transaction() as session:
        rows = session.scalars(
            sa.select(AssetLife)
            .where(
                AssetLife.institution_id == institution_id,
                AssetLife.asset_id.in_(days),
            )
            .order_by(AssetLife.asset_id)
            .with_for_update()
        )
        known = {row.asset_id: row for row in rows}
        there = session.scalars(
            sa.select(Asset.id).where(
                Asset.institution_id == institution_id, Asset.id.in_(days)
            )
        )
        for asset_id in there:
            day = days[asset_id]
            row = known.get(asset_id)
            if row is None:
                session.add(
                    AssetLife(
                        asset_id=asset_id,
                        institution_id=institution_id,
                        scanned_on=day,
                    )
                )
            elif row.scanned_on is None or row.scanned_on < day:
                row.scanned_on = day
        session.flush()
