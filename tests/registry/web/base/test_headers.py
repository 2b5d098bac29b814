"""The same headers on every answer: pages, files, refusals and failures."""

from __future__ import annotations

import pytest
from flask import Blueprint

from registry.web.base.routes import declared_routes, public, signed_in

EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
        "manifest-src 'self'; worker-src 'self'; media-src 'self' blob:"
    ),
}
NEVER = {"Server", "X-Powered-By", "Access-Control-Allow-Origin"}


def assert_headers(answer, *, secure=False, kept=False) -> None:
    for name, value in EXACT.items():
        assert answer.headers.getlist(name) == [value], (answer.request.path, name)
    assert NEVER & set(answer.headers.keys()) == set()
    hsts = ["max-age=31536000"] if secure else []
    assert answer.headers.getlist("Strict-Transport-Security") == hsts
    if not kept:
        assert answer.headers.getlist("Cache-Control") == ["no-store"]


def breaking() -> Blueprint:
    """Routes that fail in every way."""
    blueprint = Blueprint("breaking", __name__)

    @blueprint.get("/breaks")
    @blueprint.get("/api/v1/breaks")
    @public("a test that fails")
    def breaks() -> str:
        raise RuntimeError("a secret detail")

    @blueprint.route("/inside", methods=["GET", "POST"])
    @signed_in
    def inside() -> str:
        return "inside"

    return blueprint


REQUESTS = [
    ("GET", "/sign-in", {}, 200),
    ("GET", "/inside", {}, 303),
    ("GET", "/nothing", {}, 404),
    ("GET", "/api/v1/nothing", {}, 404),
    ("POST", "/sign-in", {}, 403),
    ("POST", "/inside", {}, 401),
    ("DELETE", "/sign-in", {}, 405),
    ("GET", "/?q=%00", {}, 422),
    ("GET", "/sign-in", {"headers": {"Host": "evil.example"}}, 400),
    ("GET", "/breaks", {}, 500),
    ("GET", "/api/v1/breaks", {}, 500),
    ("POST", "/sign-in", {"content_length": 10**9}, 413),
    ("GET", "/api/v1/nothing", {"headers": {"Authorization": "Bearer x"}}, 401),
    ("GET", "/assets/old/nothing.css", {}, 404),
]


@pytest.mark.parametrize("secure", [False, True])
def test_every_status_carries_them(secure, make_app):
    scheme = "https" if secure else "http"
    app = make_app(breaking, public_url=f"{scheme}://localhost")
    for method, path, options, status in REQUESTS:
        answer = app.test_client().open(path, method=method, **options)
        assert answer.status_code == status, (method, path)
        assert_headers(answer, secure=secure)


def test_every_route_carries_them(make_app, signed_in_as):
    """Whatever a route answers to nobody and to somebody, with odd values in it."""
    app = make_app()
    browsers = [app.test_client(), app.test_client()]
    with signed_in_as().session_transaction() as theirs:
        token = theirs["token"]
    with browsers[1].session_transaction() as kept:
        kept["token"] = token
    for route in declared_routes(app):
        path = _filled(app, route)
        for browser in browsers:
            answer = browser.open(path, method=route.method)
            assert_headers(answer, kept=path.startswith("/assets/"))
            answer.close()


def _filled(app, route) -> str:
    rule = next(
        r for r in app.url_map.iter_rules(route.endpoint) if r.rule == route.rule
    )
    path = rule.rule
    for name in rule.arguments:
        for kind in ("", "int:", "path:", "string:"):
            path = path.replace(f"<{kind}{name}>", "1")
    return path


def test_files_may_be_kept_and_pages_may_not(client):
    page = client.get("/sign-in")
    sheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = client.get(sheet)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert_headers(answer, kept=True)


def test_a_failure_tells_a_number_and_nothing_else(make_app):
    browser = make_app(breaking).test_client()
    page, api = browser.get("/breaks"), browser.get("/api/v1/breaks")
    assert api.json["code"] == "internal"
    assert len(api.json["incident"]) == 8
    assert api.json["incident"] == api.headers["X-Request-ID"][:8]
    assert page.headers["X-Request-ID"][:8] in page.text
    for text in (page.text, api.text):
        assert "secret detail" not in text
        assert "RuntimeError" not in text
        assert "Traceback" not in text
