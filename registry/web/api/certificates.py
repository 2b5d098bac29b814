"""Certificates in the API: verified by anyone who holds one, in full for colleagues."""

from __future__ import annotations

from typing import Any

from flask import Response

from registry.kernel.checkcodes import read_code
from registry.organisation import queries as organisation
from registry.procurement.queries.certificates import Shown, by_code
from registry.procurement.queries.certificates import shown as shown_of
from registry.reports.certificate import paper, sections
from registry.web.api.files import BYTES
from registry.web.api.schemas import buying as shapes
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import at_most, public, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings

blueprint = ApiBlueprint(
    "api_certificates",
    __name__,
    url_prefix="/certificates",
    description="Certificates of checks, and what each is worth now",
)


def _verified(found: Shown, *, openly: bool) -> dict[str, Any]:
    home = organisation.institution(found.certificate.institution_id)
    return {
        "code": found.certificate.code,
        "status": str(found.status),
        "newest": found.newest_code,
        "issued_at": found.certificate.issued_at,
        "institution": home.name,
        "parts": [
            {
                "heading": each.heading,
                "rows": [{"caption": c, "text": t} for c, t in each.rows],
            }
            for each in sections(found, openly=openly)
        ],
    }


@blueprint.get("/verify/<code>")
@public("a certificate is for whoever is to pay or register")
@at_most(60, 60)
@blueprint.response(200, shapes.VerifiedOut)
def verify(code: str) -> dict[str, Any]:
    """What a certificate is worth now, for whoever holds its number."""
    return _verified(by_code(read_code(code[:60])), openly=True)


@blueprint.get("/<int:certificate_id>")
@signed_in
@blueprint.response(200, shapes.CertificateOut)
def show(certificate_id: int) -> dict[str, Any]:
    """A certificate of a request one may see, in full."""
    found = shown_of(current_actor(), certificate_id)
    return _verified(found, openly=False) | {
        "id": found.certificate.id,
        "request_id": found.certificate.request_id,
        "hash": found.certificate.hash,
        "content": found.content,
    }


@blueprint.get("/<int:certificate_id>/paper")
@signed_in
@blueprint.response(200, BYTES, content_type="application/pdf")
def print_one(certificate_id: int) -> Response:
    """The certificate as a page of A4."""
    found = shown_of(current_actor(), certificate_id)
    house = organisation.institution(found.certificate.institution_id)
    base = house.label_url or current_settings().public_url
    return Response(paper(found, base, house.name), mimetype="application/pdf")
