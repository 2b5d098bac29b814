"""Who is asking: by the session's cookie on pages, by a bearer token in the API."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, request
from flask import session as cookie

from registry.access.actor import Actor, Door
from registry.auth.actions import note_seen, note_token_used
from registry.auth.errors import BadToken
from registry.auth.queries import House, Visit, houses, visit_of_session, visit_of_token
from registry.codes.queries import find as find_code
from registry.kernel.addresses import connection_of
from registry.kernel.checkcodes import CodeMistyped, read_code
from registry.kernel.errors import Unauthenticated
from registry.web.base.settings import current_settings
from registry.words import LANGUAGES, choose_language

View = TypeVar("View", bound=Callable[..., Any])

TOKEN = "token"  # noqa: S105 - the name of a cookie's field, not a secret
HALF = "half"
"""What the browser holds between password and code."""
FRESH_SECONDS = 10.0
_BEARER = "bearer "
UNATTENDED = "X-Unattended"
"""Sent by pages that ask by themselves: it does not count as use of the session."""
LIVE = "/live"
"""Below this address nothing counts as use of the session."""
_LABEL = "registry_label_in"
LONGEST_CODE = 60
"""Longer texts are no label's code, however it is written."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent the request: a visit, or a stranger at a house or at none."""

    visit: Visit | None
    house: House | None
    by_token: bool = False

    @property
    def key(self) -> str:
        """What tells callers apart when requests repeat."""
        if self.visit is not None:
            return f"person:{self.visit.actor.person_id}"
        return f"stranger:{connection_of(request.remote_addr or '')}"[:64]


class Houses:
    """The institutions of this installation, read again every ten seconds."""

    def __init__(self) -> None:
        self._read: list[House] = []
        self._at = float("-inf")

    def all(self, *, no_older_than: float = FRESH_SECONDS) -> list[House]:
        """Every institution; none is asked for anew at every time."""
        if not self._read or time.monotonic() - self._at > no_older_than:
            self._read, self._at = houses(), time.monotonic()
        return self._read

    def at_host(self, host: str) -> House | None:
        """The institution whose labels name this host."""
        return self._first(lambda house: bool(host) and label_host(house) == host)

    def numbered(self, institution_id: int) -> House | None:
        """The institution with this id."""
        return self._first(lambda house: house.id == institution_id)

    def _first(self, is_meant: Callable[[House], bool]) -> House | None:
        for seconds in (FRESH_SECONDS, 1.0):
            for house in self.all(no_older_than=seconds):
                if is_meant(house):
                    return house
        return None


def label_host(house: House) -> str:
    """The host on an institution's labels, in lower case; empty without its own."""
    return (urlsplit(house.label_url).hostname or "").lower()


def host_name() -> str:
    """The host the request was sent to, without its port, in lower case."""
    host = request.headers.get("Host", "") or request.host
    return (urlsplit(f"//{host}").hostname or "").lower()


def known_houses() -> Houses:
    """The institutions as this application has last seen them."""
    found: Houses = current_app.extensions["registry_houses"]
    return found


def caller() -> Caller:
    """Whoever sent the request, looked up once; BadToken for a bearer token of none."""
    if "caller" not in g:
        g.caller = _look_up()
    found: Caller = g.caller
    return found


def _look_up() -> Caller:
    bearer = bearer_token()
    if bearer is not None:
        visit = visit_of_token(bearer)
        if visit is None:
            raise BadToken
        note_token_used(visit)
        return Caller(visit, visit.house, by_token=True)
    visit = _visit_by_cookie()
    if visit is not None and not is_unattended():
        note_seen(visit)
    return Caller(visit, visit.house if visit else _house_of_strangers())


def is_unattended() -> bool:
    """Whether a page asks by itself, and not because somebody does something."""
    below = request.path == LIVE or request.path.startswith(f"{LIVE}/")
    return below or UNATTENDED in request.headers


def bearer_token() -> str | None:
    """The token in the Authorization header of an API request."""
    given = request.headers.get("Authorization", "")
    if not request.path.startswith("/api/") or not given.lower().startswith(_BEARER):
        return None
    return given[len(_BEARER) :].strip()


def _visit_by_cookie() -> Visit | None:
    token = cookie.get(TOKEN)
    if not isinstance(token, str):
        return None
    visit = visit_of_session(current_settings(), token)
    if visit is None:
        cookie.pop(TOKEN)
    return visit


def label_in(argument: str) -> Callable[[View], View]:
    """The view's argument of this name is a label's code.

    Where neither host nor number of institutions says at which house strangers are,
    they are at the one that gave out the code.
    """

    def declare(view: View) -> View:
        setattr(view, _LABEL, argument)
        return view

    return declare


def _house_of_strangers() -> House | None:
    """By the host named on its labels; else the only one; else by the label itself."""
    here = known_houses().at_host(host_name())
    known = known_houses().all()
    return here or (known[0] if len(known) == 1 else _house_of_label())


def _house_of_label() -> House | None:
    view = current_app.view_functions.get(request.endpoint or "")
    argument = getattr(view, _LABEL, None)
    if argument is None:
        return None
    try:
        found = find_code(read_code((request.view_args or {})[argument][:LONGEST_CODE]))
    except CodeMistyped:
        return None
    return known_houses().numbered(found.institution_id) if found else None


def current_actor() -> Actor:
    """Whoever has signed in; Unauthenticated if nobody has."""
    visit = caller().visit
    if visit is None:
        raise Unauthenticated
    return _through_door(visit.actor)


def actor_or_stranger() -> Actor:
    """Whoever has signed in, else a stranger at the house; Unauthenticated at none."""
    found = caller()
    if found.visit is not None:
        return _through_door(found.visit.actor)
    if found.house is None:
        raise Unauthenticated
    return _through_door(Actor.stranger(found.house.id))


def _through_door(actor: Actor) -> Actor:
    door = Door.API if request.path.startswith("/api/") else Door.PAGE
    return actor if actor.door == door else actor.through(door)


def keep_session(token: str) -> None:
    """Have the browser keep a session begun just now; nothing of before stays."""
    cookie.clear()
    cookie[TOKEN] = token
    cookie.permanent = True
    g.pop("caller", None)


def keep_half(token: str) -> None:
    """Have the browser keep that the password was right, until the code comes."""
    cookie[HALF] = token


def drop_half() -> None:
    """Have the browser forget that a code was asked for."""
    cookie.pop(HALF, None)


def drop_session() -> None:
    """Have the browser forget everything of the session."""
    kept = {name: cookie[name] for name in ("language", "text_size") if name in cookie}
    cookie.clear()
    cookie.update(kept)
    g.pop("caller", None)


def language_wanted() -> str:
    """The language of the answer: one's own, the browser's, or the house's."""
    found = caller()
    own = found.visit.language if found.visit else cookie.get("language")
    wish = request.headers.get("Accept-Language")
    if not own and not wish and found.house is not None:
        own = found.house.language
    return choose_language(wish, own if own in LANGUAGES else None)


def text_size_wanted() -> str:
    """``normal`` or ``large``, as the reader has chosen."""
    visit = caller().visit
    size = visit.text_size if visit else cookie.get("text_size")
    return "large" if size == "large" else "normal"
