"""API tokens: shown once, for some scopes and a time, never more than their holder."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from registry.access.permissions import Permission
from registry.access.roles import Role
from registry.auth.actions import create_token, note_token_used, revoke_token
from registry.auth.actions.tokens import MOST_TOKENS
from registry.auth.models import ApiToken
from registry.auth.queries import actor_of_token, own_tokens, visit_of_token
from registry.journal.queries import entries_of
from registry.kernel.errors import Forbidden, Invalid, Missing
from registry.store.db import session
from tests.factories.organisation import actor_of, grant, make_colleague


@pytest.fixture
def own(wang, institution):
    grant(institution, wang, Role.ASSET_OFFICE)
    return actor_of(wang)


def test_the_secret_is_recognisable_and_kept_nowhere(own):
    secret, made = create_token(own, "财务对账", ["read"])
    row = session().execute(sa.select(ApiToken.__table__)).one()
    assert secret.startswith("rgt_")
    assert secret[8:] not in str(row)
    assert secret.startswith(made.hint)


def test_a_token_may_do_what_its_scopes_and_its_holder_may(own, statements):
    reading, _ = create_token(own, "reading", ["read"])
    labels, _ = create_token(own, "labels", ["labelling"])
    with statements() as asked:
        reader = actor_of_token(reading)
    assert len(asked) == 1
    assert reader.may(Permission.ASSET_SEE)
    assert not reader.may(Permission.ASSET_MOVE)
    printer = actor_of_token(labels)
    assert printer.may(Permission.LABEL_PRINT)
    assert not printer.may(Permission.ASSET_SEE)
    assert not printer.may(Permission.ROLE_GRANT)
    assert (reader.door, reader.session_id) == ("api", None)


def test_no_token_manages_passwords_or_tokens(own):
    with pytest.raises(Invalid):
        create_token(own, "too much", ["auth"])
    everything, _ = create_token(own, "all", ["read", "ledger", "organisation"])
    actor = actor_of_token(everything)
    with pytest.raises(Forbidden):
        create_token(actor, "another", ["read"])
    with pytest.raises(Forbidden):
        own_tokens(actor)


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        ("", ["read"], 90, "name"),
        ("x" * 81, ["read"], 90, "name"),
        ("a\0b", ["read"], 90, "name"),
        ("ok", [], 90, "scopes"),
        ("ok", ["read", "everything"], 90, "scopes"),
        ("ok", ["read"], 0, "days"),
        ("ok", ["read"], 366, "days"),
        ("ok", ["read"], -1, "days"),
    ],
)
def test_what_a_token_cannot_be(name, scopes, days, field, own):
    with pytest.raises(Invalid) as refusal:
        create_token(own, name, scopes, days=days)
    assert list(refusal.value.problems) == [field]
    assert own_tokens(own) == []


def test_a_token_ends_on_its_day(own, clock):
    secret, _ = create_token(own, "short", ["read"], days=1)
    clock.shift(86_400 - 1)
    assert actor_of_token(secret) is not None
    clock.shift(1)
    assert actor_of_token(secret) is None


def test_a_revoked_token_is_dead_at_once(own):
    secret, made = create_token(own, "lost", ["read"])
    revoke_token(own, made.id)
    revoke_token(own, made.id)
    assert actor_of_token(secret) is None
    verbs = [entry.verb for entry in entries_of("api_token", made.id)]
    assert verbs == ["create", "revoke"]


def test_nobody_revokes_the_token_of_another(own, institution):
    secret, made = create_token(own, "mine", ["read"])
    for role in (None, Role.ADMINISTRATOR):
        with pytest.raises(Missing):
            revoke_token(actor_of(make_colleague(institution, role)), made.id)
    assert actor_of_token(secret) is not None


def test_there_are_so_many_live_tokens_and_no_more(own):
    made = [create_token(own, f"n{n}", ["read"])[1] for n in range(MOST_TOKENS)]
    with pytest.raises(Invalid):
        create_token(own, "one more", ["read"])
    revoke_token(own, made[0].id)
    create_token(own, "one more", ["read"])


def test_that_a_token_is_used_is_written_once_a_minute(own, clock, statements):
    secret, _ = create_token(own, "busy", ["read"])
    writes = []
    for _ in range(5):
        with statements() as asked:
            note_token_used(visit_of_token(secret))
        writes.append(sum("UPDATE" in each for each in asked))
        clock.shift(30)
    assert writes == [1, 0, 1, 0, 1]


def test_the_journal_names_scopes_and_never_the_secret(own, settings):
    secret, made = create_token(own, "张三的脚本", ["read"])
    entry = entries_of("api_token", made.id)[0]
    assert json.loads(entry.facts)["scopes"] == ["read"]
    assert secret[4:] not in entry.facts
    assert "张三" not in entry.facts
