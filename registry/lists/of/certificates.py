"""Certificates of checks as a list, for finance, the asset office and auditors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import joinedload

from registry.access.actor import Actor
from registry.access.permissions import Permission
from registry.interchange.rules.fields import Kind
from registry.kernel.checkcodes import grouped
from registry.lists.description import Column, FilterField, Gathered, Listing, Narrows
from registry.lists.of.requests import what
from registry.lists.of.searching import SEARCH
from registry.procurement.models.certificates import Certificate
from registry.procurement.models.requests import PurchaseRequest
from registry.procurement.queries.issued import (
    CERTIFICATE_ORDERS,
    CertificateFilter,
    certificate_rows,
    standings,
)
from registry.procurement.states import CertificateStatus
from registry.words import N_
from registry.words.approving import CERTIFICATES, certificate_word
from registry.words.asking import request_word

__all__ = ["CERTIFICATES_ISSUED"]

_REQUEST = joinedload(Certificate.request)
_LINES = (_REQUEST, _REQUEST.selectinload(PurchaseRequest.lines))


def _status(_actor: Actor, rows: Sequence[Any]) -> Gathered:
    return {key: certificate_word(value) for key, value in standings(rows).items()}


CERTIFICATES_ISSUED: Listing[CertificateFilter, Certificate] = Listing(
    name="certificates",
    title=N_("检查证明"),
    wanted=CertificateFilter,
    rows=certificate_rows,
    orders=CERTIFICATE_ORDERS,
    usual="newest",
    permission=Permission.CERTIFICATE_SEE,
    columns=(
        Column(
            "code",
            N_("证明编号"),
            lambda found: grouped(found.code),
            kind=Kind.CODE,
            phone="title",
        ),
        Column("status", N_("现在"), gather=_status, phone="chip"),
        Column(
            "what", N_("要什么"), lambda f: what(f.request), phone="plain", loads=_LINES
        ),
        Column(
            "department",
            N_("申请部门"),
            lambda found: found.request.department.name,
            loads=(_REQUEST.joinedload(PurchaseRequest.department),),
        ),
        Column(
            "request",
            N_("申请单号"),
            lambda found: found.request.number,
            kind=Kind.CODE,
            loads=(_REQUEST,),
        ),
        Column(
            "request_state",
            N_("申请状态"),
            lambda found: request_word(found.request.state),
            phone="none",
            loads=(_REQUEST,),
        ),
        Column(
            "covered",
            N_("用闲置解决"),
            lambda found: sum(line.covered for line in found.request.lines),
            kind=Kind.WHOLE,
            phone="none",
            shown=False,
            loads=_LINES,
        ),
        Column(
            "to_buy",
            N_("要购置"),
            lambda found: sum(line.to_buy for line in found.request.lines),
            kind=Kind.WHOLE,
            phone="none",
            shown=False,
            loads=_LINES,
        ),
        Column(
            "amount",
            N_("预计金额"),
            lambda found: found.request.amount_fen,
            kind=Kind.MONEY,
            phone="none",
            loads=_LINES,
        ),
        Column(
            "issued_at",
            N_("出具时间"),
            lambda found: found.issued_at,
            kind=Kind.MOMENT,
            sort="newest",
        ),
    ),
    filters=(
        SEARCH,
        FilterField(
            "status",
            N_("现在"),
            Narrows.CHOICES,
            "statuses",
            choices={
                str(each): CERTIFICATES[each]
                for each in CertificateStatus
                if each is not CertificateStatus.BROKEN
            },
        ),
        FilterField(
            "department",
            N_("申请部门"),
            Narrows.KEY,
            "department_id",
            api="department_id",
            picks="department",
            chip=N_("%(value)s申请的"),
        ),
        FilterField(
            "from",
            N_("从哪天出具"),
            Narrows.DAY,
            "issued_from",
            api="issued_from",
            chip=N_("%(value)s 起出具"),
        ),
        FilterField(
            "to",
            N_("到哪天出具"),
            Narrows.DAY,
            "issued_to",
            api="issued_to",
            chip=N_("%(value)s 前出具"),
        ),
    ),
    topics="requests",
)
