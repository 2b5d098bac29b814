"""A request sent twice acts once and is answered the same, however it is sent."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, Response, flash, redirect, request

from registry.access.actor import Actor
from registry.access.roles import Role
from registry.kernel.errors import Conflict, Invalid
from registry.organisation import queries
from registry.organisation.actions import PersonDraft, add_person
from registry.organisation.models import Person
from registry.store.db import session
from registry.store.transaction import transaction
from registry.web.base.api import ApiBlueprint
from registry.web.base.fields import Line, StrictSchema
from registry.web.base.idempotency import KEPT_FOR, forget_old_answers
from registry.web.base.models import KeptAnswer
from registry.web.base.routes import public, signed_in, tells_secret
from registry.web.base.sessions import actor_or_stranger, current_actor
from tests.factories.auth import begin_session, make_token
from tests.factories.organisation import make_colleague, make_institution


class NameIn(StrictSchema):
    name = Line(required=True)


def add(name: str) -> Person:
    actor = current_actor()
    root = queries.root_department(actor.institution_id)
    return add_person(actor, PersonDraft(name, root.id))


def api() -> ApiBlueprint:
    blueprint = ApiBlueprint("api_sample", __name__, url_prefix="/api/v1/sample")

    @blueprint.post("/people")
    @signed_in
    @blueprint.arguments(NameIn)
    @blueprint.response(201)
    def people(sent: dict[str, Any]) -> Any:
        made = add(sent["name"])
        return {"id": made.id, "name": made.name}, 201, {"Location": f"/p/{made.id}"}

    @blueprint.post("/people-then-refuse")
    @signed_in
    def then_refuse() -> Any:
        add("谁也不是")
        raise Conflict("wrong_state")

    @blueprint.post("/people-then-answer-409")
    @signed_in
    def then_answer() -> Any:
        add("谁也不是")
        return {"no": True}, 409

    @blueprint.post("/people-then-break")
    @signed_in
    def then_break() -> Any:
        add("谁也不是")
        raise RuntimeError

    @blueprint.post("/two-people")
    @signed_in
    def two() -> Any:
        add("甲")
        if request.args.get("fail"):
            raise Invalid("invalid")
        add("乙")
        return {"ok": True}, 201

    @blueprint.post("/look")
    @signed_in
    def look() -> Any:
        return {"people": session().scalar(sa.select(sa.func.count(Person.id)))}

    @blueprint.post("/secret")
    @signed_in
    @tells_secret
    def secret() -> Any:
        return {"password": f"secret of {add('密').id}"}

    @blueprint.post("/report")
    @public("a test")
    def report() -> Any:
        system = Actor.system(actor_or_stranger().institution_id)
        root = queries.root_department(system.institution_id)
        return {"id": add_person(system, PersonDraft("路人", root.id)).id}, 201

    return blueprint


def pages() -> Blueprint:
    blueprint = Blueprint("sample", __name__, url_prefix="/sample")

    @blueprint.post("/people")
    @signed_in
    def people() -> Response:
        made = add(request.form["name"])
        flash(f"已添加{made.name}", "done")
        return redirect(f"/people/{made.id}", 303)  # type: ignore[return-value]

    @blueprint.post("/file")
    @signed_in
    def file() -> Response:
        made = add(request.files["file"].read().decode())
        return Response(str(made.id))

    return blueprint


@pytest.fixture
def sample(make_app):
    return make_app(api, pages)


@pytest.fixture
def office(institution) -> Person:
    return make_colleague(institution, Role.ADMINISTRATOR)


@pytest.fixture
def programme(sample, settings, office):
    """A client with a token that may do everything its holder may."""
    made = sample.test_client()
    bearer = make_token(settings, office)
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
    return made


@pytest.fixture
def visitor(sample, settings, office):
    made = sample.test_client()
    with made.session_transaction() as kept:
        kept["token"] = begin_session(settings, office)
    return made


def named(name: str) -> int:
    session().rollback()
    counted = sa.select(sa.func.count(Person.id)).where(Person.name == name)
    return session().scalar(counted) or 0


def kept() -> int:
    session().rollback()
    return session().scalar(sa.select(sa.func.count(KeptAnswer.id))) or 0


PEOPLE = "/api/v1/sample/people"
KEY = {"Idempotency-Key": "one-key-of-mine"}


def test_the_same_request_is_done_once_and_answered_the_same(programme):
    first = programme.post(PEOPLE, json={"name": "王"}, headers=KEY)
    again = programme.post(PEOPLE, json={"name": "王"}, headers=KEY)
    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    for name in ("Location", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert named("王") == 1


def test_without_a_key_or_with_another_it_is_done_again(programme):
    for headers in ({}, {}, KEY, {"Idempotency-Key": "another-key"}):
        programme.post(PEOPLE, json={"name": "王"}, headers=headers)
    assert named("王") == 4


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (PEOPLE, {"name": "李"}),
        (f"{PEOPLE}?x=1", {"name": "王"}),
        ("/api/v1/sample/two-people", {"name": "王"}),
    ],
)
def test_the_same_key_for_something_else_is_refused(path, body, programme):
    programme.post(PEOPLE, json={"name": "王"}, headers=KEY)
    answer = programme.post(path, json=body, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (409, "idempotency_mismatch")
    assert named("王") == 1
    assert named("李") == named("甲") == 0


def test_keys_of_two_people_do_not_meet(programme, sample, settings, institution):
    other = sample.test_client()
    bearer = make_token(settings, make_colleague(institution, Role.ADMINISTRATOR))
    other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
    made = [
        each.post(PEOPLE, json={"name": "王"}, headers=KEY).json["id"]
        for each in (programme, other)
    ]
    assert len(set(made)) == 2


def test_keys_of_two_institutions_do_not_meet(programme, sample, settings):
    elsewhere = make_institution()
    other = sample.test_client()
    bearer = make_token(settings, make_colleague(elsewhere, Role.ADMINISTRATOR))
    other.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {bearer}"
    for each in (programme, other):
        each.post(PEOPLE, json={"name": "王"}, headers=KEY)
    assert named("王") == 2


@pytest.mark.parametrize(
    "key", ["short", "x" * 201, "with space", "中文的编号一二三四"]
)
def test_a_key_that_is_none_is_refused(key, programme):
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    answer = programme.post(PEOPLE, json={"name": "王"}, headers=headers)
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["Idempotency-Key"]
    assert named("王") == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("people-then-refuse", 409),
        ("people-then-answer-409", 409),
        ("people-then-break", 500),
    ],
)
@pytest.mark.parametrize("headers", [{}, KEY])
def test_a_request_that_is_refused_in_the_end_leaves_nothing(
    path, status, headers, programme
):
    for _ in range(2):
        answer = programme.post(f"/api/v1/sample/{path}", headers=headers)
        assert answer.status_code == status
    assert named("谁也不是") == 0
    assert kept() == 0


def test_one_request_is_one_transaction(programme):
    programme.post("/api/v1/sample/two-people?fail=1", headers=KEY)
    assert (named("甲"), named("乙")) == (0, 0)
    programme.post("/api/v1/sample/two-people", headers=KEY)
    assert (named("甲"), named("乙")) == (1, 1)


def test_bad_input_does_not_use_up_the_key(programme):
    assert programme.post(PEOPLE, json={"name": ""}, headers=KEY).status_code == 422
    assert programme.post(PEOPLE, json={"name": "王"}, headers=KEY).status_code == 201


def test_what_changes_nothing_is_not_kept(programme):
    first = programme.post("/api/v1/sample/look", headers=KEY)
    programme.post(PEOPLE, json={"name": "王"})
    again = programme.post("/api/v1/sample/look", headers=KEY)
    assert again.json["people"] == first.json["people"] + 1
    assert kept() == 0


def test_a_secret_is_told_once_and_kept_nowhere(programme):
    first = programme.post("/api/v1/sample/secret", headers=KEY)
    assert first.json["password"].startswith("secret of")
    again = programme.post("/api/v1/sample/secret", headers=KEY)
    assert (again.status_code, again.json["code"]) == (409, "answered_already")
    assert named("密") == 1
    rows = session().execute(sa.select(KeptAnswer.__table__)).all()
    assert "secret of" not in str(rows)


def test_a_stranger_may_repeat_too(sample, institution):
    stranger = sample.test_client()
    for _ in range(2):
        answer = stranger.post("/api/v1/sample/report", json={}, headers=KEY)
        assert answer.status_code == 201
    assert named("路人") == 1


def test_a_role_lost_meanwhile_counts_also_for_a_repeat(programme, office, system):
    """A kept answer is given to whoever may still make the request at all."""
    programme.post(PEOPLE, json={"name": "王"}, headers=KEY)
    from registry.auth.actions import disable
    from tests.factories.organisation import grant

    other = make_colleague(queries.institution(office.institution_id))
    grant(queries.institution(office.institution_id), other, Role.ADMINISTRATOR)
    from registry.auth.actions import create_credential
    from tests.harness.application import settings_for

    create_credential(system, settings_for("sqlite://"), other.id, "other")
    disable(system, office.id)
    answer = programme.post(PEOPLE, json={"name": "王"}, headers=KEY)
    assert answer.status_code == 401


def test_answers_are_kept_for_thirty_days(clock, programme):
    programme.post(PEOPLE, json={"name": "王"}, headers=KEY)
    clock.shift(KEPT_FOR)
    assert forget_old_answers() == 0
    clock.shift(1)
    assert forget_old_answers() == 1
    assert kept() == 0


def test_many_at_once_have_one_effect_and_equal_answers(programme, sample):
    bearer = programme.environ_base["HTTP_AUTHORIZATION"]
    for round_ in range(5):
        answers = _at_once(sample, bearer, f"key-of-round-{round_}", f"人{round_}", 8)
        assert {status for status, _ in answers} == {201}
        assert len({body for _, body in answers}) == 1
        assert named(f"人{round_}") == 1


def _at_once(app, bearer, key, name, count) -> list[tuple[int, bytes]]:
    """The same request from so many threads, held back until all are ready."""
    barrier, answers = threading.Barrier(count), []

    def send() -> None:
        client = app.test_client()
        headers = {"Authorization": bearer, "Idempotency-Key": key}
        barrier.wait(30)
        answer = client.post(PEOPLE, json={"name": name}, headers=headers)
        answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=send) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == count
    return answers


def test_a_form_sent_twice_acts_once_and_says_so_both_times(visitor):
    form = {"name": "王", "once": "key-of-this-form"}
    first = visitor.submit("/sample/people", form)
    with visitor.session_transaction() as kept_cookie:
        kept_cookie.pop("_flashes")
    again = visitor.submit("/sample/people", form)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    with visitor.session_transaction() as kept_cookie:
        assert kept_cookie["_flashes"] == [("done", "已添加王")]
    assert named("王") == 1


def test_a_form_changed_and_sent_again_is_a_new_act(visitor):
    for name in ("王", "李", "王"):
        visitor.submit("/sample/people", {"name": name, "once": "key-of-this-form"})
    assert (named("王"), named("李")) == (1, 1)


def test_a_form_without_a_key_acts_every_time(visitor):
    for _ in range(2):
        visitor.submit("/sample/people", {"name": "王"})
    assert named("王") == 2


def test_files_are_part_of_what_was_sent(visitor):
    from io import BytesIO

    def send(content: bytes) -> str:
        form = {"once": "key-of-this-form", "file": (BytesIO(content), "a.txt")}
        return visitor.submit("/sample/file", form).text

    assert send(b"one") == send(b"one") != send(b"two")
    assert (named("one"), named("two")) == (1, 1)


def test_reading_is_never_kept(visitor):
    for _ in range(2):
        visitor.get("/me", headers=KEY)
    assert kept() == 0
    with transaction():
        pass
