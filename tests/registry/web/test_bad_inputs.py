"""What nobody should send, at every surface: a clear answer, and nothing has changed.

A table for each surface that means something by itself (codes, numbers, days, files,
addresses, headers, sheets, deliveries, hooks, steps in the wrong order), and two sweeps
that put bad values into every field of every form and every call there is.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.roles import Role
from registry.kernel.checkcodes import new_code
from registry.organisation.models import Institution
from registry.store.base import Base
from registry.web.base.fields import StrictSchema
from registry.web.base.routes import declared_routes
from tests.factories.audits import Campus, make_campus, scan
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    grant,
    make_institution,
    make_person,
    make_place,
)
from tests.harness.application import SeparateClient
from tests.harness.depth import deep
from tests.registry.web.test_matrix import address

V1 = "/api/v1"
REFUSED = frozenset({400, 404, 405, 409, 410, 411, 413, 414, 415, 422, 428, 429})
ANSWERED = REFUSED | {200, 303}
LEAKS = ("Traceback", "sqlalchemy", "psycopg", "sqlite3", 'File "/', "SELECT ")
COUNTED_APART = {"throttle_buckets", "sessions", "api_tokens", "kept_answers"}
"""Tables that a refusal may touch: how often somebody tried, and when."""
HUGE = 2**63
NUL, LONE, BELL = "a\0b", "\ud800", "\x07\x1b[A"
LONG = "长" * 20_000
QUERY = "'; DROP TABLE assets; --"
SCRIPT = "<script>alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
HIDDEN = "\u202eabc\u2066"


@dataclass(frozen=True)
class Case:
    """One thing that somebody sends, and what may be answered."""

    name: str
    where: str
    method: str = "GET"
    accepted: frozenset[int] = REFUSED
    options: Mapping[str, Any] = field(default_factory=dict)
    code: str | None = None
    anew: bool = False
    """Whether it comes from nobody who is known."""


@dataclass
class House:
    """A campus that is being counted, another house, and somebody who may do all."""

    campus: Campus
    audit: int
    foreign: int
    foreign_place: int
    foreign_code: str
    taken: dict[str, Any]
    """A record that was taken before."""

    @property
    def ids(self) -> dict[str, int]:
        """What the parts of addresses stand for."""
        thing = self.campus.things[0]
        return {
            "asset_id": thing.id,
            "audit_id": self.audit,
            "department_id": self.campus.home.id,
            "place_id": self.campus.room.id,
            "person_id": self.campus.second.id,
            "type_id": thing.item_type_id,
            "number": 1,
        }


@pytest.fixture
def house(institution: Institution, context: Session) -> House:
    campus = make_campus(institution, things=2)
    found = campus.begin()
    taken = scan(campus.things[0], campus.room)
    campus.send(found, taken)
    school = make_institution("另一所学校")
    other, room = make_asset(school), make_place(school)
    context.commit()
    return House(campus, found.id, other.id, room.id, other.code, taken)


@pytest.fixture
def chief(house: House, signed_in_as: Any) -> SeparateClient:
    """Who may do everything, at a page and through the API."""
    person = make_person(house.campus.institution)
    for role in (Role.ADMINISTRATOR, Role.ASSET_OFFICE):
        grant(house.campus.institution, person, role)
    client: SeparateClient = signed_in_as(person=person)
    return client


def get(surface: str, where: str, values: Any, key: str, **how: Any) -> Iterator[Case]:
    """The same question with each of these values."""
    for at, value in enumerate(values):
        yield Case(
            f"{surface} {at}", where, options={"query_string": {key: value}}, **how
        )


def sent(surface: str, where: str, bodies: Any, **how: Any) -> Iterator[Case]:
    """The same call with each of these bodies."""
    how = {"method": "POST"} | how
    for at, body in enumerate(bodies):
        yield Case(f"{surface} {at}", where, options={"json": body}, **how)


def codes(house: House) -> Iterator[Case]:
    """Scans: labels of nobody, mistyped, of another house, and no labels at all."""
    own = house.campus.things[0].code
    swapped = own[1] + own[0] + own[2:] if own[0] != own[1] else own[:-1]
    wrong = [
        own[:-1] + ("2" if own[-1] != "2" else "3"),
        swapped,
        new_code(),
        house.foreign_code,
        own + own,
        own[:5],
        "",
        " ",
        NUL,
        BELL,
        LONG[:3_000],
        QUERY,
        SCRIPT,
        HIDDEN,
        "javascript:alert(1)",
        "../../etc/passwd",
        "%00",
        "\u0663\u0664",
        "HTTPS://EVIL.EXAMPLE/A/" + new_code(),
    ]
    yield from get("scan", f"{V1}/scan", wrong, "text", accepted=ANSWERED)
    yield from get("scan page", "/scan/open", wrong, "q", accepted=ANSWERED)
    yield from get("look", "/scan/look", wrong, "text", accepted=ANSWERED)
    yield from get("search", "/assets", wrong, "q", accepted=ANSWERED)
    for at, each in enumerate(
        ["x", "0" * 9, new_code(), "a" * 400, "..", "%00", "%ff"]
    ):
        yield Case(f"label {at}", f"/A/{each}", accepted=ANSWERED, anew=True)
        yield Case(f"certificate {at}", f"{V1}/certificates/verify/{each}")


BAD_NUMBERS = [-1, 0.5, 1e300, HUGE, -HUGE - 1, True, "1", "٣", "1_0", [], {}, ""]
BAD_DAYS = ["2026-02-30", "0000-01-01", "10000-01-01", "2026-13-01", "昨天", 20260101]
BAD_DAYS += ["2026-01-01T00:00:00Z", "2026-1-1", "1800-01-01", "", "２０２６-01-01", {}]
BAD_TEXTS = [NUL, BELL, LONG, 5, True, [], {"$ne": ""}]
BAD_IDS = [0, -1, HUGE, 987_654_321, "1", "abc", 1.5, [1], {}, True]
BAD_MONEY = ["-1", "1.234", "1e5", "NaN", "９", "9" * 20, 5, 1.5, True, "5元"]


def fields(house: House) -> Iterator[Case]:
    """Numbers, days, amounts, texts and ids of a thing to be registered."""
    good = {
        "item_type_id": house.campus.things[0].item_type_id,
        "department_id": house.campus.home.id,
    }
    ids = [*BAD_IDS, house.foreign_place]
    tables: dict[str, list[Any]] = {
        "count": BAD_NUMBERS,
        "service_life_months": BAD_NUMBERS,
        "acquired_on": BAD_DAYS,
        "warranty_until": BAD_DAYS,
        "cost": BAD_MONEY,
        "note": BAD_TEXTS,
        "serial": BAD_TEXTS,
        "item_type_id": BAD_IDS,
        "department_id": BAD_IDS,
        "place_id": ids,
        "custodian_id": BAD_IDS,
        "state": ["sold", "", 1, NUL],
        "id": [1],
        "institution_id": [1],
        "code": ["K7Q4M2XNT"],
    }
    for name, values in tables.items():
        bodies = [good | {name: each} for each in values]
        yield from sent(f"asset {name}", f"{V1}/assets", bodies)
    yield from sent(
        "foreign", f"{V1}/assets/{house.foreign}/move", [{"place_id": 1}], code=None
    )


def calls(house: House) -> Iterator[Case]:
    """Bodies that are none, or of another kind, and queries that mean nothing."""
    raw = [
        b"",
        b"{",
        b"[]",
        b"1",
        b'"text"',
        b"null",
        b'{"a": NaN}',
        b'{"a": 1e309}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'\xef\xbb\xbf{"a": 1}',
        b"\xff\xfe{",
        '{"名": 1}'.encode("gbk"),
    ]
    for at, body in enumerate(raw):
        for where in (f"{V1}/assets", f"{V1}/audits/{house.audit}/records"):
            yield Case(
                f"body {where} {at}",
                where,
                "POST",
                options={"data": body, "content_type": "application/json"},
            )
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "",
        "x/y" * 99,
    ):
        yield Case(
            f"kind {kind[:20]}",
            f"{V1}/assets",
            "POST",
            options={"data": b"{}", "content_type": kind},
        )
    queries = ["limit=0", "limit=-1", "limit=99999", "limit=x", "limit=1&limit=2"]
    queries += ["after=x", "after=%00", "after=eyJhIjoxfQ", "sort=%27", "sort=id;drop"]
    queries += ["place=x", f"place={HUGE}", "state=%ff", "q=%00", "unknown=1", "q[]=1"]
    for each in queries:
        for where in (f"{V1}/assets", f"{V1}/people", f"{V1}/audits"):
            yield Case(f"query {where}?{each}", f"{where}?{each}", accepted=ANSWERED)
        yield Case(f"query /assets?{each}", f"/assets?{each}", accepted=ANSWERED)


def addresses(house: House) -> Iterator[Case]:
    """Addresses that lead out of the house, and ids that nobody has."""
    paths = ["/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fetc%2fpasswd"]
    paths += ["/assets/-1", f"/assets/{HUGE}", "/assets/" + "9" * 5_000, "/assets/1.0"]
    paths += ["/assets/%00", "/assets/%ff", "//evil.example/", "/.git/config", "/.env"]
    paths += [f"/imports/template/{each}" for each in ("..", "x", "%2e%2e%2fpasswd")]
    paths += [f"/assets/{house.foreign}", f"/jobs/{HUGE}", "/documents/numbered/%00"]
    paths += ["/lists/nothing/export", "/lists/%2e%2e/columns", "/calendars/x.ics"]
    paths += [f"/audits/{house.audit}/differences/nothing", "/bulk/nothing"]
    paths += [f"{V1}/{each}/{HUGE}" for each in ("assets", "audits", "people", "jobs")]
    for each in paths:
        yield Case(f"address {each[:60]}", each)
    away = ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil"]
    away += ["javascript:alert(1)", "%2f%2fevil.example", "\r\nSet-Cookie: a=b", LONG]
    yield from get("next", "/sign-in", away[:-1], "next", accepted=ANSWERED, anew=True)


def headers(house: House) -> Iterator[Case]:
    """Headers that lie about who asks, in which form, and how often."""
    body = {"json": {"place_id": house.campus.other.id}}
    move = f"{V1}/assets/{house.campus.things[0].id}/move"
    told = {
        "If-Match": ["x", '"0"', '"-1"', f'"{HUGE}"', "*", "W/" + '"1"', LONG[:500]],
        "Idempotency-Key": ["short", "", "字" * 10, "x" * 5_000, "a b\tc" * 3],
    }
    for name, values in told.items():
        for at, value in enumerate(values):
            safe = value.encode("utf-8").decode("latin-1")
            yield Case(
                f"header {name} {at}",
                move,
                "POST",
                REFUSED | {412},
                options=body | {"headers": {name: safe}},
            )
    odd = {
        "Accept-Language": ["x" * 5_000, "../../etc", "zh;q=NaN", "*;q=9", "\xff"],
        "Range": ["bytes=9-1", "bytes=-", "lines=1-2", f"bytes=0-{HUGE}"],
        "If-None-Match": ["x", '"' * 99],
        "If-Modified-Since": ["yesterday", "Thu, 99 Foo 9999 99:99:99 GMT"],
        "Accept": ["x/y", "*/*;q=x", "a" * 3_000],
        "Last-Event-ID": ["x", str(HUGE), "-1"],
        "Cookie": ["session=x", "session=" + "A" * 4_000, "=;=;"],
    }
    for name, values in odd.items():
        for at, value in enumerate(values):
            yield Case(
                f"header {name} {at}",
                "/assets",
                accepted=ANSWERED | {416, 304, 406},
                options={"headers": {name: value}},
                anew=name == "Cookie",
            )
    for at, host in enumerate(
        ["evil.example", "localhost.evil.example", "a b", "[::1", ""]
    ):
        yield Case(
            f"host {at}",
            "/sign-in",
            accepted=REFUSED | {421} | ({200} if not host else frozenset()),
            options={"headers": {"Host": host}},
            anew=True,
        )


PICTURES = {
    "empty.jpg": b"",
    "text.jpg": b"not a picture",
    "cut.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "cut.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "huge.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page.html": b"<script>alert(1)</script>",
    "moving.gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "../../x.jpg": b"\xff\xd8\xff",
    "paper.pdf": b"%PDF-1.7\n",
    "script.php": b"<?php system('id');",
    "\u202egpj.exe": b"MZ\x90\x00",
}
SHEETS = {
    "empty.csv": b"",
    "empty.xlsx": b"",
    "cut.xlsx": b"PK\x03\x04" * 9,
    "text.xlsx": b"hello",
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "nul.csv": b"a\x00b,c\n1,2\n",
    "no-head.csv": b"1,2,3\n4,5,6\n",
    "wide.csv": b",".join(b"c%d" % each for each in range(3_000)) + b"\n",
    "long-cell.csv": "资产编号,资产名称\nZ1,".encode() + b"x" * 140_000,
    "../../etc/passwd": b"root:x:0:0",
    "page.html": b"<html></html>",
}


def files(house: House) -> Iterator[Case]:
    """Files that are no pictures and no sheets."""
    thing = house.campus.things[0].id
    for name, content in PICTURES.items():
        for where, key in (
            (f"{V1}/assets/{thing}/photos", "photo"),
            (f"/assets/{thing}/photos", "photo"),
            (f"{V1}/scan/photo", "photo"),
            ("/scan/photo", "photo"),
            (f"{V1}/audits/{house.audit}/photos/{house.taken['id']}", "photo"),
        ):
            yield Case(
                f"picture {where} {name}",
                where,
                "POST",
                ANSWERED if where == "/scan/photo" else REFUSED | {303},
                options={"data": {key: (io.BytesIO(content), name)}},
            )
    for name, content in SHEETS.items():
        for where in (f"{V1}/imports", "/imports"):
            # It is kept and looked at by a job, which says what is wrong with it.
            yield Case(
                f"sheet {where} {name}",
                where,
                "POST",
                ANSWERED | {202},
                options={"data": {"file": (io.BytesIO(content), name)}},
            )
    yield Case("sheet of nothing", f"{V1}/imports", "POST", options={"data": {}})
    yield Case(
        "sheet kind",
        f"{V1}/imports?kind=users",
        "POST",
        options={"data": {"file": (io.BytesIO(b"a,b\n1,2\n"), "a.csv")}},
    )


def labels(_: House) -> Iterator[Case]:
    """Labels in measures of no paper, of things of nobody, in endless numbers."""
    bodies: list[Any] = [{}, {"assets": []}, {"assets": [HUGE]}, {"assets": ["x"]}]
    bodies += [{"assets": [987_654_321], "medium": "x"}, {"assets": [1] * 100_001}]
    bodies += [{"count": each} for each in (0, -1, 10**9, "x", 1.5, True)]
    yield from sent("labels", f"{V1}/labels", bodies)
    yield from sent("blanks", f"{V1}/labels/blanks", bodies)
    yield from sent("label jobs", f"{V1}/labels/jobs", bodies)
    sizes = [{"name": "x", "width_mm": each} for each in (-1, 0, 1e9, "x", None, HUGE)]
    yield from sent("sheets", f"{V1}/sheets", sizes)
    hosts = [
        "169.254.169.254",
        "localhost",
        "file:///etc/passwd",
        "a b",
        "",
        LONG[:300],
    ]
    printers = [
        {"name": "打印机", "host": each, "port": 70_000, "language": "zpl"}
        for each in hosts
    ]
    yield from sent("printers", f"{V1}/printers", printers)
    for query in ("medium=x", "skip=-1", "skip=99999999", "offset_x=NaN", "copies=1e9"):
        for where in ("/labels/preview.png", "/labels/calibration.pdf"):
            yield Case(f"{where} {query}", f"{where}?{query}", accepted=ANSWERED)


def hooks(_: House) -> Iterator[Case]:
    """Addresses that robots must never be sent to."""
    urls = ["http://169.254.169.254/", "http://localhost/", "http://[::1]/", "ftp://x/"]
    urls += [
        "file:///etc/passwd",
        "https://evil.example/",
        "https://qyapi.weixin.qq.com@evil",
    ]
    urls += ["http://2130706433/", "https://oapi.dingtalk.com.evil.example/", "", NUL]
    urls += ["gopher://x", "https://qyapi.weixin.qq.com:22/", "//evil", "javascript:x"]
    bodies = [{"name": "群", "kind": "wecom", "url": each} for each in urls]
    bodies += [{"name": "群", "kind": "telegram", "url": "https://x"}, {}]
    yield from sent("robots", f"{V1}/notices/robots", bodies)


def signing_in(_: House) -> Iterator[Case]:
    """Names and passwords that are none."""
    names = ["", " ", NUL, QUERY, LONG, SCRIPT, "admin", "\u202eadmin", "ａdmin"]
    for at, name in enumerate(names):
        for password in ("", "x", "x" * 100_000):
            yield Case(
                f"sign in {at} {len(password)}",
                "/sign-in",
                "POST",
                REFUSED | {401, 200},
                options={"data": {"name": name, "password": password}},
                anew=True,
            )
    for at, token in enumerate(["x", "", "Bearer", "A" * 9_000, "\xff", "null"]):
        yield Case(
            f"bearer {at}",
            f"{V1}/me",
            accepted=REFUSED | {401},
            options={"headers": {"Authorization": f"Bearer {token}"}},
            anew=True,
        )


def steps(house: House) -> Iterator[Case]:
    """Steps out of order, of nobody's business, or about nothing."""
    audit, thing = house.audit, house.campus.things[0].id
    acts: list[tuple[str, Any]] = [
        (f"audits/{audit}/close", {}),
        (f"audits/{audit}/begin", {}),
        (f"audits/{audit}/resume", {}),
        (f"audits/{audit}/rounds", {"kind": "x"}),
        (f"audits/{audit}/samples", {"percent": 0}),
        (f"audits/{audit}/samples", {"percent": 101}),
        ("audits/findings/rule", {"findings": []}),
        ("audits/findings/approve", {"findings": [HUGE]}),
        (f"assets/{thing}/state", {"verb": "sell"}),
        (f"assets/{thing}/state", {"verb": "return_from_repair"}),
        (f"assets/{thing}/correct", {"number": 999}),
        ("holds", {"asset_id": thing}),
        ("transfers", {"assets": []}),
        ("loans", {"asset_id": thing, "from": "2026-13-01"}),
        ("purchase-requests", {"lines": []}),
        ("purchase-requests", {"lines": [{"text": "", "quantity": -5}] * 3}),
        (f"documents/{HUGE}/undo", {}),
        ("approvals/requests/1/approve", {}),
        ("imports/1/confirm", {}),
        (f"jobs/{HUGE - 1}/cancel", {}),
        ("wanted", {"text": ""}),
        ("assets/bulk", {"act": "sell"}),
        ("assets/acts", {"act": "move", "assets": [thing] * 2_000}),
    ]
    for where, body in acts:
        yield from sent(f"step {where}", f"{V1}/{where}", [body])


def deliveries(house: House) -> Iterator[Case]:
    """What phones bring: each bad record is answered, the delivery is not refused."""
    room, thing = house.campus.room, house.campus.things[1]
    good = scan(thing, room)
    unread = {name: value for name, value in good.items() if name != "code"}
    bad: list[Any] = [
        1,
        None,
        [],
        "x",
        {},
        good | {"id": "x"},
        good | {"id": house.taken["id"].upper()},
        good | {"kind": "sell"},
        good | {"at": "yesterday"},
        good | {"at": 5},
        good | {"place_id": 0},
        good | {"place_id": HUGE - 1},
        good | {"place_id": "1"},
        good | {"code": ""},
        good | {"code": "x" * 501},
        good | {"code": NUL},
        good | {"code": 7},
        good | {"surprise": 1},
        good | {"kind": "tick", "reason": "lazy"},
        good | {"kind": "count", "count": -1},
        good | {"kind": "undo", "undoes": "x"},
        good | {"kind": "note", "note": LONG},
        good | {"kind": "note", "condition": "shiny"},
        unread | {"asset_id": house.foreign, "kind": "tick", "reason": "other"},
    ]
    where = f"{V1}/audits/{house.audit}/records"
    walk = "0b0c1c52-8f0f-4a53-9a3c-0e7f3d7c1a11"
    for moment in (
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ):
        # However wrong a phone's clock is, what it saw counts, or is said not to.
        body = {"walk_id": walk, "records": [scan(thing, room) | {"at": moment}]}
        yield Case(f"clock {moment}", where, "POST", frozenset({200}), {"json": body})
    for at, record in enumerate(bad):
        body = {"walk_id": walk, "records": [record]}
        yield Case(f"record {at}", where, "POST", frozenset({200}), {"json": body})
    wrong: list[Any] = [
        {"walk_id": "", "records": []},
        {"walk_id": LONG, "records": []},
        {"walk_id": walk, "records": "x"},
        {"walk_id": walk, "records": [{}] * 501},
        {"walk_id": walk, "records": [], "round": 99},
        {"walk_id": walk, "records": [], "position": -1},
        {"walk_id": walk, "records": [], "sent_at": "x"},
    ]
    yield from sent("delivery", where, wrong, accepted=REFUSED)


SURFACES = (
    codes,
    fields,
    calls,
    addresses,
    headers,
    files,
    labels,
    hooks,
    signing_in,
    steps,
    deliveries,
)


class Watch:
    """Sends cases and gathers what went wrong."""

    def __init__(self, app: Flask, client: SeparateClient, context: Session) -> None:
        self.client = client
        self.nobody: Any = app.test_client()
        self.context = context
        self.faults: list[str] = []
        self.count = 0
        self.before = self.state()

    def state(self) -> tuple[Any, ...]:
        """How many rows there are of everything, and how far the ledgers are."""
        self.context.rollback()
        counts = [
            sa.select(sa.func.count()).select_from(each).scalar_subquery()
            for each in Base.metadata.sorted_tables
            if each.name not in COUNTED_APART
        ]
        return tuple(self.context.execute(sa.select(*counts)).one())

    def send(self, case: Case) -> Any:
        """Send one, and note whatever should not have come of it."""
        self.count += 1
        client: Any = self.nobody if case.anew else self.client
        options = dict(case.options)
        told = dict(options.pop("headers", {}))
        if case.method != "GET":
            told.setdefault("X-CSRFToken", client._form_token())
        try:
            answer = client.open(
                case.where, method=case.method, headers=told, **options
            )
        except Exception as error:
            self.faults.append(f"{case.name}: {type(error).__name__}: {error}"[:300])
            return None
        text = answer.get_data().decode(errors="replace")
        status = answer.status_code
        if status >= 500 or status not in case.accepted:
            self.faults.append(f"{case.name}: {status} {text[:160]}")
        if status >= 400:
            leaks = [each for each in LEAKS if each in text]
            after = self.state()
            if leaks:
                self.faults.append(f"{case.name}: tells {leaks}")
            if after != self.before:
                self.faults.append(f"{case.name}: {status} and something changed")
            self.before = after
            told_as = answer.mimetype
            if case.where.startswith(V1) and told_as != "application/problem+json":
                self.faults.append(f"{case.name}: {status} as {told_as}")
        else:
            self.before = self.state()
        return answer


def test_what_nobody_should_send_is_answered_and_changes_nothing(
    app: Flask, house: House, chief: SeparateClient, context: Session
) -> None:
    watch = Watch(app, chief, context)
    for surface in SURFACES:
        for case in surface(house):
            answer = watch.send(case)
            if case.name.startswith("record ") and answer and answer.status_code < 300:
                [told] = answer.json["results"]
                if told["outcome"] != "refused" or not told["words"]:
                    watch.faults.append(f"{case.name}: {told}")
    assert watch.count >= 600
    assert watch.faults == [], "\n".join(watch.faults)


HOSTILE: tuple[Any, ...] = (
    NUL,
    BELL,
    LONG[:2_001],
    QUERY,
    SCRIPT,
    HIDDEN,
    FORMULA,
    "-1",
    "9" * 40,
    "²",
)
HOSTILE_JSON: tuple[Any, ...] = (
    *HOSTILE,
    HUGE - 1,
    -1,
    0,
    1.5,
    True,
    None,
    [],
    {},
    [{}],
)
PART = re.compile(r"<(?:\w+:)?(\w+)>")
ENDS_ITS_SESSION = re.compile(r"/(sign-out|sessions|password|leave|disable|credential)")


def test_every_field_of_every_form_and_call_bears_anything(
    app: Flask, house: House, chief: SeparateClient, context: Session
) -> None:
    watch = Watch(app, chief, context)
    names = _field_names()
    shapes = _shapes(chief)
    form_values, json_values = itertools.cycle(HOSTILE), itertools.cycle(HOSTILE_JSON)
    for route in declared_routes(app):
        if route.method == "GET" or ENDS_ITS_SESSION.search(route.rule):
            continue
        if route.access.unread:
            continue
        for _ in range(deep(1, 6)):
            where = address(route, house.ids)
            name = f"{route.method} {where}"
            if route.rule.startswith(V1):
                value = next(json_values)
                path = PART.sub(r"{\1}", route.rule)
                known = shapes.get((route.method.lower(), path), {})
                options = {"json": dict.fromkeys(known or ["surprise"], value)}
            else:
                value = next(form_values)
                options = {"data": dict.fromkeys(names, value)}
            case = Case(
                f"{name} {str(value)[:20]!r}",
                where,
                route.method,
                ANSWERED | {201, 202, 204, 401, 403},
                options,
            )
            watch.send(case)
    assert watch.count >= deep(200, 1_200)
    assert watch.faults == [], "\n".join(watch.faults)


def _field_names() -> list[str]:
    """The names of all fields of all forms and calls."""
    found: set[str] = set()
    left: list[type[Any]] = [StrictSchema]
    while left:
        each = left.pop()
        left += each.__subclasses__()
        found |= set(getattr(each, "_declared_fields", {}))
    return sorted(found)


def _shapes(client: SeparateClient) -> dict[tuple[str, str], dict[str, Any]]:
    """By method and path, the fields of the body that the description tells."""
    told: Any = client.get(f"{V1}/openapi.json").json
    rules: dict[tuple[str, str], dict[str, Any]] = {}
    for path, methods in told["paths"].items():
        for method, each in methods.items():
            if not isinstance(each, dict):
                continue
            content = each.get("requestBody", {}).get("content", {})
            shape = content.get("application/json", {}).get("schema", {})
            name = shape.get("$ref", "").rpartition("/")[2]
            known = told["components"]["schemas"].get(name, shape)
            rules[method, path] = known.get("properties", {})
    return rules
