"""Lists taken out as files: just what the list shows, row after row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.interchange.rules.vocabulary import STATUS_WORDS
from registry.interchange.sheets.exports import (
    cells_of,
    ledger_columns,
    status_of_asset,
)
from registry.interchange.sheets.writing import Column, Value
from registry.ledger.models import Asset
from registry.ledger.queries import Filter
from registry.ledger.queries.listing import ORDERS, ordered_rows
from registry.store.paging import stream_of
from registry.words import gettext as _
from registry.words import terms

WHOLE = (
    joinedload(Asset.item_type).joinedload(ItemType.asset_class),
    joinedload(Asset.department),
    joinedload(Asset.place),
    joinedload(Asset.custodian),
    joinedload(Asset.user),
    selectinload(Asset.claim),
)


def export_ledger(
    actor: Actor, wanted: Filter, *, sort: str = "-newest"
) -> tuple[list[Column], Iterator[list[Value]]]:
    """The columns and rows of a filtered ledger, importable again with no change."""
    actor.require(Permission.EXPORT_RUN)
    columns = ledger_columns()
    rows = stream_of(ordered_rows(actor, wanted, sort), ORDERS, sort, options=WHOLE)
    return columns, (cells_of(columns, _record(asset)) for asset in rows)


def _record(asset: Asset) -> dict[str, Any]:
    """One asset by the field names of a sheet."""
    kind = asset.item_type
    status = status_of_asset(asset.state, asset.claim.kind if asset.claim else None)
    return {
        "code": asset.code,
        "asset_number": asset.asset_number,
        "sub_number": asset.sub_number,
        "name": kind.name,
        "class_code": kind.asset_class.code if kind.asset_class else "",
        "class_name": kind.asset_class.name if kind.asset_class else "",
        "brand": kind.brand,
        "model": kind.model,
        "specification": kind.specification,
        "unit": kind.unit,
        "quantity": 1,
        "cost": asset.cost_fen,
        "acquired_on": asset.acquired_on,
        "method": terms.method_word(asset.method) if asset.method else "",
        "funding": asset.funding,
        "department": asset.department.name,
        "custodian": asset.custodian.name if asset.custodian else "",
        "custodian_number": asset.custodian.staff_number if asset.custodian else "",
        "user": asset.user.name if asset.user else "",
        "user_number": asset.user.staff_number if asset.user else "",
        "place": asset.place.full_name if asset.place else "",
        "status": _(STATUS_WORDS[status]),
        "condition": terms.condition_word(asset.condition) if asset.condition else "",
        "serial": asset.serial,
        "warranty_until": asset.warranty_until,
        "service_life": asset.service_life_months,
        "note": asset.note,
    }
