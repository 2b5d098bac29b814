"""The policy of approving in the API: read, chosen, tried."""

from __future__ import annotations

from typing import Any

from registry.access.permissions import Permission
from registry.procurement.actions.policies import change_policy as change
from registry.procurement.queries.deciders import benches
from registry.procurement.queries.policies import (
    NAMES,
    RULES,
    policy_of,
    policy_version,
)
from registry.procurement.rules.approval import Rule, Sought, stages_of, steps_needed
from registry.web.api.approvals.blueprints import blueprint
from registry.web.api.schemas import approvals as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.versioned import versioned
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.base.versions import etag


def _policy_out() -> dict[str, Any]:
    here = current_actor().institution_id
    chosen = policy_of(here)
    return {name: getattr(chosen, name) for name in NAMES} | {
        "benches": [
            {
                "step": str(each.step),
                "people": [named(one, one.name) for one in each.people],
            }
            for each in benches(here, chosen)
        ],
        "version": policy_version(here),
    }


@blueprint.get("/policy")
@guarded(Permission.APPROVAL_POLICY)
@blueprint.response(200, shapes.ApprovalPolicyOut)
def policy() -> Any:
    """Who must agree to what before something is bought."""
    found = _policy_out()
    return found, 200, etag(found["version"])


@blueprint.patch("/policy")
@guarded(Permission.APPROVAL_POLICY)
@blueprint.arguments(shapes.ApprovalPolicyIn)
@blueprint.response(200, shapes.ApprovalPolicyOut)
@versioned
def change_policy(given: dict[str, Any], version: int) -> Any:
    """Choose who must agree to what; what is not named stays."""
    for name in RULES:
        if name in given:
            given[name] = Rule(**given[name])
    change(current_actor(), version, **given)
    found = _policy_out()
    return found, 200, etag(found["version"])


@blueprint.get("/policy/trial")
@guarded(Permission.APPROVAL_POLICY)
@blueprint.arguments(shapes.TrialIn, location="query")
@blueprint.response(200, shapes.TrialOut)
def trial(asked: dict[str, Any]) -> dict[str, Any]:
    """The steps that a request would need by the policy as it is."""
    sought = Sought(
        asked["amount"],
        asked["wanted"],
        asked["declined"],
        urgent=asked["urgent"],
        special=asked["special"],
    )
    needed = steps_needed(policy_of(current_actor().institution_id), sought)
    return {
        "items": [
            {"step": str(step), "stage": stage, "causes": list(map(str, needed[step]))}
            for stage, steps in enumerate(stages_of(needed), start=1)
            for step in steps
        ]
    }
