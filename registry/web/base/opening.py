"""What happens before each view, in order, whatever the route."""

from __future__ import annotations

from flask import Flask, request

from registry.auth.tallies import Tallies
from registry.config import Settings
from registry.web.base import routes, security
from registry.web.base.crowding import init_crowding
from registry.web.base.sessions import caller, language_wanted
from registry.words import choose_language, set_language, set_time_zone
from registry.words.languages import TIME_ZONE


def init_opening(app: Flask, settings: Settings) -> None:
    """Have every request looked over before its view runs."""
    app.before_request(speak_as_browser)
    security.secure(app, settings)
    app.before_request(security.refuse_unknown_host)
    init_crowding(app)
    app.before_request(security.refuse_bad_body)
    app.before_request(speak_as_reader)
    app.extensions[routes.TALLIES] = Tallies()
    app.before_request(routes.admit)
    app.before_request(security.refuse_forgery)


def speak_as_browser() -> None:
    """The browser's language, until it is known who reads."""
    set_language(choose_language(request.headers.get("Accept-Language")))
    set_time_zone(TIME_ZONE)


def speak_as_reader() -> None:
    """The reader's own language, and the time zone of their house."""
    access = routes.access_asked()
    if access is not None and access.unread:
        return
    house = caller().house
    set_language(language_wanted())
    if house is not None:
        set_time_zone(house.time_zone)
