"""Requests: the list, and one of them with all that became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.ledger.queries import first_photos
from registry.lists.of.requests import REQUESTS
from registry.procurement.actions.ruling import judging
from registry.procurement.actions.urgent import urgent_deciders
from registry.procurement.models.checks import Candidate, CheckAnswer, Ruling
from registry.procurement.models.requests import PurchaseLine, PurchaseRequest
from registry.procurement.queries.approvals import KIND, open_to
from registry.procurement.queries.certificates import of_request
from registry.procurement.queries.checks import LineRead, checks_of, read_lines
from registry.procurement.queries.orders import left_to_order, orders_of
from registry.procurement.queries.outside import OuterRead, read_outside
from registry.procurement.queries.requests import followers_of, follows_of
from registry.procurement.queries.requests import request as request_of
from registry.procurement.rules.lines import Group
from registry.procurement.states import REQUEST, LineState, RequestState
from registry.sharing.queries.transfers import transfers_by_cause
from registry.waiting.queries import waits_for
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.approvals.parts import approval_steps
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.requests.blueprints import blueprint
from registry.web.pages.timelines import timeline_of
from registry.web.pages.waiting import rows_of
from registry.words import _
from registry.words.asked_history import LABELS, asked_verb, fact_words
from registry.words.asking import purchase_condition_word, thrown_back_word
from registry.words.matches import reason_sentence


@blueprint.get("")
@guarded(Permission.REQUEST_SEE)
def index() -> ResponseReturnValue:
    """One's own requests, and those of whom one answers for."""
    view = view_of(REQUESTS)
    if not isinstance(view, ListView):
        return view
    return render_template("requests/index.html", view=view), view.status


@dataclass(frozen=True)
class Found:
    """A group the check has found, as a page shows it."""

    candidate: Candidate
    group: Group | None
    photo_id: int | None
    reasons: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    answers: list[CheckAnswer] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """A line of a request with what was found, answered and ruled."""

    line: PurchaseLine
    vague: bool
    found: list[Found]
    beside: list[Found]
    rulings: list[Ruling]
    conditions: list[str]
    outside: list[OuterRead] = field(default_factory=list)
    """What other institutions show that would serve."""

    @property
    def waits_outside(self) -> bool:
        """Whether another institution was asked and has not answered yet."""
        return any(each.is_open and each.asked for each in self.outside)

    @property
    def open(self) -> list[Found]:
        """What is still to be answered."""
        return [each for each in self.found if each.group and each.group.left]


def asked_lines(found: PurchaseRequest) -> list[Asked]:
    """The lines of a request as its page shows them."""
    reads = read_lines([line for line in found.lines if line.quantity])
    photos = first_photos([c.asset_ids[0] for read in reads for c in read.candidates])
    outside = read_outside(found, [read.line for read in reads])
    shown = []
    for read in reads:
        every = [_found(each, read, photos) for each in read.candidates]
        shown.append(
            Asked(
                line=read.line,
                vague=read.vague,
                found=[each for each in every if each.group is not None],
                beside=[each for each in every if each.group is None],
                rulings=read.rulings,
                outside=outside[read.line.id],
                conditions=[
                    purchase_condition_word(each) for each in read.line.conditions
                ],
            )
        )
    return shown


def _found(found: Candidate, read: LineRead, photos: dict[int, int]) -> Found:
    said = [
        (reason["against"], reason_sentence(reason["code"], reason["facts"]))
        for reason in found.reasons
    ]
    return Found(
        candidate=found,
        group=read.groups.get(found.id),
        photo_id=photos.get(found.asset_ids[0]),
        reasons=[words for against, words in said if words and not against],
        differs=[words for against, words in said if words and against],
        answers=[each for each in read.answers if each.candidate_id == found.id],
    )


@blueprint.get("/<int:request_id>")
@guarded(Permission.REQUEST_SEE)
def show(request_id: int) -> str:
    """One request: its lines, what lies idle for them, whose turn it is."""
    actor = current_actor()
    found = request_of(actor, request_id)
    mine = actor.may(Permission.REQUEST_ANSWER, found)
    state = RequestState(found.state)
    return render_template(
        "requests/show.html",
        found=found,
        lines=asked_lines(found),
        mine=mine,
        answering=mine and state is RequestState.ANSWERING,
        rules=state in (RequestState.ANSWERING, RequestState.RULING)
        and actor.may(Permission.REQUEST_RULE, judging(found)),
        may_withdraw=mine and state in REQUEST.moves["withdraw"][0],
        may_recheck=found.checks > 0
        and (
            state in REQUEST.moves["reopen"][0]
            or (state is RequestState.ORDERED and any(left_to_order(found).values()))
        ),
        followers=followers_of(found),
        followed=follows_of(found),
        waits=rows_of(waits_for(found.institution_id, KIND, found.id)),
        transfers=transfers_by_cause(found.institution_id, found.number),
        checks=checks_of(found.id),
        thrown_back=thrown_back_word(found.thrown_back),
        settled={str(LineState.CLEAR), str(LineState.COVERED), "overridden"},
        may_see_transfers=actor.may(Permission.TRANSFER_SEE),
        steps=approval_steps(found),
        has_orders=bool(orders_of(found)),
        certificates=of_request(found.id),
        decides=bool(open_to(actor, found)),
        allows_urgent=_allows_urgent(actor, found),
        buys=state in (RequestState.APPROVED, RequestState.ORDERED)
        and actor.may(Permission.ORDER_PLACE, found.department),
        entries=_timeline(actor, found),
    )


def _allows_urgent(actor: Actor, found: PurchaseRequest) -> bool:
    """Whether the actor may let an urgent request through before it is answered."""
    if RequestState(found.state) not in REQUEST.moves["allow_urgent"][0]:
        return False
    people = urgent_deciders(found)
    return found.urgent and actor.person_id in people


def _timeline(actor: Actor, found: PurchaseRequest) -> list[dict[str, Any]]:
    lines = {line.id: line.text for line in found.lines}
    return timeline_of(
        actor,
        KIND,
        found.id,
        labels={field: _(words) for field, words in LABELS.items()},
        said=lambda field, value: fact_words(field, value, lines),
        called=asked_verb,
        standing=False,
    )
