"""At the same moment around the gate, at two server processes, each shot at a barrier.

Every race is judged by a function that names what went wrong. One server that ships
must come through all of them; a server with faults planted (``careless_gate.py``), on a
database without its unique indices, must be caught in each.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.codes.actions import issue
from registry.codes.models import CodeKind
from registry.codes.queries import codes_of
from registry.config import Settings
from registry.journal.models import Entry
from registry.kernel.clock import today
from registry.ledger.actions import replace_label
from registry.ledger.models import Asset, Claim
from registry.ledger.verifying import verify
from registry.organisation.actions import leave, revoke_role
from registry.organisation.models import Department, Institution, Person, RoleGrant
from registry.procurement.models.checks import CheckAnswer
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.checks import must_answer
from registry.sharing import actions as sharing
from registry.sharing.models import Transfer
from tests.factories.auth import make_token
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_person,
    make_place,
)
from tests.factories.procurement import make_request
from tests.harness.depth import deep
from tests.harness.server import Serve, ShippedServer
from tests.registry.sharing.test_http_races import Shot, _send, statuses, volley

pytestmark = pytest.mark.slow
CARELESS = Path(__file__).with_name("careless_gate.py")
ROUNDS = deep(1, 6)
TRIES = 6
"""How often a careless server is given the chance to go wrong in a race."""
DONE = {200, 201}
INDICES = (
    "uq_claims_live",
    "uq_codes_current",
    "uq_holds_held",
    "uq_transfer_lines_live",
)
"""Which hold even a careless server, where they are."""
WHY = "看过了，情况属实，今晚就要用"


@dataclass
class Field:
    """Everybody who shoots, and what at."""

    app: Flask
    context: Session
    settings: Settings
    institution: Institution
    giving: Department
    keeper: Person
    people: list[Person]
    office: str
    tokens: list[str]
    kind_id: int
    count: Iterator[int] = field(default_factory=itertools.count)
    url: str = ""

    @property
    def system(self) -> Actor:
        """The installation itself."""
        return Actor.system(self.institution.id)

    def things(self, count: int, home: Department | None = None) -> list[int]:
        """So many idle things, known to the servers."""
        made = make_assets(
            self.institution,
            count,
            item_type_id=self.kind_id,
            department_id=(home or self.giving).id,
            state="idle",
        )
        self.context.commit()
        return [each.id for each in made]

    def beside(self, act: Callable[..., Any], *what: Any) -> Callable[[], None]:
        """An act in this process, a third one beside the servers'."""

        def run() -> None:
            with self.app.app_context():
                act(*what)

        return run

    def entries(self, *conditions: Any) -> list[Entry]:
        """Entries as they are now, in the order of the ledger."""
        self.context.rollback()
        self.context.expire_all()
        rows = self.context.scalars(
            sa.select(Entry).where(*conditions).order_by(Entry.position)
        )
        return list(rows)

    def claims(self, ids: list[int]) -> Counter[int]:
        """How many live claims each thing has."""
        self.context.rollback()
        rows = self.context.scalars(
            sa.select(Claim.asset_id).where(
                Claim.ended_at.is_(None), Claim.asset_id.in_(ids)
            )
        )
        return Counter(rows)


@pytest.fixture
def ground(
    institution: Institution, settings: Settings, context: Session, app: Flask
) -> Field:
    giving = make_department(institution, "总务处")
    keeper = make_colleague(institution, Role.WAREHOUSE_KEEPER, department=giving)
    people = [
        make_person(institution, department=make_department(institution))
        for _ in range(3)
    ]
    office = make_colleague(institution, Role.ASSET_OFFICE)
    found = Field(
        app=app,
        context=context,
        settings=settings,
        institution=institution,
        giving=giving,
        keeper=keeper,
        people=people,
        office=make_token(settings, office),
        tokens=[make_token(settings, each) for each in people],
        kind_id=make_type(institution, "投影仪").id,
    )
    context.commit()
    return found


def one_fate(on: Field) -> list[str]:
    """R3: a thing is held, transferred, lent, repaired and written off at once."""
    wrong = []
    day = today("Asia/Shanghai").isoformat()
    for thing in on.things(ROUNDS):
        home = on.people[1].department_id
        shots: list[Shot] = [
            (on.tokens[0], "/holds", {"asset_ids": [thing]}, {}),
            (
                on.tokens[1],
                "/transfers",
                {"asset_ids": [thing], "to_department_id": home},
                {},
            ),
            (
                on.office,
                "/loans/lend",
                {"asset_id": thing, "borrower_id": on.people[2].id, "until_on": day},
                {},
            ),
            (on.office, f"/assets/{thing}/state", {"verb": "send_to_repair"}, {}),
            (on.office, f"/assets/{thing}/state", {"verb": "propose_disposal"}, {}),
        ]
        answers = [status for status, _ in volley(on.url, shots)]
        claims = on.claims([thing])[thing]
        won = sum(each in DONE for each in answers[:3])
        if set(answers) - {200, 201, 409} or won > 1 or claims > 1:
            wrong.append(f"{thing}: {answers}, {claims} claims")
    return wrong


def one_group(on: Field) -> list[str]:
    """R5: what was shown to several who ask is taken by all of them at once."""
    wrong = []
    for _ in range(ROUNDS):
        noun = f"学术报告厅第{next(on.count)}号投影幕布"
        kind = make_type(on.institution, noun).id
        made = make_assets(on.institution, 3, item_type_id=kind, state="idle")
        ids = [each.id for each in made]
        shots: list[Shot] = []
        for person, token in zip(on.people, on.tokens, strict=True):
            found = make_request(person, {"text": noun, "quantity": 2})
            [group] = must_answer(found.lines[0])
            shots.append((token, f"/idle-candidates/{group.id}/take", {"count": 2}, {}))
        on.context.commit()
        answers = volley(on.url, shots)
        on.context.rollback()
        on.context.expire_all()
        took = [
            asset_id
            for each in on.context.scalars(sa.select(CheckAnswer))
            for asset_id in each.asset_ids
            if asset_id in ids
        ]
        doubles = len(took) - len(set(took))
        if statuses(answers) != {200: 1, 409: 2} or doubles or len(took) != 2:
            wrong.append(f"{statuses(answers)}, {took}")
    return wrong


def lost_role(on: Field) -> list[str]:
    """R7: somebody approves while their role is taken away; and once more after it."""
    wrong = []
    for _ in range(ROUNDS):
        home = make_department(on.institution)
        asks = make_person(on.institution, department=home)
        head = make_colleague(on.institution, Role.DEPARTMENT_HEAD, department=home)
        token = make_token(on.settings, head)
        grant = on.context.scalars(
            sa.select(RoleGrant.id).where(RoleGrant.person_id == head.id)
        ).one()
        ids = [
            make_request(asks, {"text": f"电子琴{n}", "quantity": 1, "price_fen": 9}).id
            for n in range(2)
        ]
        on.context.commit()
        shots: list[Shot] = [
            (token, f"/approvals/requests/{each}/approve", {}, {}) for each in ids
        ]
        revoke = on.beside(revoke_role, on.system, grant)
        answers = [status for status, _ in volley(on.url, shots[:1], revoke)]
        late, _ = _send(on.url, shots[1])
        [gone] = on.entries(
            Entry.subject_kind == "role_grant",
            Entry.subject_id == grant,
            Entry.verb == "revoke",
        )
        decided = on.entries(
            Entry.subject_kind == "purchase_request",
            Entry.subject_id.in_(ids),
            Entry.verb == "decide_step",
        )
        after = [each for each in decided if each.position > gone.position]
        if after or late in DONE or set(answers) - {200, 403, 404, 409}:
            wrong.append(f"{answers}, then {late}, {len(after)} after")
    return wrong


def one_decision(on: Field) -> list[str]:
    """R6: several approve, refuse and send back what its asker takes back."""
    wrong = []
    home = make_department(on.institution)
    asks = make_person(on.institution, department=home)
    heads = [
        make_colleague(on.institution, Role.DEPARTMENT_HEAD, department=home)
        for _ in range(3)
    ]
    tokens = [make_token(on.settings, each) for each in heads]
    mine = make_token(on.settings, asks)
    for _ in range(ROUNDS):
        text = f"手风琴{next(on.count)}"
        made = make_request(asks, {"text": text, "quantity": 1, "price_fen": 9})
        request_id = made.id
        on.context.commit()
        where = f"/approvals/requests/{request_id}"
        shots: list[Shot] = [
            (token, f"{where}/{verb}", {"words": "看过了"}, {})
            for token, verb in zip(
                tokens, ("approve", "refuse", "send-back"), strict=True
            )
        ]
        shots.append((mine, f"/purchase-requests/{request_id}/withdraw", {}, {}))
        answers = volley(on.url, shots)
        fates = on.entries(
            Entry.subject_kind == "purchase_request",
            Entry.subject_id == request_id,
            Entry.verb.in_(("decide_step", "withdraw")),
        )
        verbs = [each.verb for each in fates]
        # what one has approved may still be taken back, what is decided otherwise not
        fine = (["decide_step"], ["withdraw"], ["decide_step", "withdraw"])
        won = sum(status in DONE for status, _ in answers)
        if (
            set(statuses(answers)) - {200, 409}
            or verbs not in fine
            or won != len(verbs)
        ):
            wrong.append(f"{statuses(answers)}, {verbs}")
    return wrong


def one_key(on: Field) -> list[str]:
    """R15: the same request with the same key, sent many times."""
    wrong = []
    for n in range(ROUNDS):
        body = {"lines": [{"text": f"小提琴{n}"}], "purpose": f"key {n}"}
        key = {"Idempotency-Key": f"a-key-of-its-own-{n}"}
        answers = volley(on.url, [(on.tokens[0], "/purchase-requests", body, key)] * 6)
        on.context.rollback()
        made = on.context.scalars(
            sa.select(PurchaseRequest.id).where(PurchaseRequest.purpose == f"key {n}")
        ).all()
        told = {each["id"] for status, each in answers if status == 201}
        if len(made) != 1 or told != set(made):
            wrong.append(f"{statuses(answers)}, {made}, {told}")
    return wrong


def ring(on: Field) -> list[str]:
    """R16: three departments hand one thing each to the next, all at once, twice."""
    homes = [each.department for each in on.people]
    keepers = [
        actor_of(make_colleague(on.institution, Role.WAREHOUSE_KEEPER, department=each))
        for each in homes
    ]
    place = make_place(on.institution).id
    things = [on.things(1, home)[0] for home in homes]
    shots: list[Shot] = []
    for at, thing in enumerate(things):
        to = (at + 1) % 3
        taker = actor_of(on.people[to])
        made = sharing.request_transfer(
            taker, [thing], to_department_id=homes[to].id, place_id=place
        )
        sharing.agree(keepers[at], made.id)
        sharing.hand_over(keepers[at], made.id, [thing])
        where = f"/transfers/{made.id}/receive"
        shots += [(on.tokens[to], where, {"asset_ids": [thing]}, {})] * 2
    on.context.commit()
    answers = volley(on.url, shots)
    on.context.rollback()
    on.context.expire_all()
    wrong = []
    for at, thing in enumerate(things):
        asset = on.context.get_one(Asset, thing)
        came = on.entries(
            Entry.subject_kind == "asset",
            Entry.subject_id == thing,
            Entry.verb == "receive",
        )
        if asset.department_id != homes[(at + 1) % 3].id or len(came) != 1:
            wrong.append(f"{thing}: {asset.department_id}, {len(came)} times")
    if set(statuses(answers)) - {200, 409}:
        wrong.append(str(statuses(answers)))
    return wrong


def lost_update(on: Field) -> list[str]:
    """R18: two forms of one draft, both begun from the same version, sent at once."""
    wrong = []
    for _ in range(ROUNDS):
        body = {"lines": [{"text": "书架"}]}
        _, made = _send(on.url, (on.tokens[0], "/purchase-requests", body, {}))
        where = f"PUT /purchase-requests/{made['id']}"
        tag = {"If-Match": f'"{made["version"]}"'}
        shots: list[Shot] = [
            (on.tokens[0], where, {"lines": [{"text": text}]}, tag)
            for text in ("甲", "乙")
        ]
        answers = volley(on.url, shots)
        _, now = _send(on.url, (on.tokens[0], where.replace("PUT", "GET"), {}, {}))
        kept = [b["lines"][0]["text"] for s, b in answers if s == 200]
        if statuses(answers) != {200: 1, 412: 1} or now["lines"][0]["text"] not in kept:
            wrong.append(f"{statuses(answers)}, {now['lines']}")
    return wrong


def bulk_and_single(on: Field) -> list[str]:
    """R19: many are written off in one act while some of them are held one by one.

    Two are held before; one of them nobody else touches.
    """
    wrong = []
    for _ in range(ROUNDS):
        ids = on.things(7)
        _send(on.url, (on.tokens[2], "/holds", {"asset_ids": ids[5:]}, {}))
        body = {"act": "propose_disposal", "asset_ids": ids, "reason": "老旧"}
        shots: list[Shot] = [(on.office, "/assets/bulk", body, {})] + [
            (on.tokens[at % 3], "/holds", {"asset_ids": [each]}, {})
            for at, each in enumerate(ids[:6])
        ]
        answers = volley(on.url, shots)
        claims = on.claims(ids)
        on.context.expire_all()
        gone = [
            each
            for each in ids
            if on.context.get_one(Asset, each).state == "pending_disposal"
        ]
        counts = answers[0][1].get("counts", {})
        both = [each for each in gone if claims[each]]
        # 422 where nothing of it could be written off any more
        done = 0 if answers[0][0] == 422 else counts.get("changed")
        if set(statuses(answers)) - {200, 201, 409, 422} or both or done != len(gone):
            wrong.append(f"{statuses(answers)}, {counts}, {len(gone)} gone, {both}")
    return wrong


def leaver(on: Field) -> list[str]:
    """R20: somebody leaves while they approve and ask; and tries once more after it."""
    wrong = []
    for _ in range(ROUNDS):
        home = make_department(on.institution)
        asks = make_person(on.institution, department=home)
        goes = make_colleague(on.institution, Role.DEPARTMENT_HEAD, department=home)
        token = make_token(on.settings, goes)
        ids = [
            make_request(asks, {"text": f"竖笛{n}", "quantity": 1, "price_fen": 9}).id
            for n in range(2)
        ]
        on.context.commit()
        _send(on.url, (token, "GET /me", {}, {}))
        shots: list[Shot] = [
            (token, f"/approvals/requests/{each}/approve", {}, {}) for each in ids
        ]
        more: Shot = (token, "/purchase-requests", {"lines": [{"text": "扫帚"}]}, {})
        going = on.beside(leave, on.system, goes.id, goes.version)
        answers = [status for status, _ in volley(on.url, [shots[0], more], going)]
        late = [_send(on.url, each)[0] for each in (shots[1], more)]
        [left] = on.entries(
            Entry.subject_kind == "person",
            Entry.subject_id == goes.id,
            Entry.verb == "leave",
        )
        after = on.entries(
            Entry.actor_id == goes.id,
            Entry.position > left.position,
            Entry.verb == "decide_step",
        )
        if after or late != [401, 401] or set(answers) - {200, 201, 401, 403, 404, 409}:
            wrong.append(f"{answers}, then {late}, {len(after)} after")
    return wrong


def merged(on: Field) -> list[str]:
    """R20: a department goes up in another while things are asked for to go to it."""
    wrong = []
    into = make_department(on.institution)
    admin = make_token(on.settings, make_colleague(on.institution, Role.ADMINISTRATOR))
    for _ in range(ROUNDS):
        home = make_department(on.institution)
        taker = make_person(on.institution, department=home)
        token = make_token(on.settings, taker)
        before, *things = on.things(3)
        sharing.request_transfer(actor_of(taker), [before], to_department_id=home.id)
        on.context.commit()
        _, seen = _send(on.url, (admin, f"GET /departments/{home.id}", {}, {}))
        body = {"to_department_id": home.id}
        shots: list[Shot] = [
            (token, "/transfers", body | {"asset_ids": [thing]}, {}) for thing in things
        ]
        shots.append(
            (
                admin,
                f"/departments/{home.id}/merge",
                {"into_id": into.id},
                {"If-Match": f'"{seen["version"]}"'},
            )
        )
        answers = [status for status, _ in volley(on.url, shots)]
        on.context.rollback()
        lost = on.context.scalars(
            sa.select(Transfer.id).where(
                Transfer.to_department_id == home.id, Transfer.closed_at.is_(None)
            )
        ).all()
        if lost or set(answers) - {200, 201, 403, 404, 409, 422}:
            wrong.append(f"{answers}, on their way to nobody: {lost}")
    return wrong


def new_things(on: Field) -> list[str]:
    """R13: many register at once: codes and numbers of their own, none left out."""
    wrong = []
    body = {"item_type_id": on.kind_id, "department_id": on.giving.id}
    for _ in range(ROUNDS):
        answers = volley(on.url, [(on.office, "/assets", body, {})] * 6)
        ids = [
            each for status, body in answers if status in DONE for each in body["ids"]
        ]
        on.context.rollback()
        made = [on.context.get_one(Asset, each) for each in ids]
        codes = {each.code for each in made}
        numbers = sorted(int(each.asset_number.partition("-")[2]) for each in made)
        running = list(range(numbers[0], numbers[0] + 6)) if numbers else []
        if len(codes) != 6 or numbers != running:
            wrong.append(f"{statuses(answers)}, {len(codes)} codes, {numbers}")
    return wrong


def new_labels(on: Field) -> list[str]:
    """R14: two blanks and a new code for one thing, one blank for two, and scans."""
    wrong = []
    for _ in range(ROUNDS):
        first, second = on.things(2)
        old = on.context.get_one(Asset, first).code
        house = on.institution.id
        one, two = issue(house, CodeKind.BLANK, [None, None])
        on.context.commit()
        label = f"/assets/{first}/label"
        shots: list[Shot] = [
            (on.office, label, {"code": one}, {}),
            (on.office, label, {"code": two}, {}),
            (on.office, f"/assets/{second}/label", {"code": one}, {}),
            (on.office, "/labels/jobs", {"asset_ids": [first, second]}, {}),
            *[(on.tokens[0], f"GET /scan?text={old}", {}, {})] * 2,
        ]
        replace = on.beside(replace_label, on.system, first)
        answers = volley(on.url, shots, replace)
        told = statuses(answers)
        written = on.entries(
            Entry.subject_id.in_((first, second)), Entry.verb == "relabel"
        )
        stuck = sum(status in DONE for status, _ in answers[:3])
        if set(told) - {200, 202, 409, 410} or len(written) != stuck + 1:
            wrong.append(f"{told}, {len(written)} new labels")
        for status, body in answers[4:]:
            if status == 200 and body["asset"]["id"] != first:
                wrong.append(f"the old label leads to {body}")
        for each in (first, second):
            codes = {row.code: row for row in codes_of(CodeKind.ASSET, each)}
            current = [row.code for row in codes.values() if row.retired_at is None]
            if current != [on.context.get_one(Asset, each).code]:
                wrong.append(f"{each} bears {current}")
            gone = [row.successor for row in codes.values() if row.retired_at]
            if not set(gone) <= set(codes) or len(set(gone)) != len(gone):
                wrong.append(f"{each}: {gone} of {list(codes)}")
    return wrong


RACES = (
    new_things,
    new_labels,
    one_fate,
    one_group,
    one_decision,
    lost_role,
    one_key,
    ring,
    lost_update,
    bulk_and_single,
    leaver,
    merged,
)


def run(on: Field) -> dict[str, list[str]]:
    """What went wrong in each race."""
    return {race.__name__: race(on) for race in RACES}


def test_of_all_that_happens_at_once_one_thing_is_true(
    ground: Field, serve: Serve
) -> None:
    ground.url = serve("--workers", "2").url
    assert run(ground) == {race.__name__: [] for race in RACES}
    ground.context.rollback()
    assert not list(verify(ground.system))


@pytest.fixture
def careless(serve: Serve) -> ShippedServer:
    """The server that ships, with the faults planted in it."""
    return serve(program=CARELESS)


@pytest.mark.whole_only
def test_a_careless_server_is_caught_in_every_race(
    ground: Field, careless: ShippedServer
) -> None:
    ground.url = careless.url
    ground.context.rollback()
    ground.context.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    for name in INDICES:
        ground.context.execute(sa.text(f"DROP INDEX {name}"))
    ground.context.commit()
    missed = {race for race in RACES if not any(race(ground) for _ in range(TRIES))}
    assert missed == set()
