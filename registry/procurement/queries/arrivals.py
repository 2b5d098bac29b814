"""Whether what came is what was asked for; and if not, what lies idle of it.

The check looked for what a line asks for. What comes may be called otherwise, as long
as that check would have found it; anything else is looked for before it is taken in.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from registry.catalogue.models import ItemType
from registry.catalogue.queries import record_of
from registry.matching.deciding import Answer, match
from registry.matching.index import Index
from registry.matching.records import Line
from registry.procurement.models.orders import (
    OrderLine,
    PurchaseOrder,
    ReceivedAsset,
)
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.checks import read_lines, taken_assets
from registry.procurement.queries.lessons import taught
from registry.procurement.queries.matcher import catalogue
from registry.procurement.queries.searching import Wanted, search
from registry.procurement.states import LineState, RulingKind
from registry.store.db import session

LOOKED_AT = (RulingKind.SETTLE_CLEAR, RulingKind.SETTLE_MATCHED)


@dataclass(frozen=True)
class Other:
    """What came in place of what a line asked for, and what a check for it finds."""

    line: PurchaseLine
    item_type: ItemType
    verdict: LineState
    count: int
    """How many that would have served lie idle."""

    @property
    def is_clear(self) -> bool:
        """Whether nothing speaks against having bought it."""
        return self.verdict is LineState.CLEAR


def is_as_asked(line: PurchaseLine, found: ItemType) -> bool:
    """Whether an item type is what the line's own check looked for.

    It is the type that was picked, one that serves the words by the matcher's measure,
    one that was answered, or a look-alike on which an officer has ruled.
    """
    if line.item_type is not None and line.item_type.standing.id == found.id:
        return True
    [read] = read_lines([line])
    ruled = any(
        each.kind in LOOKED_AT and each.check_line_id == line.check_line_id
        for each in read.rulings
    )
    for each in read.candidates:
        if each.item_type.standing.id == found.id and (ruled or each.id in read.groups):
            return True
    return _serves(line, found)


def _serves(line: PurchaseLine, found: ItemType) -> bool:
    here, key = line.institution_id, str(found.id)
    index = catalogue(here).index
    if key not in index.records:  # it is being added just now
        index = Index([record_of(found)])
    verdict = match(
        index,
        Line(line.text, line.specification),
        allowed=lambda each: each == key,
        taught=taught(here, [line.text]),
        most=1,
    )
    return verdict.answer is Answer.MATCHED


def looked_for_instead(
    request: PurchaseRequest, line: PurchaseLine, found: ItemType
) -> Other:
    """The idle check for what came otherwise than asked for, as it comes out now."""
    records = catalogue(found.institution_id).index.records
    known = found.id if str(found.id) in records else None
    wanted = Wanted(found.name, found.specification, known)
    mine = taken_assets(request) | _received(request)
    [finding], _ = search(request.institution_id, [wanted], without=mine)
    idle = sum(len(hit.group.asset_ids) for hit in finding.hits if hit.must_answer)
    return Other(line, found, finding.verdict, idle)


def _received(request: PurchaseRequest) -> set[int]:
    return set(
        session().scalars(
            sa.select(ReceivedAsset.asset_id)
            .join(OrderLine, OrderLine.id == ReceivedAsset.order_line_id)
            .join(PurchaseOrder, PurchaseOrder.id == OrderLine.order_id)
            .where(PurchaseOrder.request_id == request.id)
        )
    )
