"""Asking to buy, page by page: what lies idle is seen, taken or declined, ruled on."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.organisation.models import Institution, Person
from registry.procurement.models.requests import PurchaseRequest
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    make_colleague,
    make_department,
    make_person,
    make_place,
)


@pytest.fixture
def teacher(institution: Institution) -> Person:
    general = make_department(institution, "总务处")
    store = make_place(institution, "器材库")
    kind = make_type(institution, "投影仪", brand="爱普生", model="CB-X50")
    make_assets(
        institution,
        12,
        item_type_id=kind.id,
        department_id=general.id,
        place_id=store.id,
        state="idle",
    )
    return make_person(
        institution, "陈静", department=make_department(institution, "教务处")
    )


def the_request(context: Session) -> PurchaseRequest:
    context.expire_all()
    return context.scalars(sa.select(PurchaseRequest)).one()


def written(client: Any, **fields: Any) -> Any:
    return client.submit(
        "/requests/new",
        data={"text_1": "投影仪", "quantity_1": "8", "do": "submit", **fields},
    )


def test_while_one_writes_idle_things_are_shown(
    signed_in_as: Any, teacher: Person
) -> None:
    client = signed_in_as(person=teacher)
    [found] = client.get("/requests/hints?text=投影机").json["groups"]
    assert "12" in found["words"]
    [group] = found["items"]
    assert "爱普生" in group["title"]
    assert "总务处" in group["note"]
    assert "器材库" in group["note"]
    assert client.get("/requests/hints?text=钢琴").json == {"groups": []}
    plain = written(client, do="look")
    assert plain.status_code == 200
    assert "器材库" in plain.text


def test_the_story_by_pages(
    signed_in_as: Any, teacher: Person, institution: Institution, context: Session
) -> None:
    officer = make_colleague(institution, Role.ASSET_OFFICE)
    client = signed_in_as(person=teacher)
    shown = client.get(written(client).location)
    assert "有闲置，待答复" in shown.text
    link = re.search(r"/requests/\d+/found/\d+", shown.text)
    assert link is not None
    page = client.get(link[0])
    assert "最多 8 件" in page.text
    assert client.submit(f"{link[0]}/take", data={"count": "5"}).status_code == 303
    wrong = client.submit(f"{link[0]}/decline", data={"reason": "specification"})
    assert wrong.status_code == 422
    assert "请用几个字说明原因" in wrong.text
    said = {"reason": "specification", "words": "亮度不够，有西晒"}
    assert client.submit(f"{link[0]}/decline", data=said).status_code == 303
    found = the_request(context)
    assert found.state == "ruling"

    own = client.get(f"/requests/{found.id}/lines/{found.lines[0].id}")
    assert own.status_code == 403
    client = signed_in_as(person=officer)
    home = client.get("/").text
    assert found.number in home
    line = f"/requests/{found.id}/lines/{found.lines[0].id}"
    assert "亮度不够" in client.get(line).text
    assert client.submit(line, data={"do": "uphold"}).status_code == 422
    ruled = client.submit(line, data={"do": "uphold", "words": "情况属实，同意三台"})
    assert ruled.status_code == 303
    assert the_request(context).state == "approving"
    shown = client.get(f"/requests/{found.id}").text
    assert "裁定同意购置" in shown
    assert "<del>" not in shown, "each entry of its history tells of itself alone"


def test_several_things_on_one_form_and_a_draft(
    signed_in_as: Any, teacher: Person, context: Session
) -> None:
    client = signed_in_as(person=teacher)
    more = written(client, do="more")
    assert more.status_code == 200
    assert 'name="text_2"' in more.text
    empty = client.submit("/requests/new", data={"do": "submit"})
    assert empty.status_code == 422
    wrong = written(client, price_1="很便宜", text_2="幕布", quantity_2="")
    assert wrong.status_code == 422
    saved = written(
        client, do="save", price_1="4500", text_2="幕布", quantity_2="2", rows="2"
    )
    assert saved.status_code == 303
    found = the_request(context)
    assert (found.state, [line.text for line in found.lines]) == (
        "draft",
        ["投影仪", "幕布"],
    )
    edited = client.get(f"/requests/{found.id}/edit")
    assert "幕布" in edited.text
    assert client.submit(f"/requests/{found.id}/submit").status_code == 303
    assert the_request(context).state == "answering"
    again = client.get(f"/requests/{found.id}/edit")
    assert again.status_code == 303
    assert client.submit(f"/requests/{found.id}/recheck").status_code == 303
    assert client.submit(f"/requests/{found.id}/withdraw").status_code == 303
    assert the_request(context).state == "withdrawn"


def test_nobody_else_sees_it(
    signed_in_as: Any, teacher: Person, institution: Institution, context: Session
) -> None:
    client = signed_in_as(person=teacher)
    written(client)
    found = the_request(context)
    other = signed_in_as(person=make_person(institution, "路人"))
    assert other.get(f"/requests/{found.id}").status_code == 404
    assert found.number not in other.get("/requests").text
    listed = client.get("/requests").text
    assert found.number in listed
    assert "现在轮到" in listed
    assert "等了不到 1 小时" in listed
    assert teacher.name in listed
    assert client.get("/requests?q=投影").text.count(found.number) >= 1
    assert found.number not in client.get("/requests?q=钢琴").text
