"""Giving people a way to sign in, changing it, and taking it away."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from registry.access.roles import Role
from registry.auth.actions import (
    change_password,
    create_credential,
    disable,
    enable,
    rename,
    reset_password,
    sign_in,
)
from registry.auth.actions.credentials import BY_PERSON
from registry.auth.errors import AlreadyHasCredential, BadCredentials
from registry.auth.models import Credential, SignInSession
from registry.auth.queries import (
    credential_of,
    credentials_of,
    demo_names,
    visit_of_session,
)
from registry.auth.rules import signing_in
from registry.journal.queries import entries_of
from registry.kernel.errors import Conflict, Forbidden, Invalid, Missing, Throttled
from registry.organisation.actions import come_back, leave
from registry.organisation.errors import LastAdministrator
from registry.store.db import session
from registry.store.transaction import transaction
from tests.factories.auth import PASSWORD, make_credential
from tests.factories.organisation import (
    actor_of,
    grant,
    make_colleague,
    make_institution,
    make_person,
)

NEW = "silver-fern-77"


def problems(refusal: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {name: each.code for name, each in refusal.value.problems.items()}


def test_a_password_is_made_unless_one_is_given(institution, system, settings):
    person = make_person(institution)
    made, first = create_credential(system, settings, person.id, "li")
    assert made.must_change
    assert first not in made.password_hash
    token, _ = sign_in(settings, institution.id, "li", first)
    assert visit_of_session(settings, token).must_change


def test_one_person_has_one_credential(wang, system, settings):
    with pytest.raises(AlreadyHasCredential):
        create_credential(system, settings, wang.id, "another")


@pytest.mark.parametrize("name", ["wangfang", "WANGFANG", "ｗａｎｇｆａｎｇ"])
def test_a_name_is_taken_in_all_its_writings(name, wang, institution, system, settings):
    person = make_person(institution)
    with pytest.raises(Invalid) as refusal:
        create_credential(system, settings, person.id, name)
    assert problems(refusal) == {"sign_in_name": "duplicate"}
    make_credential(settings, person, "li")
    with pytest.raises(Invalid):
        rename(system, person.id, name)


def test_two_institutions_may_use_one_name(wang, settings):
    other = make_person(make_institution())
    made = make_credential(settings, other, "WangFang")
    assert made.folded_name == "wangfang"


def test_the_table_itself_refuses_a_second_writing_of_a_name(wang, institution):
    person = make_person(institution)
    known = session().execute(sa.select(Credential.__table__)).mappings().one()
    twin = {**known, "id": known["id"] + 1, "person_id": person.id}
    with pytest.raises(Conflict), transaction() as writing:
        writing.execute(sa.insert(Credential.__table__).values(twin))


@pytest.mark.parametrize(
    ("current", "new", "found"),
    [
        ("wrong", NEW, {"current": "wrong_password"}),
        (PASSWORD, PASSWORD, {"new": "same_password"}),
        (PASSWORD, "short", {"new": "password_too_short"}),
        (PASSWORD, "woaini1314", {"new": "weak_password"}),
        (PASSWORD, "my-wangfang-1", {"new": "password_holds_name"}),
        (PASSWORD, "x1y" * 67, {"new": "too_long"}),
    ],
)
def test_a_refused_change_changes_nothing(
    current, new, found, wang, institution, settings
):
    with pytest.raises(Invalid) as refusal:
        change_password(actor_of(wang), settings, current, new)
    assert problems(refusal) == found
    sign_in(settings, institution.id, "wangfang", PASSWORD)


def test_after_a_change_only_the_new_password_fits(wang, institution, settings):
    change_password(actor_of(wang), settings, PASSWORD, NEW)
    with pytest.raises(BadCredentials):
        sign_in(settings, institution.id, "wangfang", PASSWORD)
    sign_in(settings, institution.id, "wangfang", NEW)


def test_whoever_found_an_open_session_cannot_guess_the_password(wang, settings, clock):
    for _ in range(BY_PERSON.most):
        with pytest.raises(Invalid):
            change_password(actor_of(wang), settings, "guess", NEW)
    with pytest.raises(Throttled):
        change_password(actor_of(wang), settings, PASSWORD, NEW)


def test_a_reset_password_works_once_changed_into_ones_own(
    wang, institution, system, settings
):
    first = reset_password(system, settings, wang.id)
    with pytest.raises(BadCredentials):
        sign_in(settings, institution.id, "wangfang", PASSWORD)
    token, _ = sign_in(settings, institution.id, "wangfang", first)
    visit = visit_of_session(settings, token)
    assert visit.must_change
    change_password(visit.actor, settings, first, NEW)
    assert not visit_of_session(settings, token).must_change
    with pytest.raises(BadCredentials):
        sign_in(settings, institution.id, "wangfang", first)


def test_whoever_left_and_came_back_is_let_in_by_an_administrator(
    wang, institution, system, settings
):
    left = leave(system, wang.id, wang.version)
    come_back(system, wang.id, left.version)
    with pytest.raises(BadCredentials):
        sign_in(settings, institution.id, "wangfang", PASSWORD)
    enable(system, wang.id)
    sign_in(settings, institution.id, "wangfang", PASSWORD)


def test_the_last_administrator_who_can_sign_in_stays(institution, system, settings):
    first, second = (make_person(institution) for _ in range(2))
    nobody = make_person(institution)
    for each in (first, second, nobody):
        grant(institution, each, Role.ADMINISTRATOR)
    make_credential(settings, first, "first")
    make_credential(settings, second, "second")
    disable(system, first.id)
    with pytest.raises(LastAdministrator):
        disable(system, second.id)
    enable(system, first.id)
    disable(system, second.id)


ACTS = {
    "create": lambda a, s, w, p: create_credential(a, s, p.id, "li", PASSWORD),
    "rename": lambda a, s, w, p: rename(a, w.id, "wang2"),
    "reset_password": lambda a, s, w, p: reset_password(a, s, w.id),
    "disable": lambda a, s, w, p: disable(a, w.id),
}


@pytest.mark.parametrize("act", ACTS)
def test_only_administrators_manage_credentials(act, wang, institution, settings):
    person = make_person(institution)
    for role in (None, *(set(Role) - {Role.ADMINISTRATOR, Role.STAFF})):
        actor = actor_of(make_colleague(institution, role))
        with pytest.raises(Forbidden):
            ACTS[act](actor, settings, wang, person)
    other = make_institution()
    elsewhere = make_person(other)
    grant(other, elsewhere, Role.ADMINISTRATOR)
    with pytest.raises(Missing):
        ACTS[act](actor_of(elsewhere), settings, wang, person)
    here = actor_of(make_colleague(institution, Role.ADMINISTRATOR))
    ACTS[act](here, settings, wang, person)


def test_every_deciding_act_is_in_the_journal_and_no_secret_is(
    wang, institution, system, settings
):
    change_password(actor_of(wang), settings, PASSWORD, NEW)
    first = reset_password(system, settings, wang.id)
    disable(system, wang.id)
    disable(system, wang.id)
    enable(system, wang.id)
    rename(system, wang.id, "wang.fang")
    entries = entries_of("credential", credential_of(system, wang.id).id)
    verbs = "create change_password reset_password disable enable rename"
    assert [entry.verb for entry in entries] == verbs.split()
    written = json.dumps([entry.facts for entry in entries])
    for secret in (PASSWORD, NEW, first, "argon2", "王芳", "wang.fang"):
        assert secret not in written


def test_signing_in_is_no_deciding_act(wang, institution, system, settings):
    before = len(entries_of("credential", credential_of(system, wang.id).id))
    sign_in(settings, institution.id, "wangfang", PASSWORD)
    assert len(entries_of("credential", credential_of(system, wang.id).id)) == before
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == 1


def test_an_initial_password_is_taken_before_the_lock(
    institution, system, settings, monkeypatch
):
    """Hashing takes half a second in earnest: nobody else may wait for it."""
    writing = []
    monkeypatch.setattr(
        "registry.auth.rules.signing_in._hasher",
        _watched(writing, signing_in._hasher),
    )
    person = make_person(institution)
    create_credential(system, settings, person.id, "li", PASSWORD)
    sign_in(settings, institution.id, "li", PASSWORD)
    change_password(actor_of(person), settings, PASSWORD, NEW)
    reset_password(system, settings, person.id)
    assert len(writing) >= 4
    assert not any(writing)


def _watched(writing: list[bool], hasher):
    def watch(*parameters):
        writing.append(bool(session().info.get("writing")))
        return hasher(*parameters)

    return watch


def test_lists_for_those_who_manage(wang, institution, system):
    other = make_person(institution)
    found = credentials_of(system, [wang.id, other.id])
    assert list(found) == [wang.id]
    with pytest.raises(Forbidden):
        credentials_of(actor_of(wang), [wang.id])


def test_a_demo_names_one_person_for_each_kind_of_work(institution, settings):
    people = [
        make_colleague(institution, role)
        for role in (None, Role.FINANCE, Role.FINANCE, Role.AUDITOR)
    ]
    for number, person in enumerate(people):
        make_credential(settings, person, f"demo{number}")
    disable_names = [name for name, _, _ in demo_names(institution.id)]
    assert disable_names == ["demo0", "demo1", "demo3"]
