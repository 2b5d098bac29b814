"""Group robots in the API. Addresses and secrets go in, and never come out."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from registry.access.permissions import Permission
from registry.notifications import actions, queries
from registry.notifications.models import RobotPost
from registry.notifications.states import RobotKind, RobotState, RobotTopic
from registry.web.api.versioned import versioned
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import (
    Choice,
    Flag,
    Key,
    Line,
    Many,
    Moment,
    Secret,
    StrictSchema,
    Whole,
)
from registry.web.base.routes import at_most, guarded
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings
from registry.web.base.versions import etag

blueprint = ApiBlueprint(
    "api_robots",
    __name__,
    url_prefix="/notices/robots",
    description="Robots that speak in group chats",
)

EXAMPLE = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"


class RobotChange(StrictSchema):
    """What of a robot changes; another address takes the old secret away."""

    name = Line(most=80, metadata={"example": "总务群"})
    webhook = Secret(most=500, metadata={"example": EXAMPLE})
    secret = Secret(most=200)
    department_id = Key(allow_none=True)
    topics = Many(Choice(RobotTopic), most=len(RobotTopic))


class RobotDraft(StrictSchema):
    """A robot by the address its group shows; without a department it hears of all."""

    name = Line(required=True, most=80, metadata={"example": "总务群"})
    webhook = Secret(required=True, most=500, metadata={"example": EXAMPLE})
    secret = Secret(load_default="", most=200)
    department_id = Key(load_default=None, allow_none=True)
    topics = Many(
        Choice(RobotTopic),
        load_default=[str(RobotTopic.BEGUN), str(RobotTopic.LATE)],
        most=len(RobotTopic),
    )


class RobotOut(StrictSchema):
    """A robot without its key and its secret; ``trouble`` says why it cannot speak."""

    id = Key(required=True)
    name = Line(required=True, most=80)
    kind = Choice(RobotKind, required=True)
    host = Line(required=True, metadata={"example": "qyapi.weixin.qq.com"})
    signed = Flag(required=True)
    department_id = Key(required=True, allow_none=True)
    topics = Many(Choice(RobotTopic), required=True, most=len(RobotTopic))
    state = Choice(RobotState, required=True)
    trouble = Line(required=True, metadata={"example": "bad_address"})
    trouble_code = Line(required=True, metadata={"example": "93000"})
    last_sent_at = Moment(required=True, allow_none=True)
    waiting = Whole(required=True)
    failed = Whole(required=True)
    version = Whole(required=True)


class RobotList(StrictSchema):
    """The robots of the institution."""

    items = Many(ma.fields.Nested(RobotOut), required=True, most=200)


class RobotPostOut(StrictSchema):
    """Something a robot could not say, and why."""

    id = Key(required=True)
    topic = Line(required=True, metadata={"example": "begun"})
    step = Line(required=True, metadata={"example": "transfer_answer"})
    trouble = Line(required=True, metadata={"example": "unclear"})
    created_at = Moment(required=True)


class RobotPostList(StrictSchema):
    """What a robot could not say, newest first."""

    items = Many(ma.fields.Nested(RobotPostOut), required=True, most=200)


class SaidAgain(StrictSchema):
    """How much is said again."""

    count = Whole(required=True)


def _shown(robot_id: int) -> Any:
    found = queries.robot(current_actor(), robot_id)
    return found, 200, etag(found.version)


@blueprint.get("")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.response(200, RobotList)
def index() -> dict[str, Any]:
    """The robots of the institution, and how each is."""
    return {"items": queries.robots(current_actor())}


@blueprint.post("")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.arguments(RobotDraft)
@blueprint.response(201, RobotOut)
def add(given: dict[str, Any]) -> Any:
    """Add a robot."""
    made = actions.add_robot(current_actor(), current_settings().robot_hosts, **given)
    found, _status, tag = _shown(made.id)
    return found, 201, tag


@blueprint.get("/<int:robot_id>")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.response(200, RobotOut)
def show(robot_id: int) -> Any:
    """One robot."""
    return _shown(robot_id)


@blueprint.patch("/<int:robot_id>")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.arguments(RobotChange)
@blueprint.response(200, RobotOut)
@versioned
def change(given: dict[str, Any], robot_id: int, version: int) -> Any:
    """Change a robot's name, department, topics, address or secret."""
    actor = current_actor()
    actions.change_robot(
        actor, current_settings().robot_hosts, robot_id, version, **given
    )
    return _shown(robot_id)


@blueprint.delete("/<int:robot_id>")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.response(204)
def remove(robot_id: int) -> None:
    """Remove a robot, and forget its key and its secret."""
    actions.remove_robot(current_actor(), robot_id)


@blueprint.post("/<int:robot_id>/try")
@guarded(Permission.ROBOT_MANAGE)
@at_most(20, 600)
@blueprint.response(202, RobotOut)
def try_out(robot_id: int) -> Any:
    """Have a robot say a word of trial soon; looking again shows what came of it."""
    actions.try_robot(current_actor(), robot_id)
    found, _status, tag = _shown(robot_id)
    return found, 202, tag


@blueprint.post("/<int:robot_id>/pause")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.response(200, RobotOut)
def pause(robot_id: int) -> Any:
    """Have a robot say nothing until it is resumed."""
    actions.pause_robot(current_actor(), robot_id)
    return _shown(robot_id)


@blueprint.post("/<int:robot_id>/resume")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.response(200, RobotOut)
def resume(robot_id: int) -> Any:
    """Have a robot speak again."""
    actions.resume_robot(current_actor(), robot_id)
    return _shown(robot_id)


@blueprint.get("/<int:robot_id>/failed")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.response(200, RobotPostList)
def failed(robot_id: int) -> dict[str, list[RobotPost]]:
    """What a robot could not say lately, and why."""
    return {"items": queries.failed_posts(current_actor(), robot_id)}


@blueprint.post("/<int:robot_id>/failed/retry")
@guarded(Permission.ROBOT_MANAGE)
@blueprint.response(200, SaidAgain)
def again(robot_id: int) -> dict[str, Any]:
    """Have a robot say what it could not; what is done by now is left out."""
    return {"count": actions.say_again(current_actor(), robot_id)}
