"""The pool's pages: what a colleague sees, on the way from a search to the things."""

from __future__ import annotations

from typing import Any

import pytest

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.ledger import actions
from registry.organisation import actions as organisation
from registry.organisation.models import Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset, make_assets
from tests.factories.organisation import (
    grant,
    make_department,
    make_person,
    make_place,
)


@pytest.fixture
def kind(institution: Institution) -> Any:
    return make_type(institution, name="投影仪", brand="光峰", model="M300", unit="台")


@pytest.fixture
def pool(institution: Institution, system: Actor, kind: Any) -> list[Any]:
    """Twelve projectors, kept by somebody, for somebody to ask."""
    home = make_department(institution, "总务处仓库")
    officer = make_person(institution, "张库生", department=home, phone="8050")
    grant(institution, officer, Role.WAREHOUSE_KEEPER, department=home)
    return make_assets(
        institution,
        12,
        item_type_id=kind.id,
        state="idle",
        department_id=home.id,
        place_id=make_place(institution, "中心仓库").id,
        custodian_id=make_person(institution, "欧阳致远").id,
        cost_fen=4_567_89 * 12,
        condition="good",
    )


def test_a_card_says_what_how_many_where_and_whom_to_ask(
    signed_in_as: Any, pool: list[Any]
) -> None:
    page = signed_in_as().get("/idle").text
    for words in ("投影仪 光峰 M300", "<b>12</b> 台", "中心仓库", "张库生", "8050"):
        assert words in page
    assert "1 种，共 12 件" in page
    for hidden in ("欧阳致远", "4,567", "54,8"):
        assert hidden not in page


def test_the_things_behind_a_card_are_shown_one_by_one(
    signed_in_as: Any, pool: list[Any], kind: Any, system: Actor
) -> None:
    actions.lend(system, pool[0].id, holder="隔壁学校")
    reader = signed_in_as()
    page = reader.get(f"/idle/types/{kind.id}").text
    assert page.count('class="card-item"') == 12
    assert "11 件可申请" in page
    assert 'href="tel:8050"' in page
    for hidden in ("欧阳致远", "4,567", "隔壁学校"):
        assert hidden not in page
    free = reader.get(f"/idle/types/{kind.id}?free=1").text
    assert free.count('class="card-item"') == 11


def test_a_card_keeps_the_filters_it_was_seen_under(
    signed_in_as: Any, pool: list[Any], kind: Any
) -> None:
    place = pool[0].place_id
    page = signed_in_as().get(f"/idle?place={place}&condition=good&free=1").text
    where = f"/idle/types/{kind.id}?place={place}&amp;condition=good&amp;free=1"
    assert where in page


def test_what_is_not_there_says_what_to_do(
    signed_in_as: Any, institution: Institution
) -> None:
    reader = signed_in_as()
    assert "现在没有闲置的资产" in reader.get("/idle").text
    nothing = make_type(institution, name="地球仪")
    assert "现在没有闲置的地球仪" in reader.get(f"/idle/types/{nothing.id}").text
    assert reader.get("/idle/types/987654").status_code == 404
    make_asset(institution, item_type_id=nothing.id, state="idle")
    page = reader.get("/idle?q=地球机").text
    assert "名字相近" in page
    assert "地球仪" in page
    page = reader.get("/idle?q=钢琴").text
    assert "没有找到合用的闲置资产" in page
    assert "名字相近" not in page


def test_a_place_may_be_typed_instead_of_picked(
    signed_in_as: Any, institution: Institution, pool: list[Any]
) -> None:
    make_place(institution, "食堂库房")
    reader = signed_in_as()
    assert "1 种" in reader.get("/idle?place_text=中心仓库").text
    assert "没有找到" in reader.get("/idle?place_text=食堂库房").text
    assert "没有找到" in reader.get("/idle?place_text=火星").text


@pytest.mark.parametrize(
    "query",
    [
        "cursor=xyz",
        "sort=cheapest",
        "condition=perfect",
        "place=0",
        "age=ages",
        "department=987654",
    ],
)
def test_what_cannot_be_asked_is_answered_plainly(
    signed_in_as: Any, pool: list[Any], query: str
) -> None:
    answer = signed_in_as().get(f"/idle?{query}")
    assert answer.status_code in {404, 422}


@pytest.mark.parametrize("by", ["cards", "things"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_pool_goes_out_as_a_file(
    signed_in_as: Any, pool: list[Any], by: str, form: str
) -> None:
    reader = signed_in_as()
    answer = reader.get(f"/idle/export?by={by}&form={form}&q=投影", buffered=True)
    assert answer.status_code == 200
    if form == "csv":
        lines = answer.data.decode("utf-8-sig").strip().splitlines()
        assert len(lines) == {"cards": 2, "things": 13}[by]
        assert "欧阳致远" not in answer.text
    else:
        assert answer.data.startswith(b"PK")


def test_near_is_offered_where_it_is_known(
    signed_in_as: Any, institution: Institution, pool: list[Any]
) -> None:
    make_place(institution, "东校区", kind="campus")
    home = make_department(institution)
    client = signed_in_as(department=home)
    assert "离我近的在前" not in client.get("/idle").text
    west = make_place(institution, "西校区", kind="campus")
    organisation.add_place(
        Actor.system(institution.id), "301", parent_id=west.id, department_id=home.id
    )
    page = client.get("/idle").text
    assert "离我近的在前" in page
    assert client.get("/idle?sort=near").status_code == 200
