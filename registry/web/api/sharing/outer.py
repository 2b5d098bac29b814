"""The outer pool in the API: cards of other institutions, one's own, inquiries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from registry.access.permissions import Permission
from registry.lists.of.outer import ASKED_OUTSIDE, INQUIRIES, OUTER, OWN_CARDS
from registry.sharing import actions
from registry.sharing.models import OuterCard, OuterInquiry, OuterThing
from registry.sharing.queries import outer as reads
from registry.web.api.files import BYTES, handed_out
from registry.web.api.listing import listing_page
from registry.web.api.schemas import outer as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.sharing.blueprints import blueprint
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor

OF_INQUIRY = (
    "id",
    "number",
    "card_id",
    "asker",
    "contact",
    "count",
    "words",
    "state",
    "promised",
    "reason",
    "asked_at",
    "answered_at",
    "approval",
    "document",
)


def _kind_out(found: OuterCard) -> dict[str, Any]:
    kind = found.item_type.standing
    plain = ("name", "brand", "model", "specification", "unit")
    code = kind.asset_class.code if kind.asset_class else ""
    return {name: getattr(kind, name) for name in plain} | {"class_code": code}


def _cards_out(found: Sequence[OuterCard]) -> list[dict[str, Any]]:
    photos = reads.photos_of([each.id for each in found])
    return [
        {
            "id": each.id,
            "kind": _kind_out(each),
            "condition": each.condition or None,
            "count": each.count,
            "since": each.since,
            "institution": each.institution.name,
            "contact": each.institution.contact,
            "has_photo": each.id in photos,
        }
        for each in found
    ]


@blueprint.get("/outer/cards")
@guarded(Permission.OUTER_ASK)
@blueprint.arguments(shapes.OuterQuery, location="query")
@blueprint.response(200, shapes.OuterPage)
def outer_cards(asked: dict[str, Any]) -> dict[str, Any]:
    """What other institutions of the installation show."""
    reads.require_outside(current_actor())
    return listing_page(OUTER, asked, _cards_out, reads.WHOLE_CARD)


@blueprint.get("/outer/cards/<int:card_id>")
@guarded(Permission.OUTER_ASK)
@blueprint.response(200, shapes.OuterCardOut)
def outer_card(card_id: int) -> dict[str, Any]:
    """A card of another institution."""
    [card] = _cards_out([reads.card_of(current_actor(), card_id)])
    return card


@blueprint.get("/outer/cards/<int:card_id>/photo")
@guarded(Permission.OUTER_ASK)
@blueprint.response(200, BYTES, content_type="image/jpeg")
def outer_photo(card_id: int) -> Response:
    """The photo on a card."""
    return handed_out(reads.photo_of(current_actor(), card_id).image, "image/jpeg")


@blueprint.post("/outer/cards/<int:card_id>/inquiries")
@guarded(Permission.OUTER_ASK)
@blueprint.arguments(shapes.AskOutsideIn)
@blueprint.response(201, shapes.AskedOut)
def ask_outside(given: dict[str, Any], card_id: int) -> dict[str, Any]:
    """Ask the other institution for it; its asset office answers."""
    made = actions.ask_outside(current_actor(), card_id, **given)
    return _asked_one(made.id)


# What one shows


@blueprint.get("/outer/own")
@guarded(Permission.OUTER_PUBLISH)
@blueprint.arguments(shapes.OwnCardQuery, location="query")
@blueprint.response(200, shapes.OuterPage)
def own_cards(asked: dict[str, Any]) -> dict[str, Any]:
    """What one's own institution shows to others."""
    reads.require_outside(current_actor())
    return listing_page(OWN_CARDS, asked, _cards_out, reads.WHOLE_CARD)


@blueprint.get("/outer/own/<int:card_id>")
@guarded(Permission.OUTER_PUBLISH)
@blueprint.response(200, shapes.OwnThings)
def own_card(card_id: int) -> dict[str, Any]:
    """A card of one's own, and which things stand behind it."""
    actor = current_actor()
    found = reads.own_card(actor, card_id)
    [card] = _cards_out([found])
    things = reads.things_behind(actor, found)
    return {"card": card, "asset_ids": [each.asset_id for each in things]}


def _things_out(found: Sequence[OuterThing]) -> dict[str, Any]:
    return {"asset_ids": [each.asset_id for each in found]}


@blueprint.post("/outer/own")
@guarded(Permission.OUTER_PUBLISH)
@blueprint.arguments(shapes.PublishIn)
@blueprint.response(200, shapes.PublishedOut)
def publish_outside(given: dict[str, Any]) -> dict[str, Any]:
    """Show idle things to the other institutions."""
    ids = given["asset_ids"]
    return _things_out(
        actions.publish(current_actor(), ids, passing_over=given["passing_over"])
    )


@blueprint.post("/outer/own/withdraw")
@guarded(Permission.OUTER_PUBLISH)
@blueprint.arguments(shapes.TakenBackIn)
@blueprint.response(200, shapes.PublishedOut)
def withdraw_from_outside(given: dict[str, Any]) -> dict[str, Any]:
    """Show things no more."""
    ids = given["asset_ids"]
    return _things_out(actions.withdraw_from_outside(current_actor(), ids))


# Inquiries


def _asked_out(found: Sequence[OuterInquiry]) -> list[dict[str, Any]]:
    return [
        {name: getattr(each, name) for name in OF_INQUIRY}
        | {
            "kind": _kind_out(each.card),
            "institution": each.institution.name,
            "from_institution": each.from_institution.name,
            "cause": each.cause,
        }
        for each in found
    ]


def _asked_one(inquiry_id: int) -> dict[str, Any]:
    [found] = _asked_out([reads.inquiry_from(current_actor(), inquiry_id)])
    return found


def _inquiries_out(found: Sequence[OuterInquiry]) -> list[dict[str, Any]]:
    """As whoever is asked sees them: what for, but not which request it is."""
    return [each | {"cause": ""} for each in _asked_out(found)]


def _inquiry_out(inquiry_id: int) -> dict[str, Any]:
    actor = current_actor()
    found = reads.inquiry_to(actor, inquiry_id)
    who = found.answered_by
    things = reads.things_promised(actor, found)
    return _inquiries_out([found])[0] | {
        "answered_by": named(who, who.name if who else ""),
        "asset_ids": [each.asset_id for each in things],
    }


@blueprint.get("/outer/inquiries")
@guarded(Permission.OUTER_ANSWER)
@blueprint.arguments(shapes.InquiryQuery, location="query")
@blueprint.response(200, shapes.AskedPage)
def outer_inquiries(asked: dict[str, Any]) -> dict[str, Any]:
    """What other institutions ask of one's own."""
    reads.require_outside(current_actor())
    return listing_page(INQUIRIES, asked, _inquiries_out, reads.WHOLE_INQUIRY)


@blueprint.get("/outer/inquiries/<int:inquiry_id>")
@guarded(Permission.OUTER_ANSWER)
@blueprint.response(200, shapes.InquiryOut)
def outer_inquiry(inquiry_id: int) -> dict[str, Any]:
    """One of them, and which things are put aside for it."""
    return _inquiry_out(inquiry_id)


@blueprint.post("/outer/inquiries/<int:inquiry_id>/promise")
@guarded(Permission.OUTER_ANSWER)
@blueprint.arguments(shapes.PromiseIn)
@blueprint.response(200, shapes.InquiryOut)
def promise_outside(given: dict[str, Any], inquiry_id: int) -> dict[str, Any]:
    """Agree to so many of it; they are put aside at once."""
    actions.promise_outside(current_actor(), inquiry_id, **given)
    return _inquiry_out(inquiry_id)


@blueprint.post("/outer/inquiries/<int:inquiry_id>/refuse")
@guarded(Permission.OUTER_ANSWER)
@blueprint.arguments(shapes.RefuseOutsideIn)
@blueprint.response(200, shapes.InquiryOut)
def refuse_outside(given: dict[str, Any], inquiry_id: int) -> dict[str, Any]:
    """Say no, or no after all; what was put aside is on offer again."""
    actions.refuse_outside(current_actor(), inquiry_id, given["reason"])
    return _inquiry_out(inquiry_id)


@blueprint.post("/outer/inquiries/<int:inquiry_id>/give")
@guarded(Permission.OUTER_ANSWER)
@blueprint.arguments(shapes.GiveIn)
@blueprint.response(200, shapes.InquiryOut)
def give_outside(given: dict[str, Any], inquiry_id: int) -> dict[str, Any]:
    """Record that it was fetched: off the ledger, under one document."""
    actions.give_outside(current_actor(), inquiry_id, **given)
    return _inquiry_out(inquiry_id)


@blueprint.get("/outer/asked")
@guarded(Permission.OUTER_ASK)
@blueprint.arguments(shapes.AskedQuery, location="query")
@blueprint.response(200, shapes.AskedPage)
def asked_outside(asked: dict[str, Any]) -> dict[str, Any]:
    """What one has asked of other institutions."""
    reads.require_outside(current_actor())
    return listing_page(ASKED_OUTSIDE, asked, _asked_out, reads.WHOLE_INQUIRY)


@blueprint.get("/outer/asked/<int:inquiry_id>")
@guarded(Permission.OUTER_ASK)
@blueprint.response(200, shapes.AskedOut)
def asked_one(inquiry_id: int) -> dict[str, Any]:
    """One of them, and how it stands."""
    return _asked_one(inquiry_id)


@blueprint.post("/outer/asked/<int:inquiry_id>/withdraw")
@guarded(Permission.OUTER_ASK)
@blueprint.response(200, shapes.AskedOut)
def withdraw_inquiry(inquiry_id: int) -> dict[str, Any]:
    """No longer want it; whatever was put aside is on offer again."""
    actions.withdraw_inquiry(current_actor(), inquiry_id)
    return _asked_one(inquiry_id)
