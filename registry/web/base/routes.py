"""Every route says who may call it; one that does not keeps the server from starting.

``@guarded(Permission.X)``, ``@signed_in`` or ``@public("why")`` stands on the view,
or on the methods of a view class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.auth.tallies import Tallies
from registry.auth.throttling import Limit
from registry.kernel.errors import Forbidden, Unauthenticated
from registry.web.base.sessions import caller, current_actor

View = TypeVar("View", bound=Callable[..., Any])

_METHODS_OF_NONE = {"HEAD", "OPTIONS"}
_DECLARED = "registry_access"
TALLIES = "registry_tallies"
"""Where an application keeps what its callers have asked of late."""


class UndeclaredRoute(Exception):
    """A route does not say who may call it; the message names every such one."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call a route."""

    permission: Permission | None = None
    """Whoever could have this permission for something; the action looks closer."""
    public: str = ""
    """Why anyone may, signed in or not."""
    unread: bool = False
    """Public, and nobody asks who calls: files, health, metrics."""
    settles: bool = False
    """May be called before an initial password is changed, a second factor set up."""
    imports: bool = False
    """Takes files as large as an import may be."""
    limit: Limit | None = None
    """How often one caller may."""
    secret: bool = False
    """Answers with a secret, which is told once and kept nowhere."""

    @property
    def name(self) -> str:
        """As written in the matrix of routes."""
        return str(self.permission or ("public" if self.public else "signed in"))


@dataclass(frozen=True, slots=True)
class DeclaredRoute:
    """One method of one address, and who may call it."""

    method: str
    rule: str
    endpoint: str
    access: Access


def _declare(view: View, **changes: Any) -> View:
    known: Access = getattr(view, _DECLARED, Access())
    setattr(view, _DECLARED, replace(known, **changes))
    return view


def guarded(permission: Permission) -> Callable[[View], View]:
    """Only somebody who could have this permission may call the view."""
    return lambda view: _declare(view, permission=permission)


def signed_in(view: View) -> View:
    """Anyone who has signed in may call the view."""
    return _declare(view)


def public(why: str, *, unread: bool = False) -> Callable[[View], View]:
    """Anyone may call the view, for a reason that is written down."""
    return lambda view: _declare(view, public=why, unread=unread)


def settling(view: View) -> View:
    """The view works for somebody who must change a password or enrol first."""
    return _declare(view, settles=True)


def takes_imports(view: View) -> View:
    """The view takes a body as large as an import may be."""
    return _declare(view, imports=True)


def tells_secret(view: View) -> View:
    """The view's answer holds a secret: of a repeated request it is not given again."""
    return _declare(view, secret=True)


def at_most(times: int, seconds: int) -> Callable[[View], View]:
    """One caller may call the view so many times in so many seconds, else Throttled."""

    def declare(view: View) -> View:
        name = f"route {view.__module__}.{view.__qualname__}"
        return _declare(view, limit=Limit(name, most=times, seconds=seconds))

    return declare


def open_to_all(app: Flask, why: str, *endpoints: str) -> None:
    """Declare views of others public: files, and what a library brings."""
    for endpoint in endpoints:
        _declare(app.view_functions[endpoint], public=why, unread=True)


def _handler(app: Flask, endpoint: str, method: str) -> Any:
    view = app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    if view_class is None:
        return view
    if hasattr(view, _DECLARED):
        return view
    name = "get" if method == "HEAD" else method.lower()
    return getattr(view_class, name, view)


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - _METHODS_OF_NONE


def declared_routes(app: Flask) -> Iterator[DeclaredRoute]:
    """Every method of every address and who may call it; UndeclaredRoute if unsaid."""
    unsaid = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted(_methods(rule)):
            access = getattr(_handler(app, rule.endpoint, method), _DECLARED, None)
            if access is None:
                unsaid.append(f"{method} {rule.rule} ({rule.endpoint})")
            else:
                yield DeclaredRoute(method, rule.rule, rule.endpoint, access)
    if unsaid:
        raise UndeclaredRoute("; ".join(unsaid))


def require_declarations(app: Flask) -> None:
    """Refuse to start while a route does not say who may call it."""
    for _ in declared_routes(app):
        pass


def access_asked() -> Access | None:
    """Who may call the view of this request; None if it leads to no view."""
    if request.endpoint is None:
        return None
    handler = _handler(current_app, request.endpoint, request.method)
    access: Access | None = getattr(handler, _DECLARED, None)
    return access


def admit() -> ResponseReturnValue | None:
    """Before each view: Unauthenticated, Forbidden or Throttled, or nothing at all."""
    access = access_asked()
    if access is None or access.unread:
        return None
    if access.limit is not None:
        tallies: Tallies = current_app.extensions[TALLIES]
        tallies.hit(access.limit, caller().key)
    if not access.public:
        _require(access, current_actor())
    return _settle(access)


def _require(access: Access, actor: Actor) -> None:
    if actor.is_stranger:
        raise Unauthenticated
    if access.permission is not None and not actor.may(access.permission):
        raise Forbidden(permission=str(access.permission))


def _settle(access: Access) -> ResponseReturnValue | None:
    """Whoever has an initial password, or lacks a second factor, sees to that first."""
    visit = caller().visit
    if visit is None or access.settles or visit.is_settled:
        return None
    first, where = (
        ("password_must_change", "account.password")
        if visit.must_change
        else ("second_factor_must_be_set", "second_factor.show")
    )
    if request.path.startswith("/api/") or request.method != "GET":
        raise Forbidden(first)
    g.settling = True
    return redirect(url_for(where), 303)
