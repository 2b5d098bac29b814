"""Every refusal is a sentence that says what to do, whatever facts come with it."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.words import LANGUAGES, known_codes, sentence, terms, use_language
from registry.words import refusals as table
from registry.words.extraction import placeholders


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_a_code_is_a_lower_case_fact(code):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)


@pytest.mark.parametrize("code", sorted(known_codes()))
def test_a_sentence_is_short_whole_and_has_no_odd_placeholder(code):
    text = table.SENTENCES[code]
    assert text.endswith("。")
    assert len(text) <= 60
    assert all(re.fullmatch(r"\w+:s", each) for each in placeholders(text))


def test_no_code_stands_in_two_tables():
    assert sum(map(len, table.TABLES)) == len(known_codes())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(known_codes()))
def test_a_sentence_is_said_even_without_its_facts(code, language):
    with use_language(language):
        said = sentence(code, {})
    assert said
    assert "%(" not in said


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
names = st.sampled_from(
    ["state", "verb", "kind", "field", "most", "most_bytes", "least", "retry_after"]
)


@given(
    st.sampled_from(sorted(known_codes())) | st.text(),
    st.dictionaries(names | st.text(), anything),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_saying_a_refusal_never_fails(code, facts, language):
    with use_language(language):
        assert isinstance(sentence(code, facts), str)


def test_facts_are_said_in_the_readers_words():
    class State(StrEnum):
        IDLE = "idle"

    wrong = {"of": "asset", "state": State.IDLE, "verb": "hold"}
    assert sentence("wrong_state", wrong).startswith("现在是“闲置”，不能“预留”。")
    assert "10 MB" in sentence("photo_too_large", {"most_bytes": 10 * 2**20})
    assert "1,000,000" in sentence("too_large_number", {"most": 1_000_000})
    assert "2026年1月2日" in sentence("too_small", {"least": date(2026, 1, 2)})
    assert "2026年1月2日 08:00" in sentence(
        "too_small", {"least": datetime(2026, 1, 2, tzinfo=UTC)}
    )


def test_a_fact_is_never_read_as_a_placeholder():
    assert "%(most)s" in sentence("too_long", {"most": "%(most)s"})


def test_a_code_nobody_knows_gets_the_sentence_for_everything():
    assert sentence("no_such_code") == table.UNKNOWN


WORDS = {
    terms.state_word: terms.STATES,
    terms.condition_word: terms.CONDITIONS,
    terms.method_word: terms.ACQUISITION_METHODS,
    terms.role_word: terms.ROLES,
    terms.claim_word: terms.CLAIM_KINDS,
    terms.verb_word: terms.VERBS,
    terms.field_word: terms.FIELDS,
}


@pytest.mark.parametrize(("word", "codes"), WORDS.items())
def test_codes_of_tables_have_words_of_their_own(word, codes):
    said = [word(code) for code in codes]
    assert not set(said) & set(codes)
    if codes is not terms.FIELDS:
        assert len(set(said)) == len(said)


@pytest.mark.parametrize("word", WORDS)
def test_an_unknown_code_of_a_table_is_said_as_it_is(word):
    assert word("no_such_code") == "no_such_code"
