"""The institution's own settings: its names, colour, label address, language, zone."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.errors import Invalid, StaleVersion
from registry.organisation import actions, queries
from registry.organisation.models import FactorFor, Institution
from registry.web.base.fields import Choice, Key, Line, StrictSchema
from registry.web.base.forms import Form, blank_form, read_form
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.comparing import Compared, both_versions
from registry.words import LANGUAGES, N_, _

blueprint = Blueprint("institution", __name__, url_prefix="/institution")

ZONES = {
    "Asia/Shanghai": N_("北京时间"),
    "Asia/Urumqi": N_("新疆时间"),
    "Asia/Hong_Kong": N_("香港时间"),
    "Asia/Macau": N_("澳门时间"),
    "Asia/Taipei": N_("台北时间"),
    "UTC": N_("协调世界时"),
}
NAMES = (
    "name",
    "short_name",
    "contact",
    "accent",
    "label_url",
    "language",
    "time_zone",
    "factor_for",
)

FACTOR_WORDS = {
    FactorFor.NOBODY: N_("不要求（愿意的人自己开）"),
    FactorFor.DECIDERS: N_("系统管理员和审批、裁定的人"),
    FactorFor.EVERYONE: N_("所有登录的人"),
}


class Settings(StrictSchema):
    """What may be set of an institution."""

    version = Key(required=True)
    name = Line(required=True)
    short_name = Line(required=True, most=40)
    contact = Line(load_default="")
    accent = Line(required=True, most=7)
    label_url = Line(load_default="", most=200)
    language = Choice(LANGUAGES, required=True)
    time_zone = Line(required=True, most=40)
    factor_for = Choice(FactorFor, required=True)


def _found() -> Institution:
    return queries.institution(current_actor().institution_id)


@blueprint.get("")
@guarded(Permission.INSTITUTION_MANAGE)
def index() -> str:
    """The settings as they are."""
    found = _found()
    return _page(found, blank_form(**{name: getattr(found, name) for name in NAMES}))


def _labels() -> dict[str, str]:
    return {
        "name": _("单位全称"),
        "short_name": _("简称"),
        "contact": _("联系方式"),
        "accent": _("主色"),
        "label_url": _("标签网址"),
        "language": _("默认语言"),
        "time_zone": _("时区"),
        "factor_for": _("登录时谁要二次验证"),
    }


def _page(found: Institution, form: Form) -> str:
    zones = {
        **ZONES,
        **({found.time_zone: found.time_zone} if found.time_zone not in ZONES else {}),
    }
    return render_template(
        "institution/index.html",
        found=found,
        form=form,
        labels=_labels(),
        languages_offered=list(LANGUAGES.items()),
        zones=[(name, _(word)) for name, word in zones.items()],
        factor_offered=[(str(each), _(word)) for each, word in FACTOR_WORDS.items()],
        public_url=current_settings().public_url,
    )


@blueprint.post("")
@guarded(Permission.INSTITUTION_MANAGE)
def change() -> ResponseReturnValue:
    """Change the settings; of two who do the second sees both versions."""
    form = read_form(Settings)
    if form.ok:
        values = dict(form.values)
        version = values.pop("version")
        try:
            actions.change_institution(current_actor(), version, **values)
            flash(_("已保存。"), "done")
            return redirect(url_for("institution.index"), 303)
        except StaleVersion:
            return _both(form)
        except Invalid as refusal:
            form.add(refusal)
    return _page(_found(), form), 422


def _both(form: Form) -> ResponseReturnValue:
    found, words = _found(), _labels()
    said: dict[str, Any] = {
        "language": lambda code: LANGUAGES.get(code, code),
        "factor_for": lambda who: _(FACTOR_WORDS[FactorFor(who)]),
        "time_zone": lambda name: _(ZONES[name]) if name in ZONES else name,
    }
    return both_versions(
        form,
        [
            Compared(name, words[name], getattr(found, name), said.get(name, str))
            for name in NAMES
        ],
        action=url_for("institution.change"),
        version=found.version,
        crumbs=[(_("单位设置"), url_for("institution.index"))],
    )
