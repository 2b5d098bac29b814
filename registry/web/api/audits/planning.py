"""Planning audits in the API: what they cover, who counts, beginning, giving up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.audits import actions
from registry.audits.actions import Named as NamedCounter
from registry.audits.actions import Plan, Sample
from registry.audits.models import Audit
from registry.audits.queries import Scope, Sums, rounds_of, sums_of
from registry.audits.queries import audit as audit_of
from registry.audits.queries import preview as look_ahead
from registry.audits.queries.audits import WHOLE
from registry.audits.queries.counting import sums_of_each
from registry.lists.of.audits import AUDITS
from registry.web.api.audits.blueprints import blueprint
from registry.web.api.listing import listing_page
from registry.web.api.schemas import audits as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.versioned import version_offered, versioned
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.base.versions import etag


def _briefs(found: Sequence[Audit]) -> list[dict[str, Any]]:
    sums = sums_of_each(current_actor(), found)
    return [_brief(each, sums[each.id]) for each in found]


def audit_brief(found: Audit) -> dict[str, Any]:
    """An audit as it stands in a list."""
    return _brief(found, sums_of(current_actor(), found))


def _brief(found: Audit, sums: Sums) -> dict[str, Any]:
    lead = found.lead
    return {
        "id": found.id,
        "number": found.number,
        "title": found.title,
        "state": found.state,
        "baseline_on": found.baseline_on,
        "due_on": found.due_on,
        "department": named(found.department, found.department.name),
        "lead": named(lead, lead.name if lead else ""),
        "sums": sums,
    }


def audit_out(found: Audit) -> dict[str, Any]:
    """An audit with everything that stands on its page."""
    whole = current_actor().may(Permission.AUDIT_SEE, found)
    return audit_brief(found) | {
        "scope": found.scope,
        "begins_with": found.begins_with,
        "note": found.note,
        "frozen_position": found.frozen_position,
        "frozen_at": found.frozen_at,
        "walked_at": found.walked_at,
        "ended_at": found.ended_at,
        "hash": found.hash,
        "rounds": rounds_of(found),
        "people": [
            {
                "person": named(each.person, each.person.name),
                "place": named(each.place, each.place.full_name if each.place else ""),
                "part": each.part,
                "done_at": each.done_at,
            }
            for each in found.people
            if whole or each.person_id == current_actor().person_id
        ],
        "version": found.version,
    }


def _scope_of(given: dict[str, Any]) -> Scope:
    return Scope(
        tuple(given["department_ids"]),
        tuple(given["place_ids"]),
        tuple(given["class_codes"]),
        given["cost_from_fen"],
    )


def _plan_of(given: dict[str, Any]) -> Plan:
    scope = _scope_of(
        {
            "department_ids": (),
            "place_ids": (),
            "class_codes": (),
            "cost_from_fen": None,
        }
        | given.pop("scope")
    )
    return Plan(scope=scope, counters=_counters_of(given), **given)


def _counters_of(given: dict[str, Any]) -> tuple[NamedCounter, ...]:
    return tuple(NamedCounter(**each) for each in given.pop("counters"))


@blueprint.get("")
@guarded(Permission.AUDIT_SEE)
@blueprint.arguments(shapes.AuditQuery, location="query")
@blueprint.response(200, shapes.AuditPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The audits one may see something of, narrowed, a page at a time."""
    return listing_page(AUDITS, asked, _briefs, WHOLE)


@blueprint.post("")
@guarded(Permission.AUDIT_PLAN)
@blueprint.arguments(shapes.PlanIn)
@blueprint.response(201, shapes.AuditOut)
def plan(given: dict[str, Any]) -> ResponseReturnValue:
    """Plan an audit; its list is frozen when it begins."""
    made = actions.plan(current_actor(), _plan_of(given))
    where = {"Location": url_for("api_audits.show", audit_id=made.id)}
    return audit_out(made), 201, etag(made.version) | where


def _answer(found: Audit, status: int = 200) -> ResponseReturnValue:
    return audit_out(found), status, etag(found.version)


@blueprint.post("/preview")
@guarded(Permission.AUDIT_PLAN)
@blueprint.arguments(shapes.ScopeIn)
@blueprint.response(200, shapes.PreviewOut)
def preview(given: dict[str, Any]) -> dict[str, Any]:
    """What an audit would cover, were its list frozen now; nothing is kept."""
    found = look_ahead(current_actor(), _scope_of(given))
    return {
        "things": found.things,
        "value_fen": found.value_fen,
        "unlabelled": found.unlabelled,
        "without_place": found.without_place,
        "custodians": found.custodians,
        "without_custodian": found.without_custodian,
        "places": [
            {
                "place": named(each.place, each.place.full_name if each.place else ""),
                "count": each.count,
            }
            for each in found.places
        ],
        "departments": [
            {"department": named(each, each.name), "count": count}
            for each, count in found.departments
        ],
        "busy": [
            {"place": named(place, place.full_name), "audit": named(other, other.title)}
            for place, other in found.busy
        ],
    }


@blueprint.get("/<int:audit_id>")
@guarded(Permission.AUDIT_SEE)
@blueprint.response(200, shapes.AuditOut)
def show(audit_id: int) -> ResponseReturnValue:
    """An audit: what it covers, who counts, how far it is."""
    found = audit_of(current_actor(), audit_id)
    return _answer(found)


@blueprint.put("/<int:audit_id>")
@guarded(Permission.AUDIT_PLAN)
@versioned
@blueprint.arguments(shapes.PlanIn)
@blueprint.response(200, shapes.AuditOut)
def change(given: dict[str, Any], audit_id: int, version: int) -> ResponseReturnValue:
    """Plan an audit anew, before it begins."""
    actor = current_actor()
    audit_of(actor, audit_id)
    found = actions.change_plan(actor, audit_id, version, _plan_of(given))
    return _answer(found)


@blueprint.post("/<int:audit_id>/begin")
@guarded(Permission.AUDIT_LEAD)
@version_offered
@blueprint.response(200, shapes.AuditOut)
def begin(audit_id: int, version: int | None) -> ResponseReturnValue:
    """Freeze what is expected, and let counting begin."""
    actor = current_actor()
    audit_of(actor, audit_id)
    found = actions.freeze(actor, audit_id, version)
    return _answer(found)


@blueprint.put("/<int:audit_id>/counters")
@guarded(Permission.AUDIT_LEAD)
@blueprint.arguments(shapes.CountersIn)
@blueprint.response(200, shapes.AuditOut)
def counters(given: dict[str, Any], audit_id: int) -> ResponseReturnValue:
    """Let exactly these people count from now on."""
    actor = current_actor()
    audit_of(actor, audit_id)
    found = actions.name_counters(actor, audit_id, _counters_of(given))
    return _answer(found)


@blueprint.post("/<int:audit_id>/cancel")
@guarded(Permission.AUDIT_PLAN)
@blueprint.arguments(shapes.AuditReasonIn)
@blueprint.response(200, shapes.AuditOut)
def cancel(given: dict[str, Any], audit_id: int) -> ResponseReturnValue:
    """Give an audit up; nothing follows from what was counted."""
    actor = current_actor()
    audit_of(actor, audit_id)
    found = actions.cancel(actor, audit_id, reason=given["reason"])
    return _answer(found)


@blueprint.post("/<int:audit_id>/end-walk")
@guarded(Permission.AUDIT_LEAD)
@blueprint.response(200, shapes.AuditOut)
def end_walk(audit_id: int) -> ResponseReturnValue:
    """Declare the walk over: what nobody has found is missing, or excused."""
    actor = current_actor()
    audit_of(actor, audit_id)
    found = actions.end_walk(actor, audit_id)
    return _answer(found)


@blueprint.post("/<int:audit_id>/rounds")
@guarded(Permission.AUDIT_LEAD)
@blueprint.arguments(shapes.RoundIn)
@blueprint.response(201, shapes.AuditOut)
def ask_again(given: dict[str, Any], audit_id: int) -> ResponseReturnValue:
    """End the round that is counted; all walk again, or all look at their own."""
    actor = current_actor()
    audit_of(actor, audit_id)
    actions.ask_again(actor, audit_id, given["kind"])
    found = audit_of(actor, audit_id)
    return _answer(found, 201)


@blueprint.post("/<int:audit_id>/samples")
@guarded(Permission.AUDIT_LEAD)
@blueprint.arguments(shapes.SampleIn)
@blueprint.response(201, shapes.AuditOut)
def draw(given: dict[str, Any], audit_id: int) -> ResponseReturnValue:
    """End the round that is counted and draw things that are counted once more."""
    actor = current_actor()
    audit_of(actor, audit_id)
    actions.draw_sample(actor, audit_id, Sample(**given))
    found = audit_of(actor, audit_id)
    return _answer(found, 201)


@blueprint.post("/<int:audit_id>/done")
@guarded(Permission.AUDIT_COUNT)
@blueprint.response(200, shapes.AuditOut)
def say_done(audit_id: int) -> ResponseReturnValue:
    """Say as a custodian that one has looked at everything one keeps."""
    actor = current_actor()
    audit_of(actor, audit_id)
    actions.say_done(actor, audit_id)
    found = audit_of(actor, audit_id)
    return _answer(found)


@blueprint.post("/<int:audit_id>/resume")
@guarded(Permission.AUDIT_LEAD)
@blueprint.response(200, shapes.AuditOut)
def resume(audit_id: int) -> ResponseReturnValue:
    """Count on, after the walk was declared over."""
    actor = current_actor()
    audit_of(actor, audit_id)
    found = actions.resume(actor, audit_id)
    return _answer(found)


@blueprint.post("/<int:audit_id>/close")
@guarded(Permission.AUDIT_APPROVE)
@blueprint.response(200, shapes.AuditOut)
def close(audit_id: int) -> ResponseReturnValue:
    """Close an audit for good, with its sums and a hash over all of it."""
    actor = current_actor()
    audit_of(actor, audit_id)
    found = actions.close(actor, audit_id)
    return _answer(found)
