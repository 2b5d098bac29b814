"""Ordering what was approved, and taking it in: goods become assets with labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.catalogue.actions import TypeDraft, ensure_types
from registry.catalogue.models import ItemType
from registry.journal.actions import record
from registry.kernel.clock import now, today
from registry.kernel.errors import Conflict, Invalid, Missing, WrongState
from registry.kernel.money import MOST_FEN, amount_text
from registry.kernel.text import clean_line, clean_notes, required_line
from registry.ledger.actions.documents import open_document
from registry.ledger.actions.registering import (
    MOST_AT_ONCE,
    next_number,
    register_many,
    several,
)
from registry.ledger.models import Asset
from registry.ledger.rules.drafts import AssetDraft
from registry.ledger.states import AssetState, Method
from registry.organisation import queries as organisation
from registry.procurement.actions.approving import (
    MOST_WORDS,
    PLACE_ORDER,
    begin_approval,
    decided,
    end_wait,
    locked_steps,
)
from registry.procurement.actions.freshness import require_fresh
from registry.procurement.actions.locking import locked_request
from registry.procurement.actions.parting import part_rest
from registry.procurement.actions.ruling import LEAST_WORDS, judging
from registry.procurement.errors import CostsMore, OtherKind
from registry.procurement.models.orders import (
    GoodsReceipt,
    OrderLine,
    PurchaseOrder,
    ReceivedAsset,
)
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.approvals import KIND
from registry.procurement.queries.arrivals import is_as_asked, looked_for_instead
from registry.procurement.queries.orders import left_to_order, order, orders_of
from registry.procurement.queries.policies import policy_of
from registry.procurement.queries.seeking import sought_of
from registry.procurement.rules.approval import steps_needed
from registry.procurement.states import REQUEST, ApprovalState, RequestState
from registry.sharing.actions import replaced
from registry.store.db import session as current_session
from registry.store.transaction import emit, transaction
from registry.waiting.actions import begin

RECEIVE = "receive_goods"
DELIVERY_HOURS = 80
SERIES = "CG"


@dataclass(frozen=True)
class Wanted:
    """So many of one line of a request, at a price for each."""

    line_id: int
    quantity: int
    price_fen: int


def place_order(
    actor: Actor,
    request_id: int,
    *,
    supplier: str,
    lines: Sequence[Wanted],
    reference: str = "",
    ordered_on: date | None = None,
    note: str = "",
) -> PurchaseOrder:
    """Order some or all of what was approved; never more than is left to buy.

    The check is looked at once more. Raises CostsMore where the prices would have
    needed further people to agree: ``ask_for_more`` asks them.
    """
    with transaction() as session:
        request = locked_request(actor, request_id)
        actor.require(Permission.ORDER_PLACE, request.department)
        REQUEST.after(RequestState(request.state), "order")
        require_fresh(actor, request)
        wanted = _checked(request, lines)
        _require_agreed(request, wanted)
        zone = organisation.institution(request.institution_id).time_zone
        day = today(zone)
        made = PurchaseOrder(
            institution_id=request.institution_id,
            request_id=request.id,
            number=next_number(request.institution_id, f"{SERIES}{day.year}"),
            supplier=required_line(supplier, field="supplier"),
            reference=clean_line(reference, field="reference", most=60),
            ordered_on=_day("ordered_on", ordered_on or day, day),
            ordered_at=now(),
            ordered_by_id=actor.person_id,
            note=clean_notes(note, field="note", most=MOST_WORDS),
        )
        session.add(made)
        session.flush()
        session.add_all(
            OrderLine(
                institution_id=request.institution_id,
                order_id=made.id,
                line_id=each.line_id,
                quantity=each.quantity,
                price_fen=each.price_fen,
            )
            for each in wanted
        )
        session.flush()
        request.follow("order")
        session.flush()
        facts = {
            "order": made.number,
            "lines": [[e.line_id, e.quantity, e.price_fen] for e in wanted],
        }
        record(actor, KIND, request.id, "order", facts)
        if not any(left_to_order(request).values()):
            end_wait(actor, request, PLACE_ORDER, "ordered", done=True)
        _await_goods(actor, request)
        emit(decided(request, "order"))
        return made


def _checked(request: PurchaseRequest, lines: Sequence[Wanted]) -> list[Wanted]:
    left = left_to_order(request)
    wanted = [each for each in lines if each.quantity]
    if not wanted:
        raise Invalid.field("lines", "required")
    if len({each.line_id for each in wanted}) != len(wanted):
        raise Invalid.field("lines", "twice")
    for each in wanted:
        if each.line_id not in left:
            raise Missing(what="purchase_lines")
        most = left[each.line_id]
        if not 1 <= each.quantity <= most:
            raise Invalid.field("lines", "more_than_left", most=most)
        if not 0 <= each.price_fen <= MOST_FEN // each.quantity:
            raise Invalid.field("lines", "bad_amount", found=str(each.price_fen))
    return wanted


def _day(name: str, value: date, latest: date) -> date:
    if value > latest:
        raise Invalid.field(name, "in_the_future", found=value.isoformat())
    return value


def _ordered_fen(request: PurchaseRequest, more: Iterable[Wanted]) -> int:
    """What all orders of a request cost together with some more."""
    known = sum(each.total_fen for each in orders_of(request))
    return known + sum(each.quantity * each.price_fen for each in more)


def _require_agreed(request: PurchaseRequest, wanted: Sequence[Wanted]) -> None:
    """CostsMore unless everybody has agreed who must for what it really costs.

    What was let through as urgent is reviewed with its orders instead.
    """
    rows = locked_steps(request.id)
    agreed = {row.step for row in rows if row.state == ApprovalState.APPROVED}
    if not agreed:
        return
    policy = policy_of(request.institution_id)
    total = _ordered_fen(request, wanted)
    sought = sought_of(request, policy, amount_fen=total)
    known = max((row.amount_fen for row in rows), default=0)
    if sought.amount_fen <= known:
        return
    missing = [str(step) for step in steps_needed(policy, sought) if step not in agreed]
    if missing:
        raise CostsMore(step=missing[-1], total_fen=total)


def ask_for_more(actor: Actor, request_id: int, total_fen: int) -> PurchaseRequest:
    """Let those agree who must, since it costs more than was estimated.

    ``total_fen`` is what all orders cost together. Of what is ordered in part the rest
    is asked for in a request of its own.
    """
    with transaction():
        request = locked_request(actor, request_id)
        actor.require(Permission.ORDER_PLACE, request.department)
        if not 0 < total_fen <= MOST_FEN:
            raise Invalid.field("total", "bad_amount", found=amount_text(total_fen))
        if request.state == RequestState.ORDERED:
            return _ask_for_rest(actor, request, total_fen)
        REQUEST.after(RequestState(request.state), "ask_more")
        end_wait(actor, request, PLACE_ORDER, "costs_more")
        request.follow("ask_more")
        current_session().flush()
        record(actor, KIND, request.id, "ask_more", {"total_fen": total_fen})
        begin_approval(actor, request, amount_fen=total_fen)
        return request


def _ask_for_rest(
    actor: Actor, request: PurchaseRequest, total_fen: int
) -> PurchaseRequest:
    if not any(left_to_order(request).values()):
        raise WrongState(of=REQUEST.of, state=request.state, verb="ask_more")
    cost = total_fen - _ordered_fen(request, ())
    if cost <= 0:
        raise Invalid.field("total", "bad_amount", found=amount_text(total_fen))
    part_rest(actor, request, cost)
    close_if_complete(actor, request)
    return request


def _await_goods(actor: Actor, request: PurchaseRequest) -> None:
    """Ask whoever keeps the department's ledger to take the goods in."""
    zone = organisation.institution(request.institution_id).time_zone
    officers = organisation.officers_of(
        request.institution_id, request.department.path, today(zone)
    )
    begin(
        actor,
        subject_kind=KIND,
        subject_id=request.id,
        step=RECEIVE,
        rungs=[[each.id] for each in officers],
        hours=DELIVERY_HOURS,
        department_id=request.department_id,
        facts={"number": request.number, "department": request.department.name},
    )


@dataclass(frozen=True)
class Arrived:
    """Goods that came for one line of an order."""

    order_line_id: int
    count: int
    item_type_id: int | None = None
    new_type: str = ""
    """The name of an item type to be made, or taken if there is one, without an id."""
    place_id: int | None = None
    custodian_id: int | None = None
    cost_fen: int | None = None
    """What they cost together; unless given, what was ordered."""
    serials: tuple[str, ...] = ()
    warranty_until: date | None = None
    is_idle: bool = False
    """Whether they go on the shelf first, and not to use at once."""


def receive(
    actor: Actor,
    order_id: int,
    arrived: Sequence[Arrived],
    *,
    received_on: date | None = None,
    replaces: Sequence[int] = (),
    why: str = "",
) -> GoodsReceipt:
    """Enter what came into the ledger, under one document; labels are printed by it.

    A part may come first and the rest later; with the last of everything ordered the
    request is closed. ``replaces`` are assets in whose place something was bought: they
    are asked about as seeming idle. Raises Invalid for more than is still to come, and
    OtherKind for something else than was asked for of which the like may lie idle,
    unless somebody of the asset office who has not asked for it says ``why``.
    """
    with transaction() as session:
        known = order(actor, order_id)
        request = locked_request(actor, known.request_id)
        home = request.department
        actor.require(Permission.ORDER_RECEIVE, home)
        if request.state != RequestState.ORDERED:
            raise WrongState(of=REQUEST.of, state=request.state, verb="receive")
        parts = [each for each in arrived if each.count]
        lines = _locked_lines(known.id)
        _check_parts(parts, lines)
        kinds = {each.order_line_id: _kind(actor, each) for each in parts}
        others = _require_as_asked(actor, request, lines, kinds, why)
        zone = organisation.institution(request.institution_id).time_zone
        day = today(zone)
        on = _day("received_on", received_on or day, day)
        document = open_document(actor, "receipt", f"{request.number} {known.number}")
        receipt = GoodsReceipt(
            institution_id=request.institution_id,
            order_id=known.id,
            document_id=document.id,
            received_at=now(),
            received_by_id=actor.person_id,
            count=sum(each.count for each in parts),
        )
        session.add(receipt)
        session.flush()
        budgets = {each.id: each.budget for each in request.lines}
        for part in parts:
            line = lines[part.order_line_id]
            kind = kinds[part.order_line_id].id
            budget = budgets.get(line.line_id, "")
            drafts = _drafts(request, line, part, kind, on, budget)
            ids = register_many(actor, drafts, document=document.number)
            line.received += part.count
            session.execute(
                sa.insert(ReceivedAsset),
                [
                    {
                        "asset_id": asset_id,
                        "institution_id": request.institution_id,
                        "receipt_id": receipt.id,
                        "order_line_id": line.id,
                    }
                    for asset_id in ids
                ],
            )
        document.count = receipt.count
        session.flush()
        _note_replaced(actor, replaces, known.number)
        facts = {
            "order": known.number,
            "document": document.number,
            "lines": [[each.order_line_id, each.count] for each in parts],
        } | others
        record(actor, KIND, request.id, "receive", facts, document=document.number)
        close_if_complete(actor, request)
        return receipt


def _locked_lines(order_id: int) -> dict[int, OrderLine]:
    rows = current_session().scalars(
        sa.select(OrderLine)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.id)
        .with_for_update(of=OrderLine)
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in rows}


def _check_parts(parts: Sequence[Arrived], lines: dict[int, OrderLine]) -> None:
    if not parts:
        raise Invalid.field("count", "required")
    if len({each.order_line_id for each in parts}) != len(parts):
        raise Invalid.field("count", "twice")
    for each in parts:
        line = lines.get(each.order_line_id)
        if line is None:
            raise Missing(what="order_lines")
        if not 1 <= each.count <= line.missing:
            raise Invalid.field("count", "more_than_left", most=line.missing)
        if len(each.serials) > each.count:
            raise Invalid.field("serials", "more_than_left", most=each.count)
    if sum(each.count for each in parts) > MOST_AT_ONCE:
        raise Invalid.field("count", "out_of_range", least=1, most=MOST_AT_ONCE)


def _kind(actor: Actor, part: Arrived) -> ItemType:
    """The item type of what came: the one chosen, or one of a name, made if needed."""
    if part.item_type_id is not None:
        return catalogue.standing_type(actor, part.item_type_id)
    name = clean_line(part.new_type, field="new_type")
    if not name:
        raise Invalid.field("item_type", "required")
    [made] = ensure_types(actor, [TypeDraft(name)])
    return catalogue.standing_type(actor, made)


def _require_as_asked(
    actor: Actor,
    request: PurchaseRequest,
    lines: dict[int, OrderLine],
    kinds: dict[int, ItemType],
    why: str,
) -> dict[str, Any]:
    """What is to be kept of goods that are not what was asked for.

    Those have passed no check: they do now, or somebody else says why they were bought.
    """
    asked = {each.id: each for each in request.lines}
    others = [
        looked_for_instead(request, line, kind)
        for key, kind in kinds.items()
        if not is_as_asked(line := asked[lines[key].line_id], kind)
    ]
    if not others:
        return {}
    words = clean_notes(why, field="why", most=MOST_WORDS)
    unsettled = next((each for each in others if not each.is_clear), None)
    if unsettled is not None:
        mine = actor.person_id is None or actor.person_id == request.requester_id
        able = not mine and actor.may(Permission.REQUEST_RULE, judging(request))
        if not able or not words:
            raise OtherKind(
                "other_kind_idle" if unsettled.count else "other_kind",
                what=unsettled.line.text,
                found=unsettled.item_type.title,
                count=unsettled.count,
                may_say_why=able,
            )
        if len(words) < LEAST_WORDS:
            raise Invalid.field("why", "say_why")
    seen = [
        [each.line.id, each.item_type.id, str(each.verdict), each.count]
        for each in others
    ]
    return {"other_kinds": seen, "words": words}


def _drafts(
    request: PurchaseRequest,
    line: OrderLine,
    part: Arrived,
    kind: int,
    on: date,
    budget: str,
) -> list[AssetDraft]:
    cost = part.cost_fen
    if cost is None:
        cost = line.price_fen * part.count
    whole = AssetDraft(
        item_type_id=kind,
        department_id=request.department_id,
        place_id=part.place_id,
        custodian_id=part.custodian_id,
        state=str(AssetState.IDLE if part.is_idle else AssetState.IN_USE),
        cost_fen=cost,
        acquired_on=on,
        method=str(Method.PURCHASE),
        funding=budget,
        warranty_until=part.warranty_until,
    )
    serials = [*part.serials, *[""] * part.count]
    return [
        replace(draft, serial=serial)
        for draft, serial in zip(several(whole, part.count), serials, strict=False)
    ]


def _note_replaced(actor: Actor, asset_ids: Sequence[int], source: str) -> None:
    for asset_id in dict.fromkeys(asset_ids):
        found = current_session().scalar(
            sa.select(Asset.id).where(
                Asset.id == asset_id, Asset.institution_id == actor.institution_id
            )
        )
        if found is None:
            raise Missing(what="assets")
        replaced(actor.institution_id, found, source)


def close_if_complete(actor: Actor, request: PurchaseRequest) -> None:
    """Close a request of which nothing is left to be ordered or to come."""
    if is_complete(request):
        _close(actor, request, "")


def is_complete(request: PurchaseRequest) -> bool:
    """Whether all that was to be bought has been ordered and has come."""
    if any(left_to_order(request).values()):
        return False
    return all(not line.missing for o in orders_of(request) for line in o.lines)


def close_request(actor: Actor, request_id: int, reason: str) -> PurchaseRequest:
    """Close a request of which the rest will not come, with why."""
    with transaction():
        request = locked_request(actor, request_id)
        actor.require(Permission.ORDER_PLACE, request.department)
        if request.state == RequestState.CLOSED:
            raise Conflict("closed_already")
        text = clean_notes(reason, field="reason", most=MOST_WORDS)
        if not text:
            raise Invalid.field("reason", "required")
        _close(actor, request, text)
        return request


def _close(actor: Actor, request: PurchaseRequest, reason: str) -> None:
    REQUEST.after(RequestState(request.state), "close")
    request.follow("close")
    current_session().flush()
    record(actor, KIND, request.id, "close", {"reason": reason} if reason else {})
    end_wait(actor, request, PLACE_ORDER, "needless")
    end_wait(actor, request, RECEIVE, "received", done=not reason)
    emit(decided(request, "close"))
