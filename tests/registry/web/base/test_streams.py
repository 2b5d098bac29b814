"""A stream brings what its reader may see, for as long as they may, and no longer."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.auth import actions as auth
from registry.auth.models import SignInSession
from registry.auth.queries import own_tokens
from registry.jobs.actions import enqueue
from registry.kernel.clock import now
from registry.ledger import actions as ledger
from registry.notifications.actions import notify, read_all
from registry.organisation import actions as organisation
from registry.organisation import queries as organised
from registry.organisation.models import Institution
from registry.store.db import db, session
from registry.store.transaction import transaction
from registry.web.base import stopping, streams
from registry.web.base.live import Live, live_of
from registry.web.base.seats import EACH
from tests.factories.ledger import make_asset
from tests.factories.organisation import (
    actor_of,
    grant,
    make_colleague,
    make_department,
    make_person,
    make_place,
)
from tests.harness.hearing import PATIENCE_SECONDS, Ear

V1 = "/api/v1"
PAGES, API = "/live", f"{V1}/events/stream"


@pytest.fixture
def live(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """The live part with seats, quick to look at sessions again."""
    monkeypatch.setattr(streams, "RECHECK_SECONDS", 0.2)
    found = live_of(app)
    found.seats.most = 12
    yield found
    found.follower.stop()
    found.seats.most = 0


Listen = Callable[..., Ear]


@pytest.fixture
def listen(live: Live) -> Iterator[Listen]:
    """``listen(client, "/live?after=3")``: an open stream, which has begun."""
    opened: list[tuple[Any, Ear]] = []

    def open_one(client: Any, where: str = PAGES, **headers: str) -> Ear:
        answer = client.get(where, headers=headers)
        assert answer.status_code == 200, answer.text[:300]
        ear = Ear(answer.response)
        opened.append((answer, ear))
        ear.until(lambda ear: ear.of("hello"))
        return ear

    yield open_one
    live.follower.stop()
    for answer, ear in opened:
        ear.until_over()
        answer.close()


def test_a_page_is_told_the_topics_of_what_happens(
    listen: Listen, signed_in_as: Any, institution: Institution
) -> None:
    ear = listen(signed_in_as(Role.ASSET_OFFICE))
    asset = make_asset(institution, state="idle")

    def topics(ear: Ear) -> bool:
        told = {topic for each in ear.of("news") for topic in each["topics"]}
        return {"assets", f"asset:{asset.id}", "pool", "types"} <= told

    ear.until(topics)
    positions = [each["position"] for each in ear.of("news")]
    assert positions == sorted(set(positions))
    assert ear.last_id == positions[-1]


def test_a_programme_is_told_each_event_once_and_resumes_where_it_was(
    listen: Listen, api_as: Any, institution: Institution
) -> None:
    client = api_as(Role.ASSET_OFFICE, "read")
    start = client.get(f"{V1}/events").json["position"]
    first = listen(client, f"{API}?after={start}")
    asset = make_asset(institution)
    first.until(lambda ear: len(ear.of("entry")) == 2)
    place = make_place(institution)
    first.until(lambda ear: len(ear.of("entry")) == 3)
    ledger.move(Actor.system(institution.id), asset.id, place.id)
    again = listen(client, f"{API}?after=1", **{"Last-Event-ID": str(start + 1)})
    told = again.until(lambda ear: ear.of("entry") if len(ear.of("entry")) >= 3 else 0)
    assert [(e["kind"], e["verb"]) for e in told] == [
        ("asset", "register"),
        ("place", "add"),
        ("asset", "move"),
    ]
    assert [each["position"] for each in told] == [start + 2, start + 3, start + 4]
    assert set(told[0]) == {"position", "topics", "kind", "id", "verb"}
    page = client.get(f"{V1}/events?after={start + 1}").json
    assert page["items"] == told
    assert not page["reset"]
    assert not page["more"]


def test_what_a_stream_answers_with_is_kept_nowhere_and_held_back_by_nobody(
    live: Live, signed_in_as: Any
) -> None:
    answer = signed_in_as().get(PAGES)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-store, no-transform"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.close()
    assert live.seats.taken == 0


@pytest.mark.parametrize("where", [PAGES, "/live/news", API, f"{V1}/events"])
def test_strangers_hear_nothing(client: Any, live: Live, where: str) -> None:
    answer = client.get(where)
    assert answer.status_code == 401
    assert live.seats.taken == 0


def test_the_stream_of_a_session_that_ends_is_over_in_seconds(
    listen: Listen, signed_in_as: Any, institution: Institution
) -> None:
    client = signed_in_as(Role.ASSET_OFFICE)
    ear = listen(client)
    auth.end_sessions(Actor.system(institution.id), client.person.id)
    ear.until_over()
    assert ear.heard[-1] == ("ended", {})
    make_asset(institution)
    assert ear.of("news") == []


def test_the_stream_of_a_token_that_is_revoked_is_over(
    listen: Listen, api_as: Any, institution: Institution
) -> None:
    client = api_as(Role.ASSET_OFFICE)
    ear = listen(client, API)
    owner = actor_of(client.person)
    [token] = own_tokens(owner)
    auth.revoke_token(owner, token.id)
    ear.until_over()
    assert ear.heard[-1] == ("ended", {})


def test_a_page_left_open_does_not_keep_its_session_alive(
    listen: Listen, signed_in_as: Any
) -> None:
    client = signed_in_as()
    mine = SignInSession.person_id == client.person.id
    quarter_ago = now() - timedelta(minutes=15)
    with transaction():
        session().execute(
            sa.update(SignInSession).where(mine).values(seen_at=quarter_ago)
        )

    def seen_at() -> Any:
        session().expire_all()
        return session().scalar(sa.select(SignInSession.seen_at).where(mine))

    listen(client)
    client.get("/live/news")
    client.get("/", headers={"X-Unattended": "1"})
    assert seen_at() == quarter_ago
    client.get("/")
    assert seen_at() > quarter_ago


def test_a_page_that_asks_by_itself_leaves_what_is_to_be_said_to_the_reader(
    signed_in_as: Any,
) -> None:
    client = signed_in_as()
    client.submit("/notices/read", {"up_to": "1"})
    said = "data-done"
    assert said not in client.get("/", headers={"X-Unattended": "1"}).text
    assert said in client.get("/").text
    assert said not in client.get("/").text


def test_what_is_taken_away_is_told_no_more_from_that_very_entry_on(
    listen: Listen,
    signed_in_as: Any,
    institution: Institution,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streams, "RECHECK_SECONDS", 1000)
    mine = make_department(institution)
    client = signed_in_as(Role.DEPARTMENT_ASSET_OFFICER, department=mine)
    system = Actor.system(institution.id)
    ear = listen(client, f"{PAGES}?after={live_position(client)}")
    [held] = organised.live_grants(system, client.person.id)
    organisation.revoke_role(system, held.id)
    make_asset(institution, department_id=mine.id)
    make_place(institution)
    ear.until(lambda ear: "places" in topics_of(ear))
    assert not {"assets", "people"} & topics_of(ear)


def test_what_is_given_is_told_from_then_on(
    listen: Listen, signed_in_as: Any, institution: Institution
) -> None:
    client = signed_in_as()
    ear = listen(client)
    make_asset(institution)
    grant(institution, client.person, Role.AUDITOR)
    asset = make_asset(institution)
    ear.until(lambda ear: f"asset:{asset.id}" in topics_of(ear))


def live_position(client: Any) -> int:
    return int(client.get("/live/news").json["position"])


def topics_of(ear: Ear) -> set[str]:
    return {topic for each in ear.of("news") for topic in each["topics"]}


def test_when_seats_run_out_one_is_told_to_look_from_time_to_time(
    listen: Listen, live: Live, signed_in_as: Any, api_as: Any
) -> None:
    live.seats.most = 2
    for _ in range(2):
        listen(signed_in_as())
    refused = signed_in_as().get(PAGES)
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    told = api_as().get(API)
    assert (told.status_code, told.json["code"]) == (503, "no_stream_left")
    assert signed_in_as().get("/live/news").status_code == 200
    assert live.seats.taken == 2


def test_one_person_has_so_many_streams_and_no_more(
    listen: Listen, live: Live, api_as: Any
) -> None:
    client = api_as()
    for _ in range(EACH):
        listen(client, API)
    assert client.get(API).status_code == 503
    listen(api_as(), API)


def test_a_browser_has_one_stream_and_the_newest_is_it(
    listen: Listen, live: Live, signed_in_as: Any
) -> None:
    client = signed_in_as()
    old = listen(client)
    new = listen(client)
    old.until_over()
    assert old.heard[-1] == ("replaced", {})
    assert not new.is_over
    assert live.seats.taken == 1


def test_a_stream_that_waits_holds_no_connection(
    listen: Listen, app: Flask, signed_in_as: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "RECHECK_SECONDS", 1000)
    ears = [listen(signed_in_as()) for _ in range(6)]
    give_up = time.monotonic() + PATIENCE_SECONDS
    while _checked_out(app):
        assert time.monotonic() < give_up
        time.sleep(0.05)
    assert not any(each.is_over for each in ears)


def _checked_out(app: Flask) -> int:
    with app.app_context():
        pool: Any = db.engine.pool
        db.session.remove()
        return int(pool.checkedout())


def test_streams_end_when_the_process_stops(
    listen: Listen, signed_in_as: Any, live: Live
) -> None:
    ears = [listen(signed_in_as()) for _ in range(3)]
    stopping.stop()
    try:
        for each in ears:
            each.until_over()
    finally:
        stopping.resume()
    assert live.seats.taken == 0


def test_from_too_long_ago_everything_is_to_be_read_anew(
    listen: Listen, signed_in_as: Any, api_as: Any
) -> None:
    client = signed_in_as()
    now = live_position(client)
    ear = listen(client, f"{PAGES}?after={10**12}")
    [told] = ear.until(lambda ear: ear.of("reset"))
    assert told == {"position": now}
    assert client.get("/live/news?after=999999999999").json["reset"] is True
    page = api_as().get(f"{V1}/events?after=999999999999").json
    assert (page["reset"], page["items"]) == (True, [])
    assert page["position"] >= now


@pytest.mark.parametrize("given", ["", "x", "-1", "1.5", "９", "1e3", "0x1"])
def test_what_is_no_position_means_from_now_on(
    listen: Listen, signed_in_as: Any, given: str
) -> None:
    client = signed_in_as()
    ear = listen(client, f"{PAGES}?after={given}")
    assert ear.of("hello")[0]["position"] == live_position(client)
    assert ear.of("reset", "news") == []


def test_events_come_page_by_page(api_as: Any, institution: Institution) -> None:
    client = api_as(Role.ASSET_OFFICE)
    start = client.get(f"{V1}/events").json["position"]
    for _ in range(5):
        make_place(institution)
    found, after = [], start
    for _ in itertools.count():
        page = client.get(f"{V1}/events?after={after}&limit=2").json
        found += page["items"]
        after = page["position"]
        if not page["more"]:
            break
    assert [each["position"] for each in found] == list(range(start + 1, start + 6))
    assert client.get(f"{V1}/events?after=-1").status_code == 422
    assert client.get(f"{V1}/events?limit=501").status_code == 422


def test_ones_own_notices_are_told_to_oneself(
    listen: Listen, signed_in_as: Any, institution: Institution
) -> None:
    mine, other = signed_in_as(), signed_in_as()
    ears = listen(mine), listen(other)
    for ear in ears:
        ear.until(lambda ear: ear.of("own"))
    subject = ("job", 1)
    notify(institution.id, [mine.person.id], "job_done", subject=subject, facts={})
    ears[0].until(lambda ear: {"topics": ["notices"]} in ear.of("own"))
    make_place(institution)
    ears[1].until(lambda ear: "places" in topics_of(ear))
    assert len(ears[1].of("own")) == 1
    told = mine.get("/live/news").json["own"]["notices"]
    read_all(actor_of(mine.person), 10**9)
    assert mine.get("/live/news").json["own"]["notices"] != told


def test_ones_own_jobs_are_told_to_oneself(
    listen: Listen, signed_in_as: Any, institution: Institution
) -> None:
    mine, other = signed_in_as(Role.AUDITOR), signed_in_as(Role.AUDITOR)
    mine_ear, other_ear = listen(mine), listen(other)
    for ear in (mine_ear, other_ear):
        ear.until(lambda ear: ear.of("own"))
    before = mine.get("/live/news").json["own"], other.get("/live/news").json["own"]
    enqueue(actor_of(mine.person), "verify", title="核验")
    mine_ear.until(lambda ear: len(ear.of("own")) == 2)
    make_colleague(institution)
    other_ear.until(lambda ear: "people" in topics_of(ear))
    assert len(other_ear.of("own")) == 1
    after = mine.get("/live/news").json["own"], other.get("/live/news").json["own"]
    assert after[0]["jobs"] != before[0]["jobs"]
    assert after[1] == before[1]
    make_person(institution)
