"""At the same moment, at two server processes: one wins, the others are told.

Every shot waits at a barrier. Each race has a twin with a fault planted in the server
(``careless.py``) which the same judgement must catch.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.config import Settings
from registry.kernel.clock import now
from registry.ledger.models import Asset, Claim
from registry.ledger.verifying import verify
from registry.organisation.models import Department, Institution, Person
from registry.sharing import actions
from registry.sharing.models import Hold, Transfer, TransferLine
from tests.factories.auth import make_token
from tests.factories.ledger import make_assets
from tests.factories.organisation import (
    actor_of,
    make_colleague,
    make_department,
    make_person,
    make_place,
)
from tests.harness.depth import deep
from tests.harness.server import Serve, ShippedServer

CARELESS = Path(__file__).with_name("careless.py")
CLIENTS = 6
PATIENCE_SECONDS = 60
pytestmark = pytest.mark.slow

Shot = tuple[str, str, dict[str, Any], dict[str, str]]
"""Whose token, where to (a method before it, if not POST), what, further headers."""


@dataclass
class House:
    """A giving department with idle things, and people of others who want them."""

    institution: Institution
    giving: Department
    keeper: Person
    people: list[Person]
    tokens: list[str]
    settings: Settings

    @property
    def system(self) -> Actor:
        """The installation itself."""
        return Actor.system(self.institution.id)

    def things(self, count: int) -> list[int]:
        """So many idle things."""
        made = make_assets(
            self.institution, count, department_id=self.giving.id, state="idle"
        )
        return [each.id for each in made]


@pytest.fixture
def house(institution: Institution, settings: Settings, context: Session) -> House:
    giving = make_department(institution, "仓库")
    keeper = make_colleague(institution, Role.WAREHOUSE_KEEPER, department=giving)
    people = [
        make_person(institution, department=make_department(institution))
        for _ in range(CLIENTS)
    ]
    tokens = [make_token(settings, each) for each in people]
    context.commit()
    return House(institution, giving, keeper, people, tokens, settings)


@pytest.fixture
def careless(serve: Serve) -> Callable[[str], Any]:
    """``careless("blind")``: the server that ships, with a fault planted in it."""
    return lambda fault: serve(program=CARELESS, CARELESS=fault)


def _send(url: str, shot: Shot) -> tuple[int, dict[str, Any]]:
    token, path, body, more = shot
    method, _, where = path.rpartition(" ")
    request = urllib.request.Request(
        f"{url}/api/v1{where}",
        method=method or "POST",
        data=json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            **more,
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def volley(url: str, shots: Sequence[Shot], *also: Callable[[], Any]) -> list[Any]:
    """All at the same moment; what each was answered."""
    barrier = threading.Barrier(len(shots) + len(also))
    answers: list[Any] = [None] * len(shots)

    def shoot(at: int) -> None:
        barrier.wait(PATIENCE_SECONDS)
        answers[at] = _send(url, shots[at])

    def beside(act: Callable[[], Any]) -> None:
        barrier.wait(PATIENCE_SECONDS)
        act()

    threads = [
        threading.Thread(target=shoot, args=[at], daemon=True)
        for at in range(len(shots))
    ] + [threading.Thread(target=beside, args=[act], daemon=True) for act in also]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE_SECONDS)
    assert None not in answers
    return answers


def statuses(answers: Sequence[Any]) -> Counter[int]:
    return Counter(status for status, _ in answers)


def claims_for_each(url: str, house: House, ids: Sequence[int]) -> list[Counter[int]]:
    """Everybody wants each thing at once, one way or another."""
    found = []
    for asset_id in ids:
        shots: list[Shot] = []
        for at, token in enumerate(house.tokens):
            body: dict[str, Any] = {"asset_ids": [asset_id]}
            if at % 2:
                home = house.people[at].department_id
                shots.append(
                    (token, "/transfers", body | {"to_department_id": home}, {})
                )
            else:
                shots.append((token, "/holds", body, {}))
        found.append(statuses(volley(url, shots)))
    return found


def live(context: Session, ids: Sequence[int]) -> Counter[int]:
    context.rollback()
    context.expire_all()
    rows = context.scalars(
        sa.select(Claim.asset_id).where(
            Claim.ended_at.is_(None), Claim.asset_id.in_(ids)
        )
    )
    return Counter(rows)


def test_of_all_who_want_a_thing_one_has_it(
    house: House, serve: Serve, context: Session
) -> None:
    server = serve("--workers", "2")
    ids = house.things(deep(8, 100))
    context.commit()
    won = claims_for_each(server.url, house, ids)
    assert set(map(frozenset, won)) == {frozenset({201, 409})}
    assert {each[201] for each in won} == {1}
    assert live(context, ids) == Counter(dict.fromkeys(ids, 1))

    dozen = house.things(4)
    context.commit()
    shots: list[Shot] = [
        (token, "/holds", {"asset_ids": dozen, "count": 1}, {})
        for token in house.tokens
    ]
    answers = volley(server.url, shots)
    assert statuses(answers) == {201: 4, 409: CLIENTS - 4}
    codes = {body["code"] for status, body in answers if status == 409}
    assert codes == {"not_enough_left"}
    assert live(context, dozen) == Counter(dict.fromkeys(dozen, 1))

    [one] = house.things(1)
    context.commit()
    key = {"Idempotency-Key": "one-and-the-same"}
    body = {
        "asset_ids": [one],
        "to_department_id": house.people[0].department_id,
    }
    same: Shot = (house.tokens[0], "/transfers", body, key)
    answers = volley(server.url, [same] * CLIENTS)
    assert {status for status, _ in answers} <= {201, 409}
    made = [body for status, body in answers if status == 201]
    assert made
    assert all(each == made[0] for each in made)
    context.rollback()
    count = sa.select(sa.func.count()).where(TransferLine.asset_id == one)
    assert context.scalar(count) == 1
    assert not list(verify(house.system))


@pytest.mark.whole_only
def test_a_server_that_does_not_look_is_held_by_the_database_and_caught_without_it(
    house: House, careless: Callable[[str], ShippedServer], context: Session
) -> None:
    server = careless("blind")
    ids = house.things(3)
    context.commit()
    won = claims_for_each(server.url, house, ids)
    assert {each[201] for each in won} == {1}
    context.rollback()
    context.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    for name in ("uq_claims_live", "uq_holds_held", "uq_transfer_lines_live"):
        context.execute(sa.text(f"DROP INDEX {name}"))
    context.commit()
    ids = house.things(3)
    context.commit()
    won = claims_for_each(server.url, house, ids)
    assert max(each[201] for each in won) > 1
    assert max(live(context, ids).values()) > 1


def on_their_way(house: House, count: int, context: Session) -> Transfer:
    """A transfer of so many things that have all been handed over."""
    taker, keeper = actor_of(house.people[0]), actor_of(house.keeper)
    made = actions.request_transfer(
        taker,
        house.things(count),
        to_department_id=house.people[0].department_id,
        place_id=make_place(house.institution).id,
    )
    actions.agree(keeper, made.id)
    actions.hand_over(keeper, made.id, [each.asset_id for each in made.lines])
    context.commit()
    return made


def received_or_cancelled(url: str, house: House, made: Transfer) -> list[Any]:
    """Each line received and cancelled at the same moment."""
    found = []
    for asset_id in [each.asset_id for each in made.lines]:
        body = {"asset_ids": [asset_id]}
        where, token = f"/transfers/{made.id}", house.tokens[0]
        found.append(
            volley(
                url,
                [
                    (token, f"{where}/receive", body, {}),
                    (token, f"{where}/cancel", body, {}),
                ],
            )
        )
    return found


def test_what_is_received_is_not_cancelled_and_the_other_way_round(
    house: House, serve: Serve, context: Session
) -> None:
    made = on_their_way(house, deep(5, 24), context)
    giving, taking = house.giving.id, house.people[0].department_id
    ids = [each.asset_id for each in made.lines]
    answers = received_or_cancelled(serve("--workers", "2").url, house, made)
    assert {tuple(sorted(statuses(pair))) for pair in answers} == {(200, 409)}
    context.rollback()
    for line in context.scalars(
        sa.select(TransferLine).where(TransferLine.transfer_id == made.id)
    ):
        asset = context.get_one(Asset, line.asset_id)
        received = line.state == "received"
        assert line.state in {"received", "cancelled"}
        assert asset.department_id == (taking if received else giving)
        assert asset.state == ("in_use" if received else "idle")
    assert not live(context, ids)
    assert not list(verify(house.system))


@pytest.mark.whole_only
def test_a_server_that_forgets_what_has_ended_is_caught(
    house: House, careless: Callable[[str], ShippedServer], context: Session
) -> None:
    made = on_their_way(house, 2, context)
    answers = received_or_cancelled(careless("forgetful").url, house, made)
    assert {tuple(sorted(statuses(pair))) for pair in answers} != {(200, 409)}


def over(house: House, count: int, context: Session) -> list[int]:
    """Things whose hold is over, though nobody has ended it; one waits behind each."""
    ids = house.things(count)
    actions.hold(actor_of(house.people[0]), ids)
    for asset_id in ids:
        actions.stand_in_line(actor_of(house.people[1]), asset_id)
    past = now() - timedelta(hours=1)
    context.execute(sa.update(Hold).where(Hold.state == "held").values(until=past))
    context.execute(sa.update(Claim).where(Claim.asset_id.in_(ids)).values(until=past))
    context.commit()
    return ids


def wanted_while_they_end(
    url: str, house: House, app: Flask, ids: Sequence[int]
) -> list[Counter[int]]:
    """Others want each thing while the duty, here too, ends the holds."""

    def duty() -> None:
        with app.app_context():
            actions.end_expired_holds()

    return [
        statuses(
            volley(
                url,
                [
                    (token, "/holds", {"asset_ids": [asset_id]}, {})
                    for token in house.tokens[2:]
                ],
                duty,
                duty,
            )
        )
        for asset_id in ids
    ]


def holders(context: Session, ids: Sequence[int]) -> set[tuple[int, int]]:
    context.rollback()
    context.expire_all()
    rows = context.execute(
        sa.select(Hold.asset_id, Hold.person_id).where(
            Hold.state == "held", Hold.asset_id.in_(ids)
        )
    )
    return {(asset_id, person_id) for asset_id, person_id in rows}


def test_when_a_hold_is_over_the_first_in_line_has_it_whoever_comes(
    house: House, serve: Serve, app: Flask, context: Session
) -> None:
    ids = over(house, deep(3, 12), context)
    answers = wanted_while_they_end(serve("--workers", "2").url, house, app, ids)
    assert all(set(each) == {409} for each in answers)
    first = house.people[1].id
    assert holders(context, ids) == {(each, first) for each in ids}
    assert not list(verify(house.system))


@pytest.mark.whole_only
def test_a_server_whose_holds_never_end_is_caught(
    house: House, careless: Callable[[str], ShippedServer], context: Session
) -> None:
    ids = over(house, 1, context)
    url = careless("endless").url
    volley(url, [(house.tokens[2], "/holds", {"asset_ids": ids}, {})])
    assert holders(context, ids) != {(ids[0], house.people[1].id)}
