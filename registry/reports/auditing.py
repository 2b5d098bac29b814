"""The report of an audit in words: as paper to sign, and as a workbook.

The columns are those customary for a 盘点表 and a 盘盈盘亏表.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import labels
from registry.access.actor import Actor
from registry.audits.models import Audit, AuditFinding
from registry.audits.queries.counting import by_place
from registry.audits.queries.reporting import Reported, differing, listed
from registry.audits.rules.differing import Group
from registry.audits.states import AuditState, Outcome, Ruling
from registry.words import _, format_date, format_datetime, format_money, format_number
from registry.words.auditing import (
    cause_word,
    drawing_word,
    excuse_word,
    finding_state_word,
    finding_word,
    outcome_word,
    ruling_word,
)
from registry.words.terms import condition_word

MOST_ON_PAPER = 2_000
"""Longer lists are for the workbook; on paper nobody reads them."""
GAINED = (Group.SURPLUS, Group.UNKNOWN)
LOST = (Group.MISSING, Group.NOT_FOUND)


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: its head, and what its cells hold."""

    label: str
    kind: str = "text"
    width: float | None = None
    share: float = 1.0
    """How wide it is on paper; 0 leaves it out there."""


@dataclass(frozen=True)
class SheetOf:
    """A titled table: for the workbook with values, for paper with words."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Callable[[], Iterator[Sequence[Any]]]
    is_list: bool = False
    """Whether it has a row for everything: too long for paper where that is a lot."""


def sheets(found: Reported) -> list[SheetOf]:
    """The tables of a report: sums, places, gains and losses, the rest, the list."""
    audit = found.audit
    return [
        _sums_sheet(found),
        *([_own_sheet(found)] if found.own else []),
        *([_samples_sheet(found)] if found.samples else []),
        _places_sheet(audit),
        gains_and_losses(audit),
        SheetOf(
            _("其他差异"),
            _finding_columns(),
            lambda: _finding_rows(audit, lambda group: group not in GAINED + LOST),
        ),
        SheetOf(_("盘点表"), _list_columns(), lambda: _list_rows(audit), True),
    ]


def gains_and_losses(audit: Audit) -> SheetOf:
    """The 盘盈盘亏表."""
    return SheetOf(
        _("盘盈盘亏表"),
        _finding_columns(),
        lambda: _finding_rows(audit, lambda group: group in GAINED + LOST),
    )


def _sums_sheet(found: Reported) -> SheetOf:
    columns = [
        SheetColumn(_("项目"), share=2),
        SheetColumn(_("数量"), "whole"),
        SheetColumn(_("账面原值（元）"), "money", share=1.5),
    ]

    def rows() -> Iterator[Sequence[Any]]:
        yield _("账面应盘"), found.sums.expected, found.value
        for each in Outcome:
            count = getattr(found.sums, each)
            yield outcome_word(each), count, found.values.get(each, 0)
        yield _("盘盈入账"), found.gains.count, found.gains.fen
        yield _("记为盘亏"), found.losses.count, found.losses.fen

    return SheetOf(_("盘点汇总"), columns, rows)


def _own_sheet(found: Reported) -> SheetOf:
    columns = [
        SheetColumn(_("保管人"), width=14, share=2),
        SheetColumn(_("保管件数"), "whole"),
        SheetColumn(_("已盘到"), "whole"),
        SheetColumn(_("还没盘到"), "whole"),
        SheetColumn(_("本人确认"), width=20, share=2),
    ]

    def rows() -> Iterator[Sequence[Any]]:
        for each in found.own:
            at = each.part.done_at
            said = format_datetime(at) if at else _("没有确认")
            yield each.part.person.name, each.total, each.found, each.left, said

    return SheetOf(_("自查"), columns, rows)


def _samples_sheet(found: Reported) -> SheetOf:
    columns = [
        SheetColumn(_("第几轮"), "whole", share=0.7),
        SheetColumn(_("抽法"), width=18, share=2),
        SheetColumn(_("抽取百分比"), "whole"),
        SheetColumn(_("种子"), "code", 20, share=2.2),
        SheetColumn(_("抽到"), "whole"),
        SheetColumn(_("复查一致"), "whole"),
        SheetColumn(_("复查不一致"), "whole"),
        SheetColumn(_("没有复查到"), "whole"),
    ]

    def rows() -> Iterator[Sequence[Any]]:
        for each in found.samples:
            yield (
                each.round.number,
                drawing_word(each.round.method),
                each.round.percent,
                each.round.seed,
                each.round.drawn,
                each.agreed,
                each.differs,
                each.unseen,
            )

    return SheetOf(_("抽查"), columns, rows)


def _places_sheet(audit: Audit) -> SheetOf:
    columns = [
        SheetColumn(_("存放地点"), width=30, share=4),
        SheetColumn(_("账面应盘"), "whole"),
        *(SheetColumn(outcome_word(each), "whole") for each in Outcome),
        SheetColumn(_("用时（分钟）"), "whole", share=1.2),
        SheetColumn(_("谁盘完的"), share=1.4),
    ]

    def rows() -> Iterator[Sequence[Any]]:
        for each in by_place(Actor.system(audit.institution_id), audit):
            yield (
                each.place.full_name if each.place else _("没有写地点"),
                each.sums.expected,
                *(getattr(each.sums, outcome) for outcome in Outcome),
                each.minutes,
                each.closed_by,
            )

    return SheetOf(_("各地点"), columns, rows)


def _list_columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("序号"), "whole", share=0.5),
        SheetColumn(_("资产编号"), "code", 18, share=1.6),
        SheetColumn(_("资产名称"), width=18, share=1.5),
        SheetColumn(_("规格型号"), width=20, share=1.6),
        SheetColumn(_("计量单位"), width=8, share=0.6),
        SheetColumn(_("账面数量"), "whole", share=0.6),
        SheetColumn(_("实盘数量"), "whole", share=0.6),
        SheetColumn(_("盘亏数量"), "whole", share=0.6),
        SheetColumn(_("账面原值（元）"), "money", share=1.3),
        SheetColumn(_("存放地点"), width=26, share=1.8),
        SheetColumn(_("使用部门"), share=1.2),
        SheetColumn(_("保管人"), width=10, share=0.8),
        SheetColumn(_("盘点结果"), width=10, share=0.8),
        SheetColumn(_("实际地点"), width=26, share=1.6),
        SheetColumn(_("使用状况"), width=10, share=0.8),
        SheetColumn(_("盘点人"), width=10, share=0.8),
        SheetColumn(_("盘点时间"), "moment", share=0),
        SheetColumn(_("备注"), "note", share=1),
    ]


def _list_rows(audit: Audit) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(listed(audit), 1):
        seen = row.outcome in (Outcome.HERE, Outcome.ELSEWHERE)
        missing = row.outcome == Outcome.MISSING
        sub = f"-{row.sub_number}" if row.sub_number else ""
        condition = row.found_condition or row.condition
        remarks = [excuse_word(row.excuse)] if row.excuse and not seen else []
        if row.is_disputed:
            remarks.append(_("在几个地点都扫到过"))
        yield (
            number,
            row.asset_number + sub,
            row.name,
            " ".join(filter(None, (row.brand, row.model, row.specification))),
            row.unit or _("件"),
            1,
            1 if seen else 0,
            1 if missing else 0,
            row.cost_fen,
            row.place or "",
            row.department,
            row.custodian or "",
            outcome_word(row.outcome),
            (row.found_place or "") if row.outcome == Outcome.ELSEWHERE else "",
            condition_word(condition) if condition else "",
            row.counted_by or "",
            row.found_at,
            _("；").join(remarks),
        )


def _finding_columns() -> list[SheetColumn]:
    return [
        SheetColumn(_("序号"), "whole", share=0.5),
        SheetColumn(_("类别"), share=1.1),
        SheetColumn(_("资产编号"), "code", 18, share=1.9),
        SheetColumn(_("资产名称"), width=18, share=1.5),
        SheetColumn(_("规格型号"), width=20, share=1.4),
        SheetColumn(_("数量"), "whole", share=0.5),
        SheetColumn(_("账面原值（元）"), "money", share=1.3),
        SheetColumn(_("存放地点"), width=26, share=1.6),
        SheetColumn(_("实际地点"), width=26, share=1.6),
        SheetColumn(_("使用部门"), share=1.1),
        SheetColumn(_("原因"), share=1),
        SheetColumn(_("说明"), "note", share=1.8),
        SheetColumn(_("处理意见"), share=1.3),
        SheetColumn(_("提出人"), width=10, share=0.8),
        SheetColumn(_("审核人"), width=10, share=0.8),
        SheetColumn(_("办到哪一步"), width=12, share=0.9),
        SheetColumn(_("改账单号"), "code", 16, share=1.2),
    ]


def _finding_rows(
    audit: Audit, wanted: Callable[[Group], bool]
) -> Iterator[Sequence[Any]]:
    number = 0
    for each in differing(audit):
        group = each.group
        if not wanted(group):
            continue
        number += 1
        yield (number, *_finding_cells(each, group))


def _finding_cells(each: AuditFinding, group: Group) -> tuple[Any, ...]:
    asset = each.asset or each.made_asset
    kind = asset.item_type if asset else each.item_type
    name = kind.name if kind else each.code or each.words[:40]
    cost = asset.cost_fen if asset else None
    if each.ruling == Ruling.REGISTER:
        cost = each.proposal.get("cost_fen")
    word = finding_word(group)
    if group in LOST:
        word = _("盘亏")
    elif group in GAINED:
        word = _("盘盈")
    model = (kind.brand, kind.model, kind.specification) if kind else ()
    return (
        word,
        asset.number if asset else "",
        name,
        " ".join(filter(None, model)),
        each.count,
        cost,
        each.place.full_name if each.place else "",
        each.found_place.full_name if each.found_place else "",
        each.department.name if each.department else "",
        cause_word(each.cause),
        each.ruling_words or each.words,
        ruling_word(each.ruling),
        each.ruled_by.name if each.ruled_by else "",
        each.approved_by.name if each.approved_by else "",
        finding_state_word(each.state, each.ruling),
        each.document or "",
    )


def facts_of(found: Reported) -> list[tuple[str, str]]:
    """What stands at the head of a report: dates, figures, the audit before."""
    audit, sums = found.audit, found.sums
    facts = [
        (_("基准日"), format_date(audit.baseline_on)),
        (_("负责人"), audit.lead.name if audit.lead else _("没有")),
        (_("清单定于"), format_datetime(audit.frozen_at) if audit.frozen_at else ""),
        (
            _("结束于"),
            format_datetime(audit.ended_at) if audit.ended_at else _("还没有结束"),
        ),
        (_("盘点人"), _("、").join(found.counters) or _("没有")),
        (
            _("盘到的比例"),
            _(
                "%(done)s / %(total)s，%(share)s%%",
                done=format_number(sums.done),
                total=format_number(sums.expected),
                share=sums.share,
            ),
        ),
        (
            _("账实相符率"),
            f"{found.accuracy}%" if found.accuracy is not None else _("还没有"),
        ),
        (_("账面原值"), format_money(found.value)),
        (
            _("盘盈入账"),
            _(
                "%(count)s 件，%(value)s",
                count=format_number(found.gains.count),
                value=format_money(found.gains.fen),
            ),
        ),
        (
            _("记为盘亏"),
            _(
                "%(count)s 件，%(value)s",
                count=format_number(found.losses.count),
                value=format_money(found.losses.fen),
            ),
        ),
        (
            _("没有去过的地点"),
            _(
                "%(count)s / %(total)s 个",
                count=format_number(found.untouched),
                total=format_number(found.places),
            ),
        ),
        (_("结束后才到的记录"), format_number(found.late)),
    ]
    if found.own:
        done = sum(each.part.done_at is not None for each in found.own)
        told = _("%(done)s / %(total)s 人已确认", done=done, total=len(found.own))
        facts.append((_("自查"), told))
    for each in found.samples:
        facts += [
            (
                _("抽查（第 %(number)s 轮）", number=each.round.number),
                _(
                    "抽 %(drawn)s 件，一致 %(agreed)s，不一致 %(differs)s，"
                    "没复查到 %(unseen)s",
                    drawn=format_number(each.round.drawn),
                    agreed=format_number(each.agreed),
                    differs=format_number(each.differs),
                    unseen=format_number(each.unseen),
                ),
            ),
            (_("抽查的种子"), each.round.seed),
        ]
    if found.unconfirmed:
        facts.append((_("没有确认的记录"), format_number(found.unconfirmed)))
    return facts + comparison_facts(found)


def comparison_facts(found: Reported) -> list[tuple[str, str]]:
    """How it compares with the last audit of the same things."""
    last = found.comparison
    if last is None:
        return []
    return [
        (_("上次盘点"), f"{last.before.title} {last.before.number}"),
        (_("两次都盘的"), format_number(last.both)),
        (_("上次没找到，这次找到"), format_number(last.missing_then_found)),
        (_("两次都没找到"), format_number(last.missing_twice)),
        (_("这次新没找到"), format_number(last.newly_missing)),
    ]


def paper(found: Reported, institution: str) -> bytes:
    """The report as A4 pages to be signed; long lists are left to the workbook."""
    audit = found.audit
    out = io.BytesIO()
    is_over = audit.state == AuditState.CLOSED
    title = audit.title if is_over else _("%(title)s（草稿）", title=audit.title)
    foot = (
        _("内容摘要 %(hash)s", hash=audit.hash)
        if is_over
        else _("还没有结束，数字会变。")
    )
    labels.draw_report_pdf(
        labels.Report(
            institution=institution,
            title=_("%(title)s 盘点报告", title=title),
            number=audit.number,
            facts=facts_of(found),
            tables=(_table(each, found) for each in sheets(found)),
            signatures=(
                _("盘点人"),
                _("监盘人"),
                _("部门负责人"),
                _("资产管理部门"),
                _("财务部门"),
                _("单位负责人（盖章）"),
            ),
            foot=foot,
            page=_("第 %%d 页"),
        ),
        out=out,
    )
    return out.getvalue()


def _table(sheet: SheetOf, found: Reported) -> labels.ReportTable:
    shown = [
        (index, column) for index, column in enumerate(sheet.columns) if column.share
    ]
    rows: Iterable[Sequence[str]] = _on_paper(sheet, [index for index, _c in shown])
    empty = _("没有")
    if sheet.is_list and found.sums.expected > MOST_ON_PAPER:
        count = format_number(found.sums.expected)
        rows, empty = (), _("共 %(count)s 件，逐件清单见电子表格。", count=count)
    return labels.ReportTable(
        sheet.title,
        [
            labels.ReportColumn(
                column.label, column.share, column.kind in ("whole", "money")
            )
            for _index, column in shown
        ],
        rows,
        empty=empty,
    )


def _on_paper(sheet: SheetOf, shown: Sequence[int]) -> Iterator[list[str]]:
    kinds = [column.kind for column in sheet.columns]
    for row in sheet.rows():
        yield [_cell(row[index], kinds[index]) for index in shown]


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "money":
        return format_money(value).lstrip("¥")  # the head says what it is in
    if kind == "whole":
        return format_number(value)
    return str(value)
