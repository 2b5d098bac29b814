"""Where one looks at the thing that a notice or a step is about."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

SUBJECTS = {
    "asset": ("ledger.show", "asset_id"),
    "audit": ("audits.show", "audit_id"),
    "audit_finding": ("audits.finding", "finding_id"),
    "audit_part": ("audits.part", "part_id"),
    "import": ("imports.show", "import_id"),
    "robot": ("robots.show", "robot_id"),
    "job": ("jobs.show", "job_id"),
    "label_report": ("reports.show", "report_id"),
    "review_urgent": ("approvals.review_form", "pass_id"),
    "purchase_request": ("requests.show", "request_id"),
    "idle_asking": ("idle.bundle", "asking_id"),
    "transfer": ("transfers.show", "transfer_id"),
    "transfer_side": ("transfers.of_side", "side_id"),
    "hold": ("wishes.index", "hold"),
    "wanted": ("wanted.show", "wanted_id"),
    "loan": ("loans.show", "loan_id"),
    "second_factor": ("second_factor.show", "person"),
    "idle_question": ("idle.question", "question_id"),
    "outer_inquiry": ("outer.inquiry", "inquiry_id"),
    "outer_wish": ("outer.asked_one", "inquiry_id"),
}
"""By kind of thing: the page that shows one, and what it calls the id."""


STEPS = {
    "decide_department_head": ("approvals.show", "request_id"),
    "decide_asset_office": ("approvals.show", "request_id"),
    "decide_finance": ("approvals.show", "request_id"),
    "decide_principal": ("approvals.show", "request_id"),
    "place_order": ("buying.show", "request_id"),
    "receive_goods": ("buying.show", "request_id"),
}
"""By step: the page on which it is done, where that is not the thing's own."""


def address_of_step(step: str, kind: str, subject_id: int) -> str:
    """The address of the page on which whoever has a step does it."""
    if step not in STEPS:
        return address_of(kind, subject_id)
    endpoint, name = STEPS[step]
    values: dict[str, Any] = {name: subject_id}
    return url_for(endpoint, **values)


def address_of(kind: str, subject_id: int) -> str:
    """The address of a thing's page; the home page for a kind without one."""
    endpoint, name = SUBJECTS.get(kind, ("", ""))
    if endpoint not in current_app.view_functions:
        return url_for("home.index")
    values: dict[str, Any] = {name: subject_id}
    return url_for(endpoint, **values)
