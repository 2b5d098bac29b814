"""Texts are found, filled and counted alike in code and in templates."""

import pytest
from jinja2 import Environment

from registry.words import (
    N_,
    SPOKEN,
    _,
    gettext,
    ngettext,
    npgettext,
    pgettext,
    translations,
    use_language,
)


@pytest.fixture
def environment():
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    environment.install_gettext_translations(SPOKEN, newstyle=True)
    return environment


def test_a_text_without_translation_is_shown_in_chinese():
    with use_language("en"):
        assert gettext("这句话没有译文") == "这句话没有译文"
        assert ngettext("一件没有译文", "%(num)s 件没有译文", 2) == "2 件没有译文"
        assert pgettext("动词", "没有译文的词") == "没有译文的词"
        assert npgettext("动词", "一件没有", "%(num)s 件没有", 7) == "7 件没有"


@pytest.mark.parametrize("number", [0, 1, 2, 100])
def test_chinese_has_one_form_for_every_number(number):
    assert ngettext("独一件", "%(num)s 件", number) == f"{number} 件"
    assert npgettext("计量", "独一件", "%(num)s 件", number) == f"{number} 件"


def test_facts_are_filled_in_and_never_read_as_marks():
    assert _("名称：%(name)s", name="100%(x)s%") == "名称：100%(x)s%"
    assert _("满 100%%") == "满 100%"
    assert _("已办 %(done)s 件", done=3) == "已办 3 件"


def test_a_mark_only_marks():
    with use_language("en"):
        assert N_("闲置") == "闲置"
        assert gettext(N_("闲置")) == "Idle"


def test_a_language_is_read_once():
    assert translations("en") is translations("en")


def test_a_template_follows_the_language_of_its_reader(environment):
    template = environment.from_string("{{ _('闲置') }} {% trans %}在用{% endtrans %}")
    assert template.render() == "闲置 在用"
    with use_language("en"):
        assert template.render() == "Idle In use"
    assert template.render() == "闲置 在用"


def test_a_template_escapes_what_it_fills_in(environment):
    template = environment.from_string(
        "{% trans n=name %}名称 {{ n }}{% endtrans %} {{ _('叫 %(n)s', n=name) }}"
    )
    assert template.render(name="<b>%") == "名称 &lt;b&gt;% 叫 &lt;b&gt;%"


def test_a_template_counts_as_code_does(environment):
    template = environment.from_string(
        "{% trans count=n %}一件{% pluralize %}{{ count }} 件{% endtrans %}"
    )
    assert [template.render(n=n) for n in (0, 1, 2)] == ["0 件", "1 件", "2 件"]


def test_a_script_gets_its_words_whole_through_an_attribute(environment):
    template = environment.from_string(
        """<p data-words='{{ {"wait": _("还有 %%(n)s 条'\\"<")}|tojson }}'>"""
    )
    rendered = template.render()
    inside = rendered.removeprefix("<p data-words='").removesuffix("'>")
    assert "'" not in inside
    assert "<" not in inside
    assert "%(n)s" in inside
