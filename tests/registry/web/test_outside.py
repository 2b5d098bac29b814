"""The outer pool by page and API, and every door an institution has into another one.

What another institution shows is its card. Everything else of it, through pages, API,
files, searches, feeds and notices alike, is not there.
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
from PIL import Image
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.images import clean_photo
from registry.ledger import actions as ledger
from registry.ledger.models import Asset, Document, Photo
from registry.lists.of import LISTINGS
from registry.notifications.models import Notice
from registry.organisation.models import Department, Institution, Person, Place
from registry.sharing import actions as sharing
from registry.sharing.models import OuterCard, OuterInquiry, OuterThing
from registry.waiting.models import Wait
from registry.web.base.routes import declared_routes
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_institution,
    make_person,
    make_place,
)
from tests.factories.procurement import make_request

V1 = "/api/v1"
HINTS = "/requests/hints?text="
PART = re.compile(r"<(?:(?P<kind>[a-z]+):)?(?P<name>\w+)>")
STREAMS = ("/live", "/live/news", f"{V1}/events/stream", "/sign-out")
PUBLIC = ("/a/", "/A/", "/c/", "/api/docs", "/certificates/verify")
SECRETS = {
    "department": "秘密教研室",
    "person": "欧阳不愿名",
    "place": "地下三层暗格",
    "price": "31415.92",
    "price in words": "31,415.92",
    "serial": "SN-SECRET-77",
    "number": "ZCSECRET",
    "note": "修过三次的内情",
    "unshown": "祖传八音盒",
}
"""What is known of the owner's things inside; none of it is on the card."""


@dataclass
class Neighbours:
    """Two institutions; the first shows three projectors, the second may ask."""

    owner: Institution
    other: Institution
    office: Person
    outsider: Person
    insider: Person
    things: list[int]
    card: int


def _jpeg() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 120, 90)).save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture
def neighbours(institution: Institution, context: Session) -> Neighbours:
    other = make_institution(name="城东实验小学", contact="总务处 8800")
    room = make_department(institution, SECRETS["department"])
    keeper = make_person(institution, SECRETS["person"], department=room)
    things = make_assets(
        institution,
        3,
        item_type_id=make_type(institution, "投影仪").id,
        department_id=room.id,
        place_id=make_place(institution, SECRETS["place"]).id,
        custodian_id=keeper.id,
        state="idle",
        cost_fen=3_141_592,
        note=SECRETS["note"],
    )
    make_assets(
        institution,
        1,
        item_type_id=make_type(institution, SECRETS["unshown"]).id,
        department_id=room.id,
        state="idle",
    )
    system = Actor.system(institution.id)
    ids = [each.id for each in things]
    for number, asset_id in enumerate(ids):
        changes = {
            "serial": f"{SECRETS['serial']}{number}",
            "asset_number": f"{SECRETS['number']}{number}",
        }
        ledger.amend(system, asset_id, None, changes)
    ledger.add_photo(system, ids[0], clean_photo(_jpeg()))
    office = make_colleague(institution, Role.ASSET_OFFICE)
    sharing.publish(actor_of(office), ids)
    [card] = context.scalars(sa.select(OuterCard.id))
    return Neighbours(
        institution,
        other,
        office,
        make_colleague(other, Role.ASSET_OFFICE),
        make_person(other),
        ids,
        card,
    )


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text[:600]
    return answer


def test_shown_asked_for_and_given_by_page(
    neighbours: Neighbours, signed_in_as: Any, context: Session
) -> None:
    two = neighbours
    here, there = signed_in_as(person=two.office), signed_in_as(person=two.insider)
    assert "外单位可用" in text_of(there.get("/idle"))
    assert "投影仪" in text_of(there.get("/outer"))
    page = text_of(there.get(f"/outer/cards/{two.card}"))
    assert "对方现有 3 件" in page
    photo = ok(there.get(f"/outer/cards/{two.card}/photo?small=1"))
    assert photo.mimetype == "image/jpeg"
    wrong = there.submit(f"/outer/cards/{two.card}", {"count": 9, "words": "上课"})
    assert wrong.status_code == 422
    asked = there.submit(f"/outer/cards/{two.card}", {"count": 2, "words": "上课用"})
    one = asked.location
    assert "在等对方资产管理处答复" in text_of(there.get(one))
    assert "投影仪" in text_of(there.get("/outer/asked"))

    assert "城东实验小学" in text_of(here.get("/outer/inquiries"))
    inquiry = one.replace("/asked/", "/inquiries/")
    assert "上课用" in text_of(here.get(inquiry))
    assert here.submit(f"{inquiry}/refuse", {"reason": ""}).status_code == 422
    assert here.submit(f"{inquiry}/promise", {"count": 3}).status_code == 422
    assert here.submit(f"{inquiry}/promise", {"count": 1}).status_code == 303
    assert "对方已留出" in text_of(there.get(one))
    assert here.submit(f"{inquiry}/give", {"approval": ""}).status_code == 422
    assert here.submit(f"{inquiry}/give", {"approval": "批〔2026〕1号"}).location
    assert "已划转" in text_of(here.get(inquiry))
    assert "批〔2026〕1号" in text_of(there.get(one))

    own = text_of(here.get(f"/outer/own/{two.card}"))
    assert "ZCSECRET1" in own
    one_thing = f"/outer/assets/{two.things[1]}"
    assert "从对外公开撤下" in text_of(here.get(f"/assets/{two.things[1]}"))
    here.submit(one_thing, {"do": "withdraw"})
    assert "对外公开" in text_of(here.get(f"/assets/{two.things[1]}"))
    assert "：1 件" in text_of(here.get("/outer/publish"))
    assert here.submit("/outer/publish", {}).status_code == 422
    kind = context.get_one(Asset, two.things[1]).item_type_id
    here.submit("/outer/publish", {"types": [kind]})
    assert context.get_one(OuterCard, two.card).count == 2
    here.submit(f"/outer/own/{two.card}/withdraw", {})
    assert "还没有对外公开的" in text_of(here.get("/outer/own"))
    assert there.get(f"/outer/cards/{two.card}").status_code == 404
    assert there.get(f"/outer/cards/{two.card}/photo").status_code == 404
    here.submit("/outer/publish?q=投影仪", {"do": "all"})
    assert context.get_one(OuterCard, two.card).count == 2


def test_the_same_by_api(neighbours: Neighbours, api_as: Any) -> None:
    two = neighbours
    here, there = api_as(person=two.office), api_as(person=two.insider)
    [card] = ok(there.get(f"{V1}/outer/cards")).json["items"]
    assert (card["kind"]["name"], card["count"]) == ("投影仪", 3)
    assert ok(there.get(f"{V1}/outer/cards/{card['id']}")).json == card
    assert ok(there.get(f"{V1}/outer/cards/{card['id']}/photo")).data[:2] == b"\xff\xd8"
    where = f"{V1}/outer/cards/{card['id']}/inquiries"
    asked = ok(there.post(where, json={"count": 2, "words": "上课"}), 201).json
    assert there.post(where, json={"count": 1, "words": "上课"}).status_code == 409
    for number, (act, body) in enumerate(
        (
            ("promise", {"count": 2}),
            ("refuse", {"reason": "自己要用"}),
        )
    ):
        at = f"{V1}/outer/inquiries/{asked['id']}"
        assert there.post(f"{at}/{act}", json=body).status_code in (403, 404), number
        found = ok(here.post(f"{at}/{act}", json=body)).json
    assert (found["state"], found["asset_ids"]) == ("refused", [])
    again = ok(there.post(where, json={"count": 1, "words": "上课"}), 201).json
    at = f"{V1}/outer/asked/{again['id']}"
    assert ok(there.post(f"{at}/withdraw")).json["state"] == "withdrawn"
    last = ok(there.post(where, json={"count": 1, "words": "上课"}), 201).json
    at = f"{V1}/outer/inquiries/{last['id']}"
    ok(here.post(f"{at}/promise", json={"count": 1}))
    given = ok(here.post(f"{at}/give", json={"approval": "批1号"})).json
    assert len(given["asset_ids"]) == 1
    assert ok(there.get(f"{V1}/outer/asked/{last['id']}")).json["state"] == "given"
    assert len(ok(there.get(f"{V1}/outer/asked")).json["items"]) == 3
    assert len(ok(here.get(f"{V1}/outer/inquiries")).json["items"]) == 3
    [own] = ok(here.get(f"{V1}/outer/own")).json["items"]
    ids = ok(here.get(f"{V1}/outer/own/{own['id']}")).json["asset_ids"]
    assert len(ids) == 2
    ok(here.post(f"{V1}/outer/own/withdraw", json={"asset_ids": ids}))
    assert ok(there.get(f"{V1}/outer/cards")).json["items"] == []
    ok(here.post(f"{V1}/outer/own", json={"asset_ids": ids}))
    assert len(ok(there.get(f"{V1}/outer/cards")).json["items"]) == 1


def test_who_asks_and_who_approves_know_of_them(
    neighbours: Neighbours, signed_in_as: Any, api_as: Any
) -> None:
    """While one types below one's own, and beside what is to be approved."""
    two = neighbours
    home = make_department(two.other, "教务处")
    asker = make_colleague(two.other, name="陈静", department=home)
    head = make_colleague(two.other, Role.DEPARTMENT_HEAD, department=home)
    types, typed = signed_in_as(person=asker), api_as(person=asker)

    def hinted(text: str = "投影机") -> list[str]:
        return [each["words"] for each in types.get(f"{HINTS}{text}").json["groups"]]

    [group] = types.get(f"{HINTS}投影机").json["groups"]
    assert group["words"].startswith("外单位可能有 3 件能用，提交后")
    [item] = group["items"]
    assert (item["title"][:3], item["note"]) == ("投影仪", f"3 件 · {two.owner.name}")
    assert (item["url"], "small=1" in item["photo"]) == (f"/outer/cards/{two.card}", 1)
    assert ok(types.get(item["photo"])).mimetype == "image/jpeg"
    form = {"text_1": "投影机", "quantity_1": "2", "price_1": "30"}
    looked = types.submit("/requests/new", {**form, "do": "look"})
    assert "外单位可能有 3 件能用" in text_of(looked)
    assert hinted("音乐盒") == hinted(SECRETS["unshown"]) == []
    found = ok(typed.get(f"{V1}/idle-matches?text=投影机")).json
    assert [(e["card_id"], e["count"]) for e in found["outside"]] == [(two.card, 3)]
    kind = make_type(two.other, "投影仪").id
    [own] = make_assets(two.other, 1, item_type_id=kind, state="idle")
    assert [each[:5].strip() for each in hinted()] == ["可能有 1", "外单位可能"]
    ledger.change_state(Actor.system(two.other.id), own.id, "report_missing")
    there = signed_in_as(person=two.office)
    assert len(there.get(f"{HINTS}投影机").json["groups"]) == 1, (
        "one's own are not others'"
    )

    made = types.submit("/requests/new", {**form, "do": "submit"}).location
    [line] = ok(typed.get(f"{V1}/purchase-requests/{made.split('/')[-1]}")).json[
        "lines"
    ]
    [card] = line["outside"]
    no = {"reason": "time", "why": "下周就要上课，等不及"}
    types.submit(f"{made}/outside/{card['id']}/decline", no)
    by_page, by_api = (each(person=head) for each in (signed_in_as, api_as))
    where = made.replace("/requests/", "/approvals/requests/")
    page = text_of(by_page.get(where))
    assert f"（3 件，{two.owner.name}）" in page
    assert "下周就要上课，等不及" in page
    assert "又公开的" not in page
    good = make_assets(
        two.owner, 1, item_type_id=make_type(two.owner, "投影机").id, state="idle"
    )
    sharing.publish(actor_of(two.office), [good[0].id])
    page = text_of(by_page.get(where))
    assert "检查以后又公开的" in page
    assert f"1 件，{two.owner.name}" in page
    told = ok(by_api.get(f"{V1}{where}")).json
    [since] = told["shown_since"]
    assert (since["line_id"], since["title"][:3]) == (line["id"], "投影机")
    assert told["mine"], "it holds up nothing"
    by_page.submit(f"{where}/approve", {"words": ""})
    assert "又公开的" not in text_of(by_page.get(where))
    for client in (types, by_page):
        told = [client.get(each).text for each in (where, f"{HINTS}投影机")]
        assert not [each for each in SECRETS.values() if each in "".join(told)]


def test_alone_there_is_no_trace_of_an_outside(
    signed_in_as: Any, api_as: Any, institution: Institution
) -> None:
    office = make_colleague(institution, Role.ASSET_OFFICE)
    [thing] = make_assets(institution, 1, state="idle")
    made = make_request(office)
    page, programme = signed_in_as(person=office), api_as(person=office)
    approving = f"/approvals/requests/{made.id}"
    for where in ("/", "/idle", f"/assets/{thing.id}", approving):
        found = page.get(where).get_data(as_text=True)
        assert "/outer" not in found, where
        assert "外单位" not in found, where
    for where in ("", "/own", "/publish", "/inquiries", "/asked"):
        assert page.get(f"/outer{where}").status_code == 404, where
    for where in ("cards", "own", "inquiries", "asked"):
        assert programme.get(f"{V1}/outer/{where}").status_code == 404, where


def addresses(app: Flask, ids: dict[str, list[Any]]) -> Iterator[str]:
    """Every address that can be read, with the owner's ids put in."""
    for route in declared_routes(app):
        rule = route.rule
        closed = route.method != "GET" or rule in STREAMS or rule.startswith(PUBLIC)
        if closed:
            continue
        names = [part["name"] for part in PART.finditer(rule)]
        if not names:
            yield rule
            yield f"{rule}?q={SECRETS['unshown']}&text={SECRETS['unshown']}"
            if "export" in rule:
                yield f"{rule}?form=csv"
            if rule == f"{V1}/events":
                yield f"{rule}?after=0"
            continue
        first, *others = names
        for value in ids.get(first, [1]):
            known = {first: value} | {each: ids.get(each, [1])[0] for each in others}
            where = PART.sub(lambda part, known=known: str(known[part["name"]]), rule)
            yield where
            if "export" in where:
                yield f"{where}?form=csv"


def words_of(data: bytes) -> str:
    """What an answer says; a spreadsheet's cells too."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b" ".join(map(book.read, book.namelist()))
    return data.decode("utf-8", errors="ignore")


def test_no_door_leads_into_another_institution(
    app: Flask,
    neighbours: Neighbours,
    api_as: Any,
    signed_in_as: Any,
    context: Session,
) -> None:
    two = neighbours
    asker = actor_of(two.insider)
    inquiry = sharing.ask_outside(asker, two.card, count=2, words="上课")
    sharing.promise_outside(actor_of(two.office), inquiry.id, count=1)
    context.commit()

    def every(column: Any) -> list[Any]:
        model = column.class_
        mine = model.institution_id == two.owner.id
        return list(context.scalars(sa.select(column).where(mine))) or [1]

    ids: dict[str, list[Any]] = {
        "asset_id": every(Asset.id),
        "photo_id": every(Photo.id),
        "place_id": every(Place.id),
        "department_id": every(Department.id),
        "person_id": every(Person.id),
        "document_id": every(Document.id),
        "card_id": every(OuterCard.id),
        "inquiry_id": every(OuterInquiry.id),
        "thing_id": every(OuterThing.id),
        "wait_id": every(Wait.id),
        "type_id": [context.get_one(Asset, two.things[0]).item_type_id],
        "name": list(LISTINGS),
        "number": [inquiry.number],
    }

    def told_to(person: Person, of: str = "") -> set[tuple[str, str]]:
        programme, page = api_as(person=person), signed_in_as(person=person)
        told = set()
        for where in addresses(app, ids):
            if not re.search(of, where):
                continue
            client = programme if where.startswith("/api/") else page
            answer = client.get(where, buffered=True)
            assert answer.status_code < 500, where
            text = words_of(answer.get_data()).replace(where, "")
            answer.close()
            told |= {
                (name, where)
                for name, secret in SECRETS.items()
                if secret in text and secret not in where
            }
        return told

    assert told_to(two.outsider) == set()
    assert told_to(two.insider, "outer") == set()
    seen = told_to(two.office, f"^({V1})?/(assets|idle)")
    assert {name for name, _where in seen} == set(SECRETS), "the doors do tell"
    notices = context.scalars(
        sa.select(Notice).where(Notice.institution_id == two.other.id)
    ).all()
    assert notices
    assert not [
        each for each in notices if any(s in str(each.facts) for s in SECRETS.values())
    ]


def test_the_check_leads_to_it_by_page_and_api(
    neighbours: Neighbours, signed_in_as: Any, api_as: Any
) -> None:
    two = neighbours
    page, programme = signed_in_as(person=two.insider), api_as(person=two.insider)
    office = api_as(person=two.office)

    def ask() -> tuple[str, dict[str, Any]]:
        lines = [{"text": "投影仪", "quantity": 4, "price": "3000"}]
        made = ok(programme.post(f"{V1}/purchase-requests", json={"lines": lines}), 201)
        where = f"{V1}/purchase-requests/{made.json['id']}"
        found = ok(programme.post(f"{where}/submit")).json
        [card] = found["lines"][0]["outside"]
        return f"/requests/{found['id']}", card

    here, card = ask()
    assert (card["institution"], card["must_answer"]) == (two.owner.name, True)
    assert "别的单位有闲置的" in text_of(page.get(here))
    at = f"{here}/outside/{card['id']}"
    assert "能用，就问对方要" in text_of(page.get(at))
    assert page.submit(f"{at}/ask", {"count": 9, "words": "上课"}).status_code == 422
    assert page.submit(f"{at}/decline", {"reason": "time"}).status_code == 422
    assert page.submit(f"{at}/ask", {"count": 2, "words": "上课"}).location == here
    assert "已问对方" in text_of(page.get(here))
    assert "等不及可以在下面写明原因" in text_of(page.get(at))
    [asked] = ok(office.get(f"{V1}/outer/inquiries")).json["items"]
    assert asked["cause"] == ""
    where = f"{V1}/outer/inquiries/{asked['id']}"
    ok(office.post(f"{where}/promise", json={"count": 2}))
    assert "对方给 2 件" in text_of(page.get(here))
    assert "外单位同意给，少买" in text_of(page.get(here))

    there, card = ask()
    at = f"{V1}/outer-candidates/{card['id']}"
    wrong = programme.post(f"{at}/decline", json={"reason": "owner_needs", "words": ""})
    assert wrong.status_code == 422
    assert ok(programme.post(f"{at}/ask", json={"count": 1})).json["lines"][0][
        "outside"
    ][0]["inquiry_id"]
    why = {"reason": "time", "words": "等不到批文"}
    done = ok(programme.post(f"{at}/decline", json=why)).json
    assert done["state"] == "approving"
    assert "等不到批文" in text_of(page.get(there))
    for stranger in (office, api_as(person=make_person(two.other))):
        assert stranger.post(f"{at}/ask", json={"count": 1}).status_code in (403, 404)
