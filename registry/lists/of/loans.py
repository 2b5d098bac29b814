"""Loans as a list."""

from __future__ import annotations

from operator import attrgetter as own

from sqlalchemy.orm import joinedload

from registry.catalogue.models import ItemType
from registry.interchange.rules.fields import Kind
from registry.ledger.models import Asset
from registry.lists.description import Column, FilterField, Listing, Narrows
from registry.lists.of.searching import SEARCH
from registry.sharing.models import Loan
from registry.sharing.queries.loans import LOAN_ORDERS, LoanFilter, loan_rows
from registry.sharing.states import LoanState
from registry.words import N_
from registry.words.passing import LOAN_STATES, loan_word

__all__ = ["LOANS"]

_ASSET = (
    joinedload(Loan.asset).joinedload(Asset.item_type).joinedload(ItemType.merged_into),
)
_PLACE = (joinedload(Loan.asset).joinedload(Asset.place),)
_HOME = (joinedload(Loan.asset).joinedload(Asset.department),)
_PERSON = (joinedload(Loan.person),)


def _borrower(loan: Loan) -> str:
    return loan.person.name if loan.person is not None else loan.borrower


LOANS: Listing[LoanFilter, Loan] = Listing(
    name="loans",
    title=N_("借用"),
    wanted=LoanFilter,
    rows=loan_rows,
    orders=LOAN_ORDERS,
    usual="newest",
    columns=(
        Column(
            "name",
            N_("资产名称"),
            lambda loan: loan.asset.item_type.standing.title,
            phone="title",
            loads=_ASSET,
        ),
        Column(
            "number",
            N_("资产编号"),
            lambda loan: loan.asset.number,
            kind=Kind.CODE,
            phone="none",
            loads=_ASSET,
        ),
        Column("state", N_("状态"), lambda loan: loan_word(loan.state), phone="chip"),
        Column("borrower", N_("借用人"), _borrower, loads=_PERSON),
        Column(
            "department",
            N_("归谁"),
            lambda loan: loan.asset.department.name,
            phone="none",
            wide=True,
            loads=_HOME,
        ),
        Column(
            "from_on",
            N_("从哪天"),
            own("from_on"),
            kind=Kind.DATE,
        ),
        Column("until_on", N_("哪天还"), own("until_on"), kind=Kind.DATE, sort="due"),
        Column("purpose", N_("用途"), own("purpose"), shown=False),
        Column(
            "asked_at",
            N_("申请时间"),
            own("asked_at"),
            kind=Kind.MOMENT,
            sort="newest",
            shown=False,
        ),
        Column(
            "ended_at",
            N_("结束时间"),
            own("ended_at"),
            kind=Kind.MOMENT,
            shown=False,
        ),
        Column("reason", N_("原因"), own("reason"), kind=Kind.NOTE, shown=False),
    ),
    filters=(
        SEARCH,
        FilterField(
            "state",
            N_("状态"),
            Narrows.CHOICES,
            "states",
            choices={str(each): LOAN_STATES[each] for each in LoanState},
        ),
        FilterField("late", N_("只看该还没还的"), Narrows.FLAG),
        FilterField("mine", N_("只看我借的"), Narrows.FLAG),
        FilterField(
            "department",
            N_("归哪个部门"),
            Narrows.KEY,
            "department_id",
            api="department_id",
            picks="department",
        ),
        FilterField(
            "due_from", N_("归还日期从"), Narrows.DAY, chip=N_("%(value)s起归还")
        ),
        FilterField("due_to", N_("到"), Narrows.DAY, chip=N_("%(value)s前归还")),
    ),
    topics="sharing",
)
