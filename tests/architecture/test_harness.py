"""The harness keeps its own promises: separate databases, no outside, watched pages."""

from __future__ import annotations

import socket
import urllib.request

import flask
import pytest
import sqlalchemy as sa

from registry.access.roles import Role
from registry.kernel.clock import now
from registry.organisation.models import Institution
from registry.store.transaction import transaction
from tests.factories.organisation import make_institution
from tests.harness.clock import OPENING_DAY
from tests.harness.looks import accessibility_faults
from tests.harness.sockets import OutsideReached


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_with_an_empty_database(context, turn):
    assert context.scalar(sa.select(sa.func.count()).select_from(Institution)) == 0
    make_institution("only")


def test_what_a_request_did_is_seen_at_once(context, institution, client):
    before = institution.name
    with transaction() as session:
        session.execute(sa.update(Institution).values(name="改名中学"))
    assert before != "改名中学"
    client.get("/healthz")
    assert institution.name == "改名中学"


def test_a_request_sees_nothing_of_the_test_around_it(app, context, client):
    flask.g.caller = "left over from the test"
    assert client.get("/sign-in").status_code == 200


def test_a_form_is_posted_with_its_token_and_refused_without(signed_in_as):
    office = signed_in_as(Role.ASSET_OFFICE)
    assert office.post("/sign-out").status_code == 403
    assert office.get("/me").status_code == 200
    assert office.submit("/sign-out").status_code == 303
    assert office.get("/me").status_code != 200


def test_the_clock_stands_still(clock):
    assert now() == now() == OPENING_DAY
    clock.shift(60)
    assert (now() - OPENING_DAY).total_seconds() == 60


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_no_other_machine_can_be_reached(address):
    with pytest.raises(OutsideReached):
        socket.create_connection(address, timeout=1)
    with pytest.raises(OutsideReached):
        urllib.request.urlopen("http://example.org/", timeout=1)


def test_a_page_on_a_phone_is_watched_and_checked(phone, watch, institution):
    phone.goto("/sign-in")
    assert accessibility_faults(phone) == []
    assert watch.complaints == []
    phone.evaluate("() => { new Image().src = 'http://192.0.2.1/x.png' }")
    phone.evaluate("() => setTimeout(() => { throw new Error('planted') })")
    phone.wait_for_timeout(100)
    assert any("192.0.2.1" in each for each in watch.complaints)
    assert any("planted" in each for each in watch.complaints)
    watch.forgive("192.0.2.1")
    watch.forgive("planted")


def test_an_unlabelled_field_is_an_accessibility_fault(desk, institution):
    desk.goto("/sign-in")
    desk.evaluate(
        "() => document.querySelector('main').append(document.createElement('input'))"
    )
    assert any("label" in fault for fault in accessibility_faults(desk))


@pytest.mark.slow
def test_the_server_that_ships_runs_on_the_tests_database(serve, institution):
    server = serve("--workers", "1")
    with urllib.request.urlopen(f"{server.url}/sign-in", timeout=10) as answer:
        assert institution.name in answer.read().decode()
    assert server.stop() == 0
