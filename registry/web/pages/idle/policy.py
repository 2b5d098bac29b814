"""Choosing how idle things are found: which signs, whom they spare, how many."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.kernel.errors import Invalid, StaleVersion
from registry.sharing import actions
from registry.sharing.actions.policies import BOUNDS
from registry.sharing.queries.policies import policy_of, policy_version
from registry.sharing.rules.policies import MOST_EXEMPT, Policy
from registry.sharing.states import Signal
from registry.web.base.fields import (
    Choice,
    Flag,
    Key,
    Many,
    Notes,
    StrictSchema,
    Whole,
    keys_in,
)
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.idle.blueprints import idleness
from registry.web.pages.picking import title_of
from registry.words import _, sentence
from registry.words.idling import signal_word


def _bounded(name: str) -> Whole:
    least, most = BOUNDS[name]
    return Whole(least=least, most=most, required=True)


class PolicyForm(StrictSchema):
    """What an institution chooses about finding idle things."""

    version = Whole(load_default=0)
    asks = Flag(load_default=False)
    signals = Many(Choice(Signal), load_default=list)
    stored_months = _bounded("stored_months")
    quiet_months = _bounded("quiet_months")
    repaired_months = _bounded("repaired_months")
    ask_again_months = _bounded("ask_again_months")
    batch = _bounded("batch")
    answer_hours = _bounded("answer_hours")
    exempt_classes = Notes(load_default="", most=8_000)
    still_classes = Notes(load_default="", most=8_000)
    kept_type = Many(Key(), load_default=list, most=MOST_EXEMPT)
    exempt_type = Key(load_default=None)
    kept_place = Many(Key(), load_default=list, most=MOST_EXEMPT)
    used_place = Key(load_default=None)


@idleness.get("/policy")
@guarded(Permission.IDLE_POLICY)
def policy() -> str:
    """What is chosen now, to be changed."""
    return _page(_as_it_is(policy_of(current_actor().institution_id)))


def _as_it_is(chosen: Policy) -> Form:
    here = current_actor().institution_id
    return blank_form(
        version=policy_version(here),
        asks=chosen.asks,
        signals=[str(each) for each in chosen.signals],
        **{name: getattr(chosen, name) for name in BOUNDS},
        exempt_classes="\n".join(chosen.exempt_classes),
        still_classes="\n".join(chosen.still_classes),
        kept_type=list(chosen.exempt_types),
        kept_place=list(chosen.used_places),
    )


def _page(form: Form) -> str:
    actor = current_actor()
    kept = _kept(form, "kept_type")
    places = _kept(form, "kept_place")
    codes = {
        code
        for name in ("exempt_classes", "still_classes")
        for code in _lines(str(form.given.get(name) or ""))
    }
    named = [catalogue.class_by_code(actor, code) for code in sorted(codes)]
    return render_template(
        "idle/policy.html",
        form=form,
        signals=[(str(each), signal_word(each)) for each in Signal],
        types=[(each, title_of("type", each)) for each in kept],
        places=[(each, title_of("place", each)) for each in places],
        class_names=[(each.code, each.name) for each in named if each is not None],
        bounds=BOUNDS,
    )


def _kept(form: Form, name: str) -> list[int]:
    return keys_in(form.given.get(name))


def _lines(text: str) -> list[str]:
    """Class codes, one to a line; a name written behind one is passed over."""
    return [line.split()[0] for line in text.splitlines() if line.strip()]


@idleness.post("/policy")
@guarded(Permission.IDLE_POLICY)
def change_policy() -> ResponseReturnValue:
    """Choose anew."""
    form = read_form(PolicyForm)
    if form.ok:
        try:
            actions.change_policy(current_actor(), **_chosen(form))
            flash(_("已保存，从下一次查找起按新的办。"), "done")
            return redirect(url_for("idleness.overview"), 303)
        except Invalid as refusal:
            form.add(refusal, exempt_types="exempt_type", used_places="used_place")
        except StaleVersion as refusal:
            flash(sentence(refusal.code, refusal.facts), "error")
            return _page(_as_it_is(policy_of(current_actor().institution_id))), 409
    for name in ("kept_type", "kept_place"):
        form.given[name] = request.form.getlist(name)
    return _page(form), 422


def _chosen(form: Form) -> dict[str, Any]:
    values = dict(form.values)
    types = [*values.pop("kept_type"), values.pop("exempt_type")]
    places = [*values.pop("kept_place"), values.pop("used_place")]
    for name in ("exempt_classes", "still_classes"):
        values[name] = _lines(values[name])
    return values | {
        "exempt_types": [each for each in types if each is not None],
        "used_places": [each for each in places if each is not None],
    }
