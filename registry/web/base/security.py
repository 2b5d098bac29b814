"""What every answer carries and every request must have: headers, hosts, origins."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.middleware.proxy_fix import ProxyFix

from registry.config import Settings
from registry.kernel.errors import Forbidden, Invalid, TooLarge
from registry.web.base.routes import access_asked
from registry.web.base.sessions import (
    bearer_token,
    host_name,
    known_houses,
)
from registry.web.base.settings import current_settings

MEGABYTE = 1_000_000
FORM_MEMORY = 500_000
FORM_PARTS = 1_000

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "media-src 'self' blob:",
    ]
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_OWN_SITES = {"same-origin", "none"}


class CsrfRefused(Forbidden):
    """The request may have been made by another site in the user's name."""

    code = "csrf"


def secure(app: Flask, settings: Settings) -> None:
    """Set what a browser and a proxy may do, and refuse what comes from elsewhere."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-registry" if settings.secure else "registry",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=settings.session_days * 86_400,
        MAX_CONTENT_LENGTH=settings.body_megabytes * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=FORM_MEMORY,
        MAX_FORM_PARTS=FORM_PARTS,
        PROVIDE_AUTOMATIC_OPTIONS=False,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.globals["csrf_token"] = generate_csrf
    if settings.proxies > 0:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0
        )
    app.after_request(add_headers)


def trusted_hosts(settings: Settings) -> set[str]:
    """The host names people may use, but for those on the labels of institutions."""
    named = {host.strip().lower() for host in settings.trusted_hosts.split(",")}
    own = (urlsplit(settings.public_url).hostname or "").lower()
    return ({own} | named | _LOOPBACK) - {""}


def refuse_unknown_host() -> None:
    """400 for a Host header that names none of ours."""
    host = _host_or_none()
    if host is None:
        raise BadRequest("untrusted_host")
    if host not in trusted_hosts(current_settings()) and not _is_label_host(host):
        raise BadRequest("untrusted_host")


def _host_or_none() -> str | None:
    given = request.headers.get("Host", "")
    if any(each in given for each in "@/\\?#, \t") or given.count(":") > 8:
        return None
    try:
        return host_name() or None
    except ValueError:
        return None


def _is_label_host(host: str) -> bool:
    return known_houses().at_host(host) is not None


def refuse_bad_body() -> None:
    """Refuse NUL in an address, a body too large, and one of a kind nobody reads."""
    if "\0" in request.path or any(
        "\0" in text for pair in request.args.items(multi=True) for text in pair
    ):
        raise Invalid("control_characters")
    request.max_content_length = most = _most_bytes()
    if (request.content_length or 0) > most:
        raise TooLarge(most_bytes=most)
    if request.path.startswith("/api/") and request.content_length:
        _refuse_unread_type()


def _most_bytes() -> int:
    """How large this request may be: a form without files is never large."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return FORM_MEMORY
    access = access_asked()
    settings = current_settings()
    imports = access is not None and access.imports
    most = settings.import_megabytes if imports else settings.body_megabytes
    return most * MEGABYTE


def _refuse_unread_type() -> None:
    """A JSON API reads JSON and, where files come, multipart forms."""
    if not request.is_json and request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType


def refuse_forgery() -> None:
    """Refuse a change that a page of another site could have sent.

    Requests with a bearer token are not: no browser adds one by itself.
    """
    if request.method in _SAFE or bearer_token() is not None:
        return
    if access_asked() is None:
        return
    _refuse_other_site()
    if _is_nobody_at_the_api():
        return
    form = request.form.get("csrf_token")
    given = form or request.headers.get("X-CSRFToken") or ""
    try:
        validate_csrf(given)
    except ValueError as error:
        raise CsrfRefused from error


def _is_nobody_at_the_api() -> bool:
    """A programme without a session has nothing that could be abused."""
    cookie = current_app.config["SESSION_COOKIE_NAME"]
    return request.path.startswith("/api/") and cookie not in request.cookies


def _refuse_other_site() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OWN_SITES:
        raise CsrfRefused
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise CsrfRefused


def add_headers(answer: Response) -> Response:
    """The same headers on every answer, errors and files included."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Content-Security-Policy", POLICY)
    answer.headers.setdefault("Cache-Control", "no-store")
    if current_settings().secure:
        answer.headers["Strict-Transport-Security"] = HSTS
    return answer
