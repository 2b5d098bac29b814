"""Loans in the API: asking, lending, extending, returning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from registry.access.permissions import Permission
from registry.lists.of.loans import LOANS
from registry.sharing import actions
from registry.sharing.models import Loan
from registry.sharing.queries.loans import WHOLE, loan_of
from registry.web.api.assets import assets_out
from registry.web.api.listing import listing_page
from registry.web.api.schemas import sharing as shapes
from registry.web.api.schemas.assets import named
from registry.web.api.sharing.blueprints import blueprint
from registry.web.base.routes import guarded
from registry.web.base.sessions import current_actor


def loans_out(found: Sequence[Loan]) -> list[dict[str, Any]]:
    """Loans as the API shows them."""
    assets = assets_out([loan.asset for loan in found])
    return [_loan_out(loan, asset) for loan, asset in zip(found, assets, strict=True)]


def _loan_out(loan: Loan, asset: dict[str, Any]) -> dict[str, Any]:
    plain = (
        "id",
        "state",
        "from_on",
        "until_on",
        "purpose",
        "reason",
        "asked_at",
        "handed_at",
        "ended_at",
    )
    name = loan.person.name if loan.person is not None else loan.borrower
    return {each: getattr(loan, each) for each in plain} | {
        "asset": asset,
        "borrower": named(loan.person, name),
        "borrower_name": name,
    }


def _now(loan_id: int) -> dict[str, Any]:
    return loans_out([loan_of(current_actor(), loan_id)])[0]


@blueprint.get("/loans")
@guarded(Permission.LOAN_SEE)
@blueprint.arguments(shapes.LoanQuery, location="query")
@blueprint.response(200, shapes.LoanPage)
def loans(asked: dict[str, Any]) -> dict[str, Any]:
    """What is lent of one's departments, and what one has borrowed."""
    return listing_page(LOANS, asked, loans_out, WHOLE)


@blueprint.post("/loans")
@guarded(Permission.LOAN_ASK)
@blueprint.arguments(shapes.LoanAsked)
@blueprint.response(201, shapes.LoanOut)
def ask_for_loan(given: dict[str, Any]) -> dict[str, Any]:
    """Ask to borrow an idle thing for some days; its keeper answers."""
    made = actions.ask_for_loan(current_actor(), given.pop("asset_id"), **given)
    return _now(made.id)


@blueprint.post("/loans/lend")
@guarded(Permission.LOAN_DECIDE)
@blueprint.arguments(shapes.LendIn)
@blueprint.response(201, shapes.LoanOut)
def lend(given: dict[str, Any]) -> dict[str, Any]:
    """Lend a thing at once, or reserve it for later days."""
    made = actions.lend_out(current_actor(), given.pop("asset_id"), **given)
    return _now(made.id)


@blueprint.get("/loans/<int:loan_id>")
@guarded(Permission.LOAN_ASK)
@blueprint.response(200, shapes.LoanOut)
def loan(loan_id: int) -> dict[str, Any]:
    """A loan: what, to whom, for which days."""
    return _now(loan_id)


@blueprint.post("/loans/<int:loan_id>/agree")
@guarded(Permission.LOAN_DECIDE)
@blueprint.response(200, shapes.LoanOut)
def agree_to_loan(loan_id: int) -> dict[str, Any]:
    """Agree to lend; nobody else gets the thing on these days."""
    actions.agree_to_loan(current_actor(), loan_id)
    return _now(loan_id)


@blueprint.post("/loans/<int:loan_id>/refuse")
@guarded(Permission.LOAN_DECIDE)
@blueprint.arguments(shapes.ReasonIn)
@blueprint.response(200, shapes.LoanOut)
def refuse_loan(given: dict[str, Any], loan_id: int) -> dict[str, Any]:
    """Do not lend, and say why."""
    actions.refuse_loan(current_actor(), loan_id, reason=given["reason"])
    return _now(loan_id)


@blueprint.post("/loans/<int:loan_id>/cancel")
@guarded(Permission.LOAN_ASK)
@blueprint.arguments(shapes.ReasonIn)
@blueprint.response(200, shapes.LoanOut)
def cancel_loan(given: dict[str, Any], loan_id: int) -> dict[str, Any]:
    """No longer want to borrow a thing."""
    actions.cancel_loan(current_actor(), loan_id, reason=given["reason"])
    return _now(loan_id)


@blueprint.post("/loans/<int:loan_id>/hand-out")
@guarded(Permission.LOAN_DECIDE)
@blueprint.response(200, shapes.LoanOut)
def hand_out(loan_id: int) -> dict[str, Any]:
    """Give a reserved thing to the borrower."""
    actions.hand_out(current_actor(), loan_id)
    return _now(loan_id)


@blueprint.post("/loans/<int:loan_id>/extend")
@guarded(Permission.LOAN_DECIDE)
@blueprint.arguments(shapes.ExtendIn)
@blueprint.response(200, shapes.LoanOut)
def extend_loan(given: dict[str, Any], loan_id: int) -> dict[str, Any]:
    """Let a loan last longer, or end earlier."""
    actions.extend_loan(current_actor(), loan_id, until_on=given["until_on"])
    return _now(loan_id)


@blueprint.post("/loans/<int:loan_id>/return")
@guarded(Permission.LOAN_DECIDE)
@blueprint.arguments(shapes.ReturnIn)
@blueprint.response(200, shapes.LoanOut)
def return_loan(given: dict[str, Any], loan_id: int) -> dict[str, Any]:
    """Take a lent thing back, in the condition it is found in."""
    actions.return_loan(current_actor(), loan_id, condition=given.get("condition"))
    return _now(loan_id)
