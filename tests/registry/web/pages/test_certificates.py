"""Verifying a certificate without an account, and the certificate for colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.kernel.checkcodes import grouped
from registry.ledger.actions import change_state
from registry.organisation.models import Institution, Person
from registry.procurement.actions.answering import decline, take
from registry.procurement.actions.approving import approve, refuse
from registry.procurement.actions.buying import Wanted as Ordered
from registry.procurement.actions.buying import place_order
from registry.procurement.actions.certifying import newest
from registry.procurement.actions.ruling import uphold
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.certificates import looked_at
from registry.procurement.queries.checks import must_answer
from registry.procurement.queries.issued import (
    CertificateFilter,
    certificate_rows,
    standings,
)
from registry.procurement.queries.orders import BuyingFilter, buying_rows
from registry.procurement.queries.requests import request
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


def test_finance_lists_all_of_them_filters_takes_them_out_and_verifies(
    institution: Institution, signed_in_as: Any, context: Session, clock: Any
) -> None:
    house = House(institution)
    other = make_department(institution, "物理组")
    asker = make_colleague(institution, name="钱老师", department=other)
    sold, stale, void = (
        make_request(person, {"text": text, "quantity": 2, "price_fen": 150_000})
        for person, text in (
            (house.teacher, "电子琴"),
            (house.teacher, "天文望远镜"),
            (asker, "示波器"),
        )
    )
    approve(actor_of(house.head), sold.id)
    head = make_colleague(institution, Role.DEPARTMENT_HEAD, department=other)
    refuse(actor_of(head), void.id, words="再议")
    context.commit()
    clock.shift(timedelta(days=8))
    certificates = {each.id: newest(each.id) for each in (sold, stale, void)}
    listed = certificate_rows(Actor.system(institution.id), CertificateFilter(), "")
    rows = session().scalars(listed.select).all()
    worth = standings(rows)
    assert {each.id for each in certificates.values()} <= set(worth)
    for each in rows:
        assert worth[each.id] == looked_at(each).status
    for status in CertificateStatus:
        wanted = CertificateFilter(statuses=(str(status),))
        narrowed = certificate_rows(Actor.system(institution.id), wanted, "")
        assert set(session().scalars(narrowed.select)) == {
            each for each in rows if worth[each.id] == status
        }
    money = signed_in_as(Role.FINANCE)
    page = money.get("/certificates")
    for each in certificates.values():
        assert grouped(each.code) in page.text
    assert 'href="/certificates"' in money.get("/more").text
    code = certificates[sold.id].code
    narrowed = money.get(f"/certificates?q={grouped(code).lower()}").text
    assert grouped(code) in narrowed
    assert grouped(certificates[void.id].code) not in narrowed
    assert "示波器" not in money.get("/certificates?q=望远镜").text
    for text in (code, f"https://zc.school.edu.cn/C/{code}"):
        answer = money.get("/scan/open", query_string={"text": text})
        assert answer.location == f"/c/{code}"
    head_there = signed_in_as(person=head)
    assert head_there.get("/certificates").status_code == 403
    officer = signed_in_as(Role.ASSET_OFFICE, department=other)
    seen = officer.get("/certificates").text
    assert grouped(certificates[void.id].code) in seen
    assert grouped(code) not in seen
    api = money.get("/api/v1/certificates?status=void").json
    assert [each["request_number"] for each in api["items"]] == [void.number]


def test_what_is_to_be_bought_is_listed_for_whom_the_policy_lets_buy_it(
    institution: Institution, signed_in_as: Any, context: Session
) -> None:
    house = House(institution)
    ready = make_request(
        house.teacher, {"text": "电子琴", "quantity": 2, "price_fen": 1}
    )
    approve(actor_of(house.head), ready.id)
    coming = make_request(
        house.teacher, {"text": "示波器", "quantity": 1, "price_fen": 1}
    )
    approve(actor_of(house.head), coming.id)
    office = make_colleague(institution, Role.ASSET_OFFICE)
    line = coming.lines[0]
    place_order(
        actor_of(office), coming.id, supplier="甲", lines=[Ordered(line.id, 1, 1)]
    )
    home = house.teacher.department
    elsewhere = make_department(institution)
    people = [
        office,
        house.teacher,
        house.head,
        make_colleague(institution, Role.WAREHOUSE_KEEPER, department=home),
        make_colleague(institution, Role.DEPARTMENT_ASSET_OFFICER, department=home),
        make_colleague(institution, Role.ASSET_OFFICE, department=elsewhere),
        make_colleague(institution, Role.FINANCE),
    ]
    context.expire_all()
    for person in people:
        actor = actor_of(person)
        found = buying_rows(actor, BuyingFilter(), "oldest").select
        wanted = {
            each
            for each, permission in (
                (ready, Permission.ORDER_PLACE),
                (coming, Permission.ORDER_RECEIVE),
            )
            if actor.may(permission, each.department)
        }
        assert set(session().scalars(found)) == wanted
        for each in wanted:
            assert request(actor, each.id) is each
    keeper = signed_in_as(person=people[3])
    page = keeper.get("/buying").text
    assert "示波器" in page
    assert "电子琴" not in page
    assert keeper.get(f"/buying/requests/{coming.id}").status_code == 200
    assert keeper.get(f"/buying/requests/{ready.id}").status_code == 404
    [row] = keeper.get("/api/v1/buying").json["items"]
    assert row["id"] == coming.id
    assert keeper.get("/buying?state=approved").text.count("示波器") == 0
