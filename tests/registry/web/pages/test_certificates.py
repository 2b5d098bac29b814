"""Verifying a certificate without an account, and the certificate for colleagues."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.checkcodes import grouped
from registry.ledger.actions import change_state
from registry.organisation.models import Institution, Person
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.approving import approve, refuse
from registry.procurement.actions.certifying import newest
from registry.procurement.actions.ruling import uphold
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.certificates import looked_at
from registry.procurement.queries.checks import must_answer
from registry.procurement.rules.certificates import is_whole, status_of
from registry.procurement.states import CertificateStatus
from registry.store.db import session
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_place,
)
from tests.factories.procurement import make_request
from tests.harness.reading import pdf_pages, pdf_text, qr_texts

V, S = CertificateStatus, {"whole": True, "newest": True, "ended": False}
GOOD = {**S, "under_check": False, "fresh": True}


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({}, V.VALID),
        ({"fresh": False}, V.STALE),
        ({"under_check": True}, V.STALE),
        ({"ended": True, "fresh": False}, V.VOID),
        ({"newest": False, "ended": True}, V.SUPERSEDED),
        ({"whole": False, "newest": False}, V.BROKEN),
    ],
)
def test_a_certificate_is_worth_the_worst_that_is_true(
    wrong: dict[str, bool], status: CertificateStatus
) -> None:
    assert status_of(**{**GOOD, **wrong}) == status


class House:
    """A department, who asks in it, and its head."""

    def __init__(self, institution: Institution) -> None:
        home = make_department(institution, "教务处")
        self.teacher: Person = make_colleague(
            institution, name="孙老师", department=home
        )
        self.head = make_colleague(
            institution, Role.DEPARTMENT_HEAD, name="赵主任", department=home
        )
        store = make_department(institution, "总务处")
        kind = make_type(institution, "投影仪")
        make_assets(
            institution,
            12,
            item_type_id=kind.id,
            department_id=store.id,
            place_id=make_place(institution, "库房").id,
            state="idle",
        )
        officer = make_colleague(institution, Role.ASSET_OFFICE, name="吴敏")
        asks = actor_of(self.teacher)
        line = {"text": "投影仪", "quantity": 8, "price_fen": 123_456}
        made = make_request(self.teacher, line)
        [group] = must_answer(made.lines[0])
        take(asks, group.id, 5)
        decline(asks, group.id, "specification", "亮度不够，有西晒")
        uphold(actor_of(officer), made.lines[0].id, "情况属实")
        self.request = session().get_one(PurchaseRequest, made.id)

    @property
    def certificate(self) -> Certificate:
        found = newest(self.request.id)
        assert found is not None
        return found


@pytest.fixture
def house(context: Session, institution: Institution) -> House:
    found = House(institution)
    context.commit()
    return found


def test_whoever_holds_it_sees_what_it_is_worth_and_nobody_s_name_or_price(
    house: House, client: Any, context: Session
) -> None:
    code = house.certificate.code
    assert "不用登录" in client.get("/verify").text
    typed = client.get("/verify/open", query_string={"text": grouped(code).lower()})
    assert typed.status_code == 303
    page = client.get(f"/C/{code}").text
    for words in (
        "有效",
        "教务处",
        "要 8，用闲置 5，购置 3",
        "规格不合",
        "部门负责人",
    ):
        assert words in page
    for secret in ("孙老师", "赵主任", "1,234.56", "3,703.68", "库房", "亮度不够"):
        assert secret not in page
    approve(actor_of(house.head), house.request.id)
    assert "已同意" in client.get(f"/c/{code}").text
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    assert client.get(f"/c/{wrong}").status_code == 422
    assert client.get("/c/K7Q4M2XNT").status_code in (404, 422)
    assert client.get("/verify/open?text=").status_code == 422


def test_what_became_of_the_request_is_seen_at_once(
    house: House, client: Any, context: Session, institution: Institution
) -> None:
    for role in (Role.ASSET_OFFICE, Role.FINANCE, Role.PRINCIPAL):
        make_colleague(institution, role)
    code = house.certificate.code
    kind = make_type(institution, "投影仪")
    [late] = make_assets(institution, 1, item_type_id=kind.id, state="idle")
    context.commit()
    assert "已过期" in client.get(f"/c/{code}").text
    change_state(Actor.system(institution.id), late.id, "report_missing")
    refuse(actor_of(house.head), house.request.id, words="不买")
    context.commit()
    assert "申请没有办成" in client.get(f"/c/{code}").text


def test_a_changed_one_shows_as_changed(house: House, context: Session) -> None:
    found = house.certificate
    assert looked_at(found).status == CertificateStatus.VALID
    text = found.content.replace("教务处", "教导处")
    assert not is_whole(text, found.hash, found.hash)
    assert not is_whole(found.content, found.hash, None)
    assert is_whole(found.content, found.hash, found.hash)


def test_colleagues_see_all_of_it_and_print_it(
    house: House, signed_in_as: Any, context: Session
) -> None:
    found = house.certificate
    browser = signed_in_as(person=house.teacher)
    page = browser.get(f"/certificates/{found.id}").text
    assert "亮度不够" in page
    assert "库房" in page
    answer = browser.get(f"/certificates/{found.id}/paper")
    assert answer.mimetype == "application/pdf"
    [sheet] = pdf_pages(answer.data)
    [payload] = qr_texts(sheet)
    assert payload.endswith(f"/C/{found.code}")
    text = pdf_text(answer.data).replace("\n", "")
    assert grouped(found.code) in text
    assert "要 8，用闲置 5，购置 3" in text
    assert browser.get("/certificates/999999").status_code == 404
