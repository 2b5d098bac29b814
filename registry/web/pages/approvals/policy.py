"""Choosing who must agree to a purchase, and trying what a request would need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.catalogue import queries as catalogue
from registry.kernel.errors import Invalid, StaleVersion
from registry.kernel.money import amount_text
from registry.organisation.models import Person
from registry.procurement.actions.policies import BOUNDS
from registry.procurement.actions.policies import change_policy as change
from registry.procurement.queries.deciders import benches
from registry.procurement.queries.policies import RULES, policy_of, policy_version
from registry.procurement.rules.approval import (
    MOST_SUBSTITUTES,
    Policy,
    Rule,
    Sought,
    stages_of,
    steps_needed,
)
from registry.web.base.fields import (
    Choice,
    Flag,
    Key,
    Many,
    Money,
    Notes,
    StrictSchema,
    Whole,
    keys_in,
)
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.approvals.blueprints import approvals
from registry.web.pages.picking import settle_person, title_of
from registry.words import _, format_list, sentence
from registry.words.approving import approver_word, cause_word

MOST_COUNT = 10_000
MOST_NAMED = 6


def _bounded(name: str) -> Whole:
    least, most = BOUNDS[name]
    return Whole(least=least, most=most, required=True)


class ApprovalPolicyForm(StrictSchema):
    """What an institution chooses about approving, and a request to try it with."""

    version = Whole(load_default=0)
    asset_office_above = Money(load_default=None)
    asset_office_declined = Whole(least=1, most=100, load_default=None)
    asset_office_urgent = Flag(load_default=False)
    asset_office_special = Flag(load_default=False)
    finance_above = Money(load_default=None)
    finance_declined = Whole(least=1, most=100, load_default=None)
    finance_urgent = Flag(load_default=False)
    finance_special = Flag(load_default=False)
    principal_above = Money(load_default=None)
    principal_declined = Whole(least=1, most=100, load_default=None)
    principal_urgent = Flag(load_default=False)
    principal_special = Flag(load_default=False)
    special_classes = Notes(load_default="", most=8_000)
    window_days = _bounded("window_days")
    whole_department = Flag(load_default=False)
    hours = _bounded("hours")
    review_hours = _bounded("review_hours")
    kept_substitute = Many(Key(), load_default=list, most=MOST_SUBSTITUTES)
    substitute = Key(load_default=None)
    substitute_text = Notes(load_default="", most=200)
    do = Choice(("save", "try"), load_default="save")
    try_amount = Money(load_default=1_200_000)
    try_wanted = Whole(least=1, most=MOST_COUNT, load_default=8)
    try_declined = Whole(least=0, most=MOST_COUNT, load_default=3)
    try_urgent = Flag(load_default=False)
    try_special = Flag(load_default=False)


@approvals.get("/policy")
@guarded(Permission.APPROVAL_POLICY)
def policy() -> str:
    """What is chosen now, to be changed, and what an ordinary request would need."""
    chosen = policy_of(current_actor().institution_id)
    return _page(_as_it_is(chosen), chosen, Sought(1_200_000, 8, 3))


def _as_it_is(chosen: Policy) -> Form:
    given: dict[str, Any] = {}
    for name in RULES:
        rule: Rule = getattr(chosen, name)
        given[f"{name}_above"] = _plain(rule.above_fen)
        given[f"{name}_declined"] = (
            "" if rule.declined_percent is None else rule.declined_percent
        )
        given[f"{name}_urgent"] = rule.urgent
        given[f"{name}_special"] = rule.special
    return blank_form(
        version=policy_version(current_actor().institution_id),
        **given,
        **{name: getattr(chosen, name) for name in BOUNDS},
        whole_department=chosen.whole_department,
        special_classes="\n".join(chosen.special_classes),
        kept_substitute=list(chosen.substitutes),
        try_amount="12000",
        try_wanted=8,
        try_declined=3,
    )


def _plain(fen: int | None) -> str:
    """An amount as typed: without decimals where there are none."""
    return "" if fen is None else amount_text(fen).removesuffix(".00")


def _page(form: Form, tried: Policy, sought: Sought) -> str:
    actor = current_actor()
    now = policy_of(actor.institution_id)
    kept = keys_in(form.given.get("kept_substitute"))
    codes = _lines(str(form.given.get("special_classes") or ""))
    named = [catalogue.class_by_code(actor, code) for code in codes]
    return render_template(
        "approvals/policy.html",
        form=form,
        rules=[(name, approver_word(name)) for name in RULES],
        substitutes=[(each, title_of("person", each)) for each in kept],
        class_names=[(each.code, each.name) for each in named if each is not None],
        benches=[
            (approver_word(each.step), _bench(each.people))
            for each in benches(actor.institution_id, now)
        ],
        outcome=outcome(tried, sought),
        asked=sought,
    )


def _bench(people: Sequence[Person]) -> str:
    """Who could decide a step, the first few by name."""
    names = format_list([each.name for each in people[:MOST_NAMED]])
    if len(people) <= MOST_NAMED:
        return names
    return _("%(names)s等 %(count)s 人", names=names, count=len(people))


def outcome(tried: Policy, sought: Sought) -> list[dict[str, Any]]:
    """What a request would need, stage by stage: who, and why."""
    needed = steps_needed(tried, sought)
    return [
        {
            "who": _("、").join(approver_word(step) for step in stage),
            "together": len(stage) > 1,
            "why": _("；").join(
                dict.fromkeys(
                    cause_word(cause) for step in stage for cause in needed[step]
                )
            ),
        }
        for stage in stages_of(needed)
    ]


def _lines(text: str) -> list[str]:
    """Class codes, one to a line; a name written behind one is passed over."""
    return [line.split()[0] for line in text.splitlines() if line.strip()]


@approvals.post("/policy")
@guarded(Permission.APPROVAL_POLICY)
def change_policy() -> ResponseReturnValue:
    """Choose anew; or try what is written without keeping it."""
    form = read_form(ApprovalPolicyForm)
    added = settle_person(form, "substitute")
    actor = current_actor()
    chosen = policy_of(actor.institution_id)
    sought = Sought(1_200_000, 8, 3)
    status = 422
    if form.ok:
        wanted = _chosen(form, added)
        sought = _sought(form)
        chosen = replace(chosen, **{k: v for k, v in wanted.items() if k != "version"})
        if form.values["do"] == "try":
            status = 200
        else:
            try:
                change(actor, **wanted)
                flash(_("已保存。以后提交审批的申请按新的规则办。"), "done")
                return redirect(url_for("approvals.policy"), 303)
            except Invalid as refusal:
                form.add(refusal, substitutes="substitute")
            except StaleVersion as refusal:
                flash(sentence(refusal.code, refusal.facts), "error")
                fresh = policy_of(actor.institution_id)
                return _page(_as_it_is(fresh), fresh, sought), 409
    form.given["kept_substitute"] = request.form.getlist("kept_substitute")
    return _page(form, chosen, sought), status


def _sought(form: Form) -> Sought:
    values = form.values
    return Sought(
        amount_fen=values["try_amount"],
        wanted=values["try_wanted"],
        declined=values["try_declined"],
        urgent=values["try_urgent"],
        special=values["try_special"],
    )


def _chosen(form: Form, added: int | None) -> dict[str, Any]:
    values = form.values
    rules = {
        name: Rule(
            values[f"{name}_above"],
            values[f"{name}_declined"],
            urgent=values[f"{name}_urgent"],
            special=values[f"{name}_special"],
        )
        for name in RULES
    }
    people = [*values["kept_substitute"], added]
    return {
        "version": values["version"],
        **rules,
        **{name: values[name] for name in BOUNDS},
        "whole_department": values["whole_department"],
        "special_classes": tuple(_lines(values["special_classes"])),
        "substitutes": tuple(dict.fromkeys(x for x in people if x is not None)),
    }
