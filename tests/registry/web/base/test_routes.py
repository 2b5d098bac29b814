"""Every route says who may call it, and only they may."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView

from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.app import create_app
from registry.config import SettingsError
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import (
    UndeclaredRoute,
    at_most,
    declared_routes,
    guarded,
    public,
    require_declarations,
    settling,
    signed_in,
    takes_imports,
)
from tests.factories.auth import PASSWORD
from tests.harness.application import settings_for


def routes() -> Blueprint:
    """One route of each kind."""
    blueprint = Blueprint("sample", __name__, url_prefix="/sample")

    @blueprint.route("/open", methods=["GET", "POST"])
    @public("a test")
    def open_() -> str:
        return "open"

    @blueprint.route("/inside", methods=["GET", "POST"])
    @signed_in
    def inside() -> str:
        return "inside"

    @blueprint.route("/print", methods=["GET", "POST"])
    @guarded(Permission.LABEL_PRINT)
    def print_() -> str:
        return "printed"

    @blueprint.get("/seldom")
    @public("a test")
    @at_most(3, 60)
    def seldom() -> str:
        return "seldom"

    return blueprint


def api_routes() -> ApiBlueprint:
    """The same below the API, as a class with methods."""
    blueprint = ApiBlueprint("api_sample", __name__, url_prefix="/api/v1/sample")

    @blueprint.route("/things")
    class Things(MethodView):
        @signed_in
        @blueprint.response(200)
        def get(self) -> Any:
            return {"seen": True}

        @blueprint.response(201)
        @guarded(Permission.LABEL_PRINT)
        def post(self) -> Any:
            return {"made": True}

    return blueprint


@pytest.fixture
def sample(make_app) -> Flask:
    return make_app(routes, api_routes)


def undeclared_view() -> str:
    return "anything"


def test_an_application_with_an_undeclared_route_does_not_start(
    database_url, monkeypatch
):
    blueprint = Blueprint("careless", __name__)
    blueprint.add_url_rule("/careless", view_func=undeclared_view)
    monkeypatch.setattr("registry.web.pages.BLUEPRINTS", (blueprint,))
    with pytest.raises(UndeclaredRoute, match=r"GET /careless \(careless\.undeclared"):
        create_app(settings_for(database_url))


def test_one_undeclared_method_of_a_class_is_enough():
    sample = Flask("sample", static_folder=None)

    class Half(MethodView):
        @signed_in
        def get(self) -> str:
            return ""

        def delete(self) -> str:
            return ""

    sample.add_url_rule("/half", view_func=Half.as_view("half"))
    with pytest.raises(UndeclaredRoute, match=r"^DELETE /half \(half\)$"):
        require_declarations(sample)


def test_a_sample_secret_does_not_start(database_url):
    for secret in ("change-me", "", "short", "x" * 31):
        with pytest.raises(SettingsError):
            create_app(settings_for(database_url, secret_key=secret))


def test_every_route_of_the_application_is_declared_with_its_reason(app):
    declared = list(declared_routes(app))
    assert len(declared) > 10
    for route in declared:
        access = route.access
        assert not (access.public and access.permission), route
        assert not access.unread or access.public, route
        if access.public:
            assert len(access.public) > 10, f"{route}: say why"


def test_declarations_survive_other_decorators(sample):
    found = {(r.method, r.rule): r.access.name for r in declared_routes(sample)}
    assert found["GET", "/api/v1/sample/things"] == "signed in"
    assert found["POST", "/api/v1/sample/things"] == "labelling:label:print"
    assert found["POST", "/sample/print"] == "labelling:label:print"
    assert found["GET", "/sample/open"] == "public"


def test_declarations_add_up_in_any_order():
    def view() -> str:
        return ""

    one = takes_imports(settling(guarded(Permission.IMPORT_RUN)(view)))
    access = one.registry_access
    assert access.permission is Permission.IMPORT_RUN
    assert access.settles
    assert access.imports


WHO = {
    "/sample/open": {"nobody": 200, "staff": 200, "officer": 200},
    "/sample/inside": {"nobody": 303, "staff": 200, "officer": 200},
    "/sample/print": {"nobody": 303, "staff": 403, "officer": 200},
    "/api/v1/sample/things": {"nobody": 401, "staff": 200, "officer": 200},
}


@pytest.fixture
def browsers(sample, institution, settings):
    """A browser of nobody, of staff, and of an asset officer, at the sample routes."""
    from tests.factories.auth import begin_session
    from tests.factories.organisation import make_colleague

    officer = make_colleague(institution, Role.DEPARTMENT_ASSET_OFFICER)
    made = {"nobody": sample.test_client()}
    for who, person in (("staff", make_colleague(institution)), ("officer", officer)):
        made[who] = sample.test_client()
        with made[who].session_transaction() as kept:
            kept["token"] = begin_session(settings, person)
    return made


@pytest.mark.parametrize("who", ["nobody", "staff", "officer"])
@pytest.mark.parametrize("address", WHO)
def test_only_who_may_gets_through(address, who, browsers):
    assert browsers[who].get(address).status_code == WHO[address][who]
    assert browsers[who].head(address).status_code == WHO[address][who]


@pytest.mark.parametrize(
    ("address", "nobody", "staff", "officer"),
    [
        ("/sample/open", 200, 200, 200),
        ("/sample/inside", 401, 200, 200),
        ("/sample/print", 401, 403, 200),
        ("/api/v1/sample/things", 401, 403, 201),
    ],
)
def test_changes_are_refused_with_the_page_and_not_sent_to_sign_in(
    address, nobody, staff, officer, browsers
):
    for who, status in {"nobody": nobody, "staff": staff, "officer": officer}.items():
        assert browsers[who].submit(address).status_code == status


def test_an_address_without_a_route_is_missing_for_everyone(browsers):
    for browser in browsers.values():
        assert browser.get("/sample/none").status_code == 404
        assert browser.get("/api/v1/none").json["code"] == "missing"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_other_methods_are_not_allowed(method, browsers):
    for address in ("/sample/open", "/api/v1/sample/things"):
        answer = browsers["officer"].open(address, method=method)
        assert answer.status_code == 405
        assert set(answer.allow) == {"GET", "HEAD", "POST"}


def test_one_caller_may_call_so_often(clock, browsers):
    for _ in range(3):
        assert browsers["nobody"].get("/sample/seldom").status_code == 200
    answer = browsers["nobody"].get("/sample/seldom")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert browsers["staff"].get("/sample/seldom").status_code == 200
    clock.shift(60)
    assert browsers["nobody"].get("/sample/seldom").status_code == 200


def test_an_initial_password_opens_nothing_but_its_change(
    sample, institution, system, settings
):
    from registry.auth.actions import create_credential, sign_in
    from tests.factories.organisation import make_colleague

    person = make_colleague(institution, Role.DEPARTMENT_ASSET_OFFICER)
    create_credential(system, settings, person.id, "li", PASSWORD)
    token, _ = sign_in(settings, institution.id, "li", PASSWORD)
    browser = sample.test_client()
    with browser.session_transaction() as kept:
        kept["token"] = token
    answer = browser.get("/sample/print")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/password")
    assert browser.submit("/sample/print").status_code == 403
    refused = browser.get("/api/v1/sample/things")
    assert (refused.status_code, refused.json["code"]) == (403, "password_must_change")
    assert browser.get("/me/password").status_code == 200
    changed = {"current": PASSWORD, "new": "silver-fern-77", "again": "silver-fern-77"}
    assert browser.submit("/me/password", changed).status_code == 303
    assert browser.get("/sample/print").status_code == 200
