"""Passwords, names and secrets: what is good enough, and what they are hashed to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.auth import rules
from registry.config import Settings
from registry.kernel.errors import Invalid

QUICK = Settings(secret_key="x" * 40, argon2_memory_kib=8, argon2_rounds=1)
COMMON = Path(rules.__file__).with_name("common_passwords.txt")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("1234567", "password_too_short"),
        ("woaini1314", "weak_password"),
        ("Woaini1314", "weak_password"),
        ("ｗｏａｉｎｉ１３１４", "weak_password"),
        ("88888888", "weak_password"),
        ("abababab", "weak_password"),
        ("34567890", None),
        ("cdefghij", "weak_password"),
        ("jihgfedc", "weak_password"),
        ("xwangfang9", "password_holds_name"),
        ("XWangFang9", "password_holds_name"),
        ("good\0enough", "control_characters"),
        ("good\ud800enough", "control_characters"),
        ("x" + "ab3" * 67, "too_long"),
        ("zy9" * 66 + "ab", None),
        ("correct horse battery", None),
        ("三号楼的银杏树黄了", None),
        ("        9", "weak_password"),
        ("🎈🎉🎋🎍🎎🎏🎐🎑x", None),
    ],
)
def test_a_password_is_refused_for_one_of_these_reasons(password, code):
    problem = rules.password_problem(password, "WangFang", 8)
    assert (problem.code if problem else None) == code


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=8))
def test_no_kind_of_character_is_asked_for_or_forbidden(text):
    problem = rules.password_problem(text, "不会出现的用户名", 8)
    reasons = {"weak_password", "too_long", "password_too_short"}
    assert problem is None or problem.code in reasons


def test_every_common_password_is_refused_in_any_case():
    lines = COMMON.read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) > 300
    assert lines == sorted({line.casefold() for line in lines})
    for line in lines:
        for written in (line, line.upper(), line.title()):
            assert rules.password_problem(written, "somebody", 4) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WangFang", "wangfang"),
        ("ＷａｎｇＦａｎｇ", "wangfang"),
        (" li.wei ", "LI.WEI"),
    ],
)
def test_names_are_one_whatever_their_case_and_width(one, other):
    assert rules.fold_name(one) == rules.fold_name(other)


@pytest.mark.parametrize("name", ["", "  ", "wang fang", "a\0b", "x" * 81, "\u3000"])
def test_a_sign_in_name_is_one_word(name):
    with pytest.raises(Invalid) as refusal:
        rules.clean_sign_in_name(name)
    assert "sign_in_name" in refusal.value.problems


def test_a_hash_is_argon2id_with_the_settings_parameters():
    hashed = rules.hash_password(QUICK, "correct horse battery")
    assert hashed.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert rules.password_fits(QUICK, hashed, "correct horse battery")
    assert not rules.password_fits(QUICK, hashed, "correct horse batterY")
    assert not rules.hash_is_dated(QUICK, hashed)
    dearer = Settings(secret_key="x" * 40, argon2_memory_kib=16, argon2_rounds=2)
    assert rules.hash_is_dated(dearer, hashed)
    assert rules.password_fits(dearer, hashed, "correct horse battery")


def test_a_password_is_the_same_from_a_keyboard_of_another_width():
    hashed = rules.hash_password(QUICK, "correct horse 9")
    assert rules.password_fits(QUICK, hashed, "ｃｏｒｒｅｃｔ horse ９")


@pytest.mark.parametrize("password", ["", "\ud800", "x" * 5000, "\0"])
def test_holding_any_text_against_a_hash_never_fails(password):
    assert not rules.password_fits(QUICK, rules.stand_in_hash(QUICK), password)
    assert not rules.password_fits(QUICK, "not a hash", password)


def test_secrets_are_long_random_and_known_by_their_hash_alone():
    made = {rules.new_session_token() for _ in range(200)}
    tokens = {rules.new_api_token() for _ in range(200)}
    assert len(made) == len(tokens) == 200
    assert all(len(each) >= 43 for each in made | tokens)
    assert all(each.startswith("rgt_") for each in tokens)
    assert len({rules.secret_hash(each) for each in made | tokens}) == 400


def test_initial_passwords_are_readable_and_good_enough():
    for _ in range(300):
        password = rules.new_password()
        assert not set(password) & set("0O1lI")
        assert rules.password_problem(password, "wangfang", 8) is None


@pytest.mark.parametrize(
    ("idle", "age", "live"),
    [
        (timedelta(0), timedelta(0), True),
        (timedelta(hours=8, seconds=-1), timedelta(days=1), True),
        (timedelta(hours=8), timedelta(days=1), False),
        (timedelta(0), timedelta(days=7, seconds=-1), True),
        (timedelta(0), timedelta(days=7), False),
    ],
)
def test_a_session_ends_by_idling_or_by_age(idle, age, live):
    moment = datetime(2026, 9, 1, tzinfo=UTC)
    expires = moment - age + timedelta(days=7)
    assert rules.session_is_live(QUICK, moment, moment - idle, expires) is live


def test_no_scope_lets_a_token_make_tokens_or_passwords():
    assert "auth" not in rules.SCOPES
    assert {"read", "ledger"} <= set(rules.SCOPES)
