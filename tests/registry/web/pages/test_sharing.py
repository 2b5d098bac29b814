"""Holds, transfers and loans by page: from wanting a thing to having it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.kernel.clock import today
from registry.ledger.models import Asset, Claim
from registry.organisation.models import Department, Institution
from registry.sharing.models import Hold, Loan, Transfer
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import make_department, make_place


@pytest.fixture
def giving(institution: Institution) -> Department:
    return make_department(institution, "仓库")


@pytest.fixture
def taking(institution: Institution) -> Department:
    return make_department(institution, "教务处")


@pytest.fixture
def chairs(institution: Institution, giving: Department) -> list[Asset]:
    return make_assets(
        institution,
        4,
        item_type_id=make_type(institution, "折叠椅").id,
        department_id=giving.id,
        state="idle",
    )


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_from_the_pool_to_the_new_room(
    signed_in_as: Any,
    institution: Institution,
    giving: Department,
    taking: Department,
    chairs: list[Asset],
    context: Session,
) -> None:
    """Three of four are asked for; one is refused, two are scanned out and in."""
    room = make_place(institution, "教务处 201")
    taker = signed_in_as(department=taking)
    keeper = signed_in_as(Role.WAREHOUSE_KEEPER, department=giving)
    ids, codes = [each.id for each in chairs], [each.code for each in chairs]
    kind = chairs[0].item_type_id

    assert "现在有 4 件没有人要" in text_of(taker.get(f"/idle/types/{kind}"))
    onward = taker.submit(
        "/wishes/hold", {"type": kind, "count": 3, "do": "transfer"}
    ).location
    assert "count=3" in onward
    wrong = taker.submit("/transfers/new", {"type": kind, "count": 3})
    assert wrong.status_code == 422
    given = {
        "type": kind,
        "count": 3,
        "to_department": taking.id,
        "new_place_text": room.full_name,
        "purpose": "监考",
    }
    elsewhere = taker.submit("/transfers/new", given | {"to_department": giving.id})
    assert "只能替自己的部门" in text_of(elsewhere)
    made = taker.submit("/transfers/new", given)
    page = made.location
    assert "待答复" in text_of(taker.get(page))
    assert "在路上的" in text_of(taker.get("/"))
    assert "折叠椅" in text_of(taker.get(f"/assets/{ids[3]}"))

    stranger = signed_in_as()
    assert stranger.get(page).status_code == 404
    assert stranger.submit(page, {"do": "agree"}).status_code == 404
    taken = stranger.submit("/wishes/hold", {"asset": ids[0]}, follow_redirects=True)
    assert "已被占用" in text_of(taken)
    assert "排队" in text_of(stranger.get(f"/assets/{ids[0]}"))
    stranger.submit("/wishes/line", {"asset": ids[0]})
    assert "您前面还有 1 人" in text_of(stranger.get("/wishes"))

    unsaid = keeper.submit(page, {"do": "refuse", "asset": ids[0]})
    assert unsaid.status_code == 422
    keeper.submit(page, {"do": "refuse", "asset": ids[0], "reason": "腿松了"})
    assert "给您留到" in text_of(stranger.get("/wishes"))
    keeper.submit(page, {"do": "agree"})
    early = taker.submit(f"{page}/scan/receive", {"codes": codes[1], "place": room.id})
    assert "对方还没有交出" in text_of(early)
    wrong = keeper.submit(
        f"{page}/scan/hand_over", {"codes": f"{codes[1]}\n{codes[3]}"}
    )
    assert "不在这张调拨单上" in text_of(wrong)
    keeper.submit(f"{page}/scan/hand_over", {"codes": f"{codes[1]}\n{codes[2]}"})
    assert "腿松了" in text_of(taker.get(page))
    paper = keeper.get(f"{page}/list")
    assert paper.get_data(as_text=True).count('<svg class="qr"') == 3
    done = taker.submit(
        f"{page}/scan/receive",
        {
            "codes": f"{codes[1]}\n{codes[2]}",
            "place": room.id,
            "place_text": room.full_name,
        },
    )
    assert done.status_code == 303
    assert "已办结" in text_of(taker.get(page))
    rows = context.scalars(sa.select(Asset).where(Asset.id.in_(ids[1:3]))).all()
    assert {(row.department_id, row.place_id, row.state) for row in rows} == {
        (taking.id, room.id, "in_use")
    }
    assert "盘活的件数 0" in text_of(signed_in_as(Role.PRINCIPAL).get("/savings"))
    listed = text_of(taker.get("/transfers?q=监考"))
    assert "DB" in listed
    assert "还没有调拨单" in text_of(stranger.get("/transfers"))


def test_borrowing_and_bringing_back(
    signed_in_as: Any,
    giving: Department,
    taking: Department,
    chairs: list[Asset],
    context: Session,
) -> None:
    taker = signed_in_as(department=taking)
    keeper = signed_in_as(Role.WAREHOUSE_KEEPER, department=giving)
    day = today("Asia/Shanghai").isoformat()
    days = {"asset": chairs[0].id, "from_on": day, "until_on": day}
    page = taker.submit("/loans/new", days).location
    assert "待答复" in text_of(taker.get(page))
    assert taker.submit(page, {"do": "agree"}).status_code == 303
    assert context.scalars(sa.select(Loan.state)).all() == ["requested"]
    keeper.submit(page, {"do": "agree"})
    again = signed_in_as().submit("/loans/new", days)
    assert "已有人预约借用" in text_of(again)
    keeper.submit(page, {"do": "hand_out"})
    assert context.scalars(sa.select(Claim.kind)).all() == ["loan"]
    assert "归还" in text_of(keeper.get(f"/assets/{chairs[0].id}"))
    assert keeper.submit(page, {"do": "extend"}).status_code == 422
    back = keeper.submit(page, {"do": "return", "condition": "broken"})
    assert back.location == f"/assets/{chairs[0].id}"
    assert "已归还" in text_of(taker.get(page))
    assert signed_in_as().get(page).status_code == 404
    lent = keeper.submit("/loans/new", days | {"do": "lend", "borrower": "镇中心校"})
    assert "借出中" in text_of(keeper.get(lent.location))
    assert "镇中心校" in text_of(keeper.get("/loans?q=镇中"))


def test_what_is_held_is_let_go_again(
    signed_in_as: Any, chairs: list[Asset], context: Session
) -> None:
    someone = signed_in_as()
    nothing = someone.submit(
        "/wishes/hold",
        {"type": chairs[0].item_type_id, "count": 9},
        follow_redirects=True,
    )
    assert "只剩 4 件" in text_of(nothing)
    someone.submit("/wishes/hold", {"type": chairs[0].item_type_id, "count": 2})
    held = context.scalars(sa.select(Hold.id)).all()
    assert len(held) == 2
    assert signed_in_as().submit(f"/wishes/{held[0]}/release").status_code == 404
    someone.submit(f"/wishes/{held[0]}/release")
    assert context.scalars(sa.select(Hold.state).order_by(Hold.id)).all() == [
        "released",
        "held",
    ]
    assert context.scalars(sa.select(Transfer)).all() == []


def test_what_is_looked_for_is_seen_by_whoever_has_it(
    signed_in_as: Any, giving: Department, chairs: list[Asset]
) -> None:
    seeker = signed_in_as()
    keeper = signed_in_as(Role.WAREHOUSE_KEEPER, department=giving)
    assert "发布求调剂" in text_of(seeker.get("/idle?q=显微镜"))
    assert 'value="显微镜"' in seeker.get("/wanted/new?q=显微镜").text
    assert seeker.submit("/wanted/new", {"text": "折叠椅"}).status_code == 422
    day = today("Asia/Shanghai").isoformat()
    page = seeker.submit("/wanted/new", {"text": "折叠椅", "until_on": day}).location
    assert "4 件没有人要" in text_of(seeker.get(page))
    assert "折叠椅" in text_of(keeper.get("/wanted"))
    nothing = keeper.submit(f"{page}/offer", {"text": "没有这样的"})
    assert nothing.status_code == 422
    keeper.submit(f"{page}/offer", {"text": chairs[0].code})
    assert "新出来的" in text_of(seeker.get(page))
    assert "您要找的东西有了" in text_of(seeker.get("/notices"))
    seeker.submit(page, {"do": "meet"})
    assert "已找到" in text_of(keeper.get(page))
