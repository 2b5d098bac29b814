"""Figures in the API: what there is, in what state, how old, what has changed."""

from __future__ import annotations

from typing import Any

from flask import Response

from registry.access.permissions import Permission
from registry.interchange.sheets.writing import MEDIA_TYPES
from registry.reports.queries.overview import Wanted, figures
from registry.reports.rules.figures import Amount, Figures
from registry.web.api.files import BYTES, handed_out
from registry.web.api.schemas import figures as shapes
from registry.web.base.api import ApiBlueprint
from registry.web.base.figures import file_of
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor
from registry.words import _

blueprint = ApiBlueprint(
    "api_figures", __name__, url_prefix="", description="Figures of the ledger"
)


@blueprint.get("/overview")
@guarded(Permission.FIGURES_SEE)
@blueprint.arguments(shapes.FiguresQuery, location="query")
@blueprint.response(200, shapes.FiguresOut)
def show(asked: dict[str, Any]) -> dict[str, Any]:
    """Counts and values of all one may see; narrowed by department and class."""
    wanted = Wanted(asked["department_id"], asked["class_code"])
    found, top = figures(current_actor(), wanted)
    return _shown(found) | {"department_id": top.id}


def _shown(found: Figures) -> dict[str, Any]:
    late = found.outlived
    return {
        "position": found.position,
        "day": found.day,
        "first_day": found.first_day,
        "currency": found.currency,
        "whole": found.whole,
        "idle": found.idle,
        "states": [_state(state, each) for state, each in found.states.items()],
        "departments": found.departments,
        "classes": found.classes,
        "ages": [{"age": age, "count": n} for age, n in found.ages.items()],
        "outlived": {
            "count": late.count,
            "of": late.of,
            "value_fen": found.outlived_fen,
        },
        "conditions": [
            {"condition": each, "count": n} for each, n in found.conditions.items()
        ],
        "coverage": found.coverage,
        "foreign": found.foreign,
        "happened": [
            {"what": kind, "days": days} for kind, days in found.happened.items()
        ],
    }


def _state(state: str, amount: Amount) -> dict[str, Any]:
    return {"state": state, "count": amount.count, "value_fen": amount.value_fen}


@blueprint.get("/exports/overview")
@guarded(Permission.FIGURES_SEE)
@blueprint.arguments(shapes.FiguresFileQuery, location="query")
@blueprint.response(200, BYTES, content_type=MEDIA_TYPES["xlsx"])
def export(asked: dict[str, Any]) -> Response:
    """The same figures as a workbook or delimited text, a line for each."""
    wanted = Wanted(asked["department_id"], asked["class_code"])
    found, _top = figures(current_actor(), wanted)
    form, name = asked["form"], f"{_('资产概览')}.{asked['form']}"
    return handed_out(file_of(found, form), MEDIA_TYPES[form], name)
