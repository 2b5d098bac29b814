"""Certificates of checks: verified by anyone who holds one, listed for finance."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.access.permissions import Permission
from registry.kernel.checkcodes import CodeMistyped, read_code
from registry.kernel.errors import Missing
from registry.lists.of.certificates import CERTIFICATES_ISSUED
from registry.organisation import queries as organisation
from registry.procurement.queries.certificates import Shown, by_code, of_request
from registry.procurement.queries.certificates import shown as shown_of
from registry.procurement.queries.issued import standings
from registry.reports.certificate import TONES, paper, sections
from registry.web.base.forms import Form, blank_form
from registry.web.base.routes import at_most, guarded, public, signed_in
from registry.web.base.sessions import caller, current_actor
from registry.web.base.settings import current_settings
from registry.web.pages.lists.view import ListView, view_of
from registry.words.approving import certificate_word

blueprint = Blueprint("certificates", __name__)

LONGEST = 200


@blueprint.get("/verify")
@public("whoever holds a certificate may verify it")
def verify() -> str:
    """Type the number of a certificate."""
    return _ask(blank_form())


def _ask(form: Form) -> str:
    return render_template("certificates/verify.html", form=form)


@blueprint.get("/verify/open")
@public("whoever holds a certificate may verify it")
@at_most(60, 60)
def open_typed() -> ResponseReturnValue:
    """Go to the certificate whose number was typed or scanned."""
    text = request.args.get("text", "").strip()[:LONGEST]
    form = blank_form(text=text)
    if not text:
        form.refuse("text", "required")
        return _ask(form), 422
    try:
        code = read_code(text.rstrip("/").rpartition("/")[2])
        found = by_code(code)
    except CodeMistyped:
        form.refuse("text", "certificate_mistyped")
        return _ask(form), 422
    except Missing:
        form.refuse("text", "no_such_certificate")
        return _ask(form), 404
    return redirect(url_for("certificates.look", text=found.certificate.code), 303)


@blueprint.get("/c/<text>")
@blueprint.get("/C/<text>", endpoint="look_upper")
@public("a certificate is for whoever is to pay or register")
@at_most(60, 60)
def look(text: str) -> ResponseReturnValue:
    """What a certificate is worth now; without names, places, prices or free words."""
    try:
        found = by_code(read_code(text[:60]))
    except CodeMistyped:
        form = blank_form(text=text[:60])
        form.refuse("text", "certificate_mistyped")
        return _ask(form), 422
    except Missing:
        form = blank_form(text=text[:60])
        form.refuse("text", "no_such_certificate")
        return _ask(form), 404
    visit = caller().visit
    own = visit is not None and (visit.house.id == found.certificate.institution_id)
    return render_template(
        "certificates/look.html",
        **_seen(found, openly=True),
        home=organisation.institution(found.certificate.institution_id),
        more_url=url_for("certificates.show", certificate_id=found.certificate.id)
        if own
        else None,
    )


def _seen(found: Shown, *, openly: bool) -> dict[str, Any]:
    icon, tone = TONES[found.status]
    return {
        "found": found,
        "status": certificate_word(found.status),
        "icon_name": icon,
        "tone": tone,
        "sections": sections(found, openly=openly),
    }


@blueprint.get("/certificates")
@guarded(Permission.CERTIFICATE_SEE)
def index() -> ResponseReturnValue:
    """All certificates of requests one may see."""
    view = view_of(CERTIFICATES_ISSUED)
    if not isinstance(view, ListView):
        return view
    worth = standings(view.rows)
    return render_template(
        "certificates/index.html",
        view=view,
        tone_of=lambda found: TONES[worth[found.id]],
    ), view.status


@blueprint.get("/certificates/<int:certificate_id>")
@signed_in
def show(certificate_id: int) -> str:
    """A certificate of a request one may see, in full."""
    found = shown_of(current_actor(), certificate_id)
    return render_template(
        "certificates/show.html",
        **_seen(found, openly=False),
        others=of_request(found.request.id),
    )


@blueprint.get("/certificates/<int:certificate_id>/paper")
@signed_in
def print_one(certificate_id: int) -> Response:
    """The certificate as a page of A4."""
    found = shown_of(current_actor(), certificate_id)
    house = organisation.institution(found.certificate.institution_id)
    base = house.label_url or current_settings().public_url
    answer = Response(paper(found, base, house.name), mimetype="application/pdf")
    name = f"certificate-{found.certificate.code}.pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
