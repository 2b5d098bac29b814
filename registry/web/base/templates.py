"""What templates find ready: who reads, in which house, and how values are written."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, get_flashed_messages

from registry import words
from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.auth.queries import House, Visit
from registry.kernel.checkcodes import grouped
from registry.notifications.queries import count_unread
from registry.web.base.navigation import links, navigation
from registry.web.base.sessions import caller, is_unattended, text_size_wanted
from registry.web.base.settings import current_settings
from registry.words import _, terms


@dataclass(frozen=True, slots=True)
class Me:
    """Whoever reads the page, as templates see them."""

    actor: Actor
    name: str
    key: str
    """Tells whose drafts and queued scans lie in a browser."""

    def may(self, permission: str, subject: Any = None) -> bool:
        """Whether one may do something: ``me.may("ledger:asset:move", asset)``."""
        return self.actor.may(Permission(permission), subject)

    def unread(self) -> int:
        """How many notices wait to be read; asked only by pages that show it."""
        return count_unread(self.actor)


NO_HOUSE = House(
    id=0,
    slug="",
    name="",
    short_name="",
    accent="#1f5f8b",
    time_zone="Asia/Shanghai",
    language="zh-CN",
    currency="CNY",
    contact="",
    label_url="",
)
"""What stands on pages that belong to no institution."""


def form_key() -> str:
    """A fresh key for a form: sending it twice acts once."""
    return secrets.token_urlsafe(18)


def init_templates(app: Flask) -> None:
    """Give templates filters, and what differs from request to request."""
    app.jinja_env.filters.update(
        money=words.format_money,
        number=words.format_number,
        day=words.format_date,
        moment=words.format_datetime,
        size=words.format_size,
        listed=words.format_list,
        code_grouped=grouped,
        state_word=terms.state_word,
        role_word=terms.role_word,
    )
    app.jinja_env.globals.update(form_key=form_key)
    app.context_processor(_request_values)


def _request_values() -> dict[str, Any]:
    found = caller()
    visit = found.visit
    settled = visit is not None and visit.is_settled
    return {
        "institution": found.house or _nameless(),
        "me": _me(visit) if visit else None,
        "position": visit.position if visit and settled else None,
        "nav": navigation(visit.actor) if visit and settled else [],
        "links": links(),
        "language": words.current_language(),
        "languages": words.LANGUAGES,
        "text_size": text_size_wanted(),
        "demo": current_settings().demo,
        "flashes": _flashes(),
    }


def _me(visit: Visit) -> Me:
    key = f"{visit.house.id}-{visit.actor.person_id}"
    return Me(visit.actor, visit.actor.name, key)


def _flashes() -> Any:
    """What is to be said once, to a reader: not to a page that asks by itself."""
    return [] if is_unattended() else get_flashed_messages(with_categories=True)


def _nameless() -> House:
    values = {name: getattr(NO_HOUSE, name) for name in House.__slots__}
    return House(**{**values, "name": _("资产登记")})
