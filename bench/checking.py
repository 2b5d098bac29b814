"""The idle check, from handing a request in to its answer, and hints while typing.

    python bench/checking.py [--sizes 10000 100000] [--database sqlite] [--asked 200]

In one process through the application as it ships, signed in, without a network. The
ledger has 2,000 item types named after concepts of the thesaurus; a tenth of all lies
idle. A request has one line, which names a type of the idle ones by another name.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

import sqlalchemy as sa
from databases import describe, fresh_database
from flask.testing import FlaskClient
from ledgers import analyse, application, fill, multiply, settings_for

from registry.access.actor import Actor, Door
from registry.auth import actions as auth
from registry.catalogue.actions import TypeDraft
from registry.catalogue.models import ItemType
from registry.ledger.models import Asset
from registry.matching.concepts import Concept, standard_thesaurus
from registry.organisation import actions as organisation
from registry.organisation.actions import PersonDraft
from registry.organisation.queries import actor_of_person, root_department
from registry.store.db import db

TYPES = 2_000
ENTERED = 10_000
"""So many assets are entered through the product; more of them are copies."""


def concepts() -> list[Concept]:
    """Concepts that have a second Chinese name, always the same ones."""
    known = [
        each
        for each in standard_thesaurus().concepts.values()
        if each.also and not each.also[0].endswith("?")
    ]
    return random.Random(7).sample(known, min(TYPES, len(known)))


def idle_names() -> set[str]:
    """The names of item types of which something lies idle."""
    named = sa.select(ItemType.name).join(Asset, Asset.item_type_id == ItemType.id)
    return set(db.session.scalars(named.where(Asset.state == "idle").distinct()))


def teacher(system: Actor, url: str) -> str:
    """A teacher who may ask for things; the secret of a token of theirs."""
    top = root_department(system.institution_id)
    person = organisation.add_person(system, PersonDraft("教师", top.id))
    auth.create_credential(
        system, settings_for(url), person.id, "teacher", must_change=False
    )
    actor = actor_of_person(system.institution_id, person.id, Door.PAGE)
    secret, _made = auth.create_token(actor, "bench", ["read", "procurement"])
    return secret


def percentiles(seconds: list[float]) -> tuple[float, float]:
    """The middle and the 99th of a hundred, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return statistics.median(seconds) * 1000, cuts[98] * 1000


def hand_in(
    client: FlaskClient, headers: dict[str, str], text: str
) -> tuple[float, str]:
    """Write a request and hand it in: seconds of handing it in, and what it became."""
    body = {"lines": [{"text": text, "quantity": 3}], "purpose": "教学"}
    made = client.post("/api/v1/purchase-requests", json=body, headers=headers)
    assert made.status_code == 201, made.text
    address = f"/api/v1/purchase-requests/{made.json['id']}/submit"
    begun = time.perf_counter()
    answer = client.post(address, headers=headers)
    spent = time.perf_counter() - begun
    assert answer.status_code == 200, answer.text
    return spent, answer.json["lines"][0]["standing"]


def measure(kind: str, size: int, asked: int) -> None:
    """One line of the table."""
    with fresh_database(kind) as url, application(url) as app:
        known = concepts()
        entered = min(size, ENTERED)
        system, _ = fill(entered, [TypeDraft(name=each.name) for each in known])
        multiply(size // entered)
        headers = {"Authorization": f"Bearer {teacher(system, url)}"}
        lying = [each for each in known if each.name in idle_names()]
        analyse()
        name = describe(db.engine)
        db.session.remove()
        client = app.test_client()
        chance = random.Random(3)
        texts = [chance.choice(lying).also[0] for _ in range(asked)]
        first, _ = hand_in(client, headers, texts[0])
        spent, became = zip(
            *(hand_in(client, headers, text) for text in texts), strict=True
        )
        hints = []
        for text in texts:
            begun = time.perf_counter()
            client.get(
                "/api/v1/idle-matches", query_string={"text": text}, headers=headers
            )
            hints.append(time.perf_counter() - begun)
    check, hint = percentiles(list(spent)), percentiles(hints)
    found = became.count("matched")
    print(
        f"| {name} | {size:,} | {check[0]:.0f} | {check[1]:.0f} | {hint[0]:.0f} "
        f"| {hint[1]:.0f} | {first:.1f} | {found} of {asked} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--database", choices=["sqlite", "postgresql"], default="sqlite"
    )
    parser.add_argument("--asked", type=int, default=200)
    wanted = parser.parse_args()
    print(
        "| database | assets | check p50 ms | p99 | hint p50 ms | p99 "
        "| first check s | matched |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for size in wanted.sizes:
        measure(wanted.database, size, wanted.asked)


if __name__ == "__main__":
    main()
