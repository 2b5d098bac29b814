"""One act on all that a list shows, by page: asked, looked at, done, taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.jobs.running import run_next
from registry.ledger import actions
from registry.ledger.models import Asset
from registry.ledger.queries import asset as asset_of
from registry.ledger.states import ASSET
from registry.organisation.models import Institution
from registry.web.pages.bulk.offers import OFFERS
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_department, make_place


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@pytest.fixture
def chairs(institution: Institution) -> list[Asset]:
    kind = make_type(institution, "折叠椅")
    return make_assets(institution, 4, item_type_id=kind.id)


def test_all_that_a_list_shows_is_moved_and_taken_back(
    signed_in_as: Any, institution: Institution, system: Any, chairs: list[Asset]
) -> None:
    room, elsewhere = make_place(institution, "礼堂"), make_place(institution, "库房")
    office = signed_in_as(Role.ASSET_OFFICE)
    listed = office.get("/assets?q=折叠椅&state=in_use").get_data(as_text=True)
    assert "这 4 件一起办" in listed
    assert 'href="/bulk?q=%E6%8A%98%E5%8F%A0%E6%A4%85&amp;state=in_use"' in listed
    asked = text_of(office.get("/bulk?q=折叠椅&state=in_use"))
    assert "对下面条件查到的 4 件" in asked
    assert "状态：在用" in asked
    where = "/bulk/move?q=折叠椅&state=in_use"
    assert "共 4 件" in text_of(office.get(where))
    unsaid = office.submit(where, {})
    assert unsaid.status_code == 422
    made = office.submit(where, {"place_text": room.full_name})
    preview = text_of(office.get(made.location))
    assert "现在还什么都没有改" in preview
    assert "会改 4 件" in preview
    assert "没有存放地点 · 4 件" in preview
    assert asset_of(system, chairs[0].id).place_id is None
    assert "逐件看" in text_of(office.get(f"{made.location}/assets?outcome=planned"))
    actions.move(system, chairs[3].id, elsewhere.id)
    done = office.submit(f"{made.location}/confirm", {}, follow_redirects=True)
    page = done.request.path
    assert page.startswith("/documents/")
    assert "共 3 件，单据 PL" in text_of(done)
    assert "预览后有人改过 1" in text_of(done)
    assert asset_of(system, chairs[0].id).place_id == room.id
    assert asset_of(system, chairs[3].id).place_id == elsewhere.id
    # Twice pressed, once done.
    again = office.submit(f"{made.location}/confirm", {})
    assert again.status_code == 409
    assert "变更存放地点" in text_of(office.get("/documents"))
    history = office.get(f"/assets/{chairs[0].id}/history").get_data(as_text=True)
    [number] = re.findall(r"/documents/numbered/(PL[\d-]+)", history)
    assert office.get(f"/documents/numbered/{number}").location == page

    reader = signed_in_as(Role.AUDITOR)
    assert "请找资产管理处" in text_of(reader.get(page))
    assert reader.submit(f"{page}/undo", {}).status_code == 403
    home = make_department(institution)
    stranger = signed_in_as(Role.DEPARTMENT_ASSET_OFFICER, department=home)
    assert stranger.get(page).status_code == 404
    assert stranger.get(made.location).status_code == 404
    actions.move(system, chairs[1].id, elsewhere.id)
    assert "改回办这张单据以前的样子" in text_of(office.get(f"{page}/undo"))
    taken = text_of(office.submit(f"{page}/undo", {}, follow_redirects=True))
    assert "已撤销 2 处；1 处后来又有变动" in taken
    assert "没有改回的" in text_of(office.get(f"{page}?kept=1"))
    assert asset_of(system, chairs[0].id).place_id is None
    assert office.submit(f"{page}/undo", {}).status_code == 409


def test_every_act_is_offered_with_a_form_that_works(
    signed_in_as: Any, institution: Institution, chairs: list[Asset]
) -> None:
    office = signed_in_as(Role.ASSET_OFFICE)
    home, room = make_department(institution, "后勤处"), make_place(institution, "礼堂")
    given: dict[str, dict[str, Any]] = {
        "move": {"place": room.id, "place_text": room.full_name},
        "hand_to": {"custodian_text": office.person.name},
        "let_use": {"user_text": office.person.name},
        "reassign": {"department": home.id, "department_text": "后勤处"},
        "funding": {"funding": "专项"},
        "service_life_months": {"service_life_months": "72"},
        "warranty_until": {"warranty_until": "2027-01-31"},
        "acquired_on": {"acquired_on": "2020-09-01"},
        "condition": {"condition": "fair"},
        "method": {"method": "donation"},
        "restrict": {"restriction": "safety"},
        "lift_restriction": {"restriction": "safety"},
    }
    chosen = office.get("/bulk").get_data(as_text=True)
    for name in OFFERS:
        assert f'href="/bulk/{name}"' in chosen
        form = office.get(f"/bulk/{name}").get_data(as_text=True)
        for field, value in given.get(name, {}).items():
            assert f'name="{field}"' in form
            if field in ("condition", "method", "restriction"):
                assert f'name="{field}" value="{value}"' in form
        if name not in ASSET.moves:
            assert office.submit(f"/bulk/{name}", {}).status_code == 422, name
        made = office.submit(f"/bulk/{name}", given.get(name, {"reason": "清理"}))
        assert made.status_code == 303, (name, text_of(made))
        preview = office.get(made.location)
        assert preview.status_code == 200
        if name not in ("lift_restriction", "put_in_use", "dispose"):
            assert "确认，改 4 件" in text_of(preview), name
    gave_up = office.submit(f"{made.location}/cancel", {}, follow_redirects=True)
    assert "台账没有变" in text_of(gave_up)
    assert "已放弃" in text_of(office.get(made.location))
    assert "没有符合条件" in text_of(office.get("/bulk?q=没有这样的东西"))
    assert office.get("/bulk/move?q=没有").location.startswith("/bulk?q=")
    assert office.get("/bulk/explode").status_code == 404


def test_thousands_are_worked_on_while_one_waits_and_gone_on_with(
    app: Flask,
    signed_in_as: Any,
    institution: Institution,
    chairs: list[Asset],
    context: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("registry.ledger.actions.bulk.BATCH", 2)
    monkeypatch.setattr("registry.ledger.actions.bulk.MOST_AT_ONCE", 2)
    monkeypatch.setattr("registry.ledger.actions.bulk.PLANNED_AT_ONCE", 2)
    monkeypatch.setattr("registry.ledger.actions.undoing.MOST_AT_ONCE", 2)
    office = signed_in_as(Role.ASSET_OFFICE)
    made = office.submit("/bulk/funding", {"funding": "专项"})
    assert 'data-part="progress"' in office.get(made.location).get_data(as_text=True)
    assert run_next()
    office.submit(f"{made.location}/confirm", {})
    working = office.get(made.location).get_data(as_text=True)
    [progress] = re.findall(r'data-url="([^"]+)"', working)
    assert office.get(progress).json["next_url"] == made.location
    [stop] = re.findall(r'action="(/jobs/\d+/cancel)"', working)
    office.submit(stop, {})
    stopped = text_of(office.get(made.location))
    assert "还有 4 件没有改" in stopped
    assert "接着办 4 件" in stopped
    office.submit(f"{made.location}/confirm", {})
    assert run_next()
    done = office.get(made.location, follow_redirects=True)
    assert "4 件" in text_of(done)
    job = office.submit(f"{done.request.path}/undo", {}).location
    assert job.startswith("/jobs/")
    assert "正在撤销" in text_of(office.get(done.request.path))
    assert run_next()
    assert "看结果" in text_of(office.get(job))
    assert "已撤销 4 处" in text_of(office.get(done.request.path))
