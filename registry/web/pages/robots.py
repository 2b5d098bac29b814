"""Group robots: which there are, adding, trying, pausing and removing one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid, StaleVersion
from registry.notifications import actions, queries
from registry.notifications.queries import RobotView
from registry.notifications.states import RobotTopic
from registry.web.base.fields import Choice, Key, Line, Many, Secret, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import at_most, guarded
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.picking import department_options
from registry.words import _, format_list
from registry.words.robots import (
    robot_kind_word,
    robot_state_word,
    robot_topic_word,
    robot_trouble_words,
)
from registry.words.steps import step_name

blueprint = Blueprint("robots", __name__, url_prefix="/notices/robots")

CHIPS = {
    "on": ("done", "good"),
    "paused": ("stopped", "still"),
    "broken": ("error", "bad"),
}
USUAL = [str(RobotTopic.BEGUN), str(RobotTopic.LATE)]


class RobotDraft(StrictSchema):
    """A robot as one adds it."""

    name = Line(required=True, most=80)
    webhook = Secret(required=True, most=500)
    secret = Secret(load_default="", most=200)
    department_id = Key(load_default=None, allow_none=True)
    topics = Many(Choice(RobotTopic), required=True, most=len(RobotTopic))


class RobotChange(StrictSchema):
    """A robot as one changes it; without address and secret they stay."""

    version = Key(required=True)
    name = Line(required=True, most=80)
    webhook = Secret(load_default="", most=500)
    secret = Secret(load_default="", most=200)
    department_id = Key(load_default=None, allow_none=True)
    topics = Many(Choice(RobotTopic), required=True, most=len(RobotTopic))


def _page(template: str, **values: Any) -> str:
    return render_template(
        template,
        kind_word=robot_kind_word,
        topic_word=robot_topic_word,
        robot_state=robot_state_word,
        trouble_words=robot_trouble_words,
        chips=CHIPS,
        **values,
    )


@blueprint.get("")
@guarded(Permission.ROBOT_MANAGE)
def index() -> str:
    """The robots of the institution, and how each is."""
    return _page(
        "robots/index.html",
        robots=queries.robots(current_actor()),
        calls_robots=current_settings().calls_robots,
    )


@blueprint.get("/new")
@guarded(Permission.ROBOT_MANAGE)
def new() -> str:
    """The form of a further robot."""
    return _form_page(blank_form(topics=USUAL))


def _form_page(form: Form, found: RobotView | None = None) -> str:
    return _page(
        "robots/form.html",
        form=form,
        found=found,
        labels={
            "name": _("叫什么"),
            "webhook": _("Webhook 地址"),
            "secret": _("签名密钥"),
            "department_id": _("提醒哪个部门的事"),
            "topics": _("提醒什么"),
        },
        departments=department_options(),
        topics_offered=[(str(each), robot_topic_word(each)) for each in RobotTopic],
        chosen=form.given.get("topics") or [],
    )


@blueprint.post("/new")
@guarded(Permission.ROBOT_MANAGE)
def add() -> ResponseReturnValue:
    """Add a robot, and have it say a word of trial."""
    form = read_form(RobotDraft)
    if form.ok:
        try:
            made = actions.add_robot(
                current_actor(), current_settings().robot_hosts, **form.values
            )
            actions.try_robot(current_actor(), made.id)
            flash(_("已添加，正在往群里试发一条。"), "done")
            return redirect(url_for("robots.show", robot_id=made.id), 303)
        except Invalid as refusal:
            form.add(refusal)
    return _form_page(form), 422


@blueprint.get("/<int:robot_id>")
@guarded(Permission.ROBOT_MANAGE)
def show(robot_id: int) -> str:
    """One robot: how it is, and what it could not say."""
    actor = current_actor()
    found = queries.robot(actor, robot_id)
    return _page(
        "robots/show.html",
        found=found,
        told=format_list(map(robot_topic_word, found.topics)),
        failed=queries.failed_posts(actor, robot_id),
        step_name=step_name,
    )


@blueprint.get("/<int:robot_id>/change")
@guarded(Permission.ROBOT_MANAGE)
def change_form(robot_id: int) -> str:
    """The form in which a robot is changed; its key and secret are not in it."""
    found = queries.robot(current_actor(), robot_id)
    given = {
        "name": found.name,
        "department_id": found.department_id or "",
        "topics": list(found.topics),
    }
    return _form_page(blank_form(**given), found)


@blueprint.post("/<int:robot_id>/change")
@guarded(Permission.ROBOT_MANAGE)
def change(robot_id: int) -> ResponseReturnValue:
    """Change a robot; of two who do, the second is told."""
    form = read_form(RobotChange)
    if form.ok:
        values = dict(form.values)
        version = values.pop("version")
        try:
            actions.change_robot(
                current_actor(),
                current_settings().robot_hosts,
                robot_id,
                version,
                **values,
            )
            flash(_("已保存。"), "done")
            return redirect(url_for("robots.show", robot_id=robot_id), 303)
        except Invalid as refusal:
            form.add(refusal)
        except StaleVersion:
            flash(_("别人刚改过这个机器人。请看看现在的内容，再保存一次。"), "warning")
            return _form_page(form, queries.robot(current_actor(), robot_id)), 409
    return _form_page(form, queries.robot(current_actor(), robot_id)), 422


@blueprint.post("/<int:robot_id>/try")
@guarded(Permission.ROBOT_MANAGE)
@at_most(20, 600)
def try_out(robot_id: int) -> ResponseReturnValue:
    """Have a robot say a word of trial."""
    actions.try_robot(current_actor(), robot_id)
    flash(_("正在试发。十几秒后看群里，结果也显示在这一页。"), "done")
    return redirect(url_for("robots.show", robot_id=robot_id), 303)


@blueprint.post("/<int:robot_id>/pause")
@guarded(Permission.ROBOT_MANAGE)
def pause(robot_id: int) -> ResponseReturnValue:
    """Have a robot say nothing for now."""
    actions.pause_robot(current_actor(), robot_id)
    flash(_("已暂停，恢复之前不往这个群里发。"), "done")
    return redirect(url_for("robots.show", robot_id=robot_id), 303)


@blueprint.post("/<int:robot_id>/resume")
@guarded(Permission.ROBOT_MANAGE)
def resume(robot_id: int) -> ResponseReturnValue:
    """Have a robot speak again."""
    actions.resume_robot(current_actor(), robot_id)
    flash(_("已恢复。"), "done")
    return redirect(url_for("robots.show", robot_id=robot_id), 303)


@blueprint.post("/<int:robot_id>/again")
@guarded(Permission.ROBOT_MANAGE)
def again(robot_id: int) -> ResponseReturnValue:
    """Have a robot say what it could not."""
    count = actions.say_again(current_actor(), robot_id)
    flash(_("已重新放进发送队列：%(count)s 条。", count=count), "done")
    return redirect(url_for("robots.show", robot_id=robot_id), 303)


@blueprint.get("/<int:robot_id>/remove")
@guarded(Permission.ROBOT_MANAGE)
def remove_form(robot_id: int) -> str:
    """The page before a robot is removed."""
    return _page("robots/remove.html", found=queries.robot(current_actor(), robot_id))


@blueprint.post("/<int:robot_id>/remove")
@guarded(Permission.ROBOT_MANAGE)
def remove(robot_id: int) -> ResponseReturnValue:
    """Remove a robot and forget its key."""
    actions.remove_robot(current_actor(), robot_id)
    flash(_("已移除，它的网址和密钥也已清除。"), "done")
    return redirect(url_for("robots.index"), 303)
