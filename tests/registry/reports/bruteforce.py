"""Figures counted the slow way: asset by asset, from rows alone, sharing no code."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from registry.catalogue.models import AssetClass
from registry.codes.models import Code
from registry.journal.models import Entry
from registry.ledger.models import Asset, Photo
from registry.reports.rules.figures import Figures
from registry.store.db import session

ZONE = ZoneInfo("Asia/Shanghai")
VERBS = {
    "register": "registered",
    "move": "moved",
    "mark_idle": "idle",
    "put_in_use": "used",
    "dispose": "disposed",
}


def slow_figures(assets: list[Asset], day: date, top: str) -> dict[str, Any]:
    """What figures of these assets must say on a day, below a department's path."""
    found: Counter[str] = Counter()
    for asset in assets:
        cost = asset.cost_fen if asset.currency == "CNY" else None
        found[f"count {asset.state}"] += 1
        found[f"value {asset.state}"] += cost or 0
        for verb, when in _acts(asset):
            if 0 <= (day - when).days < 90 and verb in VERBS:
                found[f"{VERBS[verb]} {(day - when).days}"] += 1
        if asset.state == "disposed":
            continue
        found["whole"] += 1
        found[f"department {_line(asset.department.path, top)}"] += 1
        found[f"condition {asset.condition or 'unknown'}"] += 1
        found[f"age {_age(asset.acquired_on, day)}"] += 1
        found["place"] += asset.place_id is not None
        found["custodian"] += asset.custodian_id is not None
        found["cost"] += asset.cost_fen is not None
        found["foreign"] += asset.cost_fen is not None and asset.currency != "CNY"
        found["photo"] += _has_photo(asset)
        if asset.item_type.is_labelled:
            found["to label"] += 1
            found["label"] += session().get_one(Code, asset.code).printed_at is not None
        life = _life(asset)
        if life is not None and asset.acquired_on is not None:
            found["life known"] += 1
            if _months(asset.acquired_on, day) >= life:
                found["outlived"] += 1
                found["outlived value"] += cost or 0
    return _said(found)


def said(figures: Figures) -> dict[str, Any]:
    """What figures do say, in the same words."""
    found: Counter[str] = Counter()
    for state, amount in figures.states.items():
        found[f"count {state}"] = amount.count
        found[f"value {state}"] = amount.value_fen
    found["whole"] = figures.whole.count
    for part in figures.departments:
        found[f"department {part.key}"] += part.whole.count
    for condition, count in figures.conditions.items():
        found[f"condition {condition}"] = count
    for age, count in figures.ages.items():
        found[f"age {age}"] = count
    for share in figures.coverage:
        found[share.key] = share.count
        if share.key == "label":
            found["to label"] = share.of
    found["foreign"] = figures.foreign
    found["life known"], found["outlived"] = figures.outlived.of, figures.outlived.count
    found["outlived value"] = figures.outlived_fen
    for kind, line in figures.happened.items():
        for ago, count in enumerate(reversed(line)):
            found[f"{kind} {ago}"] = count
    return _said(found)


def _line(path: str, top: str) -> int | None:
    """The department right below the top, or the top itself; None for elsewhere."""
    way, above = path.strip("/").split("/"), top.strip("/").split("/")
    if way[: len(above)] != above:
        return None
    return int(way[min(len(above), len(way) - 1)])


def _said(found: Counter[str]) -> dict[str, Any]:
    return {name: count for name, count in found.items() if count}


def _acts(asset: Asset) -> list[tuple[str, date]]:
    rows = session().execute(
        sa.select(Entry.verb, Entry.at).where(
            Entry.subject_kind == "asset", Entry.subject_id == asset.id
        )
    )
    return [(verb, at.astimezone(ZONE).date()) for verb, at in rows]


def _has_photo(asset: Asset) -> bool:
    shown = sa.select(Photo.id).where(
        Photo.asset_id == asset.id, Photo.removed_at.is_(None)
    )
    return session().scalars(shown).first() is not None


def _age(acquired_on: date | None, day: date) -> str:
    if acquired_on is None:
        return "unknown"
    years = _months(acquired_on, day) // 12
    names = ((1, "under_1"), (3, "1_to_3"), (6, "3_to_6"), (10, "6_to_10"))
    return next((name for most, name in names if years < most), "over_10")


def _months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def _life(asset: Asset) -> int | None:
    kind = asset.item_type
    own = asset.service_life_months or kind.service_life_months
    if own or kind.asset_class is None:
        return own
    code = kind.asset_class.code
    while code:
        life = session().scalar(
            sa.select(AssetClass.service_life_months).where(
                AssetClass.institution_id == asset.institution_id,
                AssetClass.code == code,
            )
        )
        if life:
            return life
        code = _shorter(code)
    return None


def _shorter(code: str) -> str:
    bare = code.rstrip("0")
    kept = bare[: len(bare) - (2 if len(bare) % 2 else 1)]
    return kept.ljust(len(code), "0") if kept else ""
