"""Labels and certificates where several institutions share one address.

A code names its institution: whoever finds a thing sees the public card of its owner
and can tell them, whoever pays sees what a certificate is worth, as where there is one
institution, and nobody learns more than there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.codes import actions as codes
from registry.codes.models import CodeKind
from registry.journal.models import Entry
from registry.kernel.checkcodes import grouped, new_code
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, LabelReport
from registry.organisation.actions import change_institution
from registry.organisation.models import Institution, Person
from registry.procurement.actions.certifying import newest
from registry.waiting.models import Wait, WaitHolder
from registry.web.base.routes import declared_routes
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    make_colleague,
    make_department,
    make_institution,
    make_person,
    make_place,
)
from tests.factories.procurement import make_request

V1 = "/api/v1"
PRIVATE = ("欧阳不愿名", "地下三层暗格", "31415", "31,415", "SN-SECRET")
CARD = {"code", "name", "department", "contact", "institution"}


@dataclass
class Two:
    """Two schools; the second owns a projector, and somebody who looks after it."""

    first: Institution
    second: Institution
    thing: Asset
    door: str
    officer: Person
    insider: Person


@pytest.fixture
def two(institution: Institution, context: Session) -> Two:
    second = make_institution("erzhong", name="第二中学", contact="总务处 8800")
    room = make_department(second, "电教室")
    place = make_place(second, PRIVATE[1])
    thing = make_asset(
        second,
        item_type_id=make_type(second, "投影仪").id,
        department_id=room.id,
        custodian_id=make_person(second, PRIVATE[0], department=room).id,
        place_id=place.id,
        state="idle",
        cost_fen=3_141_500,
        serial="SN-SECRET-1",
    )
    office = make_colleague(second, Role.ASSET_OFFICE)
    [door] = codes.issue(second.id, CodeKind.PLACE, [place.id])
    return Two(institution, second, thing, door, office, make_person(institution))


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def said(context: Session) -> list[LabelReport]:
    return list(context.scalars(sa.select(LabelReport).order_by(LabelReport.id)))


def test_a_stranger_sees_the_card_of_whoever_owns_the_thing(
    two: Two, client: Any
) -> None:
    for where in (f"/a/{two.thing.code}", f"/A/{two.thing.code.lower()}"):
        answer = client.get(where)
        assert answer.status_code == 200, where
        page = text_of(answer)
        for told in ("投影仪", "电教室", "总务处 8800", "第二中学"):
            assert told in page, told
        assert two.first.name not in page
        assert not [each for each in PRIVATE if each in answer.text]
    answer = client.get(f"{V1}/labels/{two.thing.code}")
    assert set(answer.json) == CARD
    assert answer.json["institution"] == "第二中学"
    assert "第二中学" in text_of(client.get(f"/a/{two.door}"))


def test_a_stranger_tells_the_owner_once_however_often_it_is_sent(
    two: Two, client: Any, context: Session
) -> None:
    where = f"/a/{two.thing.code}/report"
    wrong = client.submit(where, {"kind": "problem", "words": ""})
    assert (wrong.status_code, "投影仪" in wrong.text) == (422, True)
    form = {"kind": "problem", "words": "灯泡不亮", "once": "tap" * 8}
    for _tap in range(2):
        assert client.submit(where, form).status_code == 200
    for _retry in range(2):
        answer = client.submit(
            f"{V1}/labels/{two.thing.code}/reports",
            json={"kind": "found", "words": "在走廊"},
            headers={"Idempotency-Key": "0123456789abcdef"},
        )
        assert answer.status_code == 201
    reports = said(context)
    assert [each.words for each in reports] == ["灯泡不亮", "在走廊"]
    for each in reports:
        assert (each.institution_id, each.made_by_id) == (two.second.id, None)
        wait = context.scalars(
            sa.select(Wait).where(
                Wait.subject_kind == "label_report", Wait.subject_id == each.id
            )
        ).one()
        held = sa.select(WaitHolder.person_id).where(WaitHolder.wait_id == wait.id)
        assert list(context.scalars(held)) == [two.officer.id]


def test_whoever_is_of_another_house_is_a_stranger_to_it(
    two: Two, signed_in_as: Any, api_as: Any, context: Session
) -> None:
    page, programme = signed_in_as(person=two.insider), api_as(person=two.insider)
    answer = page.get(f"/a/{two.thing.code}")
    assert (answer.status_code, "总务处 8800" in answer.text) == (200, True)
    assert not [each for each in PRIVATE if each in answer.text]
    where = f"/a/{two.thing.code}/report"
    told = {"kind": "found", "words": "在我校门口"}
    assert page.submit(where, told).status_code == 200
    sent = programme.post(f"{V1}/labels/{two.thing.code}/reports", json=told)
    assert sent.status_code == 201
    for each in said(context):
        assert (each.institution_id, each.made_by_id) == (two.second.id, None)
        [entry] = context.scalars(
            sa.select(Entry).where(
                Entry.subject_kind == "label_report", Entry.subject_id == each.id
            )
        )
        assert (entry.institution_id, entry.actor_id) == (two.second.id, None)
        assert entry.door in ("page", "api")
    own = signed_in_as(person=two.officer).get(f"/a/{two.thing.code}")
    assert own.location == f"/assets/{two.thing.id}"


def test_at_the_host_of_one_a_label_of_the_other_is_the_others(
    two: Two, client: Any, system: Any, context: Session
) -> None:
    change_institution(system, two.first.version, label_url="https://zc.yucai.cn")
    site = "http://zc.yucai.cn"
    page = client.get(f"/a/{two.thing.code}", base_url=site).text
    assert "总务处 8800" in page
    token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
    form = {"kind": "found", "words": "捡到了", "csrf_token": token}
    where = f"/a/{two.thing.code}/report"
    assert client.post(where, data=form, base_url=site).status_code == 200
    assert [each.institution_id for each in said(context)] == [two.second.id]


def test_what_no_code_is_is_told_as_where_there_is_one_institution(
    institution: Institution, client: Any, context: Session
) -> None:
    thing = make_asset(institution)
    unknown, old = new_code(), thing.code
    ledger.replace_label(Actor.system(institution.id), thing.id)
    wrong = old[:-1] + ("2" if old[-1] != "2" else "3")

    def answers() -> list[tuple[int, str, str]]:
        found = []
        for code in (unknown, wrong, old, "%00", "x" * 300, "教室"):
            page = client.get(f"/a/{code}")
            programme = client.get(f"{V1}/labels/{code}")
            sent = client.submit(f"/a/{code}/report", {"kind": "found", "words": "x"})
            heading = re.search(r"<h1.*?</h1>", page.text, re.DOTALL)
            found.append(
                (
                    page.status_code,
                    heading[0] if heading else "",
                    f"{programme.status_code} {programme.json['code']}"
                    f" {sent.status_code}",
                )
            )
        return found

    alone = answers()
    assert [status for status, *_ in alone[:3]] == [404, 422, 410]
    make_institution("erzhong")
    client.application.extensions["registry_houses"]._at = float("-inf")
    assert answers() == alone


def test_whoever_looks_for_codes_is_counted(app: Flask) -> None:
    open_to_strangers = {
        (each.method, each.rule): each.access.limit
        for each in declared_routes(app)
        if re.match("(/api/v1)?/(a|c|labels|certificates/verify)/<", each.rule.lower())
        and each.method in ("GET", "POST")
    }
    assert len(open_to_strangers) == 8
    assert None not in open_to_strangers.values()


def test_whoever_pays_verifies_a_certificate_of_any_house(
    two: Two, client: Any, signed_in_as: Any
) -> None:
    home = make_department(two.second, "二中教务处")
    asker = make_colleague(two.second, name="欧阳不愿名", department=home)
    make_colleague(two.second, Role.DEPARTMENT_HEAD, department=home)
    made = make_request(
        asker, {"text": "电子琴", "quantity": 2, "price_fen": 3_141_500}
    )
    certificate = newest(made.id)
    assert certificate is not None
    code = certificate.code
    typed = client.get("/verify/open", query_string={"text": grouped(code).lower()})
    assert typed.location == f"/c/{code}"
    for where in (f"/c/{code}", f"/C/{code.lower()}"):
        answer = client.get(where)
        page = text_of(answer)
        assert answer.status_code == 200
        for told in ("有效", "第二中学", "二中教务处"):
            assert told in page, told
        assert two.first.name not in page
        assert not [each for each in (*PRIVATE, "62830") if each in answer.text]
    told = client.get(f"{V1}/certificates/verify/{code}")
    assert (told.json["status"], told.json["institution"]) == ("valid", "第二中学")
    full = f"/certificates/{certificate.id}"
    assert full not in client.get(f"/c/{code}").text
    neighbour = signed_in_as(person=two.insider)
    assert full not in neighbour.get(f"/c/{code}").text
    assert neighbour.get(full).status_code == 404
    assert full in signed_in_as(person=asker).get(f"/c/{code}").text
