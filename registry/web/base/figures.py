"""Figures as people read them: groups of lines in words, for pages and files alike."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from registry.interchange.rules.fields import Kind
from registry.interchange.sheets.writing import Column, Value, write_table
from registry.ledger.states import AssetState
from registry.reports.rules.figures import Figures, Part, Share
from registry.reports.rules.measures import AGES, LIVE, UNKNOWN
from registry.words import N_, _
from registry.words.terms import condition_word, state_word

AGE_WORDS = {
    "under_1": N_("不到 1 年"),
    "1_to_3": N_("1–2 年"),
    "3_to_6": N_("3–5 年"),
    "6_to_10": N_("6–9 年"),
    "over_10": N_("10 年以上"),
    UNKNOWN: N_("没有取得日期"),
}
KEPT_WORDS = {
    "place": N_("存放地点"),
    "custodian": N_("保管人"),
    "cost": N_("原值"),
    "photo": N_("照片"),
    "label": N_("打印过标签"),
}
HAPPENED_WORDS = {
    "registered": N_("新登记"),
    "moved": N_("换了地点"),
    "idle": N_("转成闲置"),
    "used": N_("重新启用"),
    "disposed": N_("办了报废"),
}
SPANS = (30, 90)
"""Days, up to and with today, that what happened is summed up for."""
WEEK = 7


@dataclass(frozen=True)
class Line:
    """One number in words, with what it is about."""

    key: Any
    words: str
    count: int
    value_fen: int | None = None
    share: float | None = None
    """In percent of the whole, where that says something."""
    idle: int | None = None
    own: bool = False


@dataclass(frozen=True)
class Group:
    """Lines under one heading."""

    name: str
    title: str
    lines: list[Line] = field(default_factory=list)


def groups_of(figures: Figures) -> list[Group]:
    """All figures in words and in the order of the page, but for what happened."""
    return [
        Group("whole", _("总计"), list(_whole(figures))),
        Group("state", _("按状态"), list(_states(figures))),
        Group("department", _("按部门"), _parts(figures, figures.departments)),
        Group("class", _("按分类"), _parts(figures, figures.classes)),
        Group("age", _("按使用了多久"), list(_ages(figures))),
        Group("condition", _("按新旧程度"), list(_conditions(figures))),
        Group("coverage", _("资料全不全"), [_kept(each) for each in figures.coverage]),
    ]


def _whole(figures: Figures) -> Iterator[Line]:
    whole, idle, late = figures.whole, figures.idle, figures.outlived
    gone = figures.states[AssetState.DISPOSED]
    yield Line("whole", _("资产（不含已报废）"), whole.count, whole.value_fen)
    share = figures.idle_share.percent
    yield Line("idle", _("闲置"), idle.count, idle.value_fen, share)
    yield Line(
        "outlived", _("超过使用年限"), late.count, figures.outlived_fen, late.percent
    )
    yield Line("disposed", _("已报废"), gone.count, gone.value_fen)


def _states(figures: Figures) -> Iterator[Line]:
    for state in LIVE:
        amount = figures.states[state]
        share = Share(state, amount.count, figures.whole.count).percent
        yield Line(state, state_word(state), amount.count, amount.value_fen, share)


def _parts(figures: Figures, parts: list[Part]) -> list[Line]:
    own = _("本级（不含下级）") if parts is figures.departments else _("只到这一级的")
    none = _("其他部门") if parts is figures.departments else _("没有分类")
    return [
        Line(
            part.key,
            own if part.is_own else part.name or none,
            part.whole.count,
            part.whole.value_fen,
            Share("part", part.whole.count, figures.whole.count).percent,
            part.idle.count,
            part.is_own,
        )
        for part in parts
    ]


def _ages(figures: Figures) -> Iterator[Line]:
    for age in AGES:
        count = figures.ages[age]
        if count or age != UNKNOWN:
            share = Share(age, count, figures.whole.count).percent
            yield Line(age, _(AGE_WORDS[age]), count, share=share)


def _conditions(figures: Figures) -> Iterator[Line]:
    for condition, count in figures.conditions.items():
        words = _("没有记录") if condition == UNKNOWN else condition_word(condition)
        share = Share(condition, count, figures.whole.count).percent
        yield Line(condition, words, count, share=share)


def _kept(share: Share) -> Line:
    words = _(KEPT_WORDS[share.key])
    return Line(share.key, words, share.count, share=share.percent)


@dataclass(frozen=True)
class Trend:
    """How often something happened: by weeks, the oldest first, and summed up."""

    key: str
    words: str
    weeks: list[int]
    sums: dict[int, int]


def trends_of(figures: Figures) -> tuple[list[date], list[Trend]]:
    """The last day of each week shown, and what happened in the weeks."""
    count = SPANS[-1] // WEEK
    ends = [figures.day - timedelta(days=WEEK * ago) for ago in range(count)][::-1]
    sums = {days: figures.happened_within(days) for days in SPANS}
    return ends, [
        Trend(
            kind,
            _(HAPPENED_WORDS[kind]),
            _by_week(days, count),
            {span: sums[span][kind] for span in SPANS},
        )
        for kind, days in figures.happened.items()
    ]


def _by_week(days: list[int], count: int) -> list[int]:
    ends = [len(days) - WEEK * ago for ago in range(count)][::-1]
    return [sum(days[end - WEEK : end]) for end in ends]


def table_of(figures: Figures) -> tuple[list[Column], Iterator[list[Value]]]:
    """All figures as one table, a line for each."""
    columns = [
        Column(_("分组")),
        Column(_("项目"), width=24),
        Column(_("件数"), Kind.WHOLE),
        Column(_("原值"), Kind.MONEY),
        Column(_("占比（%%）")),
        Column(_("其中闲置"), Kind.WHOLE),
    ]
    return columns, _rows(figures)


def file_of(figures: Figures, form: str) -> bytes:
    """All figures as a workbook (``xlsx``) or delimited text (``csv``)."""
    out = io.BytesIO()
    columns, rows = table_of(figures)
    write_table(out, form, columns, rows, title=_("资产概览"))
    return out.getvalue()


def _rows(figures: Figures) -> Iterator[list[Value]]:
    for group in groups_of(figures):
        for line in group.lines:
            share = "" if line.share is None else f"{line.share:.1f}"
            yield [
                group.title,
                line.words,
                line.count,
                line.value_fen,
                share,
                line.idle,
            ]
    weeks, trends = trends_of(figures)
    for trend in trends:
        for span, count in trend.sums.items():
            title = _("最近 %(days)s 天", days=span)
            yield [title, trend.words, count, None, "", None]
    for trend in trends:
        for end, count in zip(weeks, trend.weeks, strict=True):
            title = _("截至 %(day)s 的一周", day=end.isoformat())
            yield [title, trend.words, count, None, "", None]
