"""One asset's page: as much of it as the reader may see, and its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, render_template, url_for

import labels
from registry.access.permissions import Permission
from registry.codes.models import CodeKind
from registry.codes.queries import codes_of
from registry.kernel.checkcodes import grouped
from registry.kernel.clock import now, today
from registry.kernel.errors import Missing
from registry.kernel.money import amount_text
from registry.labelling.queries import printed
from registry.labelling.rules import payload
from registry.ledger import queries
from registry.ledger.actions.changing import PERMISSION_OF_MOVE
from registry.ledger.models import Asset
from registry.ledger.queries import Line, Sight
from registry.ledger.queries.history import Change, officer_names
from registry.ledger.states import ASSET, AssetState
from registry.sharing.actions.lending import LENDABLE
from registry.sharing.queries.loans import live_loan
from registry.sharing.queries.outer import sees_outside, shown_outside
from registry.sharing.queries.suspects import seems_idle
from registry.sharing.queries.transfers import transfer_under_way
from registry.sharing.queries.wishes import Line as LineFor
from registry.sharing.queries.wishes import line_for
from registry.sharing.rules.passing import is_blocked
from registry.web.base.routes import signed_in
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.ledger.blueprints import ledger
from registry.words import N_, _, format_date, format_money, terms
from registry.words.idling import sign_words

MOST_ON_CARD = 12

MOVE_WORDS = {
    "put_in_use": N_("投入使用"),
    "mark_idle": N_("转为闲置"),
    "send_to_repair": N_("送修"),
    "report_missing": N_("报告找不到"),
    "propose_disposal": N_("申请报废"),
    "dispose": N_("报废"),
}

MOVE_WORDS_BY_STATE = {
    (AssetState.UNDER_REPAIR, "put_in_use"): N_("修好了，继续使用"),
    (AssetState.UNDER_REPAIR, "mark_idle"): N_("修好了，转为闲置"),
    (AssetState.MISSING, "put_in_use"): N_("找到了，继续使用"),
    (AssetState.MISSING, "mark_idle"): N_("找到了，转为闲置"),
    (AssetState.PENDING_DISPOSAL, "mark_idle"): N_("撤回报废申请，转为闲置"),
}
"""What a move is called where it means something else than elsewhere."""


def move_word(state: str, verb: str) -> str:
    """What a move is called from a state."""
    return _(MOVE_WORDS_BY_STATE.get((AssetState(state), verb), MOVE_WORDS[verb]))


@ledger.get("/<int:asset_id>")
@signed_in
def show(asset_id: int) -> str:
    """An asset's page; a colleague from elsewhere sees the card only."""
    actor = current_actor()
    asset = queries.asset(actor, asset_id)
    full = queries.sight_of(actor, asset) is Sight.FULL
    signs, idle_question = seems_idle(asset) if full else ([], None)
    return render_template(
        "ledger/show.html",
        asset=asset,
        full=full,
        idle_signs=[sign_words(each) for each in signs],
        idle_question=idle_question,
        photos=[_picture(photo.id, asset) for photo in queries.photos_of(asset)],
        officers=_officers(asset),
        restrictions=[terms.restriction_word(each) for each in asset.restrictions],
        moves=_moves(asset) if full else [],
        history=[_entry(line) for line in queries.history(actor, asset)[:3]]
        if full
        else [],
        prints=_prints(asset) if full else [],
        line=_line(asset),
        outside=_outside(asset),
        last_day=last_day_of,
        loan=live_loan(asset) if full else None,
        transfer=transfer_under_way(actor, asset),
        may_lend=asset.claim is None
        and asset.state in LENDABLE
        and actor.may(Permission.LOAN_DECIDE, asset),
    )


def last_day_of(moment: datetime) -> date:
    """The last day that something which ends at a moment still covers."""
    house = caller().house
    zone = ZoneInfo(house.time_zone if house is not None else "UTC")
    return (moment - timedelta(seconds=1)).astimezone(zone).date()


def _line(asset: Asset) -> LineFor | None:
    """How things stand for the reader with an idle thing that can go to others."""
    if asset.state != AssetState.IDLE or is_blocked(asset.restrictions):
        return None
    actor = current_actor()
    return line_for(actor, asset) if actor.may(Permission.HOLD_TAKE) else None


def _outside(asset: Asset) -> str:
    """How a thing stands outside: shown, promised, to be shown; empty for neither."""
    actor = current_actor()
    if not actor.may(Permission.OUTER_PUBLISH) or not sees_outside(actor):
        return ""
    shown = shown_outside(actor, asset)
    if shown is not None:
        return shown.state
    free = asset.state == AssetState.IDLE and asset.claim is None
    return "possible" if free and not asset.restrictions else ""


def _officers(asset: Asset) -> list[str]:
    house = caller().house
    if house is None:
        abort(404)
    return officer_names(asset, today(house.time_zone))[:2]


def _picture(photo_id: int, asset: Asset) -> dict[str, Any]:
    return {
        "id": photo_id,
        "url": url_for("ledger.photo", photo_id=photo_id),
        "thumbnail": url_for("ledger.photo", photo_id=photo_id, small=1),
        "alt": _("%(name)s的照片", name=asset.item_type.name),
    }


def _moves(asset: Asset) -> list[tuple[str, str]]:
    """The moves the reader may make now: verb and words."""
    from_here = ASSET.open_verbs(AssetState(asset.state))
    actor = current_actor()
    return [
        (verb, move_word(asset.state, verb))
        for verb in from_here
        if actor.may(PERMISSION_OF_MOVE[verb], asset)
    ]


def _prints(asset: Asset) -> list[tuple[Any, Any]]:
    codes = [each.code for each in codes_of(CodeKind.ASSET, asset.id)]
    return printed(asset.institution_id, codes)[:5]


@ledger.get("/<int:asset_id>/history")
@signed_in
def history(asset_id: int) -> str:
    """Everything that happened to an asset, old and new side by side."""
    actor = current_actor()
    asset = queries.asset_seen(actor, asset_id)
    lines = queries.history(actor, asset)
    if not lines:
        raise Missing(what="assets")
    return render_template(
        "ledger/history.html", asset=asset, entries=[_entry(line) for line in lines]
    )


@ledger.get("/<int:asset_id>/card")
@signed_in
def card(asset_id: int) -> str:
    """An asset's card for A4 paper."""
    actor = current_actor()
    asset = queries.asset_seen(actor, asset_id)
    lines = queries.history(actor, asset)[:MOST_ON_CARD]
    return render_template(
        "ledger/card.html",
        asset=asset,
        history=[_entry(line) for line in lines],
        printed_at=now(),
        back_url=url_for("ledger.show", asset_id=asset_id),
    )


@ledger.get("/<int:asset_id>/label.png")
@signed_in
def label_picture(asset_id: int) -> Response:
    """The asset's label as a picture, for its printed card."""
    asset = queries.asset_seen(current_actor(), asset_id)
    house = caller().house
    base = (house.label_url if house else "") or current_settings().public_url
    label = labels.Label(
        payload=payload(base, asset.code),
        code=grouped(asset.code),
        title=asset.item_type.name,
        lines=((_("编号"), asset.number),),
        institution=house.name if house else "",
    )
    picture = labels.draw_png(label, labels.Roll(60, 40), 203)
    return Response(picture, mimetype="image/png")


def _entry(line: Line) -> dict[str, Any]:
    """An entry as the timeline draws it."""
    return {
        "at": line.at,
        "effective_on": line.effective_on,
        "who": line.actor or (_("已离开的同事") if line.actor_id else _("系统")),
        "verb": terms.verb_word(line.verb),
        "changes": [_change(each) for each in line.changes if _says_something(each)],
        "note": line.reason,
        "number": line.number,
        "corrects": line.corrects,
        "correctable": line.correctable,
        "document": _document(line.document) if line.document else None,
    }


def _document(number: str) -> tuple[str, str]:
    return number, url_for("documents.by_number", number=number)


def _says_something(change: Change) -> bool:
    """Whether a change is worth a line: not photos, not what goes without saying."""
    silent = {"photos": None, "currency": "CNY", "sub_number": 0}
    if change.field not in silent:
        return True
    return change.before is not None and change.field != "photos"


def _change(change: Change) -> tuple[str, str, str]:
    words = (
        field_words(change.field, change.before),
        field_words(change.field, change.after),
    )
    return (terms.field_word(change.field), *words)


def field_words(field: str, value: Any) -> str:
    """A value of an entry as people say it."""
    if value is None or value in ("", [], {}):
        return ""
    worded: dict[str, Callable[[Any], str]] = {
        "state": terms.state_word,
        "condition": terms.condition_word,
        "method": terms.method_word,
        "code": grouped,
        "cost_fen": lambda fen: format_money(fen),
        "acquired_on": lambda day: format_date(date.fromisoformat(day)),
        "warranty_until": lambda day: format_date(date.fromisoformat(day)),
        "claim": _claim_words,
        "attributes": lambda given: _("；").join(
            f"{k}{_('：')}{v}" for k, v in given.items()
        ),
        "restrictions": lambda all_: _("；").join(map(terms.restriction_word, all_)),
        "service_life_months": lambda months: _("%(months)s 个月", months=months),
    }
    return str(worded.get(field, str)(value))


def _claim_words(claim: dict[str, Any]) -> str:
    word = terms.claim_word(claim["kind"])
    return f"{word} {claim['holder']}" if claim.get("holder") else word


def amount_of(fen: int | None) -> str:
    """An amount as it stands in a form's field."""
    return "" if fen is None else amount_text(fen)


def breadcrumb_of(asset: Asset) -> list[tuple[str, str | None]]:
    """The way from the ledger to a page of an asset."""
    return [
        (_("台账"), url_for("ledger.index")),
        (asset.item_type.standing.name, url_for("ledger.show", asset_id=asset.id)),
    ]
