"""A summary in words: the same for the mail and for the page that shows it now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from registry.access.actor import Actor
from registry.kernel.clock import now
from registry.notifications.models import Notice
from registry.notifications.queries.digests import Summary, summary
from registry.waiting.models import Wait
from registry.waiting.states import WaitState
from registry.words import _, format_date, format_number, ngettext
from registry.words.steps import clock_words, step_words, told_words

Line = tuple[str, str]
"""What is said, and the path of the page it is about."""


@dataclass(frozen=True)
class Section:
    """A part of a summary: its heading, its lines, and what was left out."""

    heading: str
    lines: Sequence[Line]
    rest: str = ""


@dataclass(frozen=True)
class Told:
    """A whole summary, in the language spoken now."""

    title: str
    sections: Sequence[Section]
    is_due: bool
    """Whether it says anything of the reader themselves."""


def notice_words(notice: Notice) -> str:
    """A notice in one line, in the language spoken now."""
    what = step_words(str(notice.facts.get("step", "")), notice.facts)
    if not what:
        what = str(notice.facts.get("title", ""))
    return _("%(why)s：%(what)s", why=told_words(notice.kind), what=what)


def tell_summary(actor: Actor, since: datetime) -> Told:
    """How things are for somebody now, and what is new since a moment."""
    found = summary(actor, since)
    parts = (_waits(found), _dues(found), _news(found), _pool(found))
    if found.waits_in_all:
        title = ngettext("%(num)s 件事等您办", "%(num)s 件事等您办", found.waits_in_all)
    else:
        title = _("没有等您办的事")
    return Told(title, [each for each in parts if each.lines], found.says_something)


def _waits(found: Summary) -> Section:
    left = found.waits_in_all - len(found.waits)
    return Section(
        _("等您办的"),
        [
            (_wait(each, long, found.zone), f"/waiting/{each.id}")
            for each, long in found.waits
        ],
        _("还有 %(count)s 件，请登录看。", count=left) if left > 0 else "",
    )


def _wait(found: Wait, long: timedelta, zone: str) -> str:
    since = found.began_at.astimezone(ZoneInfo(zone)).date()
    words = _(
        "%(what)s（%(day)s 起，%(clock)s）",
        what=step_words(found.step, found.facts),
        day=format_date(since, "short"),
        clock=clock_words(long, in_full=True),
    )
    late = found.state == WaitState.OVERDUE
    return _("超过时限：%(what)s", what=words) if late else words


def _dues(found: Summary) -> Section:
    today = now().astimezone(ZoneInfo(found.zone)).date()
    lines: list[Line] = []
    for loan in found.loans:
        sentence = (
            _("借的 %(name)s 该在 %(day)s 还，已经过期")
            if loan.until_on < today
            else _("借的 %(name)s 该在 %(day)s 还")
        )
        lines.append(
            (
                sentence
                % {
                    "name": loan.asset.item_type.name,
                    "day": format_date(loan.until_on, "short"),
                },
                f"/loans/{loan.id}",
            )
        )
    for hold in found.holds:
        assert hold.until is not None
        last = (hold.until - timedelta(seconds=1)).astimezone(ZoneInfo(found.zone))
        lines.append(
            (
                _(
                    "给您留的 %(name)s 留到 %(day)s",
                    name=hold.asset.item_type.name,
                    day=format_date(last.date(), "short"),
                ),
                "/wishes",
            )
        )
    lines += [
        (
            _(
                "求调剂“%(name)s”到 %(day)s 为止",
                name=each.text,
                day=format_date(each.until_on, "short"),
            ),
            f"/wanted/{each.id}",
        )
        for each in found.wanted
    ]
    return Section(_("快到期的"), lines)


def _news(found: Summary) -> Section:
    return Section(
        _("告诉您一声"),
        [(notice_words(each), f"/notices/{each.id}") for each in found.news],
    )


def _pool(found: Summary) -> Section:
    shown = sum(each.count for each in found.cards)
    left = found.idle_in_all - shown
    lines = [
        (
            _(
                "%(name)s，%(count)s 件",
                name=each.kind.title,
                count=format_number(each.count),
            ),
            f"/idle/types/{each.kind.id}",
        )
        for each in found.cards
    ]
    rest = _("另有 %(count)s 件，请登录看。", count=left) if left > 0 else ""
    return Section(_("新闲置出来的，用得上可以要"), lines, rest)
