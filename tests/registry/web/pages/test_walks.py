"""What a browser needs to keep the walk of an audit: page, worker, manifest, token."""

from __future__ import annotations

import json
from typing import Any

import pytest

from registry.organisation.models import Institution
from tests.factories.audits import Campus, make_campus
from tests.factories.organisation import make_colleague


@pytest.fixture
def campus(institution: Institution) -> Campus:
    return make_campus(institution, things=1)


def test_the_walk_and_what_keeps_it_on_a_phone(
    campus: Campus, signed_in_as: Any, client: Any
) -> None:
    audit = campus.begin()
    where = f"/audits/{audit.id}/walk"
    counter = signed_in_as(person=campus.counter)
    shown = counter.get(f"{where}/")
    assert shown.status_code == 200
    # Of the audit the page holds its title; the list comes through the API.
    assert campus.things[0].code not in shown.text

    manifest = json.loads(counter.get(f"{where}/manifest.webmanifest").text)
    assert manifest["scope"] == manifest["start_url"] == f"{where}/"
    assert audit.title in manifest["name"]
    assert [counter.get(each["src"]).status_code for each in manifest["icons"]] == [
        200,
        200,
    ]

    worker = counter.get(f"{where}/worker.js")
    assert worker.mimetype == "text/javascript"
    kept = json.loads(worker.text.partition("const KEPT = ")[2].partition(";\n")[0])
    assert kept["page"] == f"{where}/"
    # Files of one release, each of which is there, and no page nor answer beside them.
    for address in kept["files"]:
        answer = counter.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"].endswith("immutable"), address
    assert any(each.endswith("js/walk/start.js") for each in kept["files"])
    assert any(each.endswith("js/qr/worker.js") for each in kept["files"])

    told = counter.get(f"{where}/token").json
    assert told["me"] == f"{campus.institution.id}-{campus.counter.id}"
    body = {"walk_id": "5b0c1c52-8f0f-4a53-9a3c-0e7f3d7c1a11", "records": []}
    address = f"/api/v1/audits/{audit.id}/records"
    taken = counter.post(address, json=body, headers={"X-CSRFToken": told["csrf"]})
    assert taken.status_code == 200, taken.text

    for name in ("", "token", "worker.js", "manifest.webmanifest"):
        asked = client.get(f"{where}/{name}")
        assert asked.status_code == 303, name
        assert "/sign-in" in asked.headers["Location"]


def test_only_who_belongs_to_an_audit_opens_its_walk(
    campus: Campus, signed_in_as: Any
) -> None:
    audit = campus.begin()
    stranger = signed_in_as(person=make_colleague(campus.institution, None))
    assert stranger.get(f"/audits/{audit.id}/walk/").status_code in (403, 404)
    counter = signed_in_as(person=campus.counter)
    assert counter.get("/audits/999999/walk/").status_code == 404
    assert counter.get("/audits/999999/walk/manifest.webmanifest").status_code == 404
