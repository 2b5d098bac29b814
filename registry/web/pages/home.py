"""Home: what waits for me, and the two things people come for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.ledger import queries
from registry.ledger.queries import Filter
from registry.ledger.states import AssetState
from registry.procurement.queries.requests import open_requests_of
from registry.sharing.queries.loans import open_loans_of
from registry.sharing.queries.transfers import open_transfers_of
from registry.sharing.queries.wishes import count_wishes
from registry.waiting.queries import count_waits_of, waits_of
from registry.web.base.routes import signed_in
from registry.web.base.sessions import caller, current_actor
from registry.web.pages.waiting import rows_of
from registry.words import _, format_number
from registry.words.terms import state_word

blueprint = Blueprint("home", __name__)

COUNTED = 10_000
SHOWN_STATES = (
    AssetState.IN_USE,
    AssetState.IDLE,
    AssetState.UNDER_REPAIR,
    AssetState.MISSING,
    AssetState.PENDING_DISPOSAL,
)
MOST_WAITING = 10
MOST_COMING = 5
DIRECTLY = frozenset(
    {
        "answer_check",
        "decide_asset_office",
        "decide_department_head",
        "decide_finance",
        "decide_principal",
        "idle_question",
        "loan_answer",
        "loan_overdue",
        "place_order",
        "receive_goods",
        "review_urgent",
        "transfer_answer",
        "transfer_hand_over",
        "rule_declined",
        "settle_unclear",
        "transfer_receive",
    }
)
"""Steps whose own page says all there is to know: one goes there at once."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the reader."""

    url: str
    title: str
    note: str
    icon: str
    clock: str = ""
    late: bool = False


@blueprint.get("/")
@signed_in
def index() -> str:
    """What waits, Scan, I need something; and the ledger in figures."""
    actor = current_actor()
    visit = caller().visit
    return render_template(
        "home/index.html",
        waiting=_waiting(actor),
        enrol_from=visit.enrol_from if visit else None,
        waits=count_waits_of(actor),
        figures=_figures(actor),
        mine=queries.count_assets(actor, _kept_by(actor), COUNTED),
        wishes=count_wishes(actor),
        coming=open_transfers_of(actor, MOST_COMING),
        borrowed=open_loans_of(actor, MOST_COMING),
        asking=open_requests_of(actor, MOST_COMING),
    )


def _kept_by(actor: Actor) -> Filter:
    return Filter(custodian_ids=(actor.person_id or 0,))


@blueprint.get("/more")
@signed_in
def more() -> str:
    """The whole menu, for the phone."""
    return render_template("home/more.html")


def _waiting(actor: Actor) -> list[Waiting]:
    mine = waits_of(actor, MOST_WAITING)
    found = [
        Waiting(
            each["url"]
            if each["step"] in DIRECTLY
            else url_for("waiting.show", wait_id=each["id"]),
            each["title"],
            each["department"],
            "waiting",
            each["clock"],
            each["late"],
        )
        for each in rows_of(mine)
    ]
    found += [
        Waiting(
            url_for("ledger.loan_form", asset_id=asset.id),
            _("借出了，但不知道借给谁"),
            f"{asset.item_type.name} · {asset.number}",
            "loan",
        )
        for asset in queries.unknown_borrowers(actor, 20)
        if actor.may(Permission.ASSET_STATE, asset)
    ]
    return found


def _figures(actor: Actor) -> list[dict[str, str]]:
    """How many assets of each state the reader may see."""
    counts = queries.counts_by_state(actor)
    if not counts:
        return []
    return [
        {
            "label": state_word(state),
            "value": format_number(counts.get(state, 0)),
            "url": url_for("ledger.index", state=str(state)),
        }
        for state in SHOWN_STATES
    ]


__all__ = ["blueprint"]
