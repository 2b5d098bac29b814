"""Saying what shall be done to all that a list shows: choosing the act, its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid, Missing
from registry.ledger import actions, queries
from registry.ledger.actions.acts import ACTS
from registry.ledger.actions.bulk import MOST
from registry.ledger.queries import Filter
from registry.ledger.states import Condition, Method, Restriction
from registry.lists.of.assets import ASSETS
from registry.web.base.fields import Choice, Day, Key, Line, Notes, StrictSchema, Whole
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.lists import Asked, read_asked
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.bulk.blueprints import bulk
from registry.web.pages.bulk.offers import OFFERS, Offer, offered, shown_value
from registry.web.pages.lists.words import chip_words
from registry.web.pages.picking import (
    settle_department,
    settle_person,
    settle_place,
    title_of,
)
from registry.words import _, terms


@dataclass(frozen=True)
class Asking:
    """What the act is asked for: everything a list was narrowed to."""

    asked: Asked
    wanted: Filter
    count: int

    @property
    def chips(self) -> list[str]:
        """What the list is narrowed to, in words."""
        by_name = ASSETS.by_name
        pairs = self.asked.pairs
        return [chip_words(by_name[n], text) for n, text in pairs if n in by_name]

    def url(self, endpoint: str, **values: Any) -> str:
        """An address of ours that keeps what the list is narrowed to."""
        where = url_for(endpoint, **values)
        return f"{where}?{self.asked.query}" if self.asked.query else where


def _asking() -> Asking:
    actor = current_actor()
    asked = read_asked(ASSETS, actor)
    if not asked.form.ok:
        raise Invalid(problems=asked.form.problems)
    wanted = ASSETS.narrowed_to(asked.values)
    return Asking(asked, wanted, queries.count_assets(actor, wanted, MOST + 1))


@bulk.get("")
@guarded(Permission.ASSET_SEE)
def index() -> str:
    """Choose what shall be done to all of them."""
    asking = _asking()
    return render_template(
        "bulk/index.html",
        asking=asking,
        groups=offered(current_actor()),
        most=MOST,
        going=queries.open_changes(current_actor()),
    )


class Given(StrictSchema):
    """What the forms of the acts hold; each has a few of these."""

    place = Key(load_default=None)
    place_text = Line()
    custodian = Key(load_default=None)
    custodian_text = Line()
    user = Key(load_default=None)
    user_text = Line()
    department = Key(load_default=None)
    department_text = Line()
    reason = Notes(load_default="", most=1_000)
    funding = Line(load_default="")
    service_life_months = Whole(load_default=None, most=1_200)
    warranty_until = Day(load_default=None)
    acquired_on = Day(load_default=None)
    condition = Choice(Condition, load_default=None)
    method = Choice(Method, load_default=None)
    restriction = Choice(Restriction, load_default=None)


def _offer(name: str) -> Offer:
    found = OFFERS.get(name)
    if found is None:
        raise Missing(what="pages")
    current_actor().require(ACTS[found.act].permission)
    return found


@bulk.get("/<name>")
@guarded(Permission.ASSET_SEE)
def form(name: str) -> str:
    """The short form of an act."""
    return _page(_asking(), _offer(name), blank_form())


@bulk.post("/<name>")
@guarded(Permission.ASSET_SEE)
def look(name: str) -> ResponseReturnValue:
    """Look at what it would do; nothing is changed yet."""
    asking, offer = _asking(), _offer(name)
    sent = read_form(Given)
    given = _given(sent, offer)
    if sent.ok:
        try:
            made = actions.plan_bulk(
                current_actor(),
                offer.act,
                given,
                asking.wanted,
                title=_title(offer, given),
                source=asking.asked.query,
            )
        except Invalid as refusal:
            sent.add(
                refusal,
                place_id="place",
                custodian_id="custodian",
                user_id="user",
                department_id="department",
            )
        else:
            return redirect(url_for("bulk.show", bulk_id=made.id), 303)
    return _page(asking, offer, sent), 422


def _given(sent: Form, offer: Offer) -> dict[str, Any]:
    """What the form gives, in the words of the ledger."""
    if offer.act == "move":
        return {"place_id": settle_place(sent, "place", required=True)}
    if offer.act == "hand_to":
        return {"custodian_id": settle_person(sent, "custodian", required=True)}
    if offer.act == "let_use":
        return {"user_id": settle_person(sent, "user", required=True)}
    if offer.act == "reassign":
        return {
            "department_id": settle_department(sent, "department", required=True),
            "custodian_id": settle_person(sent, "custodian"),
            "place_id": settle_place(sent, "place"),
            "reason": sent.values.get("reason", ""),
        }
    if offer.amends:
        value = sent.values.get(offer.name)
        if value in (None, ""):
            sent.refuse(offer.name, "required")
        return {"changes": {offer.name: value}}
    if offer.field == "restrictions":
        if sent.values.get("restriction") is None:
            sent.refuse("restriction", "required")
        return {"restriction": sent.values.get("restriction")}
    return {"reason": sent.values.get("reason", "")}


def _title(offer: Offer, given: dict[str, Any]) -> str:
    """What the document is called."""
    what = ""
    for kind in ("place", "department"):
        what = what or title_of(kind, given.get(f"{kind}_id"))
    if "department_id" in given:
        what = title_of("department", given["department_id"])
    for key in ("custodian_id", "user_id"):
        if "department_id" not in given:
            what = what or title_of("person", given.get(key))
    if offer.amends:
        value = given["changes"][offer.name]
        what = shown_value(offer.name, value)
    elif "restriction" in given:
        what = terms.restriction_word(given["restriction"])
    if not what:
        return _(offer.words)
    return _("%(act)s：%(what)s", act=_(offer.words), what=what)


def _page(asking: Asking, offer: Offer, sent: Form) -> str:
    if asking.count > MOST or not asking.count:
        abort(redirect(asking.url("bulk.index"), 303))
    return render_template(
        "bulk/form.html",
        asking=asking,
        offer=offer,
        form=sent,
        action=asking.url("bulk.look", name=offer.name),
        sent=request.method == "POST",
        conditions=_options(Condition, terms.condition_word),
        methods=_options(Method, terms.method_word),
        restrictions=_options(Restriction, terms.restriction_word),
    )


def _options(values: type[StrEnum], word: Callable[[str], str]) -> list[dict[str, str]]:
    """Values to choose one of, as the macro draws them."""
    return [{"value": str(each), "label": word(each)} for each in values]
