"""One's own second factor in the API: setting up, spare codes, doing without."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.auth import actions, queries
from registry.auth.states import FactorState
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import (
    Choice,
    Flag,
    Line,
    Many,
    Moment,
    Secret,
    StrictSchema,
    Whole,
)
from registry.web.base.routes import guarded, settling, tells_secret
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings

blueprint = ApiBlueprint(
    "api_second_factor",
    __name__,
    url_prefix="/me/second-factor",
    description="One's own second factor; by session only, no token may",
)


class FactorOut(StrictSchema):
    """Whether a code is asked for at one's sign-in, and whether it must be."""

    state = Choice(FactorState, required=True)
    is_asked = Flag(required=True, metadata={"description": "by the institution"})
    asked_from = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "from when on nothing goes without; none: has one"},
    )
    confirmed_at = Moment(required=True, allow_none=True)
    spare_codes_left = Whole(required=True)


class FactorProof(StrictSchema):
    """What one proves oneself with: one's password, and a code of the phone."""

    password = Secret(load_default="")
    code = Line(load_default="", most=40, metadata={"example": "492039"})


class FactorSetup(StrictSchema):
    """What a phone needs, told while it waits for its first code."""

    secret = ma.fields.String(required=True)
    address = ma.fields.String(required=True)


class FactorCode(StrictSchema):
    """The first code of the phone."""

    code = Line(required=True, most=40, metadata={"example": "492039"})


class SpareCodes(StrictSchema):
    """Ten codes for when the phone is not there, each good once, told this once."""

    spare_codes = Many(ma.fields.String(), required=True)


@blueprint.get("")
@guarded(Permission.OWN_ACCOUNT)
@settling
@blueprint.response(200, FactorOut)
def show() -> dict[str, Any]:
    """Whether one has a second factor, and whether one must have one."""
    actor = current_actor()
    visit = caller().visit
    found = queries.factor_of(actor.institution_id, actor.person_id or 0)
    return {
        "state": found.state if found else FactorState.NONE,
        "is_asked": queries.factor_is_asked(actor),
        "asked_from": visit.enrol_from if visit else None,
        "confirmed_at": found.confirmed_at if found else None,
        "spare_codes_left": queries.spare_codes_left(found.id) if found else 0,
    }


@blueprint.post("/setup")
@guarded(Permission.OWN_ACCOUNT)
@settling
@tells_secret
@blueprint.arguments(FactorProof)
@blueprint.response(200, FactorSetup)
def begin(given: dict[str, Any]) -> Any:
    """Have a secret made for a phone; whoever has one proves themselves by it."""
    return actions.begin_second_factor(current_actor(), current_settings(), **given)


@blueprint.post("/confirm")
@guarded(Permission.OWN_ACCOUNT)
@settling
@tells_secret
@blueprint.arguments(FactorCode)
@blueprint.response(200, SpareCodes)
def confirm(given: dict[str, Any]) -> dict[str, Any]:
    """Prove that the phone has the secret; from now on a code is asked for."""
    actor, settings = current_actor(), current_settings()
    made = actions.confirm_second_factor(actor, settings, given["code"])
    return {"spare_codes": made}


@blueprint.post("/codes")
@guarded(Permission.OWN_ACCOUNT)
@tells_secret
@blueprint.arguments(FactorProof)
@blueprint.response(200, SpareCodes)
def renew_codes(given: dict[str, Any]) -> dict[str, Any]:
    """Ten new spare codes; those of before are void."""
    made = actions.renew_spare_codes(current_actor(), current_settings(), **given)
    return {"spare_codes": made}


@blueprint.post("/remove")
@guarded(Permission.OWN_ACCOUNT)
@blueprint.arguments(FactorProof)
@blueprint.response(204)
def remove(given: dict[str, Any]) -> None:
    """Do without from now on, where the institution does not ask for one."""
    actions.remove_second_factor(current_actor(), current_settings(), **given)
