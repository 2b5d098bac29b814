"""Group robots by page and by API: what one sees of them, and never their keys."""

from __future__ import annotations

from typing import Any

from registry.access.roles import Role
from registry.notifications.calling import say_due
from registry.web.base.settings import current_settings

KEY = "0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f"
DINGTALK = f"https://oapi.dingtalk.com/robot/send?access_token={KEY}"
SECRET = "SEC0123456789abcdef"
V1 = "/api/v1/notices/robots"


def draft(**values: Any) -> dict[str, Any]:
    return {"name": "总务群", "webhook": DINGTALK, "topics": "begun", **values}


def test_a_robot_is_added_seen_changed_and_removed_by_page(signed_in_as: Any) -> None:
    admin = signed_in_as(Role.ADMINISTRATOR)
    assert "还没有群机器人" in admin.get("/notices/robots").text
    wrong = admin.submit("/notices/robots/new", draft(webhook="https://x.cn/hook"))
    assert wrong.status_code == 422
    assert "这不是群机器人的网址" in wrong.text
    made = admin.submit("/notices/robots/new", draft(secret=SECRET))
    assert made.status_code == 303
    where = made.location
    pages = [
        admin.get(where),
        admin.get(f"{where}/change"),
        admin.get("/notices/robots"),
    ]
    for page in pages:
        assert page.status_code == 200
        assert KEY not in page.text
        assert SECRET not in page.text
        assert "总务群" in page.text
    changed = draft(name="资产群", webhook="", version=1, topics="late")
    assert admin.submit(f"{where}/change", changed).status_code == 303
    assert admin.submit(f"{where}/change", changed).status_code == 409
    for verb in ("pause", "resume", "try", "again"):
        assert admin.submit(f"{where}/{verb}", {}).status_code == 303
    assert "资产群" in admin.get(f"{where}/remove").text
    assert admin.submit(f"{where}/remove", {}).status_code == 303
    assert admin.get(where).status_code == 404
    assert say_due(current_settings()) == 0


def test_the_api_does_the_same_and_gives_no_key(signed_in_as: Any) -> None:
    admin = signed_in_as(Role.ADMINISTRATOR)
    admin.environ_base["HTTP_X_CSRFTOKEN"] = admin._form_token()
    made = admin.post(V1, json=draft(topics=["begun", "wanted"], secret=SECRET))
    assert made.status_code == 201
    assert (made.json["kind"], made.json["signed"]) == ("dingtalk", True)
    assert KEY not in made.text
    assert SECRET not in made.text
    one = f"{V1}/{made.json['id']}"
    tag = {"If-Match": admin.get(one).headers["ETag"]}
    assert admin.patch(one, json={"name": "群"}, headers=tag).json["name"] == "群"
    assert admin.patch(one, json={"name": "群"}, headers=tag).status_code == 412
    assert admin.post(f"{one}/try").status_code == 202
    assert admin.get(one).json["waiting"] == 1
    assert admin.post(f"{one}/pause").json["state"] == "paused"
    assert admin.post(f"{one}/resume").json["state"] == "on"
    assert admin.get(f"{one}/failed").json["items"] == []
    assert admin.post(f"{one}/failed/retry").json["count"] == 0
    refused = admin.post(V1, json=draft(topics=["begun"], webhook="https://10.0.0.1/x"))
    assert refused.json["fields"]["webhook"]["code"] == "robot_address"
    assert admin.delete(one).status_code == 204
    assert admin.get(V1).json["items"] == []
