"""What was not spent, in the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.lists.of.savings import SAVINGS
from registry.sharing.models import Transfer, TransferLine, TransferSide
from registry.sharing.queries.savings import saved_in_all
from registry.web.api.listing import listing_page
from registry.web.api.schemas import sharing as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.sharing.blueprints import blueprint
from registry.web.base.lists import values_of_api
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor

WHOLE = (
    joinedload(TransferLine.asset)
    .joinedload(Asset.item_type)
    .joinedload(ItemType.merged_into),
    joinedload(TransferLine.transfer).joinedload(Transfer.to_department),
    joinedload(TransferLine.side).joinedload(TransferSide.department),
)


def _savings_out(lines: Sequence[TransferLine]) -> list[dict[str, Any]]:
    return [_saving_out(line) for line in lines]


def _saving_out(line: TransferLine) -> dict[str, Any]:
    giving, taking = line.side.department, line.transfer.to_department
    return {
        "transfer_id": line.transfer_id,
        "transfer_number": line.transfer.number,
        "asset_id": line.asset_id,
        "name": line.asset.item_type.standing.title,
        "from_department": named(giving, giving.name),
        "to_department": named(taking, taking.name),
        "received_at": line.received_at,
        "saved": line.saved_fen,
        "saved_by": line.saved_by,
    }


@blueprint.get("/savings")
@guarded(Permission.SAVINGS_SEE)
@blueprint.arguments(shapes.SavingQuery, location="query")
@blueprint.response(200, shapes.SavingPage)
def savings(asked: dict[str, Any]) -> dict[str, Any]:
    """What was not bought because idle things were used, document by document."""
    actor = current_actor()
    values = values_of_api(SAVINGS, asked)
    saved = saved_in_all(actor, SAVINGS.narrowed_to(values))
    return listing_page(SAVINGS, asked, _savings_out, WHOLE) | {
        "total": saved.fen,
        "things": saved.count,
    }
