"""What every template may use: words, formats, addresses of files and icons."""

from __future__ import annotations

from flask import Flask

from registry import words
from registry.web.pages import assets
from registry.words import asking, bulk, passing, terms


def furnish(app: Flask) -> None:
    """Give an app the files of all pages, and its templates their common names.

    ``csrf_token`` comes from Flask-WTF; ``institution``, ``me``, ``nav``, ``links``
    and the like differ from request to request and come from a context processor.
    """
    app.register_blueprint(assets.blueprint)
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.add_extension("jinja2.ext.do")
    environment.policies["ext.i18n.trimmed"] = True
    environment.trim_blocks = environment.lstrip_blocks = True
    install = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(words.SPOKEN, newstyle=True)
    environment.globals.update(
        asset_url=assets.asset_url,
        accent_url=assets.accent_url,
        state_word=terms.state_word,
        condition_word=terms.condition_word,
        claim_word=terms.claim_word,
        method_word=terms.method_word,
        verb_word=terms.verb_word,
        field_word=terms.field_word,
        role_word=terms.role_word,
        transfer_word=passing.transfer_word,
        line_word=passing.line_word,
        loan_word=passing.loan_word,
        wanted_word=passing.wanted_word,
        inquiry_word=passing.inquiry_word,
        request_word=asking.request_word,
        asked_word=asking.asked_word,
        found_word=asking.found_word,
        decline_word=asking.decline_word,
        outer_answer_words=asking.outer_answer_words,
        outer_kind_word=asking.outer_kind_word,
        outer_why_word=asking.outer_why_word,
        ruling_word=asking.ruling_word,
        bulk_word=bulk.bulk_word,
        outcome_word=bulk.outcome_word,
        format_date=words.format_date,
        format_datetime=words.format_datetime,
        format_money=words.format_money,
        format_number=words.format_number,
        format_size=words.format_size,
    )
