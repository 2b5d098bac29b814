"""The pool in the API: the same cards, things and files as on the pages."""

from __future__ import annotations

from typing import Any

import pytest

from registry.access.roles import Role
from registry.organisation.models import Institution
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import grant, make_department, make_person, make_place

V1 = "/api/v1"


@pytest.fixture
def pool(institution: Institution) -> Any:
    home = make_department(institution, "总务处仓库")
    officer = make_person(institution, "张库生", department=home, phone="8050")
    grant(institution, officer, Role.WAREHOUSE_KEEPER, department=home)
    kind = make_type(institution, name="投影仪", unit="台")
    make_assets(
        institution,
        3,
        item_type_id=kind.id,
        state="idle",
        department_id=home.id,
        place_id=make_place(institution, "中心仓库").id,
        cost_fen=9_999,
    )
    make_assets(institution, 1, state="idle")
    return kind


def test_cards_are_paged_with_their_totals(api_as: Any, pool: Any) -> None:
    api = api_as(None, "read")
    first = api.get(f"{V1}/idle?sort=most&limit=1").json
    assert (first["groups"], first["things"], first["similar"]) == (2, 4, [])
    [card] = first["items"]
    assert card["count"] == card["free"] == 3
    assert card["spots"][0]["officer"] == {"name": "张库生", "phone": "8050"}
    assert not {"cost", "custodian"} & set(card)
    rest = api.get(f"{V1}/idle?sort=most&limit=1&cursor={first['next_cursor']}").json
    assert [each["count"] for each in rest["items"]] == [1]
    assert rest["next_cursor"] is None


def test_a_type_tells_its_things_as_cards(api_as: Any, pool: Any) -> None:
    api = api_as(None, "read")
    found = api.get(f"{V1}/idle/types/{pool.id}?limit=2").json
    assert found["card"]["count"] == 3
    assert [each["sight"] for each in found["items"]] == ["colleague"] * 2
    more = api.get(f"{V1}/idle/types/{pool.id}?cursor={found['next_cursor']}").json
    assert len(more["items"]) == 1
    nothing = api.get(f"{V1}/idle/types/{pool.id}?condition=broken").json
    assert (nothing["card"], nothing["items"]) == (None, [])
    assert api.get(f"{V1}/idle/types/987654").status_code == 404


def test_a_search_that_finds_nothing_tells_like_names(api_as: Any, pool: Any) -> None:
    found = api_as(None, "read").get(f"{V1}/idle?q=投影机").json
    assert (found["items"], found["similar"]) == ([], ["投影仪"])


def test_the_pool_goes_out_as_a_file(api_as: Any, pool: Any) -> None:
    api = api_as(None, "interchange", "sharing")
    for query, lines in (("by=cards", 3), (f"by=things&item_type_id={pool.id}", 4)):
        answer = api.get(f"{V1}/idle/export?form=csv&{query}", buffered=True)
        assert len(answer.data.decode("utf-8-sig").strip().splitlines()) == lines


def test_a_token_for_labels_alone_sees_no_pool(api_as: Any, pool: Any) -> None:
    assert api_as(None, "labelling").get(f"{V1}/idle").status_code == 403
