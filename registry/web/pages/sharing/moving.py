"""One transfer: what is in it, how far it is, and what the reader can do now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.journal.queries import entries_of
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.ledger.states import Restriction
from registry.organisation.queries import names_of
from registry.sharing import actions
from registry.sharing.actions.ending import KIND, SIDE
from registry.sharing.models import Transfer, TransferLine
from registry.sharing.queries.transfers import lines_of, side_of, transfer_of
from registry.sharing.states import TRANSFER_LINE, TransferLineState
from registry.waiting.models import Wait
from registry.waiting.queries import calendar_of, holders_of, open_waits, waited
from registry.web.base.fields import Choice, Flag, Key, Line, Many, Notes, StrictSchema
from registry.web.base.forms import Form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.picking import settle_person, settle_place
from registry.web.pages.sharing.answering import done, refused, several
from registry.web.pages.sharing.blueprints import transfers
from registry.words import _, ngettext, terms
from registry.words.steps import STEP_NAMES, clock_words

L = TransferLineState


@dataclass(frozen=True)
class Can:
    """What the reader may do with a transfer now: with how many of its things."""

    agree: int = 0
    hand_over: int = 0
    take_back: int = 0
    receive: int = 0
    cancel: int = 0
    bears_data: bool = False
    """Whether something to be handed over has held data."""

    @property
    def anything(self) -> bool:
        """Whether there is anything to tick for."""
        return bool(
            self.agree
            or self.hand_over
            or self.take_back
            or self.receive
            or self.cancel
        )


def can_do(actor: Actor, found: Transfer, lines: Sequence[TransferLine]) -> Can:
    """What somebody may do with a transfer now."""

    def count(state: L, permission: Permission) -> int:
        return sum(
            line.state == state and actor.may(permission, line.asset) for line in lines
        )

    takes = actor.may(Permission.TRANSFER_RECEIVE, found)
    standing = [line for line in lines if line.ended_at is None]
    going = [line for line in lines if line.state == L.AGREED]
    return Can(
        agree=count(L.REQUESTED, Permission.TRANSFER_ANSWER),
        hand_over=count(L.AGREED, Permission.TRANSFER_HAND_OVER),
        take_back=count(L.HANDED_OVER, Permission.TRANSFER_HAND_OVER),
        receive=sum(line.state == L.HANDED_OVER for line in lines) if takes else 0,
        cancel=len(standing) if takes else 0,
        bears_data=any(
            Restriction.DATA_BEARING in line.asset.restrictions for line in going
        ),
    )


@transfers.get("/<int:transfer_id>")
@guarded(Permission.TRANSFER_SEE)
def show(transfer_id: int) -> str:
    """A transfer: its things, how far each is, and what can be done now."""
    return _page(transfer_id)


@transfers.get("/sides/<int:side_id>")
@guarded(Permission.TRANSFER_SEE)
def of_side(side_id: int) -> ResponseReturnValue:
    """The transfer a giving department has a step of."""
    side = side_of(current_actor(), side_id)
    return redirect(url_for("transfers.show", transfer_id=side.transfer_id), 303)


def _page(transfer_id: int, form: Form | None = None) -> str:
    actor = current_actor()
    found = transfer_of(actor, transfer_id)
    lines = lines_of(actor, found)
    return render_template(
        "sharing/transfer.html",
        transfer=found,
        rows=[_row(line) for line in lines],
        can=can_do(actor, found, lines),
        steps=_steps(found),
        history=_history(found),
        form=form or Form(),
    )


def _row(line: TransferLine) -> dict[str, Any]:
    """A line as the table shows it."""
    told = [terms.restriction_word(each) for each in line.asset.restrictions]
    return {
        "asset_id": line.asset_id,
        "name": line.asset.item_type.standing.title,
        "line": line,
        "note": line.reason or "；".join(told),
    }


def _steps(found: Transfer) -> list[dict[str, Any]]:
    """Who has the transfer now, and for how long, in working hours."""
    here = found.institution_id
    waits: list[Wait] = [
        *open_waits(here, SIDE, [side.id for side in found.sides]).values(),
        *open_waits(here, KIND, [found.id]).values(),
    ]
    holders, calendar = holders_of(waits), calendar_of(here)
    return [
        {
            "what": _(STEP_NAMES[each.step]),
            "department": each.department.name if each.department else "",
            "holders": [holder.name for holder in holders[each.id]],
            "clock": clock_words(waited(each, calendar), in_full=True),
            "late": each.state == "overdue",
        }
        for each in waits
    ]


def _history(found: Transfer) -> list[dict[str, Any]]:
    """What happened to the transfer, newest first, as the timeline draws it."""
    entries = list(entries_of(KIND, found.id))
    people = names_of(
        current_actor(), {each.actor_id for each in entries if each.actor_id}
    )
    return [
        {
            "at": each.at,
            "verb": terms.verb_word(each.verb),
            "who": people.get(each.actor_id or 0, _("系统")),
            "changes": [],
            "note": "；".join(_told(json.loads(each.facts))),
            "number": each.number,
            "document": None,
            "corrects": None,
        }
        for each in reversed(entries)
    ]


def _told(facts: dict[str, Any]) -> Iterable[str]:
    count = len(facts.get("assets", ()))
    if count:
        yield ngettext("%(num)s 件", "%(num)s 件", count)
    if facts.get("reason"):
        yield str(facts["reason"])


class Ticked(StrictSchema):
    """Things of a transfer, and what to do with them."""

    asset = Many(Key(), load_default=list, most=1_000)
    do = Choice(
        ("agree", "refuse", "hand_over", "take_back", "receive", "cancel"),
        required=True,
    )
    reason = Notes(load_default="", most=1_000)
    wiped = Flag(load_default=False)
    place = Key(load_default=None)
    place_text = Line()
    custodian = Key(load_default=None)
    custodian_text = Line()


@transfers.post("/<int:transfer_id>")
@guarded(Permission.TRANSFER_SEE)
def step(transfer_id: int) -> ResponseReturnValue:
    """Take a step with what was ticked; with nothing ticked, with all it can be."""
    form = read_form(Ticked)
    here = url_for("transfers.show", transfer_id=transfer_id)
    place_id = settle_place(form, "place")
    custodian_id = settle_person(form, "custodian")
    if not form.ok:
        return _page(transfer_id, form), 422
    ids = several(form.values["asset"]) or _all_for(transfer_id, form.values["do"])
    try:
        words = carry_out(
            transfer_id,
            form.values["do"],
            ids,
            reason=form.values["reason"],
            wiped=form.values["wiped"],
            place_id=place_id,
            custodian_id=custodian_id,
        )
    except Invalid as refusal:
        form.add(refusal, place_id="place", custodian_id="custodian")
        return _page(transfer_id, form), 422
    except (Conflict, Forbidden) as refusal:
        return refused(refusal, here)
    return done(words, here)


def _all_for(transfer_id: int, verb: str) -> list[int]:
    """Everything in a transfer that a step can be taken with by the reader."""
    actor = current_actor()
    found = transfer_of(actor, transfer_id)
    asked = {
        "agree": Permission.TRANSFER_ANSWER,
        "refuse": Permission.TRANSFER_ANSWER,
        "hand_over": Permission.TRANSFER_HAND_OVER,
        "take_back": Permission.TRANSFER_HAND_OVER,
    }
    sources, _target = TRANSFER_LINE.moves[verb]
    if verb == "refuse":
        sources = frozenset({L.REQUESTED})
    return [
        line.asset_id
        for line in lines_of(actor, found)
        if line.state in sources
        and (verb not in asked or actor.may(asked[verb], line.asset))
    ]


def carry_out(
    transfer_id: int,
    verb: str,
    ids: Sequence[int],
    *,
    reason: str = "",
    wiped: bool = False,
    place_id: int | None = None,
    custodian_id: int | None = None,
) -> str:
    """Take one step with some things of a transfer; what to say of it."""
    actor = current_actor()
    acts: dict[str, Callable[[], Transfer]] = {
        "agree": lambda: actions.agree(actor, transfer_id, ids),
        "refuse": lambda: actions.refuse(actor, transfer_id, ids, reason=reason),
        "hand_over": lambda: actions.hand_over(actor, transfer_id, ids, wiped=wiped),
        "take_back": lambda: actions.take_back(actor, transfer_id, ids),
        "receive": lambda: actions.receive(
            actor,
            transfer_id,
            ids,
            place_id=place_id,
            custodian_id=custodian_id,
        ),
        "cancel": lambda: actions.cancel(actor, transfer_id, ids, reason=reason),
    }
    acts[verb]()
    said = {
        "agree": _("已同意 %(count)s 件，请准备交出。", count=len(ids)),
        "refuse": _("已答复不同意 %(count)s 件，对方会收到原因。", count=len(ids)),
        "hand_over": _("已记下交出 %(count)s 件，等对方点收。", count=len(ids)),
        "take_back": _("已撤回 %(count)s 件。", count=len(ids)),
        "receive": _("已点收 %(count)s 件，台账已改到您部门。", count=len(ids)),
        "cancel": _("已取消 %(count)s 件。", count=len(ids)),
    }
    return said[verb]
