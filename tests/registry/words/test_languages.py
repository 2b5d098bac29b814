"""Which language and zone a person gets, and that one's choice never leaks."""

import threading
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.words import (
    LANGUAGES,
    _,
    choose_language,
    current_language,
    current_time_zone,
    gettext,
    set_language,
    set_time_zone,
    use_language,
    use_time_zone,
)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("en-GB, zh;q=0.1", "en"),
        ("zh-TW", "zh-CN"),
        ("zh-Hant-HK;q=0.7, fr", "zh-CN"),
        ("ZH-cn", "zh-CN"),
        ("EN", "en"),
        ("fr, de;q=0.5", "zh-CN"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0, zh;q=0.1", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en, zh", "zh-CN"),
        ("*", "zh-CN"),
        ("", "zh-CN"),
        (None, "zh-CN"),
        ("en;q=nan", "zh-CN"),
        (";;;,,,=", "zh-CN"),
        ("english", "zh-CN"),
    ],
)
def test_the_header_names_the_language(header, language):
    assert choose_language(header) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_persons_own_choice_wins_over_the_browser(language):
    assert choose_language("en, zh;q=0.1", language) == language
    assert choose_language("zh", language) == language


@pytest.mark.parametrize("preference", ["", None, "fr", "zh", "EN", "../en"])
def test_a_choice_we_do_not_have_counts_as_none(preference):
    assert choose_language("en", preference) == "en"


@given(st.one_of(st.text(), st.text("enzh-CN,;q=0.19 *")))
def test_no_header_fails(header):
    assert choose_language(header) in LANGUAGES


def test_an_endless_header_is_not_read_to_its_end():
    assert choose_language("x," * 500_000 + "en") == "zh-CN"


def test_a_block_in_another_language_leaves_no_trace():
    set_language("zh-CN")
    with use_language("en"):
        assert current_language() == "en"
        with pytest.raises(RuntimeError), use_language("zh-CN"):
            raise RuntimeError
        assert current_language() == "en"
    assert current_language() == "zh-CN"


def test_a_language_we_do_not_have_is_refused():
    with pytest.raises(ValueError, match="fr"):
        set_language("fr")
    with pytest.raises(ValueError, match="fr"), use_language("fr"):
        pass


def test_each_thread_speaks_its_own_language():
    spoken = {}

    def speak(language):
        with use_language(language):
            ready.wait(5)
            spoken[language] = (current_language(), gettext("闲置"), _("闲置"))

    ready = threading.Barrier(len(LANGUAGES))
    threads = [threading.Thread(target=speak, args=[each]) for each in LANGUAGES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spoken == {
        "zh-CN": ("zh-CN", "闲置", "闲置"),
        "en": ("en", "Idle", "Idle"),
    }


def test_the_time_zone_is_chosen_the_same_way():
    assert current_time_zone() == "Asia/Shanghai"
    with use_time_zone("Asia/Urumqi"):
        assert current_time_zone() == "Asia/Urumqi"
    assert current_time_zone() == "Asia/Shanghai"


@pytest.mark.parametrize("name", ["Asia/Nowhere", "../etc/passwd", "", "/etc/passwd"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises((ZoneInfoNotFoundError, ValueError)):
        set_time_zone(name)
    assert current_time_zone() == "Asia/Shanghai"
