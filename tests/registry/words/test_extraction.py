"""Every way a text is marked is collected, and gaps in a catalogue are named."""

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from registry.words import extraction

ROOT = Path(extraction.__file__).parents[2]


@pytest.fixture
def sources(tmp_path):
    shutil.copy(ROOT / "babel.cfg", tmp_path)

    def write(path, text):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")

    write(
        "registry/feature/rules.py",
        '_("甲"); gettext("乙 %(n)s", n=1); N_("丙"); other("不收")\n'
        'ngettext("一件", "%(num)s 件", 3); pgettext("动词", "借")\n'
        'NP_("菜单", "辛")\n',
    )
    write("labels/sheets.py", 'N_("丁")\n')
    write(
        "registry/web/pages/templates/a/b.html",
        "{% trans n=count %}\n  共\n  {{ n }} 件\n{% endtrans %}{{ _('戊') }}"
        '<p data-words=\'{{ {"x": _("己")}|tojson }}\'>'
        "{% trans n=1 %}一条{% pluralize %}{{ n }} 条{% endtrans %}",
    )
    write("registry/web/pages/templates/_parts/c.html", "{{ _('庚') }}")
    write("tests/test_a.py", '_("不收")\n')
    return tmp_path


def test_every_kind_of_mark_is_collected(sources):
    found = extraction.marked_texts(sources)
    assert {(text.id, text.context) for text in found if text.id} == {
        ("甲", None),
        ("乙 %(n)s", None),
        ("丙", None),
        (("一件", "%(num)s 件"), None),
        ("借", "动词"),
        ("辛", "菜单"),
        ("丁", None),
        ("共 %(n)s 件", None),
        ("戊", None),
        ("己", None),
        ("庚", None),
        (("一条", "%(n)s 条"), None),
    }


def test_a_broken_template_is_not_passed_over(sources):
    broken = sources / "registry/web/pages/templates/c.html"
    broken.write_text("{% trans %}没有完", "utf-8")
    with pytest.raises(Exception, match="unclosed translation block"):
        extraction.marked_texts(sources)


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Write an English catalogue of the given texts and read it instead of ours."""

    def write(texts, fuzzy=()):
        known = Catalog(locale="en", fuzzy=False)
        for source, said in texts.items():
            flags = ["fuzzy"] if source in fuzzy else []
            known.add(source, said, flags=flags)
        written = BytesIO()
        write_po(written, known)
        (tmp_path / "en.po").write_bytes(written.getvalue())

    monkeypatch.setattr(extraction, "DIRECTORY", tmp_path)
    return write


def test_what_is_missing_empty_or_only_guessed_is_named(catalogue):
    template = Catalog(fuzzy=False)
    for source in ["有", "无", "空", "猜", ("一", "%(num)s 个"), ("二", "%(num)s 双")]:
        template.add(source)
    catalogue(
        {
            "有": "there",
            "空": "",
            "猜": "guess",
            ("一", "%(num)s 个"): ("one", "%(num)s"),
            ("二", "%(num)s 双"): ("two", ""),
        },
        fuzzy={"猜"},
    )
    assert extraction.untranslated("en", template) == ["无", "空", "猜", "二"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("共 %(n)s 件", "%(m)s things"),
        ("共 %(n)s 件", "things"),
        ("共 %(n)s 件", "%(n)d things"),
        ("共 %(n)s 件", "%(n)s of %s"),
        ("共 %(n)s 件", "%(n)s is 5% of it"),
        (("一件", "%(num)s 件"), ("one", "%(n)s things")),
    ],
)
def test_a_translation_that_could_not_be_filled_is_named(catalogue, source, said):
    catalogue({source: said})
    assert len(extraction.mistranslated("en")) == 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("共 %(n)s 件", "%(n)s things"),
        ("%(a)s 到 %(b)s", "%(b)s after %(a)s"),
        ("满 100%%", "100%% full"),
        (("%(num)s 件", "%(num)s 件"), ("one thing", "%(num)s things")),
    ],
)
def test_a_right_translation_is_not_named(catalogue, source, said):
    catalogue({source: said})
    assert extraction.mistranslated("en") == []


def test_no_translation_of_ours_has_other_placeholders():
    assert extraction.mistranslated("en") == []
