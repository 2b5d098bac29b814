"""Nobody without the right sees what another department asks for, pays, and who asks.

Every door is tried: each address that can be read, with the ids of the request and all
that hangs on it, each list as a file, each search with the secret words, the live feed,
notices and summaries. Somebody who may see it finds everything by the same doors.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.ledger.models import Document
from registry.lists.of import LISTINGS
from registry.notifications.models import Notice
from registry.organisation.models import Institution, Person
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.checks import Candidate
from registry.procurement.models.orders import GoodsReceipt, PurchaseOrder
from registry.procurement.models.requests import PurchaseRequest
from registry.sharing.models import Transfer
from registry.waiting.models import Wait
from registry.web.base.routes import declared_routes
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    grant,
    make_colleague,
    make_department,
    make_person,
    make_place,
)

V1 = "/api/v1"
PART = re.compile(r"<(?:(?P<kind>[a-z]+):)?(?P<name>\w+)>")
STREAMS = ("/live", "/live/news", f"{V1}/events/stream", "/sign-out")
ELSEWHERE = ("/assets/<asked_release>", "/api/docs")
NAMES_OF_PEOPLE = ("/people", "/pick/people", f"{V1}/people", f"{V1}/exports/people")
"""Who works here is no secret among colleagues; that they ask for something is."""

SECRETS = {
    "what for": "夜里修屋顶的秘密计划",
    "what": "量子电子琴",
    "price": "31415.92",
    "price in words": "31,415.92",
    "supplier": "隐名乐器行",
    "who": "欧阳不愿名",
    "why not": "琴键坏了三个还走音",
}


@dataclass
class Doors:
    """The ids that lead to the request, and who tries the doors."""

    ids: dict[str, list[Any]]
    requester: Person
    outsider: Person
    office: Person


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:600]
    return answer.json


@pytest.fixture
def doors(institution: Institution, context: Session, api_as: Any) -> Doors:
    teaching = make_department(institution, "教务处")
    general = make_department(institution, "总务处")
    union = make_department(institution, "工会")
    requester = make_person(institution, SECRETS["who"], department=teaching)
    teacher = api_as(person=requester)
    head = api_as(Role.DEPARTMENT_HEAD, department=teaching)
    officer, money = api_as(Role.ASSET_OFFICE), api_as(Role.FINANCE)
    make_assets(
        institution,
        1,
        item_type_id=make_type(institution, "电子琴").id,
        department_id=general.id,
        place_id=make_place(institution).id,
        state="idle",
    )
    line = {"text": SECRETS["what"], "quantity": 2, "price": SECRETS["price"]}
    body = {"lines": [line], "purpose": SECRETS["what for"]}
    made = ok(teacher.post(f"{V1}/purchase-requests", json=body), 201)
    where = f"{V1}/purchase-requests/{made['id']}"
    found = ok(teacher.post(f"{where}/submit"))
    [line] = found["lines"]
    if line["standing"] == "unclear":
        named = [each["id"] for each in line["found"]]
        settled = {"kind": "settle_matched", "candidate_ids": named, "words": "可用"}
        ruling = f"{V1}/purchase-lines/{line['id']}/ruling"
        found = ok(officer.post(ruling, json=settled))
    for group in found["lines"][0]["found"]:
        if group["must_answer"]:
            why = {"reason": "condition", "words": SECRETS["why not"]}
            at = f"{V1}/idle-candidates/{group['id']}/decline"
            ok(teacher.post(at, json=why))
    kept = {"kind": "uphold", "words": "情况属实"}
    officer.post(f"{V1}/purchase-lines/{line['id']}/ruling", json=kept)
    principal = api_as(Role.PRINCIPAL)
    for who in (head, officer, money, principal):
        who.post(f"{V1}/approvals/requests/{made['id']}/approve", json={})
    wanted = {"line_id": line["id"], "quantity": 1, "price": SECRETS["price"]}
    order = {"supplier": SECRETS["supplier"], "lines": [wanted]}
    at = f"{V1}/buying/requests/{made['id']}"
    placed = ok(officer.post(f"{at}/orders", json=order), 201)
    part = {"order_line_id": placed["lines"][0]["id"], "count": 1, "new_type": "琴"}
    receipts = f"{V1}/buying/orders/{placed['id']}/receipts"
    ok(officer.post(receipts, json={"arrived": [part]}), 201)

    outsider = make_colleague(institution, Role.DEPARTMENT_HEAD, department=union)
    for role in (Role.DEPARTMENT_ASSET_OFFICER, Role.WAREHOUSE_KEEPER):
        grant(institution, outsider, role, department=union)
    context.commit()

    def every(column: Any) -> list[Any]:
        return list(context.scalars(sa.select(column)))

    request = context.get_one(PurchaseRequest, made["id"])
    ids: dict[str, list[Any]] = {
        "request_id": [request.id],
        "line_id": [line["id"]],
        "candidate_id": every(Candidate.id),
        "order_id": every(PurchaseOrder.id),
        "receipt_id": every(GoodsReceipt.id),
        "certificate_id": every(Certificate.id),
        "transfer_id": every(Transfer.id) or [1],
        "wait_id": every(Wait.id),
        "document_id": every(Document.id),
        "asset_id": [1, 2],
        "number": every(Document.number),
        "name": [each for each in LISTINGS if each != "people"],
        "verb": ["receive"],
    }
    return Doors(ids, requester, outsider, officer.person)


def addresses(app: Flask, doors: Doors) -> Iterator[str]:
    """Every address that can be read, with the ids put in, and searched for secrets."""
    for route in declared_routes(app):
        rule = route.rule
        closed = route.method != "GET" or rule in STREAMS or rule.startswith(ELSEWHERE)
        if closed or rule.startswith(NAMES_OF_PEOPLE):
            continue
        names = [part["name"] for part in PART.finditer(rule)]
        if not names:
            yield rule
            yield f"{rule}?q={SECRETS['what']}&text={SECRETS['what']}"
            yield f"{rule}?form=csv"
            if rule == f"{V1}/events":
                yield f"{rule}?after=0"
            continue
        first, *others = names
        for value in doors.ids.get(first, [1]):
            ids = {first: value} | {
                each: doors.ids.get(each, [1])[0] for each in others
            }
            where = PART.sub(lambda part, ids=ids: str(ids[part["name"]]), rule)
            yield where
            if "export" in where:
                yield f"{where}?form=csv"


def words_of(data: bytes) -> str:
    """What an answer says; a spreadsheet's cells too."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b" ".join(map(book.read, book.namelist()))
    return data.decode("utf-8", errors="ignore")


def found_by(app: Flask, doors: Doors, *clients: Any, of: Any = "") -> dict[str, Any]:
    """Which secrets are told, and where."""
    told: dict[str, list[str]] = {}
    for where in addresses(app, doors):
        if not re.search(of, where):
            continue
        client = clients[0] if where.startswith("/api/") else clients[1]
        answer = client.get(where, buffered=True)
        assert answer.status_code < 500, where
        text = words_of(answer.get_data()).replace(where, "")
        answer.close()
        for name, secret in SECRETS.items():
            asked = secret in where
            if secret in text and not asked:
                told.setdefault(name, []).append(where)
        if where.startswith(f"{V1}/events") and "purchase_request" in text:
            told.setdefault("feed", []).append(where)
    return told


def test_another_department_s_request_is_seen_by_no_door(
    app: Flask, doors: Doors, api_as: Any, signed_in_as: Any, context: Session
) -> None:
    out = doors.outsider
    told = found_by(app, doors, api_as(person=out), signed_in_as(person=out))
    assert told == {}
    kinds = context.scalars(
        sa.select(Notice.subject_kind).where(Notice.person_id == out.id)
    ).all()
    assert not set(kinds) & {"purchase_request", "urgent_review"}

    may = doors.office
    clients = api_as(person=may), signed_in_as(person=may)
    told = found_by(app, doors, *clients, of="events|requests|buying|candidates")
    assert set(told) >= set(SECRETS) | {"feed"}
