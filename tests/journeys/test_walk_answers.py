"""What the phone answers without a network is what the server answers later."""

from __future__ import annotations

import random
from typing import Any

import pytest

from registry.audits.queries.loading import load
from registry.codes.models import Code
from registry.kernel.checkcodes import grouped, new_code
from registry.organisation.models import Institution
from registry.store.db import session
from registry.web.pages.assets import release
from tests.factories.audits import make_campus, record
from tests.factories.ledger import make_asset
from tests.factories.organisation import actor_of, make_department
from tests.harness.browser import OpenPage

pytestmark = pytest.mark.browser

ASK = """async ([module, load, texts]) => {
  const { Model } = await import(module);
  const model = new Model(load, []);
  return texts.map(([text, place, id]) => {
    const found = model.judge(text, place);
    const asset = found.thing ? found.thing.asset_id : undefined;
    const draft = { id, kind: "scan", place_id: place, code: text, asset_id: asset };
    model.take({ draft, round: load.round, state: "waiting" });
    return [found.verdict, Boolean(found.offline)];
  });
}"""


def test_the_phone_and_the_server_answer_alike(
    institution: Institution,
    open_page: OpenPage,
    live_server: str,
    signed_in_as: Any,
) -> None:
    campus = make_campus(institution, things=6)
    beyond = make_asset(
        institution,
        department_id=make_department(institution).id,
        place_id=campus.other.id,
    )
    audit = campus.begin()
    counter = signed_in_as(person=campus.counter)
    taken = counter.get(f"/api/v1/audits/{audit.id}/load").json
    chance = random.Random(8)
    door = session().query(Code.code).filter_by(kind="place").first()
    texts = [new_code(), "没有这样的编号", *([door[0]] if door else [])]
    for thing in (*campus.things, beyond):
        address = f"https://anywhere.example/x/A/{thing.code}"
        texts += [thing.code, grouped(thing.code).lower(), address, thing.serial or ""]
        texts.append(thing.number)
    texts = [text for text in texts if text] * 2
    chance.shuffle(texts)
    rooms = [campus.room, campus.other]
    records = [
        record("scan", code=text, place_id=chance.choice(rooms).id) for text in texts
    ]
    page = open_page()
    page.goto(f"{live_server}/sign-in")
    asked = [[each["code"], each["place_id"], each["id"]] for each in records]
    module = f"/assets/{release()}/js/walk/model.js"
    here = page.evaluate(ASK, [module, taken, asked])
    there = [str(campus.send(audit, each)[0].verdict) for each in records]
    assert len(set(there)) >= 5, set(there)
    different = [
        (text, phone, server)
        for text, (phone, unsure), server in zip(texts, here, there, strict=True)
        if phone != server and not (unsure and server == "not_listed")
    ]
    assert not different
    assert load(actor_of(campus.counter), audit.id).expected
