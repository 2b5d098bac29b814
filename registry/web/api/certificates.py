"""Certificates in the API: verified by anyone who holds one, in full for colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from sqlalchemy.orm import joinedload

from registry.access.permissions import Permission
from registry.kernel.checkcodes import read_code
from registry.lists.of.certificates import CERTIFICATES_ISSUED
from registry.lists.of.requests import what
from registry.organisation import queries as organisation
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.certificates import Shown, by_code
from registry.procurement.queries.certificates import shown as shown_of
from registry.procurement.queries.issued import standings
from registry.reports.certificate import paper, sections
from registry.web.api.files import BYTES
from registry.web.api.listing import listing_page
from registry.web.api.schemas import buying as shapes
from registry.web.api.schemas.assets import named
from registry.web.base.api import ApiBlueprint
from registry.web.base.routes import at_most, guarded, public, signed_in
from registry.web.base.sessions import current_actor
from registry.web.base.settings import current_settings

blueprint = ApiBlueprint(
    "api_certificates",
    __name__,
    url_prefix="/certificates",
    description="Certificates of checks, and what each is worth now",
)

_REQUEST = joinedload(Certificate.request)
WHOLE = (
    _REQUEST.joinedload(PurchaseRequest.department),
    _REQUEST.selectinload(PurchaseRequest.lines),
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


def _heads(rows: Sequence[Certificate]) -> list[dict[str, Any]]:
    worth = standings(rows)
    return [
        {
            "id": each.id,
            "code": each.code,
            "status": str(worth[each.id]),
            "request_id": each.request_id,
            "request_number": each.request.number,
            "request_state": each.request.state,
            "department": named(each.request.department, each.request.department.name),
            "what": what(each.request),
            "amount": each.request.amount_fen,
            "issued_at": each.issued_at,
        }
        for each in rows
    ]


@blueprint.get("")
@guarded(Permission.CERTIFICATE_SEE)
@blueprint.arguments(shapes.CertificateQuery, location="query")
@blueprint.response(200, shapes.CertificatePage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """All certificates of requests one may see."""
    return listing_page(CERTIFICATES_ISSUED, asked, _heads, WHOLE)


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
