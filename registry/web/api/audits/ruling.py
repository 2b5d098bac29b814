"""Differences in the API: what differs, what is ruled, approving, sending back."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.audits import actions
from registry.audits.actions import Entered, Ruled
from registry.audits.actions.ruling import rulings_for
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries import audit as audit_of
from registry.audits.queries import finding as finding_of
from registry.audits.queries.findings import counts_of, evidence, findings_page
from registry.audits.rules.differing import needs_two
from registry.audits.states import FindingState
from registry.web.api.audits.blueprints import blueprint
from registry.web.api.schemas import audits as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor


def finding_out(found: AuditFinding) -> dict[str, Any]:
    """A difference as it stands in a list."""
    asset, kind = found.asset, found.item_type
    place, seen, whose = found.place, found.found_place, found.department
    ruled, approved = found.ruled_by, found.approved_by
    return {
        "id": found.id,
        "audit_id": found.audit_id,
        "group": found.group,
        "kind": found.kind,
        "state": found.state,
        "asset": named(asset, asset.item_type.name if asset else ""),
        "asset_code": asset.code if asset else None,
        "item_type": named(kind, kind.name if kind else ""),
        "department": named(whose, whose.name if whose else ""),
        "place": named(place, place.full_name if place else ""),
        "found_place": named(seen, seen.full_name if seen else ""),
        "code": found.code,
        "count": found.count,
        "condition": found.condition,
        "words": found.words,
        "source": found.source,
        "made_at": found.made_at,
        "cause": found.cause,
        "ruling": found.ruling,
        "ruling_words": found.ruling_words,
        "came_back": found.came_back,
        "ruled_by": named(ruled, ruled.name if ruled else ""),
        "ruled_at": found.ruled_at,
        "approved_by": named(approved, approved.name if approved else ""),
        "approved_at": found.approved_at,
        "document": found.document,
        "made_asset_id": found.made_asset_id,
    }


def _page(found: Audit | None, asked: dict[str, Any]) -> dict[str, Any]:
    actor = current_actor()
    page = findings_page(
        actor,
        found,
        group=asked["group"],
        states=asked["state"],
        cursor=asked["cursor"],
        size=asked["limit"],
    )
    counts = [
        {"group": group, "state": state, "count": count}
        for group, states in counts_of(actor, found).items()
        for state, count in states.items()
    ]
    return {
        "items": [finding_out(each) for each in page.rows],
        "counts": counts,
        "next_cursor": page.next_cursor,
    }


@blueprint.get("/<int:audit_id>/findings")
@guarded(Permission.AUDIT_SEE)
@blueprint.arguments(shapes.AuditFindingsQuery, location="query")
@blueprint.response(200, shapes.AuditFindingsPage)
def findings(asked: dict[str, Any], audit_id: int) -> dict[str, Any]:
    """What differs, once the walk is over, as far as one may see it."""
    return _page(audit_of(current_actor(), audit_id), asked)


@blueprint.get("/findings")
@guarded(Permission.AUDIT_SEE)
@blueprint.arguments(shapes.AuditFindingsQuery, location="query")
@blueprint.response(200, shapes.AuditFindingsPage)
def not_found(asked: dict[str, Any]) -> dict[str, Any]:
    """What somebody looked for in vain outside an audit."""
    return _page(None, asked)


@blueprint.get("/findings/<int:finding_id>")
@guarded(Permission.AUDIT_SEE)
@blueprint.response(200, shapes.AuditFindingOut)
def finding(finding_id: int) -> dict[str, Any]:
    """One difference with what shows it."""
    found = finding_of(current_actor(), finding_id)
    is_open = found.state in (FindingState.OPEN, FindingState.RULED)
    return finding_out(found) | {
        "evidence": evidence(found),
        "rulings": rulings_for(found) if is_open else [],
        "needs_two": needs_two(found.kind, found.ruling),
    }


@blueprint.post("/findings/rule")
@guarded(Permission.AUDIT_RULE)
@blueprint.arguments(shapes.AuditRuleIn)
@blueprint.response(200, shapes.AuditFindingsOut)
def rule(given: dict[str, Any]) -> dict[str, Any]:
    """Rule the same about some differences, all of them or none."""
    entered = Entered(**given.pop("entered"))
    ids = given.pop("finding_ids")
    rows = actions.rule(current_actor(), ids, Ruled(entered=entered, **given))
    return {"items": [finding_out(each) for each in rows]}


@blueprint.post("/findings/approve")
@guarded(Permission.AUDIT_APPROVE)
@blueprint.arguments(shapes.AuditFindingIds)
@blueprint.response(200, shapes.AuditApprovedOut)
def approve(given: dict[str, Any]) -> dict[str, Any]:
    """Approve rulings; the ledger follows at once, under one document."""
    done = actions.approve(current_actor(), given["finding_ids"])
    return {
        "applied": [each.id for each in done.applied],
        "came_back": [each.id for each in done.came_back],
        "document": done.document.number if done.document else None,
    }


@blueprint.post("/findings/send-back")
@guarded(Permission.AUDIT_APPROVE)
@blueprint.arguments(shapes.AuditSendBackIn)
@blueprint.response(200, shapes.AuditFindingsOut)
def send_back(given: dict[str, Any]) -> dict[str, Any]:
    """Give rulings back to be made again."""
    rows = actions.send_back(current_actor(), given["finding_ids"], given["words"])
    return {"items": [finding_out(each) for each in rows]}
