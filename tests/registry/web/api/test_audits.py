"""Audits by programmes and by phones: planned, begun, loaded, counted."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from registry.organisation.models import Institution
from registry.web.api import packing
from registry.web.api.schemas import audits as shapes
from tests.factories.audits import Campus, make_campus, record, scan, walk_of
from tests.factories.catalogue import make_type
from tests.factories.organisation import make_colleague

V1 = "/api/v1"
LOADED = {
    "places": shapes.LoadedPlace,
    "expected": shapes.LoadedThing,
    "counts": shapes.LoadedHeap,
    "records": shapes.LoadedSeen,
    "rounds": shapes.RoundOut,
}


@pytest.fixture
def campus(institution: Institution) -> Campus:
    return make_campus(institution, things=2)


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:600]
    return answer.json if answer.is_json and answer.data else answer.data


@pytest.fixture
def as_(campus: Campus, signed_in_as: Any) -> Any:
    """Somebody in a session that sends what a page would."""

    def sign_in(person: Any) -> Any:
        found = signed_in_as(person=person)
        found.environ_base["HTTP_X_CSRFTOKEN"] = found._form_token()
        return found

    return sign_in


def test_an_audit_is_planned_begun_loaded_and_counted(campus: Campus, as_: Any) -> None:
    office = as_(campus.office)
    scope = {"department_ids": [campus.home.id]}
    ahead = ok(office.post(f"{V1}/audits/preview", json=scope))
    assert (ahead["things"], len(ahead["places"])) == (4, 2)
    body = {
        "title": "期末盘点",
        "baseline_on": "2026-06-30",
        "scope": scope,
        "lead_id": campus.lead.id,
        "counters": [{"person_id": campus.counter.id}],
    }
    answer = office.post(f"{V1}/audits", json=body)
    made = ok(answer, 201)
    where = f"{V1}/audits/{made['id']}"
    assert made["state"] == "planned"
    changed = office.put(
        where,
        json=body | {"title": "年终盘点"},
        headers={"If-Match": answer.headers["ETag"]},
    )
    assert ok(changed)["title"] == "年终盘点"
    begun = ok(office.post(f"{where}/begin"))
    assert begun["sums"]["expected"] == begun["sums"]["pending"] == 4
    assert len(ok(office.get(f"{V1}/audits?state=running"))["items"]) == 1
    phone = as_(campus.counter)
    loaded = ok(phone.get(f"{where}/load"))
    assert len(loaded["expected"]) == 4
    first = campus.things[0]
    scanned = scan(first, campus.room)
    sent = {
        "walk_id": walk_of(campus.counter),
        "position": loaded["position"],
        "records": [scanned, {"id": "x"}, record("scan", code="?", place_id=1)],
    }
    taken = ok(phone.post(f"{where}/records", json=sent))
    outcomes = [each["outcome"] for each in taken["results"]]
    assert outcomes == ["accepted", "refused", "accepted"]
    assert taken["results"][0]["words"]
    again = ok(phone.post(f"{where}/records", json=sent))["results"]
    assert [each["outcome"] for each in again] == ["repeated", "refused", "repeated"]
    done = ok(office.get(f"{where}/progress"))
    assert (done["sums"]["here"], done["sums"]["pending"]) == (1, 3)
    named = ok(
        office.put(
            f"{where}/counters", json={"counters": [{"person_id": campus.second.id}]}
        )
    )
    assert [each["person"]["id"] for each in named["people"]] == [campus.second.id]
    assert as_(campus.deputy).get(where).status_code == 200
    ended = ok(office.post(f"{where}/cancel", json={"reason": "改期"}))
    assert ended["state"] == "cancelled"
    late = ok(
        phone.post(
            f"{where}/records", json=sent | {"records": [scan(first, campus.room)]}
        )
    )
    assert late["results"][0]["outcome"] == "late"


def test_what_a_phone_loads_is_as_described_and_packed(
    campus: Campus, as_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    heap = make_type(campus.institution, is_labelled=False)
    campus.add(3, campus.room, item_type_id=heap.id)
    found = campus.begin()
    close = record("close_place", place_id=campus.other.id)
    campus.send(found, scan(campus.things[0], campus.room), close)
    phone, where = as_(campus.counter), f"{V1}/audits/{found.id}/load"
    plain = phone.get(where)
    told = plain.json
    assert set(told) == set(shapes.LoadOut().fields)
    for name, shape in LOADED.items():
        assert told[name]
        assert {frozenset(row) for row in told[name]} == {frozenset(shape().fields)}
    assert told["records"][0]["at"].endswith("+00:00")
    assert any(each["closed_at"] for each in told["places"])
    assert "Content-Encoding" not in plain.headers  # too short to be worth it
    monkeypatch.setattr(packing, "LEAST", 10)
    packed = phone.get(where, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    again = json.loads(gzip.decompress(packed.data))
    assert again["expected"] == told["expected"]
    assert len(packed.data) < len(plain.data) / 2


def test_differences_are_ruled_approved_and_sent_back(campus: Campus, as_: Any) -> None:
    audit = campus.begin()
    first = campus.things[0]
    campus.send(audit, scan(first, campus.other))
    lead, office = as_(campus.lead), as_(campus.office)
    where = f"{V1}/audits/{audit.id}"
    assert ok(office.post(f"{where}/end-walk"))["sums"]["missing"] == 3
    page = ok(lead.get(f"{where}/findings"))
    assert {"group": "missing", "state": "open", "count": 3} in page["counts"]
    missing = ok(lead.get(f"{where}/findings?group=missing&state=open"))["items"]
    ids = [each["id"] for each in missing]
    [moved] = ok(lead.get(f"{where}/findings?group=elsewhere"))["items"]
    one = ok(lead.get(f"{V1}/audits/findings/{moved['id']}"))
    assert one["rulings"] == ["move", "excuse"]
    assert one["evidence"][0]["by"] == campus.counter.name
    assert ok(office.post(f"{where}/close"), 409)["code"] == "rulings_open"
    rule = f"{V1}/audits/findings/rule"
    lost = {"finding_ids": ids, "ruling": "mark_missing", "cause": "lost"}
    assert lead.post(rule, json=lost).status_code == 422
    lost["words"] = "到处找过没有"
    assert {e["state"] for e in ok(lead.post(rule, json=lost))["items"]} == {"ruled"}
    move = {"finding_ids": [moved["id"]], "ruling": "move", "cause": "moved_unrecorded"}
    ok(lead.post(rule, json=move))
    back = {"finding_ids": ids[:1], "words": "再找"}
    ok(office.post(f"{V1}/audits/findings/send-back", json=back))
    found = {"finding_ids": ids[:1], "ruling": "move", "cause": "moved_unrecorded"}
    assert lead.post(rule, json=found).status_code == 422
    ok(lead.post(rule, json=found | {"place_id": campus.store.id}))
    approve = f"{V1}/audits/findings/approve"
    everything = {"finding_ids": [*ids, moved["id"]]}
    assert lead.post(approve, json=everything).status_code == 403
    done = ok(office.post(approve, json=everything))
    assert (len(done["applied"]), done["came_back"]) == (4, [])
    asset = ok(office.get(f"{V1}/assets/{first.id}"))
    assert asset["place"]["id"] == campus.other.id
    states = {
        ok(office.get(f"{V1}/assets/{e['asset']['id']}"))["state"] for e in missing
    }
    assert states == {"missing", "in_use"}
    assert ok(office.get(f"{V1}/audits/findings"))["items"] == []
    assert ok(office.post(f"{where}/close"))["state"] == "closed"
    stranger = as_(make_colleague(campus.institution, None))
    assert stranger.get(f"{V1}/audits/findings/{moved['id']}").status_code in (403, 404)
