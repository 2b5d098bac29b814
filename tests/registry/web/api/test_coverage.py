"""What people do on pages, done by programmes: one step each, and what came of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from registry.access.roles import Role
from registry.jobs.running import run_next
from registry.organisation.models import Person

V1 = "/api/v1"
SHEET = "资产编号,资产名称,使用部门\nA-1,显微镜,物理教研组\n,没有编号,\n"


@pytest.fixture
def visitor(signed_in_as: Any, school: Any, chief: Person) -> Any:
    """The chief in a session, for what no token may."""
    found = signed_in_as(person=chief)
    found.environ_base["HTTP_X_CSRFTOKEN"] = found._form_token()
    return found


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:400]
    return answer.json if answer.is_json and answer.data else answer.data


def test_a_report_is_made_from_a_label_and_settled(
    client: Any, api: Any, school: Any
) -> None:
    where = f"{V1}/labels/{school.projector.code}/reports"
    made = ok(client.post(where, json={"kind": "found", "words": "在操场"}), 201)
    assert set(made) == {"code"}
    waiting = ok(api.get(f"{V1}/reports"))["items"]
    assert [each["words"] for each in waiting] == ["灯泡不亮了", "在操场"]
    assert len(ok(api.get(f"{V1}/waiting"))["reports"]) == 2
    one = f"{V1}/reports/{waiting[1]['id']}"
    ok(api.post(f"{one}/settle", json={"answer": "已取回"}))
    assert ok(api.get(one))["answer"] == "已取回"
    assert len(ok(api.get(f"{V1}/reports?state=settled"))["items"]) == 1


def test_somebody_is_let_in_renamed_barred_and_let_in_again(
    visitor: Any, school: Any
) -> None:
    where = f"{V1}/people/{school.keeper.id}/credential"
    assert visitor.get(where).status_code == 404
    ok(visitor.post(where, json={"sign_in_name": "wangjing"}), 201)
    ok(visitor.patch(where, json={"sign_in_name": "wang.jing"}))
    assert len(ok(visitor.post(f"{where}/reset"))["password"]) >= 8
    assert ok(visitor.post(f"{where}/disable"))["disabled_at"]
    assert ok(visitor.post(f"{where}/enable"))["disabled_at"] is None
    found = ok(visitor.get(where))
    assert found["sign_in_name"] == "wang.jing"
    assert not {"password", "password_hash"} & set(found)
    ok(visitor.delete(f"{V1}/people/{school.keeper.id}/sessions"), 204)


def test_ones_own_tokens_are_made_used_and_revoked(visitor: Any, client: Any) -> None:
    made = ok(
        visitor.post(f"{V1}/me/tokens", json={"name": "夜报", "scopes": ["read"]}), 201
    )
    bearer = {"Authorization": f"Bearer {made['secret']}"}
    assert ok(client.get(f"{V1}/me", headers=bearer))["by_token"] is True
    [shown] = ok(visitor.get(f"{V1}/me/tokens"))["items"]
    assert "secret" not in shown
    ok(visitor.delete(f"{V1}/me/tokens/{made['id']}"), 204)
    assert client.get(f"{V1}/me", headers=bearer).status_code == 401
    assert len(ok(visitor.get(f"{V1}/me/sessions"))["items"]) == 1


def test_a_role_is_given_and_taken(api: Any, school: Any) -> None:
    where = f"{V1}/people/{school.keeper.id}/roles"
    body = {"role": str(Role.DEPARTMENT_HEAD), "department_id": school.science.id}
    made = ok(api.post(where, json=body), 201)
    assert [each["id"] for each in ok(api.get(where))["items"]] == [made["id"]]
    ok(api.delete(f"{V1}/roles/{made['id']}"), 204)
    assert ok(api.get(where))["items"] == []


def test_what_somebody_keeps_is_handed_over_before_they_leave(
    api: Any, school: Any, chief: Person
) -> None:
    where = f"{V1}/people/{school.keeper.id}"
    tag = {"If-Match": api.get(where).headers["ETag"]}
    assert api.post(f"{where}/leave", json={}, headers=tag).status_code == 409
    later = ok(api.post(f"{where}/leave", json={"hand_over_later": True}, headers=tag))
    assert later["left_on"]
    tag = {"If-Match": api.get(where).headers["ETag"]}
    assert ok(api.post(f"{where}/come-back", headers=tag))["left_on"] is None


def test_labels_of_every_sort_are_drawn(api: Any, school: Any, app: Flask) -> None:
    ids = [school.projector.id]
    assert ok(api.post(f"{V1}/labels", json={"asset_ids": ids})).startswith(b"%PDF")
    doors = {"place_ids": [school.lab.id]}
    assert ok(api.post(f"{V1}/labels", json=doors)).startswith(b"%PDF")
    zpl = {"asset_ids": ids, "medium": "roll:60x40", "form": "zpl"}
    assert ok(api.post(f"{V1}/labels", json=zpl)).startswith(b"^XA")
    assert ok(api.post(f"{V1}/labels/blanks", json={"count": 3})).startswith(b"%PDF")
    assert ok(api.get(f"{V1}/labels/calibration")).startswith(b"%PDF")
    for picture in (f"labels/preview?asset_ids={ids[0]}", f"assets/{ids[0]}/label"):
        assert ok(api.get(f"{V1}/{picture}")).startswith(b"\x89PNG")
    assert api.post(f"{V1}/labels", json={}).status_code == 422
    assert len(ok(api.get(f"{V1}/print-runs"))["items"]) == 4
    job = ok(api.post(f"{V1}/labels/jobs", json={"asset_ids": ids}), 202)
    with app.app_context():
        assert run_next()
    assert ok(api.get(f"{V1}/jobs/{job['id']}"))["state"] == "done"
    files = ok(api.get(f"{V1}/jobs/{job['id']}/files"))["items"]
    got = ok(api.get(f"{V1}/jobs/{job['id']}/files/{files[0]['role']}"))
    assert len(got) == files[0]["size"]


def test_printers_and_sheets_come_and_go(api: Any, school: Any) -> None:
    made = ok(api.post(f"{V1}/printers", json={"name": "一", "host": "10.0.0.9"}), 201)
    assert "host" not in made
    ok(api.delete(f"{V1}/printers/{made['id']}"), 204)
    assert ok(api.get(f"{V1}/printers"))["items"] == []
    sheet = {"name": "自制", "columns": 3, "rows": 8, "width": 70, "height": 37}
    kept = ok(api.post(f"{V1}/sheets", json=sheet | {"left": 0, "top": 0.5}), 201)
    assert [each["id"] for each in ok(api.get(f"{V1}/labels/media"))["own"]] == [
        kept["id"]
    ]
    ok(api.delete(f"{V1}/sheets/{kept['id']}"), 204)


def test_a_sheet_is_read_again_mended_applied_and_undone(
    api: Any, school: Any, app: Flask
) -> None:
    sent = {"file": (io.BytesIO(SHEET.encode()), "台账.csv")}
    made = ok(api.post(f"{V1}/imports", data=sent), 202)
    where = f"{V1}/imports/{made['id']}"
    assert api.post(f"{where}/confirm").status_code == 409
    with app.app_context():
        run_next()
    assert ok(api.get(where))["state"] == "checked"
    ok(api.put(f"{where}/reading", json={"columns": [{"index": 2, "field": None}]}))
    wrong = {"columns": [{"index": 2, "field": "colour of the sky"}]}
    assert api.put(f"{where}/reading", json=wrong).status_code == 422
    ok(
        api.put(
            f"{where}/reading", json={"columns": [{"index": 2, "field": "department"}]}
        )
    )
    assert ok(api.get(f"{where}/rejects")).startswith(b"PK")
    ok(api.post(f"{where}/confirm"), 202)
    with app.app_context():
        run_next()
    assert ok(api.get(where))["state"] == "done"
    ok(api.post(f"{where}/undo"), 202)
    with app.app_context():
        run_next()
    assert ok(api.get(where))["state"] == "undone"
    assert ok(api.get(f"{V1}/imports/templates/people")).startswith(b"PK")


def test_an_import_is_given_up(api: Any, school: Any, app: Flask) -> None:
    sent = {"file": (io.BytesIO(SHEET.encode()), "台账.csv")}
    made = ok(api.post(f"{V1}/imports", data=sent), 202)
    with app.app_context():
        run_next()
    where = f"{V1}/imports/{made['id']}/cancel"
    assert ok(api.post(where))["state"] == "cancelled"
    assert len(ok(api.get(f"{V1}/imports"))["items"]) == 1


def test_the_ledger_is_taken_out_as_it_is_filtered(api: Any, school: Any) -> None:
    assert ok(api.get(f"{V1}/exports/assets", buffered=True)).startswith(b"PK")
    text = ok(
        api.get(f"{V1}/exports/assets?form=csv&state=idle", buffered=True)
    ).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 2


def test_photos_are_added_listed_and_removed(api: Any, school: Any) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(picture, "JPEG")
    picture.seek(0)
    where = f"{V1}/assets/{school.projector.id}/photos"
    [made] = ok(api.post(where, data={"photo": (picture, "a.jpg")}), 201)["ids"]
    [shown] = ok(api.get(where))["items"]
    assert (shown["id"], shown["width"]) == (made, 64)
    assert ok(api.get(f"{V1}/assets/photos/{made}?small=true")).startswith(b"\xff\xd8")
    ok(api.delete(f"{where}/{made}"), 204)
    assert ok(api.get(where))["items"] == []


def test_types_classes_and_histories(api: Any, school: Any) -> None:
    kind = f"{V1}/item-types/{school.projector.item_type_id}"
    ok(api.post(f"{kind}/aliases", json={"alias": "幻灯机"}), 201)
    ok(api.delete(f"{kind}/aliases?alias=幻灯机"), 204)
    assert ok(api.get(kind))["aliases"] == ["投屏机"]
    assert ok(api.post(f"{V1}/asset-classes/starting"))["added"] > 0
    for where in (
        kind,
        f"{V1}/places/{school.lab.id}",
        f"{V1}/departments/{school.arts.id}",
        f"{V1}/people/{school.keeper.id}",
    ):
        assert ok(api.get(f"{where}/history"))["items"]
    missing = {"name": "无类", "class_id": 987_654}
    assert api.post(f"{V1}/item-types", json=missing).status_code in {404, 422}


def test_departments_merge_and_long_work_stops(api: Any, school: Any) -> None:
    where = f"{V1}/departments/{school.arts.id}"
    tag = {"If-Match": api.get(where).headers["ETag"]}
    body = {"into_id": school.science.id}
    ok(api.post(f"{where}/merge", json=body, headers=tag))
    assert len(ok(api.get(f"{V1}/departments?q=美术"))["items"]) == 0
    job = ok(api.post(f"{V1}/ledger/proof"), 202)
    assert ok(api.post(f"{V1}/jobs/{job['id']}/cancel"))["state"] == "cancelled"
    assert ok(api.get(f"{V1}/jobs"))["items"][0]["id"] == job["id"]


def test_named_assets_are_listed_and_lists_are_arranged(api: Any, school: Any) -> None:
    sent = {"numbers": [school.projector.code, "nothing"]}
    made = ok(api.post(f"{V1}/assets/found", json=sent), 201)
    assert (made["asked"], made["found"], made["unknown"]) == (2, 1, ["nothing"])
    page = ok(api.get(f"{V1}/assets?found={made['id']}&count=true"))
    assert [each["id"] for each in page["items"]] == [school.projector.id]
    assert (page["count"], page["is_longer"]) == (1, False)
    where = f"{V1}/lists/assets"
    ok(api.put(f"{where}/columns", json={"columns": ["name", "cost"]}))
    assert ok(api.get(f"{where}/columns"))["chosen"] is True
    ok(api.delete(f"{where}/columns"), 204)
    kept = ok(
        api.post(f"{where}/filters", json={"name": "x", "query": "state=idle"}), 201
    )
    assert [e["id"] for e in ok(api.get(f"{where}/filters"))["items"]] == [kept["id"]]
    ok(api.delete(f"{where}/filters/{kept['id']}"), 204)
    assert "assets" in [each["name"] for each in ok(api.get(f"{V1}/lists"))["items"]]


def test_many_assets_are_changed_at_once_and_taken_back(api: Any, school: Any) -> None:
    many = f"{V1}/assets/bulk"
    body: dict[str, Any] = {"act": "amend", "changes": {"funding": "专项"}}
    assert api.post(many, json=body).status_code == 422
    ids = {"asset_ids": [school.projector.id]}
    assert api.post(many, json=body | ids | {"filter": {}}).status_code == 422
    looked = ok(api.post(many, json=body | {"filter": {"q": "投影"}, "dry_run": True}))
    assert looked["state"] == "planned"
    count = looked["counts"]["planned"]
    assert count == looked["total"] > 0
    where = f"{many}/{looked['id']}"
    lines = ok(api.get(f"{where}/assets?outcome=planned"))
    assert len(lines["items"]) == count
    assert ok(api.post(f"{where}/cancel"))["state"] == "cancelled"
    assert ok(api.get(where))["document"] is None
    assert api.post(f"{where}/confirm").status_code == 409
    looked = ok(api.post(many, json=body | ids | {"dry_run": True}))
    done = ok(api.post(f"{many}/{looked['id']}/confirm"))
    assert (done["state"], done["counts"]["changed"]) == ("done", 1)
    again = ok(api.post(many, json=body | ids | {"dry_run": True}))
    assert again["counts"] == dict.fromkeys(done["counts"], 0) | {"unchanged": 1}
    [document] = ok(api.get(f"{V1}/documents?kind=bulk"))["items"]
    assert document["number"] == done["document"]
    where = f"{V1}/documents/{document['id']}"
    [changed] = ok(api.get(f"{where}/changes"))["items"]
    assert (changed["changes"], changed["taken_back"]) == ({"funding": "专项"}, False)
    assert ok(api.post(f"{where}/undo"))["undone"] == {"corrected": 1, "kept": 0}
    assert ok(api.get(where))["undone_at"]
    assert api.post(f"{where}/undo").status_code == 409
    assert ok(api.get(f"{where}/changes?kept=true"))["items"] == []
