"""Requests to buy in the API: writing, the check, answers, rulings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from registry.access.permissions import Permission
from registry.lists.of.requests import REQUESTS
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.drafting import (
    LineDraft,
    change_request,
    make_request,
    submit,
    withdraw,
)
from registry.procurement.actions.outside import ask_owner, decline_outside
from registry.procurement.actions.rechecking import recheck
from registry.procurement.actions.ruling import (
    send_back_to_answer,
    settle_clear,
    settle_matched,
    uphold,
)
from registry.procurement.models.checks import Candidate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.checks import LineRead, checks_of, read_lines
from registry.procurement.queries.names import names_of
from registry.procurement.queries.outside import (
    OuterHit,
    OuterRead,
    hints_outside,
    read_outside,
)
from registry.procurement.queries.requests import WHOLE, followers_of
from registry.procurement.queries.requests import request as request_of
from registry.procurement.queries.searching import Wanted, hints
from registry.procurement.states import RulingKind
from registry.web.api.listing import listing_page
from registry.web.api.schemas import requests as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.versioned import versioned
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.base.versions import etag
from registry.words.matches import reason_sentence

blueprint = ApiBlueprint(
    "api_requests",
    __name__,
    url_prefix="",
    description="Asking to buy: what lies idle is answered first",
)


def head_out(found: PurchaseRequest) -> dict[str, Any]:
    """A request without its lines."""
    plain = (
        "id",
        "number",
        "state",
        "purpose",
        "urgent",
        "amount_fen",
        "made_at",
        "submitted_at",
        "thrown_back",
        "follows",
        "version",
    )
    return {name: getattr(found, name) for name in plain} | {
        "requester": named(found.requester, found.requester.name),
        "department": named(found.department, found.department.name),
    }


def heads_out(found: Sequence[PurchaseRequest]) -> list[dict[str, Any]]:
    """Requests as a list shows them."""
    return [head_out(each) for each in found]


def request_out(request_id: int) -> dict[str, Any]:
    """A request with all that was found, answered and ruled."""
    found = request_of(current_actor(), request_id)
    lines = [line for line in found.lines if line.quantity]
    outside = read_outside(found, lines)
    return head_out(found) | {
        "lines": [_line_out(read, outside[read.line.id]) for read in read_lines(lines)],
        "checks": checks_of(found.id),
        "followed_by": followers_of(found),
    }


def _line_out(read: LineRead, outside: Sequence[OuterRead]) -> dict[str, Any]:
    plain = (
        "id",
        "text",
        "specification",
        "quantity",
        "covered",
        "to_buy",
        "declined",
        "unit",
        "needed_by",
        "price_fen",
        "budget",
        "conditions",
        "standing",
    )
    line = read.line
    return {name: getattr(line, name) for name in plain} | {
        "item_type": named(line.item_type, line.item_type.title)
        if line.item_type
        else None,
        "place": named(line.place, line.place.full_name) if line.place else None,
        "vague": read.vague,
        "found": [_candidate_out(each, read) for each in read.candidates],
        "outside": [_outer_out(each) for each in outside],
        "rulings": [
            {
                "kind": each.kind,
                "words": each.words,
                "ruled_by": named(each.ruled_by, each.ruled_by.name),
                "ruled_at": each.ruled_at,
            }
            for each in read.rulings
        ],
    }


def _reasons_out(kept: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "code": each["code"],
            "words": reason_sentence(each["code"], each["facts"]),
            "against": each["against"],
        }
        for each in kept
    ]


def _outer_out(read: OuterRead) -> dict[str, Any]:
    found = read.candidate
    plain = ("id", "card_id", "institution", "contact", "title", "count", "since")
    return {name: getattr(found, name) for name in plain} | {
        "condition": found.condition or None,
        "must_answer": found.must_answer,
        "inquiry_id": read.asked.id if read.asked is not None else None,
        "answer": read.answer,
        "score": found.score / 1000,
        "reasons": _reasons_out(found.reasons),
    }


def outer_match_out(hit: OuterHit) -> dict[str, Any]:
    """A card of another institution that may serve, as it is shown now."""
    card = hit.card
    return {
        "card_id": card.id,
        "title": card.item_type.standing.title,
        "institution": card.institution.name,
        "contact": card.institution.contact,
        "condition": card.condition or None,
        "count": card.count,
        "since": card.since,
        "score": hit.score,
    }


def _candidate_out(found: Candidate, read: LineRead) -> dict[str, Any]:
    plain = ("id", "condition", "kind", "count", "since", "until", "holder")
    place = found.place
    group = read.groups.get(found.id)
    return {name: getattr(found, name) for name in plain} | {
        "item_type": named(found.item_type, found.item_type.title),
        "department": named(found.department, found.department.name),
        "place": named(place, place.full_name) if place else None,
        "left": group.left if group is not None else 0,
        "must_answer": group is not None,
        "score": found.score / 1000,
        "reasons": _reasons_out(found.reasons),
        "answers": [a for a in read.answers if a.candidate_id == found.id],
    }


def _drafts(given: dict[str, Any]) -> list[LineDraft]:
    return [
        LineDraft(
            **{name: value for name, value in line.items() if name != "price"}
            | {"price_fen": line["price"], "conditions": tuple(line["conditions"])}
        )
        for line in given["lines"]
    ]


@blueprint.get("/idle-matches")
@guarded(Permission.REQUEST_MAKE)
@blueprint.arguments(shapes.HintAsked, location="query")
@blueprint.response(200, shapes.HintList)
def idle_matches(asked: dict[str, Any]) -> dict[str, Any]:
    """What lies idle and would serve, before anything is asked for."""
    actor = current_actor()
    wanted = Wanted(asked["text"], asked["specification"])
    found = hints(actor.institution_id, wanted)
    names = names_of([hit.group for hit in found])
    return {
        "items": [
            {
                "item_type": {
                    "id": hit.group.type_id,
                    "name": names.title(hit.group),
                },
                "department": {
                    "id": hit.group.department_id,
                    "name": names.department(hit.group),
                },
                "place": {"id": hit.group.place_id, "name": names.place(hit.group)}
                if hit.group.place_id
                else None,
                "condition": hit.group.condition,
                "kind": hit.group.kind,
                "count": len(hit.group.asset_ids),
                "score": hit.score,
                "must_answer": hit.must_answer,
            }
            for hit in found
        ],
        "outside": [outer_match_out(hit) for hit in hints_outside(actor, wanted)],
    }


@blueprint.get("/purchase-requests")
@guarded(Permission.REQUEST_SEE)
@blueprint.arguments(shapes.RequestQuery, location="query")
@blueprint.response(200, shapes.RequestPage)
def purchase_requests(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own requests, and those of whom one answers for."""
    return listing_page(REQUESTS, asked, heads_out, WHOLE)


@blueprint.post("/purchase-requests")
@guarded(Permission.REQUEST_MAKE)
@blueprint.arguments(shapes.RequestIn)
@blueprint.response(201, shapes.RequestOut)
def write(given: dict[str, Any]) -> dict[str, Any]:
    """Write a request down; it is a draft until it is submitted."""
    made = make_request(
        current_actor(),
        _drafts(given),
        purpose=given["purpose"],
        urgent=given["urgent"],
        department_id=given["department_id"],
    )
    return request_out(made.id)


@blueprint.get("/purchase-requests/<int:request_id>")
@guarded(Permission.REQUEST_SEE)
@blueprint.response(200, shapes.RequestOut)
def purchase_request(request_id: int) -> Any:
    """A request with all that was found for it, answered and ruled."""
    found = request_out(request_id)
    return found, 200, etag(found["version"])


@blueprint.put("/purchase-requests/<int:request_id>")
@guarded(Permission.REQUEST_ANSWER)
@blueprint.arguments(shapes.RedraftIn)
@blueprint.response(200, shapes.RequestOut)
@versioned
def rewrite(given: dict[str, Any], request_id: int, version: int) -> Any:
    """Write a draft anew."""
    request_of(current_actor(), request_id)
    change_request(
        current_actor(),
        request_id,
        version,
        _drafts(given),
        purpose=given["purpose"],
        urgent=given["urgent"],
    )
    found = request_out(request_id)
    return found, 200, etag(found["version"])


@blueprint.post("/purchase-requests/<int:request_id>/submit")
@guarded(Permission.REQUEST_ANSWER)
@blueprint.response(200, shapes.RequestOut)
def send(request_id: int) -> dict[str, Any]:
    """Have idle stock looked through; submitting twice is submitting once."""
    request_of(current_actor(), request_id)
    submit(current_actor(), request_id)
    return request_out(request_id)


@blueprint.post("/purchase-requests/<int:request_id>/withdraw")
@guarded(Permission.REQUEST_ANSWER)
@blueprint.response(200, shapes.RequestOut)
def take_back(request_id: int) -> dict[str, Any]:
    """Ask for it no longer; what was taken of idle things still comes."""
    request_of(current_actor(), request_id)
    withdraw(current_actor(), request_id)
    return request_out(request_id)


@blueprint.post("/purchase-requests/<int:request_id>/recheck")
@guarded(Permission.REQUEST_SEE)
@blueprint.response(200, shapes.RequestOut)
def look_again(request_id: int) -> dict[str, Any]:
    """Make the check again where it no longer tells the truth.

    Of a request that is ordered in part, what something serves by now is asked for in
    a request of its own (the last of ``followed_by``); what is ordered goes on.
    """
    request_of(current_actor(), request_id)
    recheck(current_actor(), request_id)
    return request_out(request_id)


@blueprint.post("/outer-candidates/<int:candidate_id>/ask")
@guarded(Permission.REQUEST_ANSWER)
@blueprint.arguments(shapes.AskOwnerIn)
@blueprint.response(200, shapes.RequestOut)
def ask_outside(given: dict[str, Any], candidate_id: int) -> dict[str, Any]:
    """Ask another institution for what it shows; its answer answers the card."""
    return request_out(ask_owner(current_actor(), candidate_id, **given).id)


@blueprint.post("/outer-candidates/<int:candidate_id>/decline")
@guarded(Permission.REQUEST_ANSWER)
@blueprint.arguments(shapes.DeclineOuterIn)
@blueprint.response(200, shapes.RequestOut)
def not_outside(given: dict[str, Any], candidate_id: int) -> dict[str, Any]:
    """Say why what another institution shows does not serve."""
    return request_out(decline_outside(current_actor(), candidate_id, **given).id)


@blueprint.post("/idle-candidates/<int:candidate_id>/take")
@guarded(Permission.REQUEST_ANSWER)
@blueprint.arguments(shapes.TakeIn)
@blueprint.response(200, shapes.RequestOut)
def have(given: dict[str, Any], candidate_id: int) -> dict[str, Any]:
    """Take so many of a group; they are claimed at once and their transfer begins."""
    return request_out(take(current_actor(), candidate_id, given["count"]).id)


@blueprint.post("/idle-candidates/<int:candidate_id>/decline")
@guarded(Permission.REQUEST_ANSWER)
@blueprint.arguments(shapes.DeclineIn)
@blueprint.response(200, shapes.RequestOut)
def turn_down(given: dict[str, Any], candidate_id: int) -> dict[str, Any]:
    """Say why a group does not serve; somebody else rules on that."""
    found = decline(
        current_actor(),
        candidate_id,
        given["reason"],
        given["words"],
        given["count"],
        different=given["different"],
    )
    return request_out(found.id)


@blueprint.post("/purchase-lines/<int:line_id>/ruling")
@guarded(Permission.REQUEST_RULE)
@blueprint.arguments(shapes.RulingIn)
@blueprint.response(200, shapes.RequestOut)
def rule(given: dict[str, Any], line_id: int) -> dict[str, Any]:
    """Settle an unclear line, or rule on what was declined; never on one's own."""
    actor, words = current_actor(), given["words"]
    kind = RulingKind(given["kind"])
    if kind is RulingKind.SETTLE_CLEAR:
        found = settle_clear(actor, line_id, words)
    elif kind is RulingKind.SETTLE_MATCHED:
        found = settle_matched(actor, line_id, given["candidate_ids"], words)
    elif kind is RulingKind.UPHOLD:
        found = uphold(actor, line_id, words)
    else:
        found = send_back_to_answer(actor, line_id, words)
    return request_out(found.id)
