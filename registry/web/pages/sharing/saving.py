"""What was not spent because idle things were used, listed document by document."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.lists.of.savings import SAVINGS
from registry.sharing.queries.savings import saved_in_all
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.web.pages.lists.view import ListView, view_of
from registry.web.pages.sharing.blueprints import savings
from registry.words import format_list
from registry.words.passing import pricing_word


@savings.get("")
@guarded(Permission.SAVINGS_SEE)
def index() -> ResponseReturnValue:
    """The sum, how it is made up, and each thing with its price and document."""
    view = view_of(SAVINGS)
    if not isinstance(view, ListView):
        return view
    wanted = SAVINGS.narrowed_to(view.asked.values)
    saved = saved_in_all(current_actor(), wanted)
    return (
        render_template(
            "sharing/savings.html",
            view=view,
            saved=saved,
            how=format_list(
                f"{pricing_word(each)} {count}" for each, count in saved.by.items()
            ),
        ),
        view.status,
    )
