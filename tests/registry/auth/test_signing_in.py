"""Signing in: one answer whatever is wrong, and no more tries than allowed."""

from __future__ import annotations

from datetime import UTC, datetime

import argon2
import pytest
import sqlalchemy as sa

from registry.auth import rules
from registry.auth.actions import (
    create_credential,
    disable,
    reset_password,
    sign_in,
)
from registry.auth.actions.sessions import BY_ADDRESS, BY_BROWSER, BY_NAME
from registry.auth.errors import BadCredentials
from registry.auth.models import Credential, SignInSession
from registry.auth.queries import visit_of_session
from registry.kernel.errors import Throttled
from registry.organisation.actions import leave
from registry.store.db import session
from registry.store.transaction import transaction
from tests.factories.auth import PASSWORD, make_credential
from tests.factories.organisation import make_institution, make_person
from tests.harness.application import settings_for


def refused(settings, institution, name, password, address="") -> str:
    with pytest.raises((BadCredentials, Throttled)) as refusal:
        sign_in(settings, institution.id, name, password, address=address)
    assert not refusal.value.facts or refusal.value.code == "throttled"
    return refusal.value.code


@pytest.mark.parametrize(
    "name", ["WangFang", "wangfang", "ＷＡＮＧＦＡＮＧ", " wangfang "]
)
def test_the_name_counts_whatever_its_case_and_width(name, wang, institution, settings):
    token, made = sign_in(
        settings, institution.id, name, PASSWORD, address="10.0.0.9", agent="Firefox"
    )
    visit = visit_of_session(settings, token)
    assert visit is not None
    assert (visit.actor.person_id, visit.actor.name) == (wang.id, "王芳")
    assert visit.actor.session_id == made.id
    assert (made.address, made.agent) == ("10.0.0.9", "Firefox")


def test_only_a_hash_of_the_token_is_kept(wang, institution, settings):
    token, made = sign_in(settings, institution.id, "wangfang", PASSWORD)
    row = session().execute(sa.select(SignInSession.__table__)).one()
    assert made.token_hash == rules.secret_hash(token)
    assert token not in str(row)


def make_trouble(trouble, wang, institution, system, settings) -> tuple[str, str]:
    """A name and password that do not work, for the reason named."""
    if trouble == "unknown name":
        return "zhaoliu", PASSWORD
    if trouble == "wrong password":
        return "wangfang", "another-lantern-43"
    if trouble == "other institution":
        other = make_person(make_institution())
        make_credential(settings, other, "qian")
        return "qian", PASSWORD
    if trouble == "disabled":
        disable(system, wang.id)
    elif trouble == "left":
        leave(system, wang.id, wang.version)
    elif trouble == "initial password run out":
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        with transaction() as writing:
            writing.execute(sa.update(Credential).values(initial_until=long_ago))
    return "wangfang", PASSWORD


TROUBLES = [
    "unknown name",
    "wrong password",
    "other institution",
    "disabled",
    "left",
    "initial password run out",
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_whatever_is_wrong_the_answer_is_the_same(
    trouble, wang, institution, system, settings
):
    name, password = make_trouble(trouble, wang, institution, system, settings)
    assert refused(settings, institution, name, password) == "bad_credentials"
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == 0


@pytest.mark.parametrize("trouble", TROUBLES)
def test_whatever_is_wrong_one_password_is_hashed(
    trouble, wang, institution, system, settings, monkeypatch
):
    name, password = make_trouble(trouble, wang, institution, system, settings)
    rules.stand_in_hash(settings)
    hashed = []
    verify = argon2.PasswordHasher.verify

    def count(self, known, given):
        hashed.append(known.rpartition("$")[0].rpartition("$")[0])
        return verify(self, known, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", count)
    refused(settings, institution, name, password)
    assert hashed == ["$argon2id$v=19$m=8,t=1,p=1"]


def test_an_unknown_name_asks_the_database_as_much_as_a_wrong_password(
    wang, institution, settings, statements
):
    refused(settings, institution, "wangfang", "x")
    with statements() as wrong:
        refused(settings, institution, "wangfang", "x")
    with statements() as unknown:
        refused(settings, institution, "zhaoliu", "x")
    assert unknown == wrong


def test_an_outdated_hash_is_renewed_at_sign_in(wang, institution, settings):
    dearer = settings_for(settings.database_url, argon2_memory_kib=16)
    sign_in(dearer, institution.id, "wangfang", PASSWORD)
    renewed = session().scalar(sa.select(Credential.password_hash))
    assert renewed is not None
    assert "m=16" in renewed
    sign_in(dearer, institution.id, "wangfang", PASSWORD)


def test_of_two_first_sign_ins_at_once_both_succeed_with_an_outdated_hash(
    wang, institution, settings, monkeypatch
):
    dearer = settings_for(settings.database_url, argon2_memory_kib=16)
    verify = argon2.PasswordHasher.verify

    def verify_while_another_signs_in(self, known, given):
        monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
        sign_in(dearer, institution.id, "wangfang", PASSWORD)
        return verify(self, known, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify_while_another_signs_in)
    token, _made = sign_in(dearer, institution.id, "wangfang", PASSWORD)
    assert visit_of_session(dearer, token) is not None
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == 2


def test_a_password_that_changes_while_its_hash_is_renewed_is_refused(
    wang, institution, system, settings, monkeypatch
):
    dearer = settings_for(settings.database_url, argon2_memory_kib=16)
    verify = argon2.PasswordHasher.verify

    def verify_while_it_is_reset(self, known, given):
        monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
        reset_password(system, dearer, wang.id)
        return verify(self, known, given)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify_while_it_is_reset)
    assert refused(dearer, institution, "wangfang", PASSWORD) == "bad_credentials"


def test_one_browser_has_ten_tries_whatever_the_password(
    wang, institution, settings, clock
):
    codes = [refused(settings, institution, "wangfang", f"no {n}") for n in range(12)]
    assert codes == ["bad_credentials"] * BY_BROWSER.most + ["throttled"] * 2
    assert refused(settings, institution, "wangfang", PASSWORD) == "throttled"
    clock.shift(BY_BROWSER.seconds)
    sign_in(settings, institution.id, "wangfang", PASSWORD)


def test_somebody_elsewhere_can_still_sign_in_meanwhile(
    wang, institution, settings, clock
):
    for _ in range(BY_BROWSER.most + 1):
        refused(settings, institution, "wangfang", "no", "10.0.0.66")
    sign_in(settings, institution.id, "wangfang", PASSWORD, address="10.0.0.1")


def test_one_name_has_thirty_tries_from_everywhere(wang, institution, settings, clock):
    codes = [
        refused(settings, institution, "WANGFANG", "no", f"10.0.0.{n}")
        for n in range(BY_NAME.most + 1)
    ]
    assert codes == ["bad_credentials"] * BY_NAME.most + ["throttled"]


def test_one_address_has_a_hundred_tries_over_all_names(institution, settings, clock):
    codes = [
        refused(settings, institution, f"user{n}", "no", "10.0.0.66")
        for n in range(BY_ADDRESS.most + 1)
    ]
    assert codes == ["bad_credentials"] * BY_ADDRESS.most + ["throttled"]


def test_signing_in_rightly_uses_up_no_tries(wang, institution, settings, clock):
    for _ in range(BY_ADDRESS.most + 5):
        sign_in(settings, institution.id, "wangfang", PASSWORD, address="10.0.0.1")


def test_unknown_names_are_throttled_like_known_ones(institution, settings, clock):
    codes = [refused(settings, institution, "nobody", "no") for _ in range(11)]
    assert codes[-1] == "throttled"


def test_an_initial_password_lets_in_only_to_be_changed(
    institution, system, settings, clock
):
    person = make_person(institution)
    _, first = create_credential(system, settings, person.id, "li")
    token, _ = sign_in(settings, institution.id, "li", first)
    visit = visit_of_session(settings, token)
    assert visit is not None
    assert visit.must_change
    clock.shift(7 * 86_400 + 1)
    assert refused(settings, institution, "li", first) == "bad_credentials"


def _disable_meanwhile(system, settings, wang):
    disable(system, wang.id)


def _reset_meanwhile(system, settings, wang):
    reset_password(system, settings, wang.id)


@pytest.mark.parametrize("act", [_disable_meanwhile, _reset_meanwhile])
def test_what_happens_while_the_password_is_looked_at_counts(
    act, wang, institution, system, settings, monkeypatch
):
    verify = argon2.PasswordHasher.verify

    def verify_slowly(self, known, given):
        fits = verify(self, known, given)
        act(system, settings, wang)
        return fits

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify_slowly)
    assert refused(settings, institution, "wangfang", PASSWORD) == "bad_credentials"
    assert session().scalar(sa.select(sa.func.count(SignInSession.id))) == 0
