"""What differs after a walk: looked at by kind, ruled, approved by another."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.audits import actions, queries
from registry.audits.actions import Entered, Ruled
from registry.audits.actions.ruling import LEAST_WORDS, MOST_AT_ONCE, rulings_for
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries.differences import counted_differences
from registry.audits.queries.findings import (
    counts_of,
    evidence,
    findings_page,
    open_of,
)
from registry.audits.rules.differing import (
    PROPOSED_CAUSES,
    RULINGS,
    Group,
    needs_two,
)
from registry.audits.states import AuditState, Cause, FindingState, Ruling
from registry.kernel.errors import Conflict, Invalid, Missing
from registry.web.base.fields import (
    Choice,
    Day,
    Key,
    Line,
    Many,
    Money,
    Notes,
    StrictSchema,
)
from registry.web.base.forms import Form, blank_form, query_values, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.audits.blueprints import FINDING_LOOKS, blueprint
from registry.web.pages.idle.pool import turn
from registry.web.pages.picking import (
    department_options,
    settle_person,
    settle_place,
    settle_type,
    title_of,
)
from registry.words import N_, _, format_number, sentence
from registry.words.auditing import (
    cause_word,
    finding_state_word,
    finding_word,
    group_hint,
    ruling_word,
    tick_word,
)
from registry.words.terms import condition_word

LABELS = {
    "finding": N_("哪几项"),
    "ruling": N_("怎么处理"),
    "cause": N_("原因"),
    "words": N_("说明"),
    "place_id": N_("现在在哪里"),
    "custodian_id": N_("由谁保管"),
    "item_type_id": N_("是什么"),
    "department_id": N_("归哪个部门"),
    "cost_fen": N_("原值"),
    "acquired_on": N_("取得日期"),
}
HALF = (FindingState.OPEN, FindingState.RULED)


class RuleDraft(StrictSchema):
    """What shall be done about some differences, as the office writes it."""

    finding = Many(Key(), load_default=list, most=MOST_AT_ONCE)
    ruling = Choice(Ruling, required=True)
    cause = Choice(Cause, required=True)
    words = Notes(load_default="", most=1_000)
    place_id = Key(load_default=None, allow_none=True)
    place_id_text = Line(load_default="", most=200)
    custodian_id = Key(load_default=None, allow_none=True)
    custodian_id_text = Line(load_default="", most=200)
    item_type_id = Key(load_default=None, allow_none=True)
    item_type_id_text = Line(load_default="", most=200)
    department_id = Key(load_default=None, allow_none=True)
    cost_fen = Money(load_default=None, allow_none=True)
    acquired_on = Day(load_default=None, allow_none=True)


class ApproveDraft(StrictSchema):
    """Which rulings are approved, or are to be made again and why."""

    finding = Many(Key(), load_default=list, most=MOST_AT_ONCE)
    do = Choice(("approve", "send_back"), load_default="approve")
    words = Notes(load_default="", most=1_000)


class GroupQuery(StrictSchema):
    """Which differences of a kind, and where the list goes on."""

    state = Choice(FindingState, load_default=None, allow_none=True)
    cursor = Line(load_default=None, allow_none=True, most=2_000)


@blueprint.get("/<int:audit_id>/differences")
@guarded(Permission.AUDIT_SEE)
def differences(audit_id: int) -> str:
    """What differs, kind by kind: while one counts as a foretaste, then to be ruled."""
    actor = current_actor()
    found = queries.audit(actor, audit_id)
    counts = counts_of(actor, found)
    ahead = {}
    if found.state == AuditState.RUNNING and actor.may(Permission.AUDIT_SEE, found):
        ahead = counted_differences(found)
    ruled = open_of(counts, FindingState.RULED)
    undone = open_of(counts, FindingState.OPEN)
    return render_template(
        "audits/differences.html",
        found=found,
        groups=[_group_row(found, group, each) for group, each in counts.items()],
        ahead=[(finding_word(group), count) for group, count in ahead.items()],
        ruled=ruled,
        undone=undone,
        may_approve=_reviewing(found) and actor.may(Permission.AUDIT_APPROVE, found),
        may_rule=_reviewing(found) and actor.may(Permission.AUDIT_RULE, found),
    )


def _reviewing(found: Audit) -> bool:
    return found.state == AuditState.REVIEWING


def _group_row(found: Audit, group: Group, states: dict[str, int]) -> dict[str, Any]:
    told = [
        _(
            "%(state)s %(count)s 项",
            state=finding_state_word(state),
            count=format_number(states[state]),
        )
        for state in map(str, FindingState)
        if states.get(state)
    ]
    undone = states.get(FindingState.OPEN, 0)
    waiting = states.get(FindingState.RULED, 0)
    state = FindingState.APPLIED
    if waiting:
        state = FindingState.RULED
    if undone:
        state = FindingState.OPEN
    return {
        "url": url_for("audits.group", audit_id=found.id, group=str(group)),
        "title": finding_word(group),
        "note": _("，").join(told),
        "look": FINDING_LOOKS[state],
        "chip": _("待处理 %(count)s", count=format_number(undone))
        if undone
        else _("待审核 %(count)s", count=format_number(waiting))
        if waiting
        else _("已办完"),
    }


@blueprint.get("/<int:audit_id>/differences/<string:group>")
@guarded(Permission.AUDIT_SEE)
def group(audit_id: int, group: str) -> ResponseReturnValue:
    """The differences of one kind, to be ruled together."""
    found = queries.audit(current_actor(), audit_id)
    kind = _group_named(group)
    ruling = RULINGS[kind][0]
    cause = PROPOSED_CAUSES.get(ruling, Cause.OTHER)
    return _group_page(found, kind, blank_form(ruling=str(ruling), cause=str(cause)))


def _group_named(name: str) -> Group:
    if name not in set(Group):
        raise Missing(what="audit_findings")
    return Group(name)


def _group_page(found: Audit, kind: Group, form: Form) -> str:
    actor = current_actor()
    asked = query_values(GroupQuery)
    page = findings_page(
        actor,
        found,
        group=kind,
        states=(asked["state"],) if asked["state"] else (),
        cursor=asked["cursor"],
    )
    rows = [finding_row(each) for each in page.rows]
    may_rule = _reviewing(found) and actor.may(Permission.AUDIT_RULE, found)
    return render_template(
        "audits/group.html",
        found=found,
        kind=str(kind),
        title=finding_word(kind),
        hint=group_hint(kind),
        rows=rows,
        total=page.total,
        previous_url=turn(page.previous_cursor),
        next_url=turn(page.next_cursor),
        state=asked["state"],
        states=_state_tabs(found, kind, asked["state"]),
        may_rule=may_rule and any(each["is_open"] for each in rows),
        form=form,
        labels=_labels(),
        rulings=_choices(RULINGS[kind], besides=(Ruling.REGISTER,)),
        causes=_causes(),
        least=LEAST_WORDS,
    )


def _state_tabs(
    found: Audit, kind: Group, current: str | None
) -> list[tuple[str, str, bool]]:
    where: dict[str, Any] = {"audit_id": found.id, "group": str(kind)}
    tabs = [(_("全部"), url_for("audits.group", **where), current is None)]
    counts = counts_of(current_actor(), found).get(kind, {})
    tabs += [
        (
            finding_state_word(state),
            url_for("audits.group", state=state, **where),
            current == state,
        )
        for state in map(str, FindingState)
        if counts.get(state)
    ]
    return tabs if len(tabs) > 2 else []


def _labels() -> dict[str, str]:
    return {name: _(word) for name, word in LABELS.items()}


def _choices(
    rulings: tuple[Ruling, ...], *, besides: tuple[Ruling, ...] = ()
) -> list[dict[str, str]]:
    return [
        {"value": str(each), "label": ruling_word(each)}
        for each in rulings
        if each not in besides
    ]


def _causes() -> list[tuple[str, str]]:
    return [(str(each), cause_word(each)) for each in Cause]


def finding_row(found: AuditFinding) -> dict[str, Any]:
    """A difference as lists show it."""
    asset, kind = found.asset, found.item_type
    name = asset.item_type.name if asset else kind.name if kind else found.code
    if not name:
        name = found.words.splitlines()[0][:60] if found.words else _("没有标签的东西")
    if found.count > 1 or (kind is not None and asset is None):
        name = _("%(name)s %(count)s 件", name=name, count=format_number(found.count))
    return {
        "id": found.id,
        "url": url_for("audits.finding", finding_id=found.id),
        "name": name,
        "number": asset.number if asset else "",
        "department": found.department.name if found.department else "",
        "place": found.place.full_name if found.place else "",
        "found_place": found.found_place.full_name if found.found_place else "",
        "condition": condition_word(found.condition) if found.condition else "",
        "state": finding_state_word(found.state, found.ruling),
        "look": FINDING_LOOKS[found.state],
        "ruling": _ruling_words(found),
        "by": found.ruled_by.name if found.ruled_by else "",
        "came_back": found.came_back,
        "is_open": found.state in HALF,
        "is_mine": found.ruled_by_id == current_actor().person_id
        and needs_two(found.kind, found.ruling),
    }


def _ruling_words(found: AuditFinding) -> str:
    if found.ruling is None:
        return ""
    return _(
        "%(what)s（%(why)s）",
        what=ruling_word(found.ruling),
        why=cause_word(found.cause),
    )


@blueprint.post("/<int:audit_id>/differences/<string:group>")
@guarded(Permission.AUDIT_RULE)
def rule_group(audit_id: int, group: str) -> ResponseReturnValue:
    """Rule the same about those that were ticked."""
    found = queries.audit(current_actor(), audit_id)
    kind = _group_named(group)
    form = read_form(RuleDraft)
    asked = _asked(form)
    ids = form.values.get("finding") or []
    if not ids:
        form.refuse("finding", "pick_some")
    if asked is not None and form.ok:
        try:
            rows = actions.rule(current_actor(), ids, asked)
            flash(_done_words(rows), "done")
            return redirect(
                url_for("audits.group", audit_id=audit_id, group=group), 303
            )
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
            return redirect(
                url_for("audits.group", audit_id=audit_id, group=group), 303
            )
    return _group_page(found, kind, form), 422


def _done_words(rows: list[AuditFinding]) -> str:
    count = format_number(len(rows))
    if any(needs_two(each.kind, each.ruling) for each in rows):
        return _("已写下 %(count)s 项意见，等另一个人审核后改账。", count=count)
    return _("已写下 %(count)s 项意见，审核后一起改账。", count=count)


def _asked(form: Form) -> Ruled | None:
    """What a form rules; None where it cannot be read."""
    place_id = settle_place(form, "place_id")
    custodian_id = settle_person(form, "custodian_id")
    type_id = settle_type(form, "item_type_id")
    if not form.ok:
        return None
    values = form.values
    return Ruled(
        ruling=values["ruling"],
        cause=values["cause"],
        words=values["words"],
        place_id=place_id,
        custodian_id=custodian_id,
        entered=Entered(
            item_type_id=type_id,
            department_id=values["department_id"],
            place_id=place_id,
            custodian_id=custodian_id,
            cost_fen=values["cost_fen"],
            acquired_on=values["acquired_on"],
        ),
    )


@blueprint.get("/differences/<int:finding_id>")
@guarded(Permission.AUDIT_SEE)
def finding(finding_id: int) -> str:
    """One difference: what shows it, what was ruled, and ruling on it."""
    found = queries.finding(current_actor(), finding_id)
    return _finding_page(found, blank_form(**_given(found)))


def _given(found: AuditFinding) -> dict[str, Any]:
    """What stands in the fields: what was ruled, or what is proposed."""
    fits = rulings_for(found)
    ruling = Ruling(found.ruling) if found.ruling else fits[0]
    told = found.proposal or {}
    place_id = told.get("place_id") or found.found_place_id
    type_id = told.get("item_type_id") or found.item_type_id
    return {
        "ruling": str(ruling),
        "cause": found.cause or str(PROPOSED_CAUSES.get(ruling, Cause.OTHER)),
        "words": found.ruling_words,
        "place_id": place_id,
        "place_id_text": title_of("place", place_id),
        "custodian_id": told.get("custodian_id"),
        "custodian_id_text": title_of("person", told.get("custodian_id")),
        "item_type_id": type_id,
        "item_type_id_text": title_of("type", type_id),
        "department_id": told.get("department_id") or found.department_id,
        "acquired_on": told.get("acquired_on"),
    }


def _finding_page(found: AuditFinding, form: Form) -> str:
    actor = current_actor()
    about = found.audit or found
    stands = found.audit is None or _reviewing(found.audit)
    is_half = stands and found.state in HALF
    fits = rulings_for(found)
    group_of_it = found.group
    row = finding_row(found)
    return render_template(
        "audits/finding.html",
        finding=found,
        audit=found.audit,
        row=row,
        group=str(group_of_it),
        group_word=finding_word(group_of_it),
        hint=group_hint(group_of_it),
        shown=[
            {
                "kind": tick_word(each.reason) if each.reason else "",
                "record": each,
                "condition": condition_word(each.condition) if each.condition else "",
            }
            for each in evidence(found)
        ],
        form=form,
        labels=_labels(),
        rulings=_choices(fits),
        causes=_causes(),
        registers=Ruling.REGISTER in fits,
        places=Ruling.MOVE in fits or Ruling.PUT_BACK in fits,
        departments=department_options(),
        least=LEAST_WORDS,
        may_rule=is_half and actor.may(Permission.AUDIT_RULE, about),
        may_approve=stands
        and found.state == FindingState.RULED
        and not row["is_mine"]
        and actor.may(Permission.AUDIT_APPROVE, about),
        waits_for_another=found.state == FindingState.RULED and row["is_mine"],
    )


@blueprint.post("/differences/<int:finding_id>")
@guarded(Permission.AUDIT_RULE)
def rule_one(finding_id: int) -> ResponseReturnValue:
    """Rule on one difference."""
    found = queries.finding(current_actor(), finding_id)
    form = read_form(RuleDraft)
    asked = _asked(form)
    if asked is not None:
        try:
            rows = actions.rule(current_actor(), [finding_id], asked)
            flash(_done_words(rows), "done")
            return redirect(url_for("audits.finding", finding_id=finding_id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except Conflict as refusal:
            flash(sentence(refusal.code, refusal.facts), "warning")
            return redirect(url_for("audits.finding", finding_id=finding_id), 303)
    return _finding_page(found, form), 422


@blueprint.post("/differences/<int:finding_id>/approve")
@guarded(Permission.AUDIT_APPROVE)
def approve_one(finding_id: int) -> ResponseReturnValue:
    """Approve the ruling on one difference, or send it back."""
    queries.finding(current_actor(), finding_id)
    form = read_form(ApproveDraft)
    form.values["finding"] = [finding_id]
    refused = _decide(form)
    if refused is not None:
        flash(refused, "warning")
    return redirect(url_for("audits.finding", finding_id=finding_id), 303)


@blueprint.get("/<int:audit_id>/approve")
@guarded(Permission.AUDIT_APPROVE)
def approve_form(audit_id: int) -> str:
    """All that was ruled and waits, to be approved in one act."""
    return _approve_page(queries.audit(current_actor(), audit_id), blank_form())


def _approve_page(found: Audit, form: Form) -> str:
    actor = current_actor()
    asked = query_values(GroupQuery)
    page = findings_page(
        actor,
        found,
        states=(str(FindingState.RULED),),
        cursor=asked["cursor"],
        size=200,
    )
    rows = [
        finding_row(each) | {"group": finding_word(each.group)} for each in page.rows
    ]
    return render_template(
        "audits/approve.html",
        found=found,
        rows=[each for each in rows if not each["is_mine"]],
        mine=[each for each in rows if each["is_mine"]],
        total=page.total,
        next_url=turn(page.next_cursor),
        previous_url=turn(page.previous_cursor),
        form=form,
        labels=_labels(),
    )


@blueprint.post("/<int:audit_id>/approve")
@guarded(Permission.AUDIT_APPROVE)
def approve(audit_id: int) -> ResponseReturnValue:
    """Approve those that were ticked, or send them back."""
    found = queries.audit(current_actor(), audit_id)
    form = read_form(ApproveDraft)
    if not form.values.get("finding"):
        form.refuse("finding", "pick_some")
    if not form.ok:
        return _approve_page(found, form), 422
    try:
        refused = _decide(form)
    except Invalid as refusal:
        form.add(refusal)
        return _approve_page(found, form), 422
    if refused is not None:
        flash(refused, "warning")
        return redirect(url_for("audits.approve_form", audit_id=audit_id), 303)
    return redirect(url_for("audits.differences", audit_id=audit_id), 303)


def _decide(form: Form) -> str | None:
    """Approve or send back; a sentence where it cannot be done."""
    actor, ids = current_actor(), form.values["finding"]
    try:
        if form.values.get("do") == "send_back":
            rows = actions.send_back(actor, ids, form.values.get("words", ""))
            flash(_("已退回 %(count)s 项，请重新处理。", count=len(rows)), "done")
            return None
        done = actions.approve(actor, ids)
    except Conflict as refusal:
        return sentence(refusal.code, refusal.facts)
    if done.applied:
        words = _("已审核 %(count)s 项。", count=format_number(len(done.applied)))
        if done.document is not None:
            words = _(
                "已审核 %(count)s 项，账已改好，单号 %(number)s。",
                count=format_number(len(done.applied)),
                number=done.document.number,
            )
        flash(words, "done")
    if done.came_back:
        flash(
            _(
                "有 %(count)s 项的账在提意见以后又变了，没有改，请重新处理。",
                count=format_number(len(done.came_back)),
            ),
            "warning",
        )
    return None


@blueprint.get("/not-found")
@guarded(Permission.AUDIT_SEE)
def not_found() -> str:
    """What somebody looked for in vain, and no audit has settled yet."""
    asked = query_values(GroupQuery)
    page = findings_page(
        current_actor(),
        None,
        states=(asked["state"],)
        if asked["state"]
        else (str(FindingState.OPEN), str(FindingState.RULED)),
        cursor=asked["cursor"],
    )
    return render_template(
        "audits/not_found.html",
        rows=[
            finding_row(each) | {"words": each.words, "source": each.source}
            for each in page.rows
        ],
        previous_url=turn(page.previous_cursor),
        next_url=turn(page.next_cursor),
        state=asked["state"],
        total=page.total,
    )
