"""Approving at the same moment, at two server processes: once, and on a fresh check."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.config import Settings
from registry.journal.queries import entries_of
from registry.ledger.verifying import verify
from registry.organisation.models import Institution, Person
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.states import RequestState
from tests.factories.auth import make_token
from tests.factories.catalogue import make_type
from tests.factories.ledger import make_asset
from tests.factories.organisation import make_colleague, make_department
from tests.factories.procurement import make_request
from tests.harness.depth import deep
from tests.harness.server import Serve, ShippedServer
from tests.registry.sharing.test_http_races import Shot, _send, statuses, volley

pytestmark = pytest.mark.slow
STALE = Path(__file__).with_name("stale.py")


@dataclass
class House:
    """Who asks and who decides, as tokens."""

    institution: Institution
    teacher: Person
    heads: list[str]
    office: str

    def waiting(self, text: str) -> PurchaseRequest:
        """A small request that one head's approval is enough for."""
        found = make_request(
            self.teacher, {"text": text, "quantity": 1, "price_fen": 100}
        )
        assert found.state == RequestState.APPROVING
        return found


@pytest.fixture
def house(institution: Institution, settings: Settings, context: Session) -> House:
    teaching = make_department(institution, "教务处")
    teacher = make_colleague(institution, department=teaching)
    heads = [
        make_colleague(institution, Role.DEPARTMENT_HEAD, department=teaching)
        for _ in range(4)
    ]
    office = make_colleague(institution, Role.ASSET_OFFICE)
    tokens = [make_token(settings, each) for each in heads]
    found = House(institution, teacher, tokens, make_token(settings, office))
    context.commit()
    return found


def decided(request_id: int) -> int:
    """How many decisions of steps are on record."""
    entries = entries_of("purchase_request", request_id)
    return sum(each.verb == "decide_step" for each in entries)


def test_of_all_who_decide_at_once_one_does(
    house: House, serve: Serve, context: Session
) -> None:
    server = serve("--workers", "2")
    requests = [house.waiting(f"电子琴{n}") for n in range(deep(4, 16))]
    ids = [each.id for each in requests]
    context.commit()
    for request_id in ids:
        where = f"/approvals/requests/{request_id}"
        shots: list[Shot] = []
        for at, token in enumerate(house.heads):
            verb = ("approve", "refuse", "send-back")[at % 3]
            shots.append((token, f"{where}/{verb}", {"words": "看过了"}, {}))
        answers = volley(server.url, shots)
        assert statuses(answers) == {200: 1, 409: 3}
        twice: Shot = (house.heads[0], f"{where}/approve", {}, {})
        assert statuses(volley(server.url, [twice] * 3)) in ({200: 3}, {409: 3})
    context.rollback()
    context.expire_all()
    assert [decided(each) for each in ids] == [1] * len(ids)
    states = context.scalars(
        sa.select(PurchaseRequest.state).where(PurchaseRequest.id.in_(ids))
    )
    assert set(states) <= {"approved", "refused", "draft"}
    assert not list(verify(Actor.system(house.institution.id)))


def ordered_after_a_match(url: str, house: House, context: Session, text: str) -> int:
    """Approve while the very thing turns idle; then order: what that is answered."""
    kind = make_type(house.institution, text)
    thing = make_asset(house.institution, item_type_id=kind.id)
    request = house.waiting(text)
    request_id, line_id = request.id, request.lines[0].id
    thing_id = thing.id
    context.commit()
    shot: Shot = (house.heads[0], f"/approvals/requests/{request_id}/approve", {}, {})
    idle: Shot = (house.office, f"/assets/{thing_id}/state", {"verb": "mark_idle"}, {})
    first, second = volley(url, [shot, idle])
    assert first[0] in (200, 409)
    assert second[0] == 200
    body = {
        "supplier": "华视科技",
        "lines": [{"line_id": line_id, "quantity": 1, "price": "1.00"}],
    }
    order: Shot = (house.office, f"/buying/requests/{request_id}/orders", body, {})
    status, _ = _send(url, order)
    return status


def test_nothing_is_ordered_once_the_thing_has_turned_idle(
    house: House, serve: Serve, context: Session
) -> None:
    server = serve("--workers", "2")
    for text in deep(("显微镜",), ("显微镜", "录音机")):
        assert ordered_after_a_match(server.url, house, context, text) == 409


@pytest.fixture
def trusting(serve: Serve) -> ShippedServer:
    """The server that ships, which trusts every check."""
    return serve(program=STALE)


@pytest.mark.whole_only
def test_a_server_that_trusts_every_check_is_caught(
    house: House, trusting: ShippedServer, context: Session
) -> None:
    assert ordered_after_a_match(trusting.url, house, context, "显微镜") == 201
